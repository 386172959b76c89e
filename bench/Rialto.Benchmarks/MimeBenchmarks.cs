using System.Text;
using BenchmarkDotNet.Attributes;
using Rialto.Content.Mail;
using Rialto.Content.Mime;

namespace Rialto.Benchmarks;

/// <summary>What delivery does with every message: one parse, IMAP's digest, the summary.</summary>
[MemoryDiagnoser]
[ShortRunJob]
public class MimeBenchmarks
{
    private byte[] _small = [];
    private byte[] _large = [];

    [GlobalSetup]
    public void Setup()
    {
        const string head = "Return-Path: <a@example.org>\r\nReceived: from mx.example.org (mx.example.org [192.0.2.1])\r\n\tby mail.example.com with ESMTPS id 0123456789; Fri, 20 Nov 2026 10:00:00 +0000\r\n"
            + "From: \"Archer, Alice\" <alice@example.org>\r\nTo: Bob <bob@example.com>, carol@example.com\r\nCc: =?utf-8?Q?D=C3=B6rte?= <d@example.com>\r\nSubject: Re: The =?utf-8?B?w5xiZXJzY2hyaWZ0?=\r\n"
            + "Date: Fri, 20 Nov 2026 09:59:58 +0000\r\nMessage-ID: <1234@example.org>\r\nIn-Reply-To: <1233@example.com>\r\nReferences: <1232@example.com> <1233@example.com>\r\nMIME-Version: 1.0\r\n";
        _small = Encoding.ASCII.GetBytes(head + "Content-Type: text/plain; charset=utf-8\r\n\r\n" + string.Concat(Enumerable.Repeat("A line of quite ordinary text, as people write it.\r\n", 24)));
        var attachment = new StringBuilder();
        for (var i = 0; i < 1250; i++)
            attachment.Append("QUJDREVGR0hJSktMTU5PUFFSU1RVVldYWVphYmNkZWZnaGlqa2xtbm9wcXJzdHV2d3h5ejAxMjM0NTY3\r\n");
        _large = Encoding.ASCII.GetBytes(head + "Content-Type: multipart/mixed; boundary=\"=_b\"\r\n\r\n--=_b\r\nContent-Type: text/plain\r\n\r\nSee the attachment.\r\n--=_b\r\nContent-Type: application/pdf; name=\"a.pdf\"\r\n"
            + "Content-Disposition: attachment; filename=\"a.pdf\"\r\nContent-Transfer-Encoding: base64\r\n\r\n" + attachment + "--=_b--\r\n");
    }

    /// <summary>A message of 2 KB: ENVELOPE and BODYSTRUCTURE.</summary>
    [Benchmark]
    public byte[] SmallDigest() => ImapDigest.Build(MimeMessage.Parse(_small));

    /// <summary>A message of 100 KB with an attachment: ENVELOPE and BODYSTRUCTURE.</summary>
    [Benchmark]
    public byte[] LargeDigest() => ImapDigest.Build(MimeMessage.Parse(_large));

    /// <summary>Everything that delivery derives: parse, summary, digest.</summary>
    [Benchmark]
    public MessageFacts SmallFacts()
    {
        var message = MimeMessage.Parse(_small);
        ImapDigest.Build(message);
        return MessageFacts.Of(message);
    }

    [Benchmark]
    public string SmallText() => TextExtractor.Extract(MimeMessage.Parse(_small));
}
