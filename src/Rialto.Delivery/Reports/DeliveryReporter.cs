// RFC 3461 4.1, 6; RFC 5321 4.5.5 (null reverse-path), 6.1 (no reports about reports).
using Microsoft.Extensions.Logging;
using Rialto.Directory;
using Rialto.Store;
using Rialto.Store.Backend;

namespace Rialto.Delivery;

/// <summary>Sends delivery reports to senders, as mail of its own through the queue.</summary>
internal sealed class DeliveryReporter(IMailQueueStorage storage, IBlobStore blobs, DirectoryService directory, DeliveryOptions options, TimeProvider time, ILogger logger)
{
    private const int JournalRedirection = -3;

    /// <summary>Durable when it returns: the report's id, or null where there is nobody to tell. A message without a sender is never answered: its failure goes to the administrator's log.</summary>
    public async ValueTask<Guid?> ReportAsync(QueuedMessage message, IReadOnlyList<ReportedRecipient> reports, CancellationToken cancel)
    {
        if (message.Sender.Length == 0)
        {
            if (await RedirectJournalAsync(message, reports, cancel) is { } redirected) return redirected;
            foreach (var report in reports)
            {
                if (report.Action == ReportAction.Failed) DeliveryLog.DoubleBounce(logger, message.Id, report.Recipient.Address, report.Status);
            }

            return null;
        }

        var now = time.GetUtcNow();
        var id = Guid.CreateVersion7(now);
        var domain = directory.Current.DefaultDomain?.Name ?? options.EffectiveHostName;
        var identity = new DsnIdentity(options.EffectiveHostName, $"postmaster@{domain}", now, id);
        using var original = await OpenOriginalAsync(message, cancel);
        var text = DsnWriter.Write(message, original?.Memory ?? default, reports, identity, options);
        var content = await blobs.WriteAsync(text, cancel);
        await storage.EnqueueAsync(
            new QueuedMessage
            {
                Id = id,
                Content = content,
                Sender = "",
                Recipients = [new(message.Sender, null, "NEVER", 0, 0, null)],
                ReceivedUtcTicks = now.UtcTicks,
                SmtpUtf8 = message.SmtpUtf8,
                EightBitMime = true,
                // RFC 8689 5: what it tells of the message needs what the message needed.
                Tls = message.Tls,
            },
            cancel);
        DeliveryLog.Reported(logger, message.Id, id, message.Sender, reports.Count);
        return id;
    }

    /// <summary>A journal report that did not arrive is what the organisation must not lose: it goes to the alternate mailbox, as it is, once. Null where the message is none, or there is no such mailbox.</summary>
    private async ValueTask<Guid?> RedirectJournalAsync(QueuedMessage message, IReadOnlyList<ReportedRecipient> reports, CancellationToken cancel)
    {
        if (directory.Current.Organisation is not { JournalAlternate.Length: > 0 } organisation) return null;
        var failed = reports.Where(r => r.Action == ReportAction.Failed && organisation.JournalRules.Any(j => j.Journal.Equals(r.Recipient.Address, StringComparison.OrdinalIgnoreCase))).ToList();
        if (failed.Count == 0 || failed.Exists(r => r.Recipient.Address.Equals(organisation.JournalAlternate, StringComparison.OrdinalIgnoreCase))) return null;
        using (var original = await OpenOriginalAsync(message, cancel))
        {
            if (original is null || !Rialto.Content.Mime.MimeMessage.Parse(original.Memory).Root.TryFindHeader("X-MS-Journal-Report"u8, out _)) return null;
        }

        var id = OutgoingMail.IdOf(message.Id, Guid.Empty, JournalRedirection, 0);
        await storage.EnqueueAsync(message with { Id = id, Recipients = [new(organisation.JournalAlternate, null, "NEVER", 0, 0, null)], ReceivedUtcTicks = time.GetUtcNow().UtcTicks }, cancel);
        DeliveryLog.JournalRedirected(logger, message.Id, failed[0].Recipient.Address, organisation.JournalAlternate, id, failed[0].Status);
        return id;
    }

    /// <summary>A report without the original is better than none.</summary>
    private async ValueTask<BlobLease?> OpenOriginalAsync(QueuedMessage message, CancellationToken cancel)
    {
        try
        {
            return await blobs.OpenAsync(message.Content, cancel);
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            DeliveryLog.ContentUnreadable(logger, e, message.Id);
            return null;
        }
    }
}
