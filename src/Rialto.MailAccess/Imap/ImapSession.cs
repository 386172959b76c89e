// RFC 3501 2.2 commands and responses, 3 states, 5.5 pipelining, 7.1 status responses.
using System.Buffers;
using System.Text;
using Rialto.MailAccess.Imap.Fetch;
using Rialto.MailAccess.Imap.Wire;
using Rialto.Model;
using Rialto.Net;
using Rialto.Store;
using Rialto.Store.Backend;
using Rialto.Wire;

namespace Rialto.MailAccess.Imap;

/// <summary>
/// One connection's conversation: reads commands, runs them one after another, answers. What it holds while idle is this object, the selected folder's
/// handle and nothing else: buffers come with a command and go with it.
/// </summary>
internal sealed class ImapSession(ImapProtocol protocol, SessionTransport transport) : IDisposable
{
    private Namespaces? _namespaces;
    private Notifications? _notifications;
    private AnnotationNews? _annotations;
    private List<(MailboxSession Mailbox, StoreMarks Marks)>? _marks;
    private long _began;
    private int _keyResets;
    private int _errorsInARow;
    private bool _isEnding;

    public ImapOptions Options => protocol.Options;

    public ImapProtocol Protocol => protocol;

    public StoreEngine Engine => protocol.Engine;

    public SessionTransport Transport => transport;

    public ImapWriter Writer => new(transport.Output, Utf8);

    public CancellationToken Closed => transport.Closed;

    /// <summary>The mailbox of who logged in; null before.</summary>
    public MailboxSession? LoggedIn { get; private set; }

    public MailboxSession Mailbox => LoggedIn ?? throw new InvalidOperationException("Nobody has logged in.");

    public SelectedFolder? Selected { get; private set; }

    public SelectedFolder Folder => Selected ?? throw new InvalidOperationException("No mailbox is selected.");

    /// <summary>The names that this user sees, in every store.</summary>
    public Namespaces Namespaces => _namespaces ??= new Namespaces(Mailbox, protocol.Directory, Engine, Options);

    /// <summary>The message last parsed for a section: clients fetch one part after another.</summary>
    public OpenedMessage? LastMessage { get; private set; }

    /// <summary>Whether the client has shown that it knows modification sequences: FETCH responses tell them from then on. RFC 7162 3.1.</summary>
    public bool TellsModSeq { get; private set; }

    /// <summary>Whether the client takes VANISHED in place of EXPUNGE. RFC 7162 3.2.10.</summary>
    public bool TellsVanished { get; private set; }

    /// <summary>Whether the client speaks IMAP4rev2. RFC 9051 6.3.1.</summary>
    public bool IsRevision2 { get; private set; }

    /// <summary>Whether mailbox names go as UTF-8 and not in modified UTF-7. RFC 6855 3, RFC 9051 5.1.</summary>
    public bool Utf8 { get; private set; }

    /// <summary>Whether SEARCH must not name a character set. RFC 6855 3.</summary>
    public bool IsUtf8Accepted { get; private set; }

    /// <summary>Whether the client knows no sequence numbers. RFC 9586.</summary>
    public bool IsUidOnly { get; private set; }

    /// <summary>Whether what went is told as VANISHED.</summary>
    public bool WritesVanished => TellsVanished || IsUidOnly;

    /// <summary>The answer to a set with a sequence number that there is not, or that there cannot be.</summary>
    public ImapReply BadSet => IsUidOnly ? ImapErrors.UidRequired : ImapErrors.BadSet;

    /// <summary>The tag of the command that runs.</summary>
    public byte[] Tag { get; private set; } = [];

    /// <summary>What a command has to do when its tagged response is on its way (STARTTLS).</summary>
    public Func<ImapSession, ValueTask>? AfterReply { get; set; }

    public ImapStates State => LoggedIn is null ? ImapStates.NotAuthenticated : Selected is null ? ImapStates.Authenticated : ImapStates.Selected;

    /// <summary>What is \Recent in the folders of a store: held until the session ends or logs out.</summary>
    public async ValueTask<StoreMarks> MarksOfAsync(MailboxSession mailbox, CancellationToken cancel)
    {
        foreach (var known in _marks ?? [])
        {
            if (known.Mailbox == mailbox)
                return known.Marks;
        }
        var marks = await protocol.Recent.OpenAsync(mailbox, cancel);
        (_marks ??= []).Add((mailbox, marks));
        return marks;
    }

