using System.Text;
using Rialto.Model;

namespace Rialto.Store.Conformance;

/// <summary>A converter for messages of `Name: value` lines, an empty line and text: enough for the store's own tests.</summary>
public sealed class PlainConverter : IContentConverter
{
    public int Version => 1;

    public ContentFacts Analyze(ReadOnlyMemory<byte> mime)
    {
        var text = Encoding.UTF8.GetString(mime.Span);
        string Field(string name) => text.Split('\n').Select(l => l.TrimEnd('\r')).TakeWhile(l => l.Length > 0)
            .FirstOrDefault(l => l.StartsWith(name + ": ", StringComparison.OrdinalIgnoreCase))?[(name.Length + 2)..] ?? "";
        var subject = Field("Subject");
        var prefix = subject.StartsWith("Re: ", StringComparison.Ordinal) ? "Re: " : "";
        return new ContentFacts
        {
            SubjectPrefix = prefix,
            NormalizedSubject = subject[prefix.Length..],
            FromName = Field("From"),
            FromAddress = Field("From"),
            DisplayTo = Field("To"),
            DisplayCc = Field("Cc"),
            DisplayBcc = Field("Bcc"),
            InternetMessageId = Field("Message-ID"),
            ConversationTopic = subject[prefix.Length..],
            Importance = byte.TryParse(Field("X-Importance"), out var importance) ? importance : (byte)1,
            HasAttachments = Field("X-Attachment").Length > 0,
            CalendarUid = Field("X-Uid"),
            Preview = text[^Math.Min(10, text.Length)..],
            Digest = Encoding.UTF8.GetBytes($"({subject})(TEXT)"),
        };
    }

    public PropertyMessage ToProperties(ReadOnlyMemory<byte> mime)
    {
        var facts = Analyze(mime);
        var message = new PropertyMessage();
        message.Properties.Set(PropertyValue.Of(new PropertyTag(0x0037001F), facts.SubjectPrefix + facts.NormalizedSubject));
        message.Properties.Set(PropertyValue.Of(new PropertyTag(0x0C1A001F), facts.FromName));
        message.Properties.Set(PropertyValue.Of(new PropertyTag(0x1000001F), ExtractText(mime, 10_000)));
        return message;
    }

    public byte[] ToMime(PropertyMessage message) => Encoding.UTF8.GetBytes(
        $"Subject: {message.Properties.GetString(new PropertyTag(0x0037001F))}\r\nFrom: {message.Properties.GetString(new PropertyTag(0x0C1A001F))}\r\n\r\n{message.Properties.GetString(new PropertyTag(0x1000001F))}");

    /// <summary>HTML is text to it.</summary>
    public PropertyValue ConvertBody(PropertyMessage message, PropertyTag wanted) =>
        wanted.Id == 0x1000 && message.Properties.GetBinary(new PropertyTag(0x10130102)) is { } html ? PropertyValue.Of(wanted.WithType(PropertyType.String), Encoding.UTF8.GetString(html)) : default;

    public string ExtractText(ReadOnlyMemory<byte> mime, int maximumLength)
    {
        var text = Encoding.UTF8.GetString(mime.Span);
        var body = text.IndexOf("\r\n\r\n", StringComparison.Ordinal);
        text = body < 0 ? "" : text[(body + 4)..];
        return text.Length > maximumLength ? text[..maximumLength] : text;
    }

    public void SplitDigest(ReadOnlySpan<byte> digest, out ReadOnlySpan<byte> envelope, out ReadOnlySpan<byte> bodyStructure)
    {
        var middle = digest.IndexOf((byte)')') + 1;
        envelope = digest[..middle];
        bodyStructure = digest[middle..];
    }
}
