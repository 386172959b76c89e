// [MS-OXCMAIL] 2.2.3: MIME to Message object; [MS-OXOSMIME] 2.1.3: S/MIME stays whole in one attachment.
using Rialto.Content.Mime;
using Rialto.Model;

namespace Rialto.Content.Mail;

/// <summary>Bounds of a conversion, and what it may know of the world around the message.</summary>
public sealed record MimeToPropertiesOptions
{
    public static MimeToPropertiesOptions Default { get; } = new();

    /// <summary>Messages in messages that become embedded messages; deeper ones become attachments by value, as MAPI clients open a few levels at most.</summary>
    public int MaxEmbeddedDepth { get; init; } = 20;

    /// <summary>Recipients taken over; the rest stays in the header text. Clients read all rows at once.</summary>
    public int MaxRecipients { get; init; } = 10_000;

    /// <summary>Header fields of a message that become properties of PS_INTERNET_HEADERS; the rest stays in the header text. Mail with hundreds of them is a prank on whoever stores the names.</summary>
    public int MaxInternetHeaders { get; init; } = 100;

    /// <summary>
    /// Encoded bytes from which on an attachment stays where it is and is opened when it is wanted (<see cref="PropertyAttachment.OpenData"/>). For a message in a file; the file
    /// then has to stay open as long as the properties are used.
    /// </summary>
    public int MaxHeldAttachment { get; init; } = int.MaxValue;

    /// <summary>
    /// PidTagMimeSkeleton: the header and the shape of the mail beside its properties, so that it can be made again as it was. For properties that are to be kept in place of the
    /// mail; attachments get ids then. [MS-OXCMAIL] 2.4.3.1.
    /// </summary>
    public bool KeepSkeleton { get; init; }

    /// <summary>The address book's entry of an SMTP address; null for everyone else. [MS-OXCMAIL] 2.2.3.1.1.</summary>
    public Func<string, DirectoryAddress?>? FindAddress { get; init; }

    /// <summary>Whether mail to a domain arrives here, so that addresses encapsulated for it are undone. [MS-OXCMAIL] 2.2.3.1.2.</summary>
    public Func<string, bool>? IsLocalDomain { get; init; }
}

/// <summary>
/// Mail as properties. Depends on nothing but the message's bytes and the options, so that each conversion of the same message gives the same values.
/// Properties that the mailbox gives (times of delivery, ids, flags) are not among them.
/// </summary>
public static class MimeToProperties
{
    /// <summary>The version of this conversion; it goes up when values of the same input change.</summary>
    public const int Version = 5;

    public static PropertyMessage Convert(MimeMessage message, MimeToPropertiesOptions? options = null)
    {
        var result = new PropertyMessage { Properties = new PropertyBag(64) };
        Convert(message.Root, result, new ConversionScope(options ?? MimeToPropertiesOptions.Default, result), 0);
        return result;
    }

    internal static void Convert(MimePart message, PropertyMessage result, ConversionScope scope, int depth)
    {
        var facts = MessageFacts.Of(message);
        MimeHeaderProperties.Set(message, facts, result, scope);
        MimeRecipients.Add(facts, result, scope);
        MimeBodyProperties.Set(facts.Content, result.Properties);
        if (facts.Tnef is { } tnef)
            TnefContent.Merge(tnef, result, scope);
        if (facts.MessageClass.StartsWith("REPORT.", StringComparison.OrdinalIgnoreCase))
            MimeReportProperties.Set(message, facts, result, scope);
        MimeAttachments.Add(message, facts, result, scope, depth);
        RightsManagedMessage.Mark(result, scope);
        result.Properties.Set(PropertyValue.Of(PropertyTags.HasAttachments, facts.HasAttachments));
        if (scope.Options.KeepSkeleton)
            MimeSkeleton.Set(message, facts, result);
    }

    internal static void SetIfAny(PropertyBag bag, PropertyTag tag, string value)
    {
        if (value.Length > 0)
            bag.Set(PropertyValue.Of(tag, value));
    }
}