    /// <summary>Before the mailboxes are closed.</summary>
    public async ValueTask ReleaseMarksAsync()
    {
        if (_marks is not { } marks)
            return;
        _marks = null;
        foreach (var (mailbox, kept) in marks)
        {
            try
            {
                await protocol.Recent.CloseAsync(mailbox, kept);
            }
            catch (StorageUnavailableException)
            {
                // Those messages are new once more.
            }
        }
    }

    public async Task RunAsync()
    {
        try
        {
            await TalkAsync();
        }
        finally
        {
            await ReleaseMarksAsync();
        }
    }

    private async Task TalkAsync()
    {
        Writer.Raw("* OK [CAPABILITY"u8);
        Capabilities.Write(Writer, this);
        Writer.Raw("] Rialto ready\r\n"u8);
        await FlushAsync();
        _began = Engine.Time.GetTimestamp();
        while (!_isEnding)
        {
            // Strangers hold no connection, whatever they say meanwhile.
            if (LoggedIn is null && Engine.Time.GetElapsedTime(_began) > Options.LoginTimeout)
            {
                await EndAsync(ReadStatus.TimedOut);
                return;
            }
            var limit = LoggedIn is null ? Options.MaximumUnauthenticatedCommand : Options.MaximumLine;
            var read = await transport.ReadLineAsync(limit, Closed);
            switch (read.Status)
            {
                case ReadStatus.Done:
                    await TakeCommandAsync(read.Line);
                    break;
                case ReadStatus.TooLong:
                    await ReplyAsync("*"u8.ToArray(), ImapReply.Bad("Line is too long"));
                    break;
                case ReadStatus.BareLineFeed:
                    await ReplyAsync(CommandHead.TagOf(read.Line.Span), ImapReply.Bad("Lines end with CR LF"));
                    break;
                case ReadStatus.Interrupted:
                    await WriteNotificationsAsync(isBetween: true);
                    break;
                default:
                    await EndAsync(read.Status);
                    return;
            }
        }
    }

    public void Dispose()
    {
        ForgetMessage();
        Unselect();
        _notifications?.Dispose();
        _annotations?.Dispose();
        _namespaces?.Dispose();
        LoggedIn?.Dispose();
    }

    /// <summary>The next command is not read any more.</summary>
    public void End() => _isEnding = true;

    public void LogIn(MailboxSession mailbox)
    {
        LoggedIn = mailbox;
        transport.IdleTimeout = Options.IdleTimeout;
    }

    /// <summary>Forgets who logged in and what was enabled.</summary>
    public void LogOut()
    {
        Unselect();
        _notifications?.Dispose();
        _notifications = null;
        _annotations?.Dispose();
        _annotations = null;
        _namespaces?.Dispose();
        _namespaces = null;
        LoggedIn?.Dispose();
        LoggedIn = null;
        TellsModSeq = TellsVanished = IsRevision2 = Utf8 = IsUtf8Accepted = IsUidOnly = false;
        transport.IdleTimeout = Options.LoginTimeout;
        _began = Engine.Time.GetTimestamp();
    }

    /// <summary>What RESETKEY did is known here.</summary>
    public void TakeKeyResets() => _keyResets = protocol.UrlKeyResets.Of(Mailbox.Principal.Id);

    private void WriteKeyResets()
    {
        if (LoggedIn is null || Selected is null || protocol.UrlKeyResets.Of(Mailbox.Principal.Id) == _keyResets)
            return;
        TakeKeyResets();
        Writer.Raw("* OK [URLMECH INTERNAL] Keys of URLs were replaced\r\n"u8);
    }

    /// <summary>Tells from here on what these say, and nothing else. RFC 5465.</summary>
    public void Notify(Notifications notifications)
    {
        _notifications?.Dispose();
        _notifications = notifications;
        notifications.Watch(Selected);
    }

    public Notifications? Notifications => _notifications;

    /// <summary>Whether changes of the selected mailbox are told: always, unless the client has said what it wants to hear.</summary>
    public bool TellsSelected => _notifications is null || _notifications.TellsSelected;

    /// <summary>Whether flags that others changed are told. RFC 5465 5.1.</summary>
    public bool TellsFlags => _notifications is null || _notifications.TellsFlags;

    /// <summary>Tells what has happened elsewhere; false when the connection is gone.</summary>
    public async ValueTask<bool> WriteNotificationsAsync(bool isBetween)
    {
        var wrote = _annotations?.Write() ?? false;
        try
        {
            wrote |= _notifications is not null && await _notifications.WriteAsync(isBetween, Closed);
            return !wrote || !isBetween || await FlushAsync();
        }
        catch (StorageUnavailableException)
        {
            // Told with the next change.
            return !wrote || !isBetween || await FlushAsync();
        }
    }

