// Text for the full-text index.
using System.Buffers;
using System.Text;
using Rialto.Content.Bodies;
using Rialto.Content.Rtf;
using Rialto.Content.Mail;

namespace Rialto.Content.Mime;

/// <summary>How much of a message the index takes.</summary>
public sealed record TextExtractorOptions
{
    public static TextExtractorOptions Default { get; } = new();

    /// <summary>Characters of one message. More is a log file that nobody searches word by word, and the index would outgrow the mail.</summary>
    public int MaxLength { get; init; } = 1 << 20;

    /// <summary>Encoded messages inside messages (message/rfc822 in base64), which each take a parse of their own.</summary>
    public int MaxEncodedDepth { get; init; } = 3;
}

/// <summary>The text of a message that a search should find: all text parts, names of attachments, messages inside it with their subjects and addresses.</summary>
public static class TextExtractor
{
    /// <summary>The body text, without the outer message's header.</summary>
    public static string Extract(MimeMessage message, TextExtractorOptions? options = null)
    {
        options ??= TextExtractorOptions.Default;
        var target = new StringBuilder();
        Walk(message.Root, target, options, 0);
        return target.ToString();
    }

    /// <summary>The fields of the header, decoded, each a line `Name: value`; behind an empty line those of the parts, which is what IMAP's TEXT looks through besides (RFC 9051 6.4.4).</summary>
    public static string ExtractHeader(MimeMessage message, TextExtractorOptions? options = null)
    {
        options ??= TextExtractorOptions.Default;
        var target = new StringBuilder();
        Fields(message.Root, target, options);
        if (target.Length < options.MaxLength)
            target.Append('\n');
        foreach (var part in message.Root.Descendants().Skip(1))
        {
            if (target.Length >= options.MaxLength)
                break;
            Fields(part, target, options);
        }
        return target.ToString();
    }

    private static void Fields(MimePart part, StringBuilder target, TextExtractorOptions options)
    {
        foreach (ref readonly var field in part.Headers)
        {
            var line = $"{Encoding.Latin1.GetString(part.Name(field))}: {HeaderText.Decode(part.RawValue(field)).ReplaceLineEndings(" ")}";
            var room = options.MaxLength - target.Length - 1;
            if (room <= 0)
                return;
            target.Append(line.AsSpan(0, Math.Min(line.Length, room))).Append('\n');
        }
    }

    /// <summary>The same into a buffer.</summary>
    public static void Extract(MimeMessage message, IBufferWriter<char> output, TextExtractorOptions? options = null) => output.Write(Extract(message, options));

    private static void Walk(MimePart part, StringBuilder target, TextExtractorOptions options, int encodedDepth)
    {
        if (target.Length >= options.MaxLength)
            return;
        foreach (var child in part.ChildArray)
            Walk(child, target, options, encodedDepth);
        if (part.IsMultipart)
            return;
        if (!part.IsMessage && part.HasHeader(MimeHeaderId.ContentType) | part.HasHeader(MimeHeaderId.ContentDisposition))
            Append(MimeContent.FileName(part), target, options);
        if (part.Embedded is not null)
        {
            if (part.Encoding is MimeTransferEncoding.Base64 or MimeTransferEncoding.QuotedPrintable)
            {
                if (encodedDepth < options.MaxEncodedDepth)
                    Embedded(MimeMessage.Parse(TransferDecoder.Decode(part.Encoding, part.RawBody)).Root, target, options, encodedDepth + 1);
                return;
            }
            Embedded(part.Embedded, target, options, encodedDepth);
        }
        else if (part.IsText)
        {
            Text(part, target, options);
        }
        else if (part.Type == "message")
        {
            Append(MimeText.Decode(part, options.MaxLength), target, options);
        }
    }

    private static void Embedded(MimePart message, StringBuilder target, TextExtractorOptions options, int encodedDepth)
    {
        foreach (ref readonly var field in message.Headers)
        {
            if (field.Id is MimeHeaderId.Subject or MimeHeaderId.From or MimeHeaderId.To or MimeHeaderId.Cc)
                Append(HeaderText.Decode(message.RawValue(field)), target, options);
        }
        Walk(message, target, options, encodedDepth);
    }

    private static void Text(MimePart part, StringBuilder target, TextExtractorOptions options)
    {
        // Encoded text is up to three times its length, and markup several times the text.
        var text = MimeText.Decode(part, (int)Math.Min(int.MaxValue, (long)options.MaxLength * 8));
        if (part.Subtype is "rtf" or "richtext" && text.StartsWith("{\\rtf", StringComparison.Ordinal))
        {
            var limits = RtfLimits.Default with { MaxOutput = Math.Max(0, options.MaxLength - target.Length) };
            Append(RtfToText.Convert(Encoding.Latin1.GetBytes(text), limits), target, options);
        }
        else if (part.Subtype is "enriched" or "richtext")
        {
            Append(EnrichedText.ToText(text, part.Subtype == "richtext"), target, options);
        }
        else if (part.Subtype is "html" or "x-amp-html")
        {
            HtmlText.Strip(text, target, options.MaxLength);
            if (target.Length > options.MaxLength)
                target.Length = options.MaxLength;
            NewLine(target);
        }
        else
        {
            Append(text, target, options);
        }
    }

    private static void Append(ReadOnlySpan<char> text, StringBuilder target, TextExtractorOptions options)
    {
        if (text.IsEmpty)
            return;
        var room = options.MaxLength - target.Length;
        target.Append(text.Length > room ? text[..Math.Max(0, room)] : text);
        NewLine(target);
    }

    private static void NewLine(StringBuilder target)
    {
        if (target.Length > 0 && target[^1] != '\n')
            target.Append('\n');
    }
}
