using Rialto.Content.Bodies;
using Rialto.Content.Mail;
using Rialto.Content.Mime;
using Rialto.Directory;
using Rialto.Model;
using Rialto.Store;
using Rialto.Store.Searching.Text;

namespace Rialto.Server.Hosting;

/// <summary>What the store asks of Rialto.Content.</summary>
/// <param name="directory">
/// Whose addresses are whose; null where there is none. Addresses of the address book go out as what they stand for, and those that were encapsulated for a domain of ours come
/// back as they were. A sender's SMTP address is not made an entry of the address book: nobody vouches for what a header says.
/// </param>
internal sealed class StoreContentConverter(DirectoryService? directory = null) : IContentConverter
{
    private readonly MimeToPropertiesOptions _reading = new() { IsLocalDomain = domain => directory?.Current.FindDomain(domain) is not null };

    public int Version => MimeToProperties.Version;

    public ContentFacts Analyze(ReadOnlyMemory<byte> mime)
    {
        var message = MimeMessage.Parse(mime);
        var facts = MessageFacts.Of(message);
        return new ContentFacts
        {
            Sent = facts.Date is { } date ? FileTime.From(date) : null,
            MessageClass = facts.MessageClass,
            SubjectPrefix = facts.SubjectPrefix,
            NormalizedSubject = facts.NormalizedSubject,
            FromName = facts.From?.Name ?? "",
            FromAddress = facts.From?.Address ?? "",
            SenderName = facts.Sender is { } sender && sender != facts.From ? sender.Display : "",
            SenderAddress = facts.Sender is { } from && from != facts.From ? from.Address : "",
            DisplayTo = facts.DisplayTo,
            DisplayCc = facts.DisplayCc,
            DisplayBcc = facts.DisplayBcc,
            Importance = (byte)facts.Importance,
            Sensitivity = (byte)facts.Sensitivity,
            Preview = facts.Preview,
            InternetMessageId = facts.MessageId,
            InReplyTo = facts.InReplyTo,
            References = facts.References.Split((char[])[' ', '\t', '\r', '\n'], StringSplitOptions.RemoveEmptyEntries),
            ConversationTopic = facts.ConversationTopic,
            ConversationIndex = facts.ConversationIndex,
            ConversationId = facts.ConversationId,
            CalendarUid = facts.CalendarUid ?? "",
            HasAttachments = facts.HasAttachments,
            ReadReceiptRequested = facts.ReadReceiptRequested,
            // Disposition-Notification-To asks for what became of the message, a deletion included. RFC 8098 3.2.6.2.
            NonReadReceiptRequested = facts.ReadReceiptRequested,
            Digest = ImapDigest.Build(message),
        };
    }

    public PropertyMessage ToProperties(ReadOnlyMemory<byte> mime) => MimeToProperties.Convert(MimeMessage.Parse(mime), _reading);

    public void KeepSkeleton(ReadOnlyMemory<byte> mime, PropertyMessage message)
    {
        var kept = MimeToProperties.Convert(MimeMessage.Parse(mime), _reading with { KeepSkeleton = true });
        if (kept.Properties.GetBinary(PropertyTags.MimeSkeleton) is not { } skeleton)
            return;
        message.Properties.Set(PropertyValue.Of(PropertyTags.MimeSkeleton, skeleton));
        // Parts without an id of their own are found again by the one that the skeleton gives them.
        foreach (var attachment in kept.Attachments)
        {
            if (attachment.Properties.GetString(PropertyTags.AttachContentId) is { Length: > 0 } id
                && message.Attachments.Find(a => a.Properties.GetInt32(PropertyTags.AttachNumber, -1) == attachment.Properties.GetInt32(PropertyTags.AttachNumber)
                    && a.Properties.GetString(PropertyTags.AttachLongFilename) == attachment.Properties.GetString(PropertyTags.AttachLongFilename)) is { } same
                && string.IsNullOrEmpty(same.Properties.GetString(PropertyTags.AttachContentId)))
            {
                same.Properties.Set(PropertyValue.Of(PropertyTags.AttachContentId, id));
            }
        }
    }

    public byte[] ToMime(PropertyMessage message) => PropertiesToMime.Convert(message, Writing);

    public IEnumerable<ReadOnlyMemory<byte>> ToMimeChunks(PropertyMessage message) => PropertiesToMime.Chunks(message, Writing);

    private PropertiesToMimeOptions Writing
    {
        get
        {
            if (directory?.Current is not { } current)
                return new PropertiesToMimeOptions { UseSkeleton = true };
            return new PropertiesToMimeOptions
            {
                // Messages that came with one: out of files and from other servers.
                UseSkeleton = true,
                Domain = current.DefaultDomain?.Name ?? PropertiesToMimeOptions.Default.Domain,
                ResolveAddress = (type, address) => type.Equals("EX", StringComparison.OrdinalIgnoreCase) && current.FindByLegacyDn(address) is { PrimaryAddress.Length: > 0 } known ? known.PrimaryAddress : null,
            };
        }
    }

    public PropertyValue ConvertBody(PropertyMessage message, PropertyTag wanted)
    {
        var bag = message.Properties;
        if (!bag.TryGet(PropertyIds.Body, out _) && !bag.TryGet(PropertyIds.Html, out _) && !bag.TryGet(PropertyIds.RtfCompressed, out _))
            return default;
        var bodies = MessageBodies.Of(bag);
        return wanted.Id switch
        {
            PropertyIds.Body => PropertyValue.Of(PropertyTags.Body, bodies.Text),
            PropertyIds.Html => PropertyValue.Of(PropertyTags.Html, bodies.Html),
            PropertyIds.RtfCompressed => PropertyValue.Of(PropertyTags.RtfCompressed, bodies.RtfCompressed),
            _ => default,
        };
    }

    public string ExtractText(ReadOnlyMemory<byte> mime, int maximumLength) => TextExtractor.Extract(MimeMessage.Parse(mime), new TextExtractorOptions { MaxLength = maximumLength });

    public MessageTexts ExtractTexts(ReadOnlyMemory<byte> mime, int maximumLength)
    {
        var message = MimeMessage.Parse(mime);
        var options = new TextExtractorOptions { MaxLength = maximumLength };
        return new MessageTexts(TextExtractor.ExtractHeader(message, options), TextExtractor.Extract(message, options));
    }

    public void SplitDigest(ReadOnlySpan<byte> digest, out ReadOnlySpan<byte> envelope, out ReadOnlySpan<byte> bodyStructure) => ImapDigest.Split(digest, out envelope, out bodyStructure);

    public bool TryReadThread(ReadOnlySpan<byte> digest, out ReadOnlySpan<byte> envelope, out ReadOnlySpan<byte> hashes) => ImapDigest.TryReadThread(digest, out envelope, out hashes);
}
