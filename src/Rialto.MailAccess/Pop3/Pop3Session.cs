// RFC 1939 3 basic operation, 4 to 6 states; RFC 2449 6.6 pipelining, 8 response codes.
using System.Text;
using Rialto.MailAccess.Pop3.Commands;
using Rialto.Net;
using Rialto.Store;
using Rialto.Store.Backend;

namespace Rialto.MailAccess.Pop3;

/// <summary>
/// One connection's conversation. Replies to commands that came together leave together: what was written is flushed when the next line is not there yet.
/// </summary>
internal sealed class Pop3Session(Pop3Protocol protocol, SessionTransport transport) : IDisposable
{
    private int _errorsInARow;
    private bool _isEnding;

    public Pop3Protocol Protocol => protocol;

    public Pop3Options Options => protocol.Options;

    public SessionTransport Transport => transport;

    public CancellationToken Closed => transport.Closed;

    /// <summary>The name that USER gave, waiting for PASS; null when there is none.</summary>
    public string? UserName { get; set; }

    /// <summary>Whether the client takes UTF-8 in header fields. RFC 6856 2.1.</summary>
    public bool IsUtf8 { get; set; }

    /// <summary>What is given out; null before log-in.</summary>
    public Maildrop? LoggedIn { get; private set; }

    public Maildrop Maildrop => LoggedIn ?? throw new InvalidOperationException("Nobody has logged in.");

    public Pop3States State => LoggedIn is null ? Pop3States.Authorization : Pop3States.Transaction;

    public async Task RunAsync()
    {
        transport.Write("+OK Rialto ready\r\n"u8);
        var began = protocol.Engine.Time.GetTimestamp();
        while (!_isEnding)
        {
            // Strangers hold no connection, whatever they say meanwhile.
            if (LoggedIn is null && protocol.Engine.Time.GetElapsedTime(began) > Options.LoginTimeout)
            {
                Error("Log-in took too long");
                break;
            }
            var read = await ReadLineAsync();
            switch (read.Status)
            {
                case ReadStatus.Done:
                    await TakeCommandAsync(read.Line);
                    // While commands keep coming nothing else flushes: who does not read the answers is not read either.
                    await FlushSomeAsync();
                    break;
                case ReadStatus.TooLong:
                    Error("Line is too long");
                    break;
                case ReadStatus.BareLineFeed:
                    Error("Lines end with CR LF");
                    break;
                case ReadStatus.Interrupted:
                    break;
                case ReadStatus.TimedOut:
                    Error("Idle for too long, nothing was deleted");
                    End();
                    break;
                case ReadStatus.Draining:
                    Error("[SYS/TEMP] The server is stopping, nothing was deleted");
                    End();
                    break;
                default:
                    return;
            }
        }
        await FlushAsync();
    }

    public void Dispose() => LoggedIn?.Dispose();

    /// <summary>The next command is not read any more.</summary>
    public void End() => _isEnding = true;

    public void Ok(string text)
    {
        _errorsInARow = 0;
        transport.Write("+OK "u8);
        transport.Write(text);
        transport.Write("\r\n"u8);
    }

    /// <summary>Refuses a command. <paramref name="text"/> begins with the response code, if there is one.</summary>
    public void Error(string text)
    {
        transport.Write("-ERR "u8);
        transport.Write(text);
        transport.Write("\r\n"u8);
        if (++_errorsInARow < Options.MaximumConsecutiveErrors)
            return;
        protocol.Logger.TooManyErrors(transport.ConnectionId, _errorsInARow);
        End();
    }

    /// <summary>Hands on what was written, when there is much of it. False when the client is gone.</summary>
    public async ValueTask<bool> FlushSomeAsync() => transport.Output.UnflushedBytes < Options.FlushSize || await FlushAsync();

    public async ValueTask<bool> FlushAsync()
    {
        if (await transport.FlushAsync(Closed))
            return true;
        End();
        return false;
    }

    /// <summary>The next line; what was written leaves first unless the line is there already.</summary>
    public ValueTask<LineRead> ReadLineAsync() => ReadLineAsync(Options.MaximumLine);

    /// <summary>The same with a limit of its own: what answers a challenge may be longer than a command.</summary>
    public async ValueTask<LineRead> ReadLineAsync(int maximum)
    {
        var line = transport.ReadLineAsync(maximum, Closed);
        if (line.IsCompletedSuccessfully)
            return await line;
        await FlushAsync();
        return await line;
    }

    /// <summary>Checks credentials and begins the transaction state.</summary>
    public async ValueTask LogInAsync(SaslAnswer answer)
    {
        UserName = null;
        var (mailbox, refusal) = await MailboxLogIn.RunAsync(protocol.Engine, protocol.Authenticator, transport, protocol.Logger, answer, Closed);
        if (mailbox is null)
        {
            Error(refusal switch
            {
                LogInRefusal.TryLater => "[SYS/TEMP] Try again later",
                LogInRefusal.ActingAsAnother => "[AUTH] The mailbox is not there or not open to you",
                LogInRefusal.NoMailbox => "[AUTH] The account has no mailbox",
                _ => "[AUTH] Wrong name or password",
            });
            return;
        }
        var opened = await Maildrop.OpenAsync(protocol.Engine, mailbox, Options.PlaceBatch, Closed);
        if (!opened.TryGet(out var maildrop))
        {
            mailbox.Dispose();
            Error(opened.Error == StoreError.StorageUnavailable ? "[SYS/TEMP] Storage is not available now" : "[SYS/PERM] The Inbox cannot be opened");
            return;
        }
        LoggedIn = maildrop;
        transport.IdleTimeout = Options.IdleTimeout;
        Ok("Logged in");
    }

    private async ValueTask TakeCommandAsync(ReadOnlyMemory<byte> line)
    {
        var space = line.Span.IndexOf((byte)' ');
        var name = space < 0 ? line : line[..space];
        if (Pop3CommandTable.Find(name.Span) is not { } row)
        {
            Error("Unknown command");
            return;
        }
        if ((row.States & State) == 0)
        {
            Error(State == Pop3States.Authorization ? "Log in first" : "Already logged in");
            return;
        }
        // RFC 6856 2.2: names and passwords too.
        if (!System.Text.Unicode.Utf8.IsValid(line.Span))
        {
            Error("Text is not UTF-8");
            return;
        }
        try
        {
            await row.RunAsync(this, space < 0 ? "" : Encoding.UTF8.GetString(line.Span[(space + 1)..]));
        }
        catch (StorageUnavailableException e)
        {
            protocol.Logger.CommandFailed(e, transport.ConnectionId, row.Name);
            Error("[SYS/TEMP] Storage is not available now");
        }
        catch (Exception e) when (!Closed.IsCancellationRequested && e is not IOException)
        {
            protocol.Logger.CommandFailed(e, transport.ConnectionId, row.Name);
            Error("[SYS/PERM] Internal error");
        }
    }
}

/// <summary>Where a command is allowed. RFC 1939 3.</summary>
[Flags]
internal enum Pop3States
{
    Authorization = 1,
    Transaction = 2,
    Any = Authorization | Transaction,
}
