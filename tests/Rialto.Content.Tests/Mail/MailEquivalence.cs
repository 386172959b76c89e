using System.Security.Cryptography;
using System.Text;
using Rialto.Content.Bodies;
using Rialto.Content.Mail;
using Rialto.Content.Mime;
using Rialto.Model;

namespace Rialto.Content.Tests.Mail;

/// <summary>
/// When mail that was properties in between counts as the same (docs/conversion.md): its leaf parts bring the same bytes, or the same words where they are text that a
/// reader sees; the header fields that matter say the same; the properties are the same again.
/// </summary>
internal static class MailEquivalence
{
    /// <summary>What the second mail lacks of the first; empty where they are equivalent.</summary>
    public static List<string> Differences(MimeMessage before, MimeMessage after)
    {
        var differences = new List<string>();
        Header(before.Root, after.Root, differences);
        var facts = MessageFacts.Of(before);
        if (PropertiesOnly(facts))
            return differences;
        Leaves(before.Root, after.Root, differences);
        return differences;
    }

    /// <summary>Encapsulated mail is its properties; its file is not there again.</summary>
    private static bool PropertiesOnly(MessageFacts facts) => facts.Tnef is not null;

    private static void Header(MimePart before, MimePart after, List<string> differences)
    {
        foreach (var id in (MimeHeaderId[])[MimeHeaderId.From, MimeHeaderId.To, MimeHeaderId.Cc, MimeHeaderId.Bcc, MimeHeaderId.ReplyTo])
        {
            if (id == MimeHeaderId.To && MessageFacts.Of(before).Delivery is not null)
                continue;
            Compare(id.ToString(), Addresses(before, id), Addresses(after, id), differences);
        }
        Compare("Subject", Words(Text(before, "Subject"u8)), Words(Text(after, "Subject"u8)), differences);
        Compare("Date", MailDate.Parse(before.RawValue(MimeHeaderId.Date))?.ToUniversalTime(), MailDate.Parse(after.RawValue(MimeHeaderId.Date))?.ToUniversalTime(), differences);
        foreach (var name in (string[])["Message-ID", "In-Reply-To", "References", "Keywords"])
        {
            if (Text(before, Encoding.ASCII.GetBytes(name)) is { Length: > 0 } value && value.All(c => c < 128))
                Compare(name, Separated(value), Separated(Text(after, Encoding.ASCII.GetBytes(name))), differences);
        }
        var (a, b) = (MessageFacts.Of(before), MessageFacts.Of(after));
        Compare("importance", a.Importance, b.Importance, differences);
        Compare("sensitivity", a.Sensitivity, b.Sensitivity, differences);
        Compare("receipt", a.ReadReceiptRequested && a.From is not null, b.ReadReceiptRequested, differences);
        if (a.Tnef is null)
            Compare("class", a.MessageClass, b.MessageClass, differences);
        foreach (var field in before.Headers)
        {
            var name = Encoding.Latin1.GetString(before.Name(field));
            if (field.NameLength <= 100 && name.StartsWith("X-", StringComparison.OrdinalIgnoreCase) && MailFields.Of(name) == MailField.Arbitrary && before.TryFindHeader(before.Name(field), out var first) && first.Offset == field.Offset
                && !name.Any(c => c is < '!' or > '~'))
            {
                Compare(name, Words(Text(before, before.Name(field))), Words(Text(after, before.Name(field))), differences);
            }
        }
    }

    private static string Separated(string list) => Words(list.Replace(';', ',').Replace(",", ", ", StringComparison.Ordinal));

    private static string Addresses(MimePart message, MimeHeaderId id) => string.Join(", ", (id == MimeHeaderId.From ? MailAddress.ParseList(message.RawValue(id)) : MailAddress.ParseAll(message, id, 1000)).Where(a => a.Address.Length > 0)
        .Select(a => a.Name.Length > 0 && a.Name != a.Address ? $"{Words(a.Name)} <{a.Address}>" : a.Address));

    private static string Text(MimePart message, ReadOnlySpan<byte> name) => message.TryFindHeader(name, out var field) ? MailAddress.Clean(HeaderText.Decode(message.RawValue(field))) : "";

    private static void Leaves(MimePart before, MimePart after, List<string> differences)
    {
        var there = Parts(after).ToList();
        var hashes = there.Select(p => Hash(Decoded(p))).ToHashSet();
        var words = new StringBuilder();
        foreach (var part in there.Where(p => p.IsText))
            words.Append(' ').Append(Words(Readable(part)));
        var all = words.ToString();
        foreach (var part in Parts(before))
        {
            var bytes = Decoded(part);
            if (bytes.Length == 0 || hashes.Contains(Hash(bytes)) || part.IsText && all.Contains(Words(Readable(part)), StringComparison.Ordinal))
                continue;
            // What becomes something that a reader can use.
            if (part.Is("message", "external-body") || part.Is("application", "mac-binhex40") || part.Is("application", "ms-tnef"))
                continue;
            differences.Add($"{part.Type}/{part.Subtype} of {bytes.Length} bytes is gone");
        }
    }

    /// <summary>All parts that hold anything themselves, those of messages within too.</summary>
    private static IEnumerable<MimePart> Parts(MimePart part)
    {
        if (part.Embedded is { } embedded)
            return Parts(part.Encoding is MimeTransferEncoding.Base64 or MimeTransferEncoding.QuotedPrintable ? MimeMessage.Parse(Decoded(part)).Root : embedded);
        return part.IsMultipart ? part.Children.SelectMany(Parts) : [part];
    }

    private static string Readable(MimePart part)
    {
        var text = MimeText.Decode(part);
        if (part.Subtype == "html")
        {
            var stripped = new StringBuilder();
            HtmlText.Strip(text, stripped, int.MaxValue);
            return stripped.ToString();
        }
        if (part.Subtype is "enriched" or "richtext")
            return EnrichedText.ToText(text, part.Subtype == "richtext");
        if (FlowedText.IsFlowed(part, out var delSp))
            text = FlowedText.Decode(text, delSp);
        var raw = Encoding.UTF8.GetBytes(text);
        return UuencodedText.MayContain(raw) ? Encoding.UTF8.GetString(UuencodedText.Split(raw).Text) : text;
    }

    private static string Words(string text) => string.Join(' ', text.Replace("\0", "", StringComparison.Ordinal).Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries));

    private static byte[] Decoded(MimePart part) => TransferDecoder.Decode(part.Encoding, part.RawBody);

    private static string Hash(byte[] bytes) => Convert.ToHexString(SHA256.HashData(bytes));

    private static void Compare<T>(string what, T before, T after, List<string> differences)
    {
        if (!EqualityComparer<T>.Default.Equals(before, after))
            differences.Add($"{what}: [{before}] became [{after}]");
    }
}
