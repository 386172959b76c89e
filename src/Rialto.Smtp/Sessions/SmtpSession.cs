// RFC 5321 4.1.4 (order of commands), 4.5.3.2 (timeouts); RFC 2920 (pipelining); RFC 3207 4.2 (what TLS makes the server forget).
using Rialto.Directory;
using Rialto.Net;
using Rialto.Smtp.Wire;

namespace Rialto.Smtp;

/// <summary>
/// One connection: reads a command, looks it up, runs it, writes the reply. Replies of commands that came together go out together. While idle it
/// holds nothing but these fields.
/// </summary>
internal sealed class SmtpSession
{
    /// <summary>Replies are sent at the latest when that much waits, however much the client has pipelined.</summary>
    private const int MaximumUnsent = 8 * 1024;

    private int errors;
    private int aimless;
    private int unsent;
    private bool drainAsked;

    public SmtpSession(SessionTransport transport, SmtpRole role, SmtpServices services)
    {
        Transport = transport;
        Role = role;
        Services = services;
    }

    public SessionTransport Transport { get; }

    public SmtpRole Role { get; }

    public SmtpServices Services { get; }

    public SmtpOptions Options => Services.Options;

    /// <summary>The client's name for itself; null before EHLO or HELO.</summary>
    public string? Hello { get; set; }

    /// <summary>Whether the client said EHLO.</summary>
    public bool Extended { get; set; }

    /// <summary>Who logged in; null for nobody.</summary>
    public Guid? AccountId { get; set; }

    public MailTransaction? Transaction { get; private set; }

    public int FailedLogins { get; set; }

    public int Messages { get; private set; }

    public bool OffersLogin => Role == SmtpRole.Submission || Options.AllowLoginOnRelay;

    /// <summary>The account that logged in, as it is now; null for nobody, and when it was removed or closed meanwhile.</summary>
    public Account? CurrentAccount => AccountId is { } id && Services.Directory.Current.Find<Account>(id) is { LoginEnabled: true } account ? account : null;

    public async Task RunAsync()
    {
        try
        {
            Write(new SmtpReply(220, "", $"{Options.EffectiveHostName} ESMTP"));
            while (await ServeCommandAsync())
            {
            }
        }
        finally
        {
            await EndTransactionAsync();
        }
    }

    /// <summary>Notes a command that brings no message nearer.</summary>
    public void NoteAimless() => aimless++;

    /// <summary>Notes a message that was taken: what led to it was worth it.</summary>
    public void NoteMessage()
    {
        Messages++;
        aimless = 0;
    }

    /// <summary>Begins a transaction.</summary>
    public void Begin(MailTransaction transaction) => Transaction = transaction;

    /// <summary>Forgets sender, recipients and what came of the message.</summary>
    public async ValueTask EndTransactionAsync()
    {
        var ended = Transaction;
        Transaction = null;
        if (ended?.Chunks is { } chunks) await chunks.DisposeAsync();
    }

    /// <summary>Forgets everything the client said before TLS.</summary>
    public async ValueTask ForgetAsync()
    {
        await EndTransactionAsync();
        Hello = null;
        Extended = false;
        AccountId = null;
    }

    /// <summary>Puts a reply into the output; it is sent when the client waits.</summary>
    public void Write(SmtpReply reply)
    {
        var bytes = reply.Bytes;
        Transport.Write(bytes);
        unsent += bytes.Length;
    }

    /// <summary>Sends what was written. False when the client is gone.</summary>
    public ValueTask<bool> SendAsync()
    {
        unsent = 0;
        return Transport.FlushAsync();
    }

    /// <summary>Reads a line, sending what waits before waiting itself.</summary>
    public async ValueTask<LineRead> ReadLineAsync(int maximum)
    {
        while (true)
        {
            var reading = Transport.ReadLineAsync(maximum);
            if (unsent > 0 && (!reading.IsCompleted || unsent > MaximumUnsent)) await SendAsync();
            var read = await reading;
            switch (read.Status)
            {
                case ReadStatus.Interrupted:
                    continue;
                case ReadStatus.Draining when Transaction is not null:
                    // A transaction under way may end; the next quiet moment is the end of the session.
                    drainAsked = true;
                    continue;
                default:
                    return read;
            }
        }
    }

    /// <summary>Reads a chunk of given length into the sink, or nowhere; timed out, when it trickles in more slowly than content may.</summary>
    public async ValueTask<ReadStatus> ReadChunkAsync(long length, ChunkPace pace, Func<System.Buffers.ReadOnlySequence<byte>, ValueTask>? sink)
    {
        if (unsent > 0) await SendAsync();
        var input = Transport.Input;
        Transport.IdleTimeout = Options.DataBlockTimeout;
        try
        {
            while (length > 0)
            {
                var (status, result) = await Transport.ReadAsync();
                if (status is ReadStatus.Draining or ReadStatus.Interrupted)
                {
                    NoteSignal(status);
                    continue;
                }

                if (status != ReadStatus.Done) return status;
                var part = result.Buffer.Slice(0, Math.Min(result.Buffer.Length, length));
                var taken = part.Length;
                if (sink is not null) await sink(part);
                Transport.Transcript?.ReceivedContent(taken);
                input.AdvanceTo(part.End);
                length -= taken;
                if (pace.IsTooSlow(taken, Options)) return ReadStatus.TimedOut;
            }

            return ReadStatus.Done;
        }
        finally
        {
            Transport.IdleTimeout = Options.CommandTimeout;
        }
    }

    /// <summary>Remembers what a cancelled read of the input was about, until the transaction is over.</summary>
    public void NoteSignal() => NoteSignal(Transport.TakeSignal());

    private void NoteSignal(ReadStatus signal) => drainAsked |= signal == ReadStatus.Draining;

    /// <summary>Reads, runs and answers one command. False when the connection is to be closed.</summary>
    private async ValueTask<bool> ServeCommandAsync()
    {
        if (drainAsked && Transaction is null) return await FinishAsync(SmtpReplies.ShuttingDown);
        var maximum = OffersLogin && AccountId is null ? Math.Max(Options.MaximumCommandLine, Options.MaximumAuthenticationLine) : Options.MaximumCommandLine;
        var read = await ReadLineAsync(maximum);
        SmtpReply reply;
        switch (read.Status)
        {
            case ReadStatus.Done:
                reply = await SmtpCommandTable.RunAsync(this, read.Line);
                break;
            case ReadStatus.TooLong:
                reply = SmtpReplies.LineTooLong;
                break;
            case ReadStatus.BareLineFeed:
                reply = SmtpReplies.BareLineFeed;
                break;
            case ReadStatus.TimedOut:
                return await FinishAsync(SmtpReplies.TimedOut);
            case ReadStatus.Draining:
                return await FinishAsync(SmtpReplies.ShuttingDown);
            default:
                return false;
        }

        if ((reply.IsError || aimless > Options.MaximumAimlessCommands) && ++errors >= Options.MaximumErrors && !reply.Closes) reply = SmtpReplies.TooManyErrors;
        if (reply.Closes) return await FinishAsync(reply);
        Write(reply);
        return unsent <= MaximumUnsent || await SendAsync();
    }

    private async ValueTask<bool> FinishAsync(SmtpReply reply)
    {
        Write(reply);
        await SendAsync();
        return false;
    }
}
