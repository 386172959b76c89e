// [MS-OXOMSG] 2.2.1.29 (read receipts), 2.2.2 (what they are), 3.3.4 (the server sends them); RFC 8098 2.1 (once).
using System.Security.Cryptography;
using Microsoft.Extensions.Logging;
using Rialto.Directory;
using Rialto.Model;
using Rialto.Store;

namespace Rialto.Delivery;

/// <summary>Sends read and non-read receipts to those who asked for them, as mail through the queue. Thread-safe.</summary>
public sealed class MailReceipts(
    StoreEngine store, DirectoryService directory, IMailQueueStorage queue, DeliveryOptions options, TimeProvider time, ILogger<MailReceipts> logger)
{
    /// <summary>
    /// Sends the receipt of one message; call before a message that is deleted is gone. True when none is owed any more: it is durable in the queue, or nobody is to get one.
    /// The same receipt is the same entry, however often it is asked for.
    /// </summary>
    /// <param name="mailbox">The reader's mailbox, by whoever may read it.</param>
    /// <param name="row">The message.</param>
    /// <param name="isRead">It was read; otherwise it is deleted unread.</param>
    public async ValueTask<bool> SendAsync(MailboxSession mailbox, MessageRow row, bool isRead, CancellationToken cancel)
    {
        var snapshot = directory.Current;
        // No receipts about receipts, none out of public folders.
        if (mailbox.Header.IsPublic || row.MessageClass.StartsWith("REPORT", StringComparison.OrdinalIgnoreCase) || snapshot.FindByMailbox(mailbox.MailboxId) is not { } reader) return true;
        var opened = await mailbox.OpenPropertiesAsync(row.Folder, row.Id, cancel);
        if (!opened.TryGet(out var message)) return opened.Error == StoreError.NotFound;
        var bag = message.Properties;
        var to = PartyProperties.ReadReceipt.SmtpOf(bag, snapshot) ?? PartyProperties.Representing.SmtpOf(bag, snapshot) ?? PartyProperties.Sender.SmtpOf(bag, snapshot);
        if (to is null) return true;

        var now = time.GetUtcNow();
        var id = IdOf(mailbox.MailboxId, row.Id, isRead);
        var facts = new ReceiptFacts(
            reader, to, bag.GetString(PropertyTags.Subject) ?? row.Subject, bag.GetString(PropertyTags.InternetMessageId) ?? row.InternetMessageId, row.Sent?.ToDateTimeOffset(), isRead);
        try
        {
            var content = await store.Backend.Blobs.WriteAsync(MdnWriter.Write(facts, id, now, options.EffectiveHostName), cancel);
            await queue.EnqueueAsync(
                new QueuedMessage
                {
                    Id = id,
                    Content = content,
                    // RFC 8098 3: no report is ever sent about a receipt. One attempt counted: a mailbox that got it before a crash is asked.
                    Sender = "",
                    Recipients = [new(to, null, "NEVER", 1, 0, null)],
                    ReceivedUtcTicks = now.UtcTicks,
                    SmtpUtf8 = !System.Text.Ascii.IsValid(to),
                    EightBitMime = true,
                },
                cancel);
        }
        catch (Store.Backend.StorageUnavailableException)
        {
            // Still owed.
            return false;
        }

        DeliveryLog.ReceiptSent(logger, id, reader.PrimaryAddress, to);
        return true;
    }

    private static Guid IdOf(Guid mailbox, MessageId message, bool isRead)
    {
        Span<byte> input = stackalloc byte[25];
        mailbox.TryWriteBytes(input);
        BitConverter.TryWriteBytes(input[16..], message.Value);
        input[24] = isRead ? (byte)1 : (byte)2;
        Span<byte> hash = stackalloc byte[32];
        SHA256.HashData(input, hash);
        return new Guid(hash[..16]);
    }
}
