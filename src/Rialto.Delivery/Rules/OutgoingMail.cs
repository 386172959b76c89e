// What rules send, and how it survives a crash between the mailbox's commit and the queue's.
using System.Security.Cryptography;
using System.Text;
using Rialto.Store;
using Rialto.Store.Backend;

namespace Rialto.Delivery;

/// <summary>A message that rules send.</summary>
/// <param name="Id">The same whenever the same rule is run over the same delivery, so that the queue takes it once.</param>
/// <param name="Sender">The reverse path; empty for none.</param>
/// <param name="Quiet">Whoever it cannot reach is not reported.</param>
internal sealed record OutgoingMail(Guid Id, string Sender, IReadOnlyList<string> Recipients, string Submitter, bool Quiet, BlobRef Content, byte[]? Overlay)
{
    private const byte Version = 1;

    /// <summary>The key under which a mailbox keeps what a delivery still has to send.</summary>
    public static ClientStateKey KeyOf(Guid queueEntry) => new(OutOfOfficeHistory.Client, "outbox", queueEntry.ToString("N"));

    /// <summary>An id that follows from its cause.</summary>
    public static Guid IdOf(Guid queueEntry, Guid mailbox, long rule, int action)
    {
        Span<byte> cause = stackalloc byte[44];
        queueEntry.TryWriteBytes(cause);
        mailbox.TryWriteBytes(cause[16..]);
        BitConverter.TryWriteBytes(cause[32..], rule);
        BitConverter.TryWriteBytes(cause[40..], action);
        return new Guid(SHA256.HashData(cause).AsSpan(0, 16));
    }

    /// <param name="isRepeated">It may have been queued before: mailboxes are asked whether they have it.</param>
    public QueuedMessage ToQueued(DateTimeOffset now, bool isRepeated = false) => new()
    {
        Id = Id,
        Content = Content,
        Sender = Sender,
        Recipients = [.. Recipients.Select(r => new QueuedRecipient(r, null, Quiet ? "NEVER" : null, isRepeated ? 1 : 0, 0, null))],
        ReceivedUtcTicks = now.UtcTicks,
        Submitter = Submitter,
        Overlay = Overlay,
        SmtpUtf8 = !Ascii.IsValid(Sender) || Recipients.Any(r => !Ascii.IsValid(r)),
        EightBitMime = true,
    };

    public static byte[] Write(IReadOnlyList<OutgoingMail> mails)
    {
        using var bytes = new MemoryStream();
        using var writer = new BinaryWriter(bytes, Encoding.UTF8);
        writer.Write(Version);
        writer.Write(mails.Count);
        foreach (var mail in mails)
        {
            writer.Write(mail.Id.ToByteArray());
            writer.Write(mail.Sender);
            writer.Write(mail.Recipients.Count);
            foreach (var recipient in mail.Recipients) writer.Write(recipient);
            writer.Write(mail.Submitter);
            writer.Write(mail.Quiet);
            writer.Write(mail.Content.Key);
            writer.Write(mail.Content.Length);
            writer.Write(mail.Overlay?.Length ?? -1);
            writer.Write(mail.Overlay ?? []);
        }

        writer.Flush();
        return bytes.ToArray();
    }

    /// <summary>What <see cref="Write"/> wrote; nothing when a newer version did.</summary>
    public static IReadOnlyList<OutgoingMail> Read(ReadOnlyMemory<byte> stored)
    {
        using var reader = new BinaryReader(new MemoryStream(stored.ToArray()), Encoding.UTF8);
        if (reader.ReadByte() != Version) return [];
        var mails = new OutgoingMail[reader.ReadInt32()];
        for (var i = 0; i < mails.Length; i++)
        {
            var id = new Guid(reader.ReadBytes(16));
            var sender = reader.ReadString();
            var recipients = new string[reader.ReadInt32()];
            for (var r = 0; r < recipients.Length; r++) recipients[r] = reader.ReadString();
            var submitter = reader.ReadString();
            var quiet = reader.ReadBoolean();
            var content = new BlobRef(reader.ReadInt64(), reader.ReadInt64());
            var overlay = reader.ReadInt32();
            mails[i] = new(id, sender, recipients, submitter, quiet, content, overlay < 0 ? null : reader.ReadBytes(overlay));
        }

        return mails;
    }
}
