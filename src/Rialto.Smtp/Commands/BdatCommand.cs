// RFC 3030 2 (CHUNKING), 3 (BINARYMIME: octets; without it lines end with CRLF here as in DATA).
using System.Buffers;
using System.Buffers.Text;
using System.Text;
using Rialto.Net;
using Rialto.Smtp.Wire;

namespace Rialto.Smtp.Commands;

/// <summary>BDAT: a chunk of the message, its length given. The octets are read whatever the answer is, so that they are never taken for commands.</summary>
internal static class BdatCommand
{
    public static async ValueTask<SmtpReply> RunAsync(SmtpSession session, ReadOnlyMemory<byte> argument)
    {
        if (!TryRead(argument.Span, out var length, out var last))
        {
            // Without a length nobody knows where the next command begins.
            return SmtpReplies.Syntax with { Closes = true };
        }

        var refusal = Refusal(session);
        if (refusal is not null)
        {
            if (length > session.Options.MaximumDiscarded) return SmtpReplies.FarTooLarge;
            return await SkipAsync(session, length) ?? refusal;
        }

        var transaction = session.Transaction!;
        var intake = transaction.Chunks ??= MessageReceipt.Begin(session, transaction, dots: false).Intake;
        if (length > session.Options.MaximumMessageSize + session.Options.MaximumDiscarded || intake.IsHopeless) return SmtpReplies.FarTooLarge;
        var status = await session.ReadChunkAsync(length, transaction.Pace ??= new(session.Services.Time), sequence => TakeAsync(intake, sequence));
        if (status != ReadStatus.Done) return status == ReadStatus.TimedOut ? SmtpReplies.TooSlow : SmtpReplies.TimedOut;
        // An empty chunk, or one of a few octets, may come as often as one likes: that is not sending.
        if (!last && transaction.Pace.IsTooSlow(0, session.Options)) return SmtpReplies.TooSlow;
        if (length == 0 && !last) session.NoteAimless();
        if (!last) return intake.Refusal is { } early ? early : SmtpReplies.ChunkOk;

        var reply = await MessageReceipt.Resume(intake).CompleteAsync(session);
        await session.EndTransactionAsync();
        return reply;
    }

    private static SmtpReply? Refusal(SmtpSession session)
    {
        if (session.Hello is null || !session.Extended) return SmtpReplies.SayHello;
        if (session.Role == SmtpRole.Submission && session.CurrentAccount is null) return session.Transport.AllowsLogin ? SmtpReplies.NeedsLogin : SmtpReplies.NeedsTls;
        if (session.Transaction is not { } transaction) return SmtpReplies.NeedMail;
        if (transaction.Recipients.Count == 0) return SmtpReplies.NeedRecipient;
        return transaction.Chunks?.Refusal is not null ? SmtpReplies.ChunkFailed : null;
    }

    private static async ValueTask<SmtpReply?> SkipAsync(SmtpSession session, long length) =>
        await session.ReadChunkAsync(length, new(session.Services.Time), null) == ReadStatus.Done ? null : SmtpReplies.TimedOut;

    private static async ValueTask TakeAsync(MessageIntake intake, ReadOnlySequence<byte> octets)
    {
        foreach (var segment in octets) intake.Feed(segment.Span, out _);
        await intake.FlushAsync(CancellationToken.None);
    }

    private static bool TryRead(ReadOnlySpan<byte> argument, out long length, out bool last)
    {
        last = false;
        length = 0;
        argument = argument.Trim((byte)' ');
        if (argument.IsEmpty || !Utf8Parser.TryParse(argument, out length, out var digits) || length < 0 || argument[0] is < (byte)'0' or > (byte)'9') return false;
        var rest = argument[digits..];
        if (rest.IsEmpty) return true;
        last = rest[0] == ' ' && Ascii.EqualsIgnoreCase(rest.TrimStart((byte)' '), "LAST");
        return last;
    }
}
