// RFC 3501 6.3.11; RFC 3502 MULTIAPPEND; RFC 3516 and RFC 6855 4 literal8; RFC 4469 CATENATE; RFC 7888 LITERAL+.
using System.Buffers;
using System.Text;
using Rialto.Content.Mime;
using Rialto.MailAccess.Imap.Urls;
using Rialto.MailAccess.Imap.Wire;
using Rialto.Model;
using Rialto.Net;
using Rialto.Store;
using Rialto.Store.Backend;

namespace Rialto.MailAccess.Imap;

/// <summary>
/// Takes the messages of an APPEND or REPLACE from the connection. Every refusal that can be known before comes before a literal is asked for. A small message is taken at once, a large
/// or composed one streams into the blob store.
/// </summary>
internal sealed class MessageIntake
{
    private readonly List<(PreparedMessage Message, AppendOptions Options)> _messages = [];
    private readonly Queue<Step> _steps = [];
    private Within _within;
    private AppendOptions _options = AppendOptions.Default;
    private IBlobWriter? _blob;
    private long _length;
    private bool _hasNul;

    private enum Within
    {
        Command,
        Message,
        Utf8,
        Catenate,
    }

    private enum StepKind
    {
        Literal,
        Url,
        End,
    }

    /// <param name="Waits">Whether the client waits for leave to send the literal.</param>
    /// <param name="IsBinary">Whether it is a literal8, in which there may be NUL.</param>
    private readonly record struct Step(StepKind Kind, long Size, bool Waits, string Url, AppendOptions Options, bool IsBinary = false);

    /// <summary>What was taken, when <see cref="RunAsync"/> gave no refusal.</summary>
    public List<(PreparedMessage Message, AppendOptions Options)> Messages => _messages;

    /// <summary>Whether the announcement at the end of this line is a message, and not the mailbox's name or a URL.</summary>
    public static bool IsMessageLiteral(ReadOnlySpan<byte> arguments, bool hasNumber)
    {
        if (IsUrlLiteral(arguments))
            return false;
        var before = arguments[..arguments.LastIndexOf((byte)'{')];
        if (hasNumber)
        {
            before = before.TrimStart((byte)' ');
            before = before[(before.IndexOf((byte)' ') + 1)..];
            return !before.IsEmpty;
        }
        return !before.SequenceEqual(" "u8);
    }

    /// <summary>Whether the announcement at the end of this line is a URL of CATENATE.</summary>
    private static bool IsUrlLiteral(ReadOnlySpan<byte> line)
    {
        var before = line[..Math.Max(0, line.LastIndexOf((byte)'{'))];
        return before.Length > 4 && Ascii.EqualsIgnoreCase(before[^4..], "URL "u8) && before[^5] is (byte)' ' or (byte)'(';
    }

    /// <summary>1*append-message; append-message = [SP flag-list] [SP date-time] SP append-data, up to a literal or the end of the command.</summary>
    public void Parse(ref ImapParser parser)
    {
        while (!parser.Failed)
        {
            switch (_within)
            {
                case Within.Command:
                    if (_messages.Count + _steps.Count(s => s.Kind == StepKind.End) >= parser.Options.MaximumAppendMessages)
                        parser.Fail("Too many messages in one command");
                    ParseOptions(ref parser);
                    break;
                case Within.Catenate:
                    if (ParsePart(ref parser))
                        return;
                    break;
                default:
                    ParseLiteral(ref parser);
                    return;
            }
            if (_within == Within.Command && parser.AtEnd)
                return;
        }
    }

