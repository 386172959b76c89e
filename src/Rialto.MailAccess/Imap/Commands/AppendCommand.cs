// RFC 3501 6.3.11; RFC 3502 MULTIAPPEND; RFC 4315 APPENDUID; RFC 7888 LITERAL+; RFC 7889 APPENDLIMIT.
using System.Buffers;
using System.Globalization;
using System.Text;
using Rialto.MailAccess.Imap.Wire;
using Rialto.Model;
using Rialto.Net;
using Rialto.Store;

namespace Rialto.MailAccess.Imap.Commands;

/// <summary>
/// Every refusal that can be known before comes before the literal is asked for. Small messages are taken at once, large ones stream into the blob store.
/// </summary>
internal sealed class AppendCommand : ImapCommand, IMessageLiteralCommand
{
    private readonly List<(PreparedMessage Message, AppendOptions Options)> _messages = [];
    private string _name = "";
    private AppendOptions _options = AppendOptions.Default;
    private long _size;
    private bool _waits;

    // After "APPEND " nothing but the mailbox can be a literal; behind the mailbox nothing but the message.
    public bool IsMessageLiteral(ReadOnlySpan<byte> arguments)
    {
        var open = arguments.LastIndexOf((byte)'{');
        return !arguments[..open].SequenceEqual(" "u8);
    }

    /// <summary>append = "APPEND" SP mailbox 1*append-message; append-message = [SP flag-list] [SP date-time] SP literal</summary>
    public override void Parse(ref ImapParser parser)
    {
        parser.Space();
        _name = parser.Mailbox();
        ParseMessage(ref parser);
    }

    private void ParseMessage(ref ImapParser parser)
    {
        var flags = FlagList.Empty;
        DateTimeOffset? received = null;
        parser.Space();
        if (parser.Next == '(')
        {
            flags = FlagList.Parse(ref parser);
            parser.Space();
        }
        if (parser.Next == '"')
        {
            received = ImapDates.DateTime(ref parser);
            parser.Space();
        }
        parser.TryTake((byte)'~'); // literal8, RFC 3516
        parser.Expect((byte)'{', "Message literal expected");
        _size = parser.Number64();
        _waits = !parser.TryTake((byte)'+');
        parser.Expect((byte)'}', "Message literal expected");
        var (state, keywords) = ImapFlags.Split(flags);
        _options = new AppendOptions(state, keywords, received is { } time ? FileTime.From(time) : null);
    }

    public override async ValueTask<ImapReply> RunAsync(ImapSession session, CancellationToken cancel)
    {
        var target = await session.Namespaces.FindAsync(_name, cancel);
        while (true)
        {
            if (Refusal(session, target) is { } refusal)
                return await RefuseAsync(session, refusal);
            if (_waits && !await session.ContinueAsync("Ready for the message"u8))
                return ImapReply.Bad("Connection is gone");
            var (message, status) = await ReadMessageAsync(session, cancel);
            if (message is null)
            {
                await session.EndAsync(status);
                return ImapReply.Bad("Connection is gone");
            }
            _messages.Add((message, _options));
            var next = await session.ReadNextLineAsync();
            if (!next.IsLine)
            {
                if (next.Status is ReadStatus.TooLong or ReadStatus.BareLineFeed)
                    return ImapReply.Bad("Line is too long or does not end with CR LF");
                await session.EndAsync(next.Status);
                return ImapReply.Bad("Connection is gone");
            }
            if (next.Line.IsEmpty)
                return await AppendAsync(target!, cancel);
            if (ParseNext(session, next.Line.Span) is { } error)
                return ImapParser.TryFindLiteral(next.Line.Span, out _size, out var waits) && !await session.SkipRestAsync(_size, waits.Value) ? ImapReply.Bad("Connection is gone") : ImapReply.Bad(error);
        }
    }

    private string? ParseNext(ImapSession session, ReadOnlySpan<byte> line)
    {
        var parser = new ImapParser(line, session.Options);
        if (_messages.Count == session.Options.MaximumAppendMessages)
            parser.Fail("Too many messages in one command");
        ParseMessage(ref parser);
        parser.End();
        return parser.Error;
    }

    private ImapReply? Refusal(ImapSession session, MailboxPlace? target)
    {
        if (target is null)
            return ImapErrors.NoDestination;
        if ((target.Mailbox.RightsOn(target.Folder.Id) & FolderRights.Create) == 0)
            return ImapErrors.From(StoreError.AccessDenied);
        if (_size > session.Engine.Options.MaximumMessageSize)
            return ImapErrors.MessageTooLarge;
        if (_size == 0)
            return ImapReply.No("CANNOT", "Empty message");
        var (used, limit) = target.Mailbox.Quota;
        return limit > 0 && used + _size > limit ? ImapErrors.OverQuota : null;
    }

    private async ValueTask<ImapReply> RefuseAsync(ImapSession session, ImapReply refusal) =>
        await session.SkipRestAsync(_size, _waits) ? refusal : ImapReply.Bad("Connection is gone");

    private async ValueTask<(PreparedMessage? Message, ReadStatus Status)> ReadMessageAsync(ImapSession session, CancellationToken cancel)
    {
        if (_size > session.Options.BufferedAppend)
            return await StreamMessageAsync(session, cancel);
        var buffer = ArrayPool<byte>.Shared.Rent((int)_size);
        try
        {
            var at = 0;
            var status = await session.Transport.ReadExactlyAsync(_size, part =>
            {
                part.CopyTo(buffer.AsSpan(at));
                at += (int)part.Length;
                return ValueTask.CompletedTask;
            }, cancel);
            if (status != ReadStatus.Done)
                return (null, status);
            return (await session.Engine.PrepareMimeAsync(new ReadOnlySequence<byte>(buffer, 0, (int)_size), cancel), status);
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    private async ValueTask<(PreparedMessage? Message, ReadStatus Status)> StreamMessageAsync(ImapSession session, CancellationToken cancel)
    {
        await using var blob = session.Engine.Backend.Blobs.CreateWriter();
        var status = await session.Transport.ReadExactlyAsync(_size, async part =>
        {
            foreach (var segment in part)
                blob.Write(segment.Span);
            await blob.FlushAsync(cancel);
        }, cancel);
        if (status != ReadStatus.Done)
            return (null, status);
        return (await session.Engine.PrepareMimeAsync(await blob.CompleteAsync(cancel), cancel), status);
    }

    private async ValueTask<ImapReply> AppendAsync(MailboxPlace target, CancellationToken cancel)
    {
        if (_messages.Count == 1)
        {
            var appended = await target.Mailbox.AppendAsync(target.Folder.Id, _messages[0].Message, _messages[0].Options, cancel);
            return appended.TryGet(out var message) ? Done(message.UidValidity, [message.Uid]) : ImapErrors.From(appended.Error, destination: true);
        }
        var all = await target.Mailbox.AppendManyAsync(target.Folder.Id, _messages, cancel);
        return all.TryGet(out var messages) ? Done(messages[0].UidValidity, [.. messages.Select(m => m.Uid)]) : ImapErrors.From(all.Error, destination: true);
    }

    /// <summary>resp-code-apnd = "APPENDUID" SP nz-number SP append-uid</summary>
    private static ImapReply Done(uint uidValidity, IReadOnlyList<uint> uids)
    {
        var code = new StringBuilder("APPENDUID ").Append(CultureInfo.InvariantCulture, $"{uidValidity} ");
        CopyCommand.AppendSet(code, uids);
        return ImapReply.Ok(code.ToString(), "APPEND completed");
    }
}
