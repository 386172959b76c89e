using System.Buffers;
using System.Text;
using Rialto.Content.Mime;

namespace Rialto.Fuzz;

internal static class MimeTargets
{
    public static byte[][] Samples { get; } =
    [
        Encoding.UTF8.GetBytes("""
            From: "Doe, \"J\"" <john@example.com>, =?utf-8?q?J=C3=BC?= x@y
            To: group: a@b, (c(d)) <@r,@s:e@f>;, plain
            Subject: =?utf-8?B?w6TDtg==?= =?iso-8859-1?Q?=FC?=
             folded
            Date: Thu, 1 Jan 2026 00:00:00 +0000 (UTC)
            Content-Type: multipart/mixed; boundary="outer"; x*0*=utf-8''a%20; x*1="b c"

            preamble
            --outer
            Content-Type: message/rfc822

            Subject: inner
            Content-Type: multipart/alternative; boundary=outer-inner

            --outer-inner
            Content-Type: text/plain; charset=utf-8; format=flowed; delsp=yes
            Content-Transfer-Encoding: quoted-printable

            > a=20b=
            c 
            > d
            --outer-inner
            Content-Type: text/html; charset=iso-2022-jp

            <p>x</p>
            --outer-inner--
            --outer
            Content-Type: application/pdf; name="a b.pdf"
            Content-Transfer-Encoding: base64
            Content-Disposition: attachment; filename*=utf-8''%C3%A4.pdf
            Content-Language: en, de

            AAAA
            --outer
            Content-Type: text/plain

            begin 644 name.txt
            #86)C
            `
            end
            --outer--
            epilogue
            """.ReplaceLineEndings("\r\n")),
    ];

    /// <summary>Structure, digest, and every part's fields and content.</summary>
    public static void Message(ReadOnlyMemory<byte> bytes)
    {
        var message = MimeMessage.Parse(bytes);
        var digest = ImapDigest.Build(message);
        if (!ImapDigest.Split(digest, out _, out var structure))
            throw new InvalidOperationException("A digest that cannot be split.");
        var body = new ArrayBufferWriter<byte>();
        ImapDigest.WriteBody(structure, body);
        foreach (var part in message.Root.Descendants())
        {
            if (part.HeaderOffset < 0 || part.HeaderLength < 0 || part.BodyLength < 0 || part.BodyOffset + part.BodyLength > bytes.Length)
                throw new InvalidOperationException("A part outside its message.");
            if (part.IsText)
                MimeText.Decode(part);
        }
    }

    /// <summary>Every field as text, as addresses, as parameters and as a date.</summary>
    public static void Header(ReadOnlyMemory<byte> bytes)
    {
        var message = MimeMessage.Parse(bytes);
        foreach (var field in message.Root.Headers)
        {
            var raw = message.Root.RawValue(field);
            HeaderText.Decode(raw);
            MailAddress.ParseList(raw);
            MimeParameters.Parse(raw);
            MailDate.Parse(raw);
        }
    }

    public static void Transfer(ReadOnlyMemory<byte> bytes)
    {
        foreach (var encoding in Enum.GetValues<MimeTransferEncoding>())
            TransferDecoder.Decode(encoding, bytes.Span);
    }

    public static void Charsets(ReadOnlyMemory<byte> bytes)
    {
        foreach (var codePage in (ReadOnlySpan<int>)[-1, 932, 936, 949, 950, 1252, 1200, 20127, 50220, 50225, 51932, 52936, 54936, 65000, 65001])
            MailCharset.DecodeByCodePage(bytes.Span, codePage);
    }
}
