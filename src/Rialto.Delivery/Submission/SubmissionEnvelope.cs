// [MS-OXOMSG] 2.2.3.1 (recipients of a resend), 2.2.1.20, 2.2.1.21 (delivery reports); RFC 3461 4.1 (NOTIFY).
using System.Text;
using Rialto.Directory;
using Rialto.Model;

namespace Rialto.Delivery;

/// <summary>Whom a submitted message goes to, as the queue has it.</summary>
internal sealed record SubmissionEnvelope(IReadOnlyList<QueuedRecipient> Recipients, bool IsInternational)
{
    /// <summary>mfResend. [MS-OXCMSG] 2.2.1.6.</summary>
    private const int Resend = 0x80;

    /// <summary>The recipient did not get it and is to: 0x10 in a recipient row, 0x10000000 in the property.</summary>
    private const int Wanted = WantedMark | 0x10;

    private const int WantedMark = 0x1000_0000;

    private const int KindMask = 0x0F;

    /// <summary>The recipient got it before: 0x80 in a recipient row, 0x80000000 in the property.</summary>
    private const int Received = unchecked((int)0x8000_0080);

    /// <summary>Resolves the message's recipients, whose SMTP addresses are set, and collects them, each once.</summary>
    public static SubmissionError TryMake(PropertyMessage message, DirectorySnapshot directory, DeliveryOptions options, long due, out SubmissionEnvelope envelope)
    {
        envelope = null!;
        var isResend = (message.Properties.GetInt32(PropertyTags.MessageFlags) & Resend) != 0;
        var marked = isResend && message.Recipients.Exists(r => (TypeOf(r) & Wanted) != 0);
        var notify = NotifyOf(message.Properties);
        var seen = new HashSet<string>(StringComparer.OrdinalIgnoreCase);
        var recipients = new List<QueuedRecipient>(message.Recipients.Count);
        foreach (var recipient in message.Recipients)
        {
            var type = TypeOf(recipient);
            // The originator is listed by some clients; mail is never for it.
            if ((type & KindMask) == 0 && (!isResend || (type & Wanted) == 0)) continue;
            var bag = recipient.Properties;
            var address = PartyAddress.Resolve(
                bag.GetBinary(PropertyTags.EntryId), bag.GetString(PropertyTags.AddressType), bag.GetString(PropertyTags.EmailAddress), bag.GetString(PropertyTags.SmtpAddress), directory);
            if (address is null) return SubmissionError.UnresolvedRecipient;
            bag.Set(PropertyValue.Of(PropertyTags.SmtpAddress, address));
            if (isResend && (marked ? (type & Wanted) == 0 : (type & Received) != 0)) continue;
            if (seen.Add(address)) recipients.Add(new(address, null, notify, 0, due, null));
        }

        if (recipients.Count == 0) return SubmissionError.NoRecipients;
        if (recipients.Count > options.MaximumSubmittedRecipients) return SubmissionError.TooManyRecipients;
        envelope = new(recipients, recipients.Exists(r => !Ascii.IsValid(r.Address)));
        return SubmissionError.None;
    }

    /// <summary>
    /// A submitted resend says of each recipient whether it goes to them: the marks of those who have it go, all others are marked as wanting it (IMAPISupport::PrepareSubmit).
    /// The kind stays, for the mail's header.
    /// </summary>
    public static void MarkResend(PropertyMessage message)
    {
        if ((message.Properties.GetInt32(PropertyTags.MessageFlags) & Resend) == 0) return;
        var marked = message.Recipients.Exists(r => (TypeOf(r) & Wanted) != 0);
        foreach (var recipient in message.Recipients)
        {
            var type = TypeOf(recipient);
            var wanted = marked ? (type & Wanted) != 0 : (type & Received) == 0;
            recipient.Properties.Set(PropertyValue.Of(PropertyTags.RecipientType, (type & KindMask) | (wanted ? WantedMark : 0)));
            recipient.Properties.Set(PropertyValue.Of(PropertyTags.Responsibility, wanted));
        }
    }

    private static int TypeOf(PropertyRecipient recipient) => recipient.Properties.GetInt32(PropertyTags.RecipientType, 1);

    /// <summary>Failures are reported unless the sender said otherwise; successes where it asked for them.</summary>
    private static string? NotifyOf(PropertyBag bag)
    {
        var success = bag.GetBoolean(PropertyTags.OriginatorDeliveryReportRequested);
        var failure = !bag.TryGet(PropertyIds.OriginatorNonDeliveryReportRequested, out var wanted) || wanted.AsBoolean();
        return (success, failure) switch
        {
            (true, true) => "SUCCESS,FAILURE,DELAY",
            (true, false) => "SUCCESS",
            (false, false) => "NEVER",
            _ => null,
        };
    }
}