    private void ParseOptions(ref ImapParser parser)
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
        var (state, keywords) = ImapFlags.Split(flags);
        _options = new AppendOptions(state, keywords, received is { } time ? FileTime.From(time) : null);
        _within = parser.TryTakeWord("CATENATE"u8) ? Within.Catenate : parser.TryTakeWord("UTF8"u8) ? Within.Utf8 : Within.Message;
        if (_within == Within.Message)
            return;
        parser.Space();
        parser.Expect((byte)'(', "Parts of the message expected");
    }

    /// <summary>cat-part = "TEXT" SP literal / "URL" SP astring. True: a literal follows the line.</summary>
    private bool ParsePart(ref ImapParser parser)
    {
        if (parser.TryTakeWord("TEXT"u8))
        {
            parser.Space();
            ParseLiteral(ref parser);
            return true;
        }
        if (!parser.TryTakeWord("URL"u8))
            parser.Fail("TEXT or URL expected");
        parser.Space();
        if (_steps.Count > parser.Options.MaximumFetchItems)
            parser.Fail("Too many parts");
        _steps.Enqueue(new Step(StepKind.Url, 0, false, parser.Text(), _options));
        AfterPart(ref parser);
        return false;
    }

    /// <summary>Behind a part: another, or the end of the message.</summary>
    private void AfterPart(ref ImapParser parser)
    {
        if (parser.TryTake((byte)' '))
            return;
        parser.Expect((byte)')', "Closing bracket of the parts expected");
        EndMessage();
    }

    private void ParseLiteral(ref ImapParser parser)
    {
        var isBinary = parser.TryTake((byte)'~');
        parser.Expect((byte)'{', "Message literal expected");
        var size = parser.Number64();
        var waits = !parser.TryTake((byte)'+');
        parser.Expect((byte)'}', "Message literal expected");
        _steps.Enqueue(new Step(StepKind.Literal, size, waits, "", _options, isBinary));
        if (_within == Within.Message)
            EndMessage();
    }

    private void EndMessage()
    {
        _steps.Enqueue(new Step(StepKind.End, 0, false, "", _options));
        _within = Within.Command;
    }

    /// <summary>The line behind a literal.</summary>
    private string? ParseNext(ImapSession session, ReadOnlySpan<byte> line)
    {
        var parser = new ImapParser(line, session.Options, session.Utf8);
        if (_within == Within.Catenate)
        {
            AfterPart(ref parser);
        }
        else if (_within == Within.Utf8)
        {
            parser.Expect((byte)')', "Closing bracket of the message expected");
            EndMessage();
        }
        if (_within != Within.Command || !parser.AtEnd)
            Parse(ref parser);
        parser.End();
        return parser.Error;
    }

    /// <summary>Takes everything. Null when the messages are there; otherwise what the command is answered with.</summary>
    /// <param name="refuse">Why a message of that many bytes is not taken into the target; null: it is.</param>
    public async ValueTask<ImapReply?> RunAsync(ImapSession session, Func<long, ImapReply?> refuse, CancellationToken cancel)
    {
        try
        {
            while (_steps.TryDequeue(out var step))
            {
                var refusal = await TakeAsync(session, step, refuse, cancel);
                if (refusal is not null)
                    return refusal;
            }
            return null;
        }
        finally
        {
            if (_blob is not null)
                await _blob.DisposeAsync();
        }
    }

    private async ValueTask<ImapReply?> TakeAsync(ImapSession session, Step step, Func<long, ImapReply?> refuse, CancellationToken cancel)
    {
        switch (step.Kind)
        {
            case StepKind.End:
                if (_blob is not null)
                    await EndAsync(session, step.Options, cancel);
                return null;
            case StepKind.Url:
                return (refuse(_length) ?? await AddUrlAsync(session, step.Url, refuse, cancel)) is { } refused ? await SkipAsync(session, refused) : null;
        }
        var isWhole = _blob is null && _steps.TryPeek(out var next) && next.Kind == StepKind.End;
        if (refuse(_length + step.Size) is { } refusal)
            return await session.SkipRestAsync(step.Size, step.Waits) ? refusal : Gone;
        if (step.Size == 0 && isWhole)
            return await session.SkipRestAsync(step.Size, step.Waits) ? ImapReply.No("CANNOT", "Empty message") : Gone;
        if (step.Waits && !await session.ContinueAsync("Ready for the message"u8))
            return Gone;
        var status = isWhole && step.Size <= session.Options.BufferedAppend
            ? await TakeSmallAsync(session, step, cancel)
            : await TakeLargeAsync(session, step, cancel);
        if (status != ReadStatus.Done)
        {
            await session.EndAsync(status);
            return Gone;
        }
        return await ReadOnAsync(session);
    }

    private static ImapReply Gone => ImapReply.Bad("Connection is gone");

    private async ValueTask<ImapReply?> ReadOnAsync(ImapSession session)
    {
        var read = await session.ReadNextLineAsync();
        if (!read.IsLine)
        {
            if (read.Status is ReadStatus.TooLong or ReadStatus.BareLineFeed)
                return ImapReply.Bad("Line is too long or does not end with CR LF");
            await session.EndAsync(read.Status);
            return Gone;
        }
        // After a message that ended with its literal an empty line ends the command.
        if (read.Line.IsEmpty && _within == Within.Command)
            return null;
        var (line, problem) = _within == Within.Catenate ? await GatherUrlsAsync(session, read.Line) : (read.Line, null);
        if (problem is not null)
            return problem;
        if (ParseNext(session, line.Span) is not { } error)
            return null;
        return ImapParser.TryFindLiteral(line.Span, out var size, out var waits) && !await session.SkipRestAsync(size, waits.Value) ? Gone : ImapReply.Bad(error);
    }

    /// <summary>A line whose URLs may be literals, with these in place as the parser expects them.</summary>
    private static async ValueTask<(ReadOnlyMemory<byte> Line, ImapReply? Problem)> GatherUrlsAsync(ImapSession session, ReadOnlyMemory<byte> line)
    {
        ArrayBufferWriter<byte>? gathered = null;
        while (IsUrlLiteral(line.Span) && ImapParser.TryFindLiteral(line.Span, out var size, out var waits))
        {
            gathered ??= new ArrayBufferWriter<byte>();
            if (gathered.WrittenCount + line.Length + size > session.Options.MaximumLine + session.Options.MaximumLiterals)
                return (default, await session.SkipRestAsync(size, waits.Value) ? ImapReply.No("TOOBIG", "Literal is too large") : Gone);
            gathered.Write(line.Span);
            gathered.Write("\r\n"u8);
            if (waits.Value && !await session.ContinueAsync("Ready"u8))
                return (default, Gone);
            var status = await session.Transport.ReadExactlyAsync(size, part =>
            {
                foreach (var segment in part)
                    gathered.Write(segment.Span);
                return ValueTask.CompletedTask;
            }, session.Closed);
            var read = status == ReadStatus.Done ? await session.ReadNextLineAsync() : new LineRead(status, default);
            if (read.Status is ReadStatus.TooLong or ReadStatus.BareLineFeed)
                return (default, ImapReply.Bad("Line is too long or does not end with CR LF"));
            if (!read.IsLine)
            {
                await session.EndAsync(read.Status);
                return (default, Gone);
            }
            line = read.Line;
        }
        if (gathered is null)
            return (line, null);
        gathered.Write(line.Span);
        return (gathered.WrittenMemory, null);
    }

    /// <summary>A refusal in the middle of a line: what the client has announced at its end may be on its way.</summary>
    private async ValueTask<ImapReply> SkipAsync(ImapSession session, ImapReply refusal)
    {
        var pending = _steps.FirstOrDefault(s => s.Kind == StepKind.Literal);
        return pending.Kind == StepKind.Literal && !pending.Waits && _steps.Any(s => s.Kind == StepKind.Literal) && !await session.SkipRestAsync(pending.Size, waits: false) ? Gone : refusal;
    }

    private async ValueTask<ReadStatus> TakeSmallAsync(ImapSession session, Step step, CancellationToken cancel)
    {
        var buffer = ArrayPool<byte>.Shared.Rent((int)step.Size);
        try
        {
            var at = 0;
            var status = await session.Transport.ReadExactlyAsync(step.Size, part =>
            {
                part.CopyTo(buffer.AsSpan(at));
                at += (int)part.Length;
                return ValueTask.CompletedTask;
            }, cancel);
            if (status == ReadStatus.Done)
            {
                ReadOnlyMemory<byte> message = buffer.AsMemory(0, (int)step.Size);
                // RFC 3516 4.4: clients that do not ask for BINARY never see NUL, which no literal of theirs may hold.
                if (step.IsBinary && message.Span.Contains((byte)0))
                    message = SevenBitForm.Of(message, withoutNul: true) ?? message;
                _messages.Add((await session.Engine.PrepareMimeAsync(new ReadOnlySequence<byte>(message), cancel), step.Options));
            }
            return status;
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    private async ValueTask<ReadStatus> TakeLargeAsync(ImapSession session, Step step, CancellationToken cancel)
    {
        var blob = _blob ??= session.Engine.Backend.Blobs.CreateWriter();
        _length += step.Size;
        return await session.Transport.ReadExactlyAsync(step.Size, async part =>
        {
            foreach (var segment in part)
            {
                blob.Write(segment.Span);
                _hasNul |= step.IsBinary && segment.Span.Contains((byte)0);
            }
            await blob.FlushAsync(cancel);
        }, cancel);
    }

    private async ValueTask<ImapReply?> AddUrlAsync(ImapSession session, string url, Func<long, ImapReply?> refuse, CancellationToken cancel)
    {
        var (found, reply) = await MessageUrl.OpenAsync(session, url, cancel);
        if (reply is { } bad)
            return bad;
        using var content = found!;
        _length += content.Bytes.Length;
        if (refuse(_length) is { } refusal)
            return refusal;
        var blob = _blob ??= session.Engine.Backend.Blobs.CreateWriter();
        for (var rest = content.Bytes; !rest.IsEmpty; rest = rest[Math.Min(rest.Length, session.Options.FlushSize)..])
        {
            blob.Write(rest.Span[..Math.Min(rest.Length, session.Options.FlushSize)]);
            await blob.FlushAsync(cancel);
        }
        return null;
    }

    private async ValueTask EndAsync(ImapSession session, AppendOptions options, CancellationToken cancel)
    {
        var blob = _blob!;
        var content = await blob.CompleteAsync(cancel);
        await blob.DisposeAsync();
        _blob = null;
        _length = 0;
        if (_hasNul)
            content = await WithoutNulAsync(session, content, cancel);
        _hasNul = false;
        _messages.Add((await session.Engine.PrepareMimeAsync(content, cancel), options));
    }

    /// <summary>
    /// The content with its binary parts encoded, as <see cref="TakeSmallAsync"/> has it; written piece by piece from the blob, which may be large, to another. What was signed stays as it is.
    /// </summary>
    private static async ValueTask<BlobRef> WithoutNulAsync(ImapSession session, BlobRef content, CancellationToken cancel)
    {
        using var lease = await session.Engine.Backend.Blobs.OpenAsync(content, cancel);
        if (SevenBitForm.Pieces(lease.Memory, withoutNul: true) is not { } pieces)
            return content;
        await using var blob = session.Engine.Backend.Blobs.CreateWriter();
        foreach (var piece in pieces)
        {
            foreach (var part in piece.Parts())
            {
                part.WriteTo(blob);
                await blob.FlushAsync(cancel);
            }
        }
        return await blob.CompleteAsync(cancel);
    }
}