    /// <summary>A command that knows modification sequences enables them. RFC 7162 3.1.</summary>
    public void EnableModSeq()
    {
        if (TellsModSeq)
            return;
        TellsModSeq = true;
        // RFC 7162 3.1.2.1: the client begins with what the mailbox selected has.
        if (Selected is { } selected)
        {
            Writer.Raw("* OK [HIGHESTMODSEQ "u8);
            Writer.Number(ModSeq.Highest(selected.Seen.HighestSequence));
            Writer.Raw("] Highest\r\n"u8);
        }
    }

    /// <summary>Annotations that other sessions change are told from here on. RFC 5464 4.4.2.</summary>
    public void EnableMetadata() => _annotations ??= new AnnotationNews(this);

    public void EnableRevision2() => IsRevision2 = Utf8 = true;

    public void EnableUtf8() => Utf8 = IsUtf8Accepted = true;

    public void EnableUidOnly() => IsUidOnly = true;

    public void EnableVanished() => TellsModSeq = TellsVanished = true;

    public void Select(SelectedFolder folder)
    {
        Unselect();
        Selected = folder;
        _notifications?.Watch(folder);
    }

    public void Unselect()
    {
        ForgetMessage();
        _notifications?.Watch(null);
        Selected?.Dispose();
        Selected = null;
    }

    public void Remember(OpenedMessage message)
    {
        if (ReferenceEquals(LastMessage, message))
            return;
        ForgetMessage();
        LastMessage = message;
    }

    /// <summary>Sends what was written. When the connection is gone the session ends after the command.</summary>
    public async ValueTask<bool> FlushAsync()
    {
        if (await transport.FlushAsync(Closed))
            return true;
        _isEnding = true;
        return false;
    }

    public ValueTask<bool> ContinueAsync(ReadOnlySpan<byte> text)
    {
        Writer.Raw("+ "u8);
        Writer.Raw(text);
        Writer.Crlf();
        return FlushAsync();
    }

    /// <summary>Says why a read ended that gave nothing, where there is someone to tell, and ends the session.</summary>
    public async ValueTask EndAsync(ReadStatus status)
    {
        _isEnding = true;
        if (status == ReadStatus.TimedOut)
            Writer.Raw(LoggedIn is null ? "* BYE Log-in took too long\r\n"u8 : "* BYE Idle for too long\r\n"u8);
        else if (status == ReadStatus.Draining)
            Writer.Raw("* BYE [UNAVAILABLE] The server is stopping\r\n"u8);
        else
            return;
        await FlushAsync();
    }

    /// <summary>Skips a literal that was refused but is on its way all the same. False when the connection shall not go on.</summary>
    public async ValueTask<bool> SkipLiteralAsync(long size)
    {
        if (size > Options.MaximumSkippedLiteral)
        {
            Writer.Raw("* BYE [TOOBIG] Literal is too large\r\n"u8);
            await FlushAsync();
            _isEnding = true;
            return false;
        }
        var status = await transport.ReadExactlyAsync(size, null, Closed);
        if (status == ReadStatus.Done)
            return true;
        await EndAsync(status);
        return false;
    }

    /// <summary>Reads the rest of a command that was refused, the literals in it included.</summary>
    public async ValueTask<bool> SkipRestAsync(long literal, bool waits)
    {
        while (!waits)
        {
            if (!await SkipLiteralAsync(literal))
                return false;
            var read = await transport.ReadLineAsync(Options.MaximumLine, Closed);
            if (read.Status is not (ReadStatus.Done or ReadStatus.TooLong or ReadStatus.BareLineFeed or ReadStatus.Interrupted))
            {
                await EndAsync(read.Status);
                return false;
            }
            if (!ImapParser.TryFindLiteral(read.Line.Span, out literal, out var nextWaits))
                return true;
            waits = nextWaits.Value;
        }
        return true;
    }

