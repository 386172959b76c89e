// RFC 3501 2.3.2 \Recent, 7.3.2 RECENT: which messages nobody has been told of yet.
using System.Buffers.Binary;
using System.Globalization;
using Rialto.MailAccess.Imap.Wire;
using Rialto.Store;
using Rialto.Store.Backend;

namespace Rialto.MailAccess.Imap;

/// <summary>
/// For each mailbox in use the UIDs from which on no session has been told of messages. The first that selects the mailbox takes what is new, atomically; it is \Recent there and
/// nowhere else. The marks are written when the last session of a store ends: after a crash some messages are new once more, as RFC 3501 2.3.2 allows.
/// </summary>
internal sealed class RecentMarks
{
    private readonly Lock _gate = new();
    private readonly Dictionary<Guid, StoreMarks> _stores = [];

    public async ValueTask<StoreMarks> OpenAsync(MailboxSession mailbox, CancellationToken cancel)
    {
        StoreMarks? marks;
        lock (_gate)
        {
            if (!_stores.TryGetValue(mailbox.MailboxId, out marks))
                _stores.Add(mailbox.MailboxId, marks = new StoreMarks());
            marks.Users++;
        }
        try
        {
            await marks.LoadAsync(mailbox, cancel);
        }
        catch
        {
            lock (_gate)
                Leave(mailbox.MailboxId, marks);
            throw;
        }
        return marks;
    }

    public async ValueTask CloseAsync(MailboxSession mailbox, StoreMarks marks)
    {
        bool isLast;
        // Of several that end at the same time the last one writes.
        lock (_gate)
            isLast = ++marks.Leaving == marks.Users;
        try
        {
            if (isLast)
                await marks.SaveAsync(mailbox);
        }
        finally
        {
            lock (_gate)
            {
                marks.Leaving--;
                Leave(mailbox.MailboxId, marks);
            }
        }
    }

    private void Leave(Guid mailbox, StoreMarks marks)
    {
        if (--marks.Users == 0)
            _stores.Remove(mailbox);
    }
}

/// <summary>The marks of one store's mailboxes.</summary>
internal sealed class StoreMarks
{
    private const string Client = "imap";
    private const string Collection = "recent";

    private readonly Lock _gate = new();
    private readonly SemaphoreSlim _loading = new(1);
    private readonly Dictionary<FolderId, uint> _marks = [];
    private readonly HashSet<FolderId> _unsaved = [];
    private bool _isLoaded;

    /// <summary>Sessions; guarded by who keeps the marks.</summary>
    public int Users { get; set; }

    /// <summary>Of these, those that are about to go.</summary>
    public int Leaving { get; set; }

    /// <summary>The first UID that is \Recent.</summary>
    public uint Of(FolderId folder)
    {
        lock (_gate)
            return _marks.GetValueOrDefault(folder, 1u);
    }

    /// <summary>Takes everything below a UID that nobody has taken; the first UID of that.</summary>
    public uint Take(FolderId folder, uint uidNext)
    {
        lock (_gate)
        {
            var mark = _marks.GetValueOrDefault(folder, 1u);
            if (mark < uidNext)
            {
                _marks[folder] = uidNext;
                _unsaved.Add(folder);
            }
            return mark;
        }
    }

    public async ValueTask LoadAsync(MailboxSession mailbox, CancellationToken cancel)
    {
        if (Volatile.Read(ref _isLoaded))
            return;
        await _loading.WaitAsync(cancel);
        try
        {
            if (_isLoaded)
                return;
            foreach (var (key, value) in await mailbox.ReadClientStatesAsync(Client, Collection, cancel))
            {
                if (value.Length == 4 && long.TryParse(key, NumberStyles.None, CultureInfo.InvariantCulture, out var folder))
                    _marks[new FolderId(folder)] = BinaryPrimitives.ReadUInt32LittleEndian(value.Span);
            }
            Volatile.Write(ref _isLoaded, true);
        }
        finally
        {
            _loading.Release();
        }
    }

    /// <summary>What cannot be written is new once more.</summary>
    public async ValueTask SaveAsync(MailboxSession mailbox)
    {
        List<(ClientStateKey, ReadOnlyMemory<byte>?)> states = [];
        lock (_gate)
        {
            foreach (var folder in _unsaved)
            {
                var value = new byte[4];
                BinaryPrimitives.WriteUInt32LittleEndian(value, _marks[folder]);
                var isThere = mailbox.Folders.TryGet(folder, out _);
                states.Add((new ClientStateKey(Client, Collection, folder.Value.ToString(CultureInfo.InvariantCulture)), isThere ? value : null));
            }
            _unsaved.Clear();
        }
        if (states.Count > 0)
            await mailbox.WriteClientStateAsync(states, CancellationToken.None);
    }
}

/// <summary>What is \Recent in one selected mailbox.</summary>
/// <param name="mayTake">SELECT takes what is new, EXAMINE looks on.</param>
internal sealed class RecentMessages(StoreMarks marks, FolderId folder, bool mayTake)
{
    private readonly List<NumberRange> _ranges = [];

    /// <summary>No message below this UID is recent.</summary>
    public uint First { get; private set; } = uint.MaxValue;

    public SequenceSet Ranges => new([.. _ranges]);

    /// <summary>Messages up to here are told now.</summary>
    public void Tell(uint uidNext)
    {
        var from = mayTake ? marks.Take(folder, uidNext) : Math.Max(marks.Of(folder), _ranges.Count > 0 ? _ranges[^1].Last + 1 : 1);
        if (from >= uidNext)
            return;
        First = Math.Min(First, from);
        if (_ranges.Count > 0 && _ranges[^1].Last + 1 == from)
            _ranges[^1] = new NumberRange(_ranges[^1].First, uidNext - 1);
        else
            _ranges.Add(new NumberRange(from, uidNext - 1));
    }

    public bool Contains(uint uid)
    {
        if (uid < First)
            return false;
        // What is asked for is mostly among the newest.
        for (var i = _ranges.Count - 1; i >= 0; i--)
        {
            if (uid >= _ranges[i].First)
                return uid <= _ranges[i].Last;
        }
        return false;
    }
}
