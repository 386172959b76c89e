// RFC 5321 3.9.1 (aliases), RFC 3461 5.2.7.2 (what the sender wants to hear goes along); [MS-XJRNL] 2 (journal reports).
using System.Buffers;
using System.Text;
using Microsoft.Extensions.Logging;
using Rialto.Content.Mail;
using Rialto.Content.Mime;
using Rialto.Directory;
using Rialto.Store.Backend;

namespace Rialto.Delivery;

/// <summary>
/// Messages that follow from another's delivery: those that mailboxes pass on, and journal reports. Their ids follow from the first one's, and they are in the queue before it leaves:
/// after a crash the queue takes each once more at most.
/// </summary>
internal sealed class MailCopies(IMailQueueStorage queue, IBlobStore blobs, DirectoryService directory, DeliveryOptions options, TimeProvider time, ILogger logger)
{
    private const int ForwardingRule = -1;
    private const int JournalingRule = -2;

    /// <summary>Durable when it returns.</summary>
    public async ValueTask SendAsync(DeliveryAttempt attempt, CancellationToken cancel)
    {
        foreach (var (mailbox, recipient) in attempt.Forwards) await ForwardAsync(attempt, mailbox, recipient, cancel);
        if (!attempt.IsFirst || directory.Current.Organisation is not { JournalRules: { IsEmpty: false } rules }) return;
        // Reports are not reported on, wherever they end up: one about another would go round for ever.
        var alternate = directory.Current.Organisation.JournalAlternate;
        if (attempt.Message.Sender.Length == 0 && attempt.Reached.TrueForAll(r =>
            r.Address.Equals(alternate, StringComparison.OrdinalIgnoreCase) || rules.Any(j => j.Journal.Equals(r.Address, StringComparison.OrdinalIgnoreCase)))) return;
        for (var i = 0; i < rules.Length; i++)
        {
            if (Concerns(rules[i], attempt, directory.Current)) await JournalAsync(attempt, rules[i], i, cancel);
        }
    }

    private async ValueTask ForwardAsync(DeliveryAttempt attempt, MailboxRecipient mailbox, QueuedRecipient recipient, CancellationToken cancel)
    {
        var message = attempt.Message;
        using var lease = await blobs.OpenAsync(message.Content, cancel);
        if (LoopProtection.HasPassed(MimeMessage.Parse(lease.Memory).Root, mailbox))
        {
            // It went out from here and came back: whoever passes it back would do so again, and again.
            DeliveryLog.ForwardedInCircles(logger, message.Id, mailbox.PrimaryAddress, recipient.Address);
            if (mailbox.Forwarding is not { KeepsCopy: true } && Notify.WantsFailure(recipient)) attempt.Reports.Add(new(recipient with { Address = mailbox.PrimaryAddress }, ReportAction.Failed, DeliveryStatus.ForwardingLoop));
            return;
        }

        var copy = message with
        {
            Content = await blobs.WriteAsync(MessageHead.Insert(lease.Memory, LoopProtection.FieldOf(mailbox)), cancel),
            Id = OutgoingMail.IdOf(message.Id, mailbox.MailboxGuid, ForwardingRule, 0),
            Recipients = [recipient with { Attempts = 0, NextAttemptUtcTicks = 0, LastStatus = null }],
            // The owner sends it on: that is who may send to the outside, whoever wrote it.
            Submitter = mailbox.PrimaryAddress,
            ReceivedUtcTicks = time.GetUtcNow().UtcTicks,
            Origin = null,
            FutureRelease = null,
        };
        await queue.EnqueueAsync(copy, cancel);
        DeliveryLog.Forwarded(logger, message.Id, mailbox.PrimaryAddress, recipient.Address, copy.Id);
    }

    private static bool Concerns(JournalRule rule, DeliveryAttempt attempt, DirectorySnapshot directory)
    {
        var message = attempt.Message;
        if (attempt.Reached.Count == 0) return false;
        var sender = attempt.Submitter ?? directory.FindByAddress(message.Sender);
        var recipients = attempt.Reached.ConvertAll(r => directory.FindByAddress(r.Address));
        var isInternal = (attempt.Submitter is not null || message.Sender.Length == 0) && recipients.TrueForAll(r => r is not (null or ExternalContact));
        if (rule.Scope != MailScope.All && (rule.Scope == MailScope.Internal) != isInternal) return false;
        return rule.Recipient is not { } only || recipients.Append(sender).Any(r => r is not null && directory.Includes([only], r));
    }

    private async ValueTask JournalAsync(DeliveryAttempt attempt, JournalRule rule, int index, CancellationToken cancel)
    {
        var message = attempt.Message;
        var now = time.GetUtcNow();
        var id = OutgoingMail.IdOf(message.Id, Guid.Empty, JournalingRule, index);
        using var lease = await blobs.OpenAsync(message.Content, cancel);
        var original = RuleMail.WithoutReturnPath(lease.Memory);
        var header = MimeMessage.Parse(original).Root;
        var domain = directory.Current.DefaultDomain?.Name ?? options.EffectiveHostName;
        var to = AddressesOf(header, MimeHeaderId.To);
        var copied = AddressesOf(header, MimeHeaderId.Cc);
        var sender = AddressesOf(header, MimeHeaderId.Sender).FirstOrDefault() ?? AddressesOf(header, MimeHeaderId.From).FirstOrDefault() ?? message.Sender;
        var from = AddressesOf(header, MimeHeaderId.From).FirstOrDefault() ?? "";
        var report = new JournalReport
        {
            Sender = sender,
            OnBehalfOf = from.Equals(sender, StringComparison.OrdinalIgnoreCase) ? "" : from,
            Subject = header.HasHeader(MimeHeaderId.Subject) ? HeaderText.Decode(header.RawValue(MimeHeaderId.Subject)).Trim() : "",
            MessageId = header.HasHeader(MimeHeaderId.MessageId) ? Encoding.Latin1.GetString(header.RawValue(MimeHeaderId.MessageId)).Trim() : "",
            Recipients = [.. attempt.Reached.Select(r => new JournalRecipient(FieldOf(r), r.Address, r.Expanded, r.Forwarded))],
        };
        var bytes = report.Write(new MailAddress("", $"postmaster@{domain}"), new MailAddress("", rule.Journal), now, $"<{id:N}@{options.EffectiveHostName}>", original.Span);
        await queue.EnqueueAsync(
            new QueuedMessage
            {
                Id = id,
                Content = await blobs.WriteAsync(new ReadOnlySequence<byte>(bytes), cancel),
                Sender = "",
                // Nobody is told of a failure, since nobody sent it; but it is noticed.
                Recipients = [new(rule.Journal, null, null, 0, 0, null)],
                ReceivedUtcTicks = now.UtcTicks,
                SmtpUtf8 = message.SmtpUtf8,
                EightBitMime = true,
            },
            cancel);
        DeliveryLog.Journaled(logger, message.Id, id, rule.Name);

        string FieldOf((string Address, string Expanded, string Forwarded) reached)
        {
            // A member of a group, or whom a mailbox passes on to, has the field of who was named.
            var named = reached.Expanded.Length > 0 ? reached.Expanded : reached.Forwarded.Length > 0 ? reached.Forwarded : reached.Address;
            return to.Contains(named, StringComparer.OrdinalIgnoreCase) ? "To" : copied.Contains(named, StringComparer.OrdinalIgnoreCase) ? "Cc"
                : attempt.Submitter is not null ? "Bcc" : "Recipient";
        }
    }

    private static List<string> AddressesOf(MimePart header, MimeHeaderId id) => MailAddress.ParseAll(header, id).ConvertAll(a => a.Address);
}