    private async ValueTask TakeCommandAsync(ReadOnlyMemory<byte> line)
    {
        var (row, tag, refusal) = Recognize(line.Span, out var argumentsAt);
        if (refusal is { } reply)
        {
            var literal = LiteralOf(line.Span);
            if (literal.Size >= 0 && !await SkipRestAsync(literal.Size, literal.Waits))
                return;
            await ReplyAsync(tag, reply);
            return;
        }
        var command = row!.Create();
        byte[]? gathered = null;
        try
        {
            if (NeedsGathering(command, line.Span, argumentsAt))
            {
                var (bytes, length, problem) = await GatherAsync(command, line, argumentsAt);
                gathered = bytes;
                if (problem is { } gatherProblem)
                {
                    if (!_isEnding)
                        await ReplyAsync(tag, gatherProblem);
                    return;
                }
                line = gathered.AsMemory(0, length);
            }
            if (command is not Commands.FetchCommand)
                ForgetMessage();
            if (Parse(command, line.Span, argumentsAt, out var error))
                await ExecuteAsync(row, command, tag);
            else
                await RefuseUnparsedAsync(command, line, tag, error);
        }
        finally
        {
            if (gathered is not null)
                ArrayPool<byte>.Shared.Return(gathered, clearArray: true);
        }
    }

    // A message literal may follow a line of APPEND that cannot be parsed.
    private async ValueTask RefuseUnparsedAsync(ImapCommand command, ReadOnlyMemory<byte> line, byte[] tag, string error)
    {
        var literal = command is IMessageLiteralCommand ? LiteralOf(line.Span) : (-1, false);
        if (literal.Item1 >= 0 && !await SkipRestAsync(literal.Item1, literal.Item2))
            return;
        await ReplyAsync(tag, ImapReply.Bad(error));
    }

    private (ImapCommandRow? Row, byte[] Tag, ImapReply? Refusal) Recognize(ReadOnlySpan<byte> line, out int argumentsAt)
    {
        argumentsAt = 0;
        var tagLength = CommandHead.TagLength(line);
        if (tagLength == 0 || tagLength >= line.Length || line[tagLength] != ' ')
            return (null, CommandHead.TagOf(line), ImapReply.Bad("A command begins with a tag and a space"));
        var tag = line[..tagLength].ToArray();
        var rest = line[(tagLength + 1)..];
        var nameLength = CommandHead.NameLength(rest);
        if (nameLength == 3 && Ascii.EqualsIgnoreCase(rest[..3], "UID"u8) && rest.Length > 4 && rest[3] == ' ')
            nameLength = 4 + CommandHead.NameLength(rest[4..]);
        var row = ImapCommandTable.Find(rest[..nameLength]);
        argumentsAt = tagLength + 1 + nameLength;
        if (row is null)
            return (null, tag, ImapReply.Bad("Unknown command"));
        if ((row.States & State) == 0)
            return (null, tag, ImapReply.Bad(State == ImapStates.NotAuthenticated ? "Log in first" : row.States == ImapStates.NotAuthenticated ? "Already logged in" : "No mailbox is selected"));
        return row.NeedsNumbers && IsUidOnly ? (null, tag, ImapErrors.UidRequired) : (row, tag, null);
    }

    private bool Parse(ImapCommand command, ReadOnlySpan<byte> line, int argumentsAt, out string error)
    {
        var parser = new ImapParser(line[argumentsAt..], Options, Utf8);
        command.Parse(ref parser);
        parser.End();
        error = parser.Error ?? "";
        return !parser.Failed;
    }

    private async ValueTask ExecuteAsync(ImapCommandRow row, ImapCommand command, byte[] tag)
    {
        ImapReply reply;
        var started = MailAccessMetrics.Start();
        Tag = tag;
        try
        {
            if (LoggedIn is not null)
                await LoggedIn.RefreshAsync(Closed);
            if (Selected is { } shared && shared.Mailbox != LoggedIn)
                await shared.Mailbox.RefreshAsync(Closed);
            reply = await command.RunAsync(this, Closed);
            if (!_isEnding && Selected is { } selected && row.Updates != ImapUpdates.None && reply.Status != ImapStatus.Bad)
            {
                if (selected.IsGone)
                {
                    Writer.Raw("* BYE The selected mailbox was deleted\r\n"u8);
                    _isEnding = true;
                }
                else if (TellsSelected)
                {
                    await selected.WriteUpdatesAsync(this, row.Updates == ImapUpdates.All);
                }
            }
            WriteKeyResets();
            if (!_isEnding && row.Updates == ImapUpdates.All)
                await WriteNotificationsAsync(isBetween: false);
        }
        catch (StorageUnavailableException e)
        {
            protocol.Logger.CommandFailed(e, transport.ConnectionId, row.Name);
            reply = ImapErrors.Unavailable;
        }
        catch (Exception e) when (!Closed.IsCancellationRequested && e is not IOException)
        {
            protocol.Logger.CommandFailed(e, transport.ConnectionId, row.Name);
            reply = ImapReply.No("SERVERBUG", "Internal error");
        }
        MailAccessMetrics.ImapCommand(row.Name, started);
        await ReplyAsync(tag, reply);
        if (AfterReply is { } after)
        {
            AfterReply = null;
            await after(this);
        }
    }

