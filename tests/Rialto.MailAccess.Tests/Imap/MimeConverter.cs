using Rialto.Content.Mail;
using Rialto.Content.Mime;
using Rialto.Model;
using Rialto.Store;
using Rialto.Store.Searching.Text;

namespace Rialto.MailAccess.Tests.Imap;

/// <summary>The store's converter as far as IMAP sees it: real digests, real texts.</summary>
internal sealed class MimeConverter : IContentConverter
{
    public int Version => 1;

    public ContentFacts Analyze(ReadOnlyMemory<byte> mime)
    {
        var message = MimeMessage.Parse(mime);
        var facts = MessageFacts.Of(message);
        return new ContentFacts
        {
            Sent = facts.Date is { } date ? FileTime.From(date) : null,
            SubjectPrefix = facts.SubjectPrefix,
            NormalizedSubject = facts.NormalizedSubject,
            FromName = facts.From?.Name ?? "",
            FromAddress = facts.From?.Address ?? "",
            DisplayTo = facts.DisplayTo,
            DisplayCc = facts.DisplayCc,
            DisplayBcc = facts.DisplayBcc,
            InternetMessageId = facts.MessageId,
            Digest = ImapDigest.Build(message),
        };
    }

    public PropertyMessage ToProperties(ReadOnlyMemory<byte> mime) => MimeToProperties.Convert(MimeMessage.Parse(mime));

    public byte[] ToMime(PropertyMessage message) => PropertiesToMime.Convert(message);

    public string ExtractText(ReadOnlyMemory<byte> mime, int maximumLength) =>
        TextExtractor.Extract(MimeMessage.Parse(mime), new TextExtractorOptions { MaxLength = maximumLength });

    public MessageTexts ExtractTexts(ReadOnlyMemory<byte> mime, int maximumLength)
    {
        var message = MimeMessage.Parse(mime);
        var options = new TextExtractorOptions { MaxLength = maximumLength };
        return new MessageTexts(TextExtractor.ExtractHeader(message, options), TextExtractor.Extract(message, options));
    }

    public void SplitDigest(ReadOnlySpan<byte> digest, out ReadOnlySpan<byte> envelope, out ReadOnlySpan<byte> bodyStructure) =>
        ImapDigest.Split(digest, out envelope, out bodyStructure);

    public bool TryReadThread(ReadOnlySpan<byte> digest, out ReadOnlySpan<byte> envelope, out ReadOnlySpan<byte> hashes) => ImapDigest.TryReadThread(digest, out envelope, out hashes);
}
