// RFC 5321 4.1.1.4, 4.5.2, 4.5.3.2.5.
using System.Buffers;
using System.IO.Pipelines;
using Rialto.Smtp.Wire;

namespace Rialto.Smtp.Commands;

/// <summary>DATA: takes the message in, up to CRLF.CRLF. Nothing behind that end was looked at before the reply is written.</summary>
internal static class DataCommand
{
    public static async ValueTask<SmtpReply> RunAsync(SmtpSession session, ReadOnlyMemory<byte> argument)
    {
        var transaction = session.Transaction!;
        if (transaction.Chunks is not null) return SmtpReplies.DataInChunks;
        if (transaction.BinaryMime) return SmtpReplies.BinaryInChunks;
        if (transaction.Recipients.Count == 0) return SmtpReplies.NeedRecipient;
        session.Write(SmtpReplies.StartContent);
        if (!await session.SendAsync()) return SmtpReplies.TimedOut;

        var receipt = MessageReceipt.Begin(session, transaction, dots: true);
        await using var intake = receipt.Intake;
        var failure = await ReadAsync(session, intake);
        var reply = failure ?? await receipt.CompleteAsync(session);
        await session.EndTransactionAsync();
        return reply;
    }

    /// <summary>Reads through the end of the message; a reply when there will be none.</summary>
    private static async ValueTask<SmtpReply?> ReadAsync(SmtpSession session, MessageIntake intake)
    {
        var options = session.Options;
        var time = session.Services.Time;
        var input = session.Transport.Input;
        var begun = time.GetTimestamp();
        long taken = 0;
        while (true)
        {
            if (!input.TryRead(out var result))
            {
                using var timeout = new CancellationTokenSource(options.DataBlockTimeout, time);
                try
                {
                    result = await input.ReadAsync(timeout.Token);
                }
                catch (OperationCanceledException) when (timeout.IsCancellationRequested)
                {
                    return SmtpReplies.TimedOut;
                }
            }

            var buffer = result.Buffer;
            // Interrupted or draining: a message under way is finished either way, and the session looks again behind it.
            if (result.IsCanceled) session.NoteSignal();
            if (Feed(intake, buffer, out var end))
            {
                input.AdvanceTo(end);
                return null;
            }

            taken += buffer.Length;
            input.AdvanceTo(buffer.End);
            if (result.IsCompleted) return SmtpReplies.TimedOut;
            if (intake.IsHopeless) return SmtpReplies.FarTooLarge;
            var elapsed = time.GetElapsedTime(begun);
            if (elapsed > options.DataBlockTimeout && taken < elapsed.TotalSeconds * options.MinimumDataRate) return SmtpReplies.TooSlow;
            await intake.FlushAsync(session.Transport.Closed);
        }
    }

    private static bool Feed(MessageIntake intake, in ReadOnlySequence<byte> buffer, out SequencePosition end)
    {
        var before = 0L;
        foreach (var segment in buffer)
        {
            if (intake.Feed(segment.Span, out var consumed))
            {
                end = buffer.GetPosition(before + consumed);
                return true;
            }

            before += segment.Length;
        }

        end = buffer.End;
        return false;
    }
}