    private async ValueTask ReplyAsync(byte[] tag, ImapReply reply)
    {
        if (Closed.IsCancellationRequested)
            return;
        var writer = Writer;
        writer.Raw(tag);
        writer.Raw(reply.Status switch { ImapStatus.Ok => " OK "u8, ImapStatus.No => " NO "u8, _ => " BAD "u8 });
        if (reply.Code is not null)
        {
            writer.Raw("["u8);
            writer.Ascii(reply.Code);
            writer.Raw("] "u8);
        }
        writer.Ascii(reply.Text);
        writer.Crlf();
        _errorsInARow = reply.Status == ImapStatus.Bad ? _errorsInARow + 1 : 0;
        if (_errorsInARow >= Options.MaximumConsecutiveErrors)
        {
            protocol.Logger.TooManyErrors(transport.ConnectionId, _errorsInARow);
            writer.Raw("* BYE Too many errors\r\n"u8);
            _isEnding = true;
        }
        await FlushAsync();
    }

    private static bool NeedsGathering(ImapCommand command, ReadOnlySpan<byte> line, int argumentsAt)
    {
        if (!ImapParser.TryFindLiteral(line, out _, out _))
            return false;
        return command is not IMessageLiteralCommand appending || !appending.IsMessageLiteral(line[argumentsAt..]);
    }

    /// <summary>Puts a command together whose arguments hold literals: lines and literals one after another, as the parser expects them.</summary>
    private async ValueTask<(byte[]? Bytes, int Length, ImapReply? Problem)> GatherAsync(ImapCommand command, ReadOnlyMemory<byte> line, int argumentsAt)
    {
        var limit = LoggedIn is null ? Options.MaximumUnauthenticatedCommand : Options.MaximumLine + Options.MaximumLiterals;
        var bytes = ArrayPool<byte>.Shared.Rent(Math.Min(limit, Math.Max(4096, line.Length * 2)));
        var length = 0;
        while (true)
        {
            if (length + line.Length > limit)
                return (bytes, 0, ImapReply.Bad("Command is too long"));
            PooledArray.Reserve(ref bytes, length, line.Length + 2, clears: true);
            line.CopyTo(bytes.AsMemory(length));
            length += line.Length;
            if (!NeedsGathering(command, bytes.AsSpan(0, length), argumentsAt))
                return (bytes, length, null);
            var (size, waits) = LiteralOf(bytes.AsSpan(0, length));
            "\r\n"u8.CopyTo(bytes.AsSpan(length));
            length += 2;
            if (size > limit - length)
            {
                if (!await SkipRestAsync(size, waits))
                    _isEnding = true;
                return (bytes, 0, ImapReply.No("TOOBIG", "Literal is too large"));
            }
            if (waits && !await ContinueAsync("Ready"u8))
                return (bytes, 0, ImapReply.Bad("Connection is gone"));
            PooledArray.Reserve(ref bytes, length, (int)size, clears: true);
            var at = length;
            var target = bytes;
            var status = await transport.ReadExactlyAsync(size, part =>
            {
                part.CopyTo(target.AsSpan(at));
                at += (int)part.Length;
                return ValueTask.CompletedTask;
            }, Closed);
            length += (int)size;
            var next = status == ReadStatus.Done ? await ReadNextLineAsync() : new LineRead(status, default);
            if (next.Status is ReadStatus.TooLong or ReadStatus.BareLineFeed)
                return (bytes, 0, ImapReply.Bad("Line is too long or does not end with CR LF"));
            if (next.Status != ReadStatus.Done)
            {
                await EndAsync(next.Status);
                return (bytes, 0, ImapReply.Bad("Connection is gone"));
            }
            line = next.Line;
        }
    }

    /// <summary>The next line of a command; wake-ups that were meant for IDLE are passed over.</summary>
    public async ValueTask<LineRead> ReadNextLineAsync()
    {
        while (true)
        {
            var read = await transport.ReadLineAsync(LoggedIn is null ? Options.MaximumUnauthenticatedCommand : Options.MaximumLine, Closed);
            if (read.Status != ReadStatus.Interrupted)
                return read;
        }
    }

    private void ForgetMessage()
    {
        LastMessage?.Dispose();
        LastMessage = null;
    }

    private static (long Size, bool Waits) LiteralOf(ReadOnlySpan<byte> line) => ImapParser.TryFindLiteral(line, out var size, out var waits) ? (size, waits.Value) : (-1, false);
}
