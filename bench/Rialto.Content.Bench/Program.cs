using System.Diagnostics;
using System.Globalization;
using System.Text;
using Rialto.Content.Mail;
using Rialto.Content.Mime;

if (RtfMeasures.Asked(args))
    return;
// Two made messages and, where a folder is named, every .eml below it.
var small = Encoding.ASCII.GetBytes("""
    Return-Path: <sender@example.com>
    Received: from mail.example.com (mail.example.com [192.0.2.1]) by mx.example.net with ESMTP id 4711
     for <user@example.net>; Thu, 01 Jan 2026 10:00:01 +0000
    Received: from [192.0.2.2] by mail.example.com with ESMTPSA id 4712; Thu, 01 Jan 2026 10:00:00 +0000
    Date: Thu, 1 Jan 2026 10:00:00 +0100
    From: "Doe, John" <john@example.com>
    To: Mary Major <mary@example.net>, user@example.net
    Cc: =?utf-8?q?J=C3=BCrgen?= <j@example.org>
    Subject: Re: the meeting on Thursday
    Message-ID: <20260101100000.4711@example.com>
    In-Reply-To: <20251231100000.4710@example.net>
    References: <20251231100000.4710@example.net>
    MIME-Version: 1.0
    Content-Type: text/plain; charset=utf-8; format=flowed
    Content-Transfer-Encoding: 7bit
    User-Agent: Example/1.0

    Hello Mary,

    Thursday at ten suits me well. Shall we meet at the office?

    John
    """.ReplaceLineEndings("\r\n"));
var line = new string('A', 76) + "\r\n";
var large = Encoding.ASCII.GetBytes("""
    From: john@example.com
    To: mary@example.net
    Subject: report
    MIME-Version: 1.0
    Content-Type: multipart/mixed; boundary="frontier"

    --frontier
    Content-Type: text/plain; charset=utf-8

    See attachment.
    --frontier
    Content-Type: application/pdf; name="report.pdf"
    Content-Transfer-Encoding: base64
    Content-Disposition: attachment; filename="report.pdf"


    """.ReplaceLineEndings("\r\n") + string.Concat(Enumerable.Repeat(line, 1300)) + "--frontier--\r\n");

if (args is ["--samples", var target])
{
    File.WriteAllBytes(Path.Combine(target, "small.eml"), small);
    File.WriteAllBytes(Path.Combine(target, "100KB.eml"), large);
    return;
}
if (args is ["--compare", ..])
{
    Comparison.Run(args.AsSpan(1));
    return;
}
if (args is ["--gigabyte", var folder])
{
    Gigabyte.Run(folder);
    return;
}
foreach (var (name, bytes) in new[] { ("small", small), ("100 KB", large) })
{
    Measure($"{name} parse", bytes.Length, () => MimeMessage.Parse(bytes));
    Measure($"{name} parse + digest", bytes.Length, () => ImapDigest.Build(MimeMessage.Parse(bytes)));
    Measure($"{name} parse + digest + facts", bytes.Length, () =>
    {
        var message = MimeMessage.Parse(bytes);
        ImapDigest.Build(message);
        return MessageFacts.Of(message);
    });
    Measure($"{name} parse + text", bytes.Length, () => TextExtractor.Extract(MimeMessage.Parse(bytes)));
    Measure($"{name} parse + properties", bytes.Length, () => MimeToProperties.Convert(MimeMessage.Parse(bytes)));
    var properties = MimeToProperties.Convert(MimeMessage.Parse(bytes));
    Measure($"{name} properties to mail", bytes.Length, () => PropertiesToMime.Convert(properties));
    Console.WriteLine($"{name} digest: {ImapDigest.Build(MimeMessage.Parse(bytes)).Length} bytes of {bytes.Length}");
}
if (args.Length > 0)
{
    var all = Directory.GetFiles(args[0], "*.eml", SearchOption.AllDirectories).Select(File.ReadAllBytes).ToArray();
    var total = all.Sum(b => (long)b.Length);
    Corpus("corpus parse + digest", b => ImapDigest.Build(MimeMessage.Parse(b)));
    Corpus("corpus parse + facts", b => MessageFacts.Of(MimeMessage.Parse(b)));
    Corpus("corpus parse + text", b => TextExtractor.Extract(MimeMessage.Parse(b)));
    Console.WriteLine($"corpus: {all.Length} messages, {total} bytes, digests {all.Sum(b => (long)ImapDigest.Build(MimeMessage.Parse(b)).Length) / all.Length} bytes each");

    void Corpus(string name, Func<byte[], object> work)
    {
        foreach (var bytes in all)
            work(bytes);
        var watch = Stopwatch.StartNew();
        foreach (var bytes in all)
            work(bytes);
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{name,-32} {all.Length / watch.Elapsed.TotalSeconds,12:n0} messages/s {total / watch.Elapsed.TotalSeconds / 1e6,10:n0} MB/s"));
    }
}

static void Measure(string name, int length, Func<object> work)
{
    for (var i = 0; i < 20_000; i++)
        work();
    // The best of a few rounds: other work on the machine only ever makes it slower.
    var best = double.MaxValue;
    long allocated = 0;
    const int count = 20_000;
    for (var round = 0; round < 5; round++)
    {
        var before = GC.GetAllocatedBytesForCurrentThread();
        var watch = Stopwatch.StartNew();
        for (var i = 0; i < count; i++)
            work();
        best = Math.Min(best, watch.Elapsed.TotalSeconds / count);
        allocated = (GC.GetAllocatedBytesForCurrentThread() - before) / count;
    }
    Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{name,-32} {1 / best,12:n0} messages/s {length / best / 1e6,10:n0} MB/s {allocated,8:n0} bytes allocated"));
}
