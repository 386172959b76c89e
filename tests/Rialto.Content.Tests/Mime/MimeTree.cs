using System.Globalization;
using System.Text;
using Rialto.Content.Mime;

namespace Rialto.Content.Tests.Mime;

/// <summary>Everything that a parse says of a message, as text to compare.</summary>
internal static class MimeTree
{
    public static string Of(MimeMessage message)
    {
        var text = new StringBuilder();
        Append(text, message.Root, 0);
        text.AppendJoin('\n', message.Warnings).Append('\n').Append(Encoding.Latin1.GetString(ImapDigest.Build(message))).Append('\n');
        foreach (var part in message.Root.Descendants())
        {
            foreach (var field in part.Headers)
                text.Append(field.Id).Append(' ').Append(Encoding.Latin1.GetString(part.RawField(field)));
            using var content = part.OpenContent();
            var bytes = new MemoryStream();
            content.CopyTo(bytes);
            bytes.ToArray().AsSpan().SequenceEqual(TransferDecoder.Decode(part.Encoding, part.RawBody)).ShouldBeTrue();
            text.Append(bytes.Length).Append('\n');
        }
        return text.ToString();
    }

    private static void Append(StringBuilder text, MimePart part, int depth)
    {
        text.Append(' ', depth).Append(CultureInfo.InvariantCulture,
            $"{part.Type}/{part.Subtype} {part.TypeIsDeclared} {part.Encoding} {part.HeaderOffset}+{part.HeaderLength} {part.BodyOffset}+{part.BodyLength} {part.Lines} lines\n");
        foreach (var child in part.Children)
            Append(text, child, depth + 1);
        if (part.Embedded is { } embedded)
            Append(text, embedded, depth + 1);
    }
}
