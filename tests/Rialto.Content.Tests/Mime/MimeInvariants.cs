using System.Buffers;
using Rialto.Content.Mail;
using Rialto.Content.Mime;
using Rialto.Model;

namespace Rialto.Content.Tests.Mime;

/// <summary>What holds of every parsed message, whatever its bytes.</summary>
internal static class MimeInvariants
{
    public static MimeMessage Check(ReadOnlyMemory<byte> bytes, MimeLimits? limits = null)
    {
        var message = MimeMessage.Parse(bytes, limits);
        message.Root.HeaderOffset.ShouldBe(0);
        message.Root.Length.ShouldBe(bytes.Length);
        Check(message.Root, bytes.Length);
        CheckDigest(message);
        return message;
    }

    /// <summary>The tree, the digest, and everything that is made from a message.</summary>
    public static MimeMessage CheckAll(ReadOnlyMemory<byte> bytes)
    {
        var message = Check(bytes);
        var facts = MessageFacts.Of(message);
        facts.Preview.Length.ShouldBeLessThanOrEqualTo(255);
        facts.Subject.Any(char.IsControl).ShouldBeFalse();
        facts.ConversationIndex.Length.ShouldBeGreaterThanOrEqualTo(22);
        TextExtractor.Extract(message);
        var properties = MimeToProperties.Convert(message);
        var mime = PropertiesToMime.Convert(properties);
        PropertiesToMime.Convert(properties).ShouldBe(mime);
        CheckRoundTrip(facts, MessageFacts.Of(Check(mime)), properties);
        return message;
    }

    private static void CheckRoundTrip(MessageFacts before, MessageFacts after, PropertyMessage properties)
    {
        Collapsed(after.Subject).ShouldBe(Collapsed(before.Subject));
        if (properties.Properties.GetString(PropertyTags.MessageClass) is "IPM.Note")
            (after.Content.Attachments.Count + after.Content.Hidden.Count).ShouldBe(properties.Attachments.Count);
        after.Importance.ShouldBe(before.Importance);
        after.Recipients.Count.ShouldBe(before.Recipients.Count(r => r.Address.Address.Length > 0));
    }

    private static string Collapsed(string text) => string.Join(' ', text.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries));

    public static void CheckDigest(MimeMessage message)
    {
        var digest = ImapDigest.Build(message);
        ImapDigest.Split(digest, out var envelope, out var bodyStructure).ShouldBeTrue();
        ImapSyntax.CheckEnvelope(envelope);
        var count = ImapSyntax.CheckBody(bodyStructure, extensions: true);
        count.ShouldBe(CountInStructure(message.Root));
        var body = new ArrayBufferWriter<byte>();
        ImapDigest.WriteBody(bodyStructure, body);
        ImapSyntax.CheckBody(body.WrittenSpan, extensions: false).ShouldBe(count);
    }

    private static int CountInStructure(MimePart part) =>
        1 + part.Children.Sum(CountInStructure) + (part.Embedded is { } embedded && part.Subtype == "rfc822" ? CountInStructure(embedded) : 0);

    private static void Check(MimePart part, int end)
    {
        part.HeaderOffset.ShouldBeGreaterThanOrEqualTo(0);
        part.HeaderLength.ShouldBeGreaterThanOrEqualTo(0);
        part.BodyLength.ShouldBeGreaterThanOrEqualTo(0);
        part.BodyOffset.ShouldBe(part.HeaderOffset + part.HeaderLength);
        (part.BodyOffset + part.BodyLength).ShouldBeLessThanOrEqualTo(end);
        var position = part.HeaderOffset;
        foreach (var field in part.Headers)
        {
            field.Offset.ShouldBeGreaterThanOrEqualTo(position);
            field.NameLength.ShouldBeGreaterThan(0);
            field.ValueOffset.ShouldBeGreaterThan(field.Offset);
            field.End.ShouldBeGreaterThanOrEqualTo(field.ValueOffset);
            position = field.End;
        }
        position.ShouldBeLessThanOrEqualTo(Math.Max(part.BodyOffset, part.HeaderOffset) + 2);
        position = part.BodyOffset;
        foreach (var child in part.Children)
        {
            child.HeaderOffset.ShouldBeGreaterThan(position);
            Check(child, part.BodyOffset + part.BodyLength);
            position = child.HeaderOffset + child.Length;
        }
        if (part.Embedded is { } embedded)
        {
            embedded.HeaderOffset.ShouldBe(part.BodyOffset);
            embedded.Length.ShouldBe(part.BodyLength);
            Check(embedded, part.BodyOffset + part.BodyLength);
        }
    }
}
