using Rialto.Mapi.FastTransfer;
using Rialto.Model;
using Rialto.Store;

namespace Rialto.Mapi.Sync.Download;

/// <summary>Writes a message as its stream has it. Called on any thread, for several messages at a time.</summary>
internal delegate ValueTask<ErrorCode> MessageWork(FxWriter writer, MessageRow row, MessageParts parts, CancellationToken cancel);

/// <summary>
/// Messages made ahead of their turn, a few at a time on threads of their own: making one takes nearly all of a download's time, and each stands for itself. They go in their
/// order, and what could not be made is left for its turn, in which its failure is told.
/// <code>
/// rows ──Begin──> [group][group][group] ──Take──> the stream
///                 made by the thread pool
/// </code>
/// The groups in work outlive the request that began them: the next one finds them made.
/// </summary>
internal sealed class MessagesAhead(MessageWork work, int limit) : IDisposable
{
    /// <summary>Bytes of a pooled chunk: one or two messages of a few KB.</summary>
    private const int ChunkSize = 16 * 1024;

    /// <summary>Bytes that a thread makes at a time: less, and handing them over would cost as much as making them.</summary>
    private const int GroupSize = 32 * 1024;

    /// <summary>What a message takes beside its text, which goes in two bytes a character.</summary>
    private const int Overhead = 3 * 1024;

    private readonly Queue<MessageGroup> _groups = new();
    private readonly CancellationTokenSource _end = new();
    private long _size;

    public bool IsEmpty => _groups.Count == 0;

    public bool HasRoom => _size < limit;

    /// <summary>Whether the first group is made.</summary>
    public bool IsReady => _groups.Peek().Made.IsCompleted;

    /// <summary>Whether a message is being made, or waits for its turn.</summary>
    public bool Has(long mid)
    {
        foreach (var group in _groups)
        {
            foreach (var (row, _) in group.Items)
            {
                if (row.Mid == mid)
                    return true;
            }
        }
        return false;
    }

    /// <summary>Begins with as many rows as there is room for. One that is too large for that stays, and all behind it: it has to wait for its turn.</summary>
    public void Begin(Queue<MessageRow> rows, FxWriter writer, Func<MessageRow, MessageParts> partsOf, FolderRights rights)
    {
        while (HasRoom)
        {
            var group = new MessageGroup(rights, new FxBuffer(ChunkSize));
            while (rows.TryPeek(out var row) && SizeOf(row) is var size && size <= limit / 2 && (group.Size == 0 || group.Size + size <= GroupSize))
                group.Add(rows.Dequeue(), partsOf(row), size);
            if (group.Size == 0)
                return;
            _size += group.Size;
            var to = writer.To(group.Buffer);
            group.Made = Task.Run(() => group.MakeAsync(work, to, _end.Token));
            _groups.Enqueue(group);
        }
    }

    /// <summary>The first group, once it is made.</summary>
    public async ValueTask<MessageGroup> FirstAsync(CancellationToken cancel)
    {
        var group = _groups.Peek();
        if (!group.Made.IsCompleted)
            await group.Made.WaitAsync(cancel);
        return group;
    }

    /// <summary>The first group is done with.</summary>
    public void Remove()
    {
        var group = _groups.Dequeue();
        _size -= group.Size;
        group.Buffer.Dispose();
    }

    public void Dispose()
    {
        _end.Cancel();
        // What is being written to is freed by whoever writes to it.
        foreach (var group in _groups)
            group.Made.ContinueWith(static (_, buffer) => ((FxBuffer)buffer!).Dispose(), group.Buffer, CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
        _groups.Clear();
        _end.Dispose();
    }

    private static long SizeOf(MessageRow row) => row.MimeSize * 2 + Overhead;
}

/// <summary>Messages that are made together.</summary>
/// <param name="rights">What the user might do in the folder when they were begun.</param>
/// <param name="buffer">Where they are written.</param>
internal sealed class MessageGroup(FolderRights rights, FxBuffer buffer)
{
    private readonly List<(MessageRow Row, MessageParts Parts)> _items = [];
    private readonly List<long> _ends = [];

    public FolderRights Rights => rights;

    public FxBuffer Buffer => buffer;

    /// <summary>About how many bytes they take.</summary>
    public long Size { get; private set; }

    public List<(MessageRow Row, MessageParts Parts)> Items => _items;

    /// <summary>Where the messages that could be made end in the buffer; behind them come those that could not.</summary>
    public List<long> Ends => _ends;

    /// <summary>Messages that are in the stream.</summary>
    public int Done { get; set; }

    /// <summary>Never fails.</summary>
    public Task Made { get; set; } = Task.CompletedTask;

    public void Add(MessageRow row, MessageParts parts, long size)
    {
        _items.Add((row, parts));
        Size += size;
    }

    /// <summary>Forgets what was made.</summary>
    public void Discard()
    {
        _ends.Clear();
        buffer.Dispose();
    }

    public async Task MakeAsync(MessageWork work, FxWriter writer, CancellationToken end)
    {
        var mark = buffer.Here;
        try
        {
            foreach (var (row, parts) in _items)
            {
                mark = buffer.Here;
                if (end.IsCancellationRequested || await work(writer, row, parts, end) != ErrorCode.Success)
                {
                    buffer.Return(mark);
                    return;
                }
                _ends.Add(buffer.Length);
            }
        }
        catch (Exception)
        {
            // Whatever it is, it happens again in the message's turn, where there is somebody to tell it to.
            buffer.Return(mark);
        }
    }
}
