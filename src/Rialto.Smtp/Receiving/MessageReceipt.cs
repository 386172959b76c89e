// RFC 5321 4.4, 4.1.1.4 (responsibility begins with 250).
using Rialto.Delivery.Trace;
using Rialto.Smtp.Wire;

namespace Rialto.Smtp;

/// <summary>A message being received: its id, who sends it, and the intake that its content goes through.</summary>
internal sealed class MessageReceipt
{
    private MessageReceipt(MessageIntake intake) => Intake = intake;

    public MessageIntake Intake { get; }

    /// <summary>Begins a message with its trace header.</summary>
    public static MessageReceipt Begin(SmtpSession session, MailTransaction transaction, bool dots)
    {
        var now = session.Services.Time.GetUtcNow();
        var id = Guid.CreateVersion7(now);
        var account = session.CurrentAccount;
        var facts = new TraceFacts(
            session.Hello ?? "unknown", session.Transport.RemoteEndPoint?.Address, session.Options.EffectiveHostName, session.Extended, session.Transport.TlsDescription,
            account?.PrimaryAddress ?? "", id, now);
        var additions = account is null ? null : new SubmissionFields(id, transaction.Sender, session.Options.EffectiveHostName, now);
        var origin = new MessageOrigin(id, account?.PrimaryAddress ?? "", now.UtcTicks);
        return new(new MessageIntake(session.Services.Store.Backend.Blobs, session.Options, transaction, origin, TraceHeader.Write(transaction, facts), dots, additions, session.Services.Trace is not null));
    }

    /// <summary>A message begun by an earlier chunk.</summary>
    public static MessageReceipt Resume(MessageIntake intake) => new(intake);

    /// <summary>Ends the message: durable in the queue when the reply is 250.</summary>
    public async ValueTask<SmtpReply> CompleteAsync(SmtpSession session)
    {
        session.NoteMessage();
        try
        {
            // The client may be gone by now; what it sent whole is kept all the same.
            var reply = await Intake.CompleteAsync(session.Services.Queue, IncomingFilter.For(session), CancellationToken.None);
            SmtpLog.Received(session.Services.Logger, session.Transport.ConnectionId, Intake.Origin.Id, reply.Code, Intake.Size);
            Note(session, reply);
            return reply;
        }
        catch (Exception e)
        {
            SmtpLog.StorageFailed(session.Services.Logger, e, session.Transport.ConnectionId);
            return SmtpReplies.From(e);
        }
    }

    private void Note(SmtpSession session, SmtpReply reply)
    {
        SmtpMetrics.Received(session.Transport.Listener.Name, reply, Intake.Size);
        if (session.Services.Trace is not { } trace) return;
        var (messageId, subject) = Intake.Identify();
        trace.Note(new(session.Services.Time.GetUtcNow().UtcTicks, reply.IsError ? TraceStep.Refused : TraceStep.Received, Intake.Origin.Id)
        {
            Sender = Intake.Transaction.Sender,
            Recipients = [.. Intake.Transaction.Recipients.Select(r => r.Address)],
            MessageId = messageId,
            Subject = subject,
            Size = Intake.Size,
            Via = session.Transport.Listener.Name,
            Peer = session.Transport.RemoteEndPoint?.Address.ToString() ?? "",
            Login = Intake.Origin.Submitter,
            Status = $"{reply.Code} {reply.Enhanced} {reply.Text}",
        });
    }
}

/// <summary>Where a message comes from.</summary>
/// <param name="Id">Its id in the queue.</param>
/// <param name="Submitter">Primary address of who logged in; empty for mail from outside.</param>
internal readonly record struct MessageOrigin(Guid Id, string Submitter, long ReceivedUtcTicks);
