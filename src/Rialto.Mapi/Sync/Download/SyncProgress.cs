// [MS-OXCFXICS] 3.2.5.3 the invariants between initial state, checkpoint state and what was downloaded; 3.1.5.5 compact sets.
using Rialto.Mapi.Sync.State;
using Rialto.Model;

namespace Rialto.Mapi.Sync.Download;

/// <summary>
/// The state of a client as it takes a download: what it brought, and what it has got of the stream. What is written but not yet taken waits in a queue, so that a
/// checkpoint never claims what the client has not seen.
/// </summary>
internal sealed class SyncProgress(SyncState state, Guid replica)
{
    /// <summary>Ids are put into a set many at a time: one by one each could move all that lies behind it.</summary>
    private const int Batch = 1024;

    private readonly Queue<Sent> _sent = new();
    private readonly List<IdRange> _ids = [];
    private readonly List<IdRange> _seen = [];
    private readonly List<IdRange> _seenFai = [];
    private readonly List<IdRange> _read = [];
    private readonly IdSet _done = new();
    private readonly List<IdRange> _doneNext = [];
    private (long End, ReplicaIdSet Ids)? _deletions;
    private (long End, IdSet Numbers, bool IsWhole)? _reads;
    private long _delivered;

    /// <summary>Bytes that the client has taken.</summary>
    public long Delivered => _delivered;

    /// <summary>Whether the message went into this stream already.</summary>
    public bool WasSent(long mid)
    {
        if (_done.Contains((ulong)mid))
            return true;
        foreach (var range in _doneNext)
        {
            if (range.Low == (ulong)mid)
                return true;
        }
        return false;
    }

    /// <summary>A message was written, up to that byte of the stream.</summary>
    public void Add(long end, long mid, long cn, long readCn, bool isAssociated)
    {
        _sent.Enqueue(new Sent(end, mid, cn, readCn, isAssociated));
        _doneNext.Add(One(mid));
        if (_doneNext.Count >= 64)
            Merge(_doneNext, _done);
    }

    /// <summary>Deletions were written.</summary>
    public void AddDeletions(long end, ReplicaIdSet ids) => _deletions = (end, ids);

    /// <summary>Changes of the read state were written: the numbers that the client has seen by that, or, <paramref name="isWhole"/>, all that it has.</summary>
    public void AddReads(long end, IdSet numbers, bool isWhole = false) => _reads = (end, numbers, isWhole);

    public void Deliver(long bytes)
    {
        _delivered = bytes;
        while (_sent.TryPeek(out var next) && next.End <= bytes)
        {
            Take(next);
            _sent.Dequeue();
        }
        if (_deletions is { } deletions && deletions.End <= bytes)
        {
            Settle();
            state.IdsetGiven.Subtract(deletions.Ids);
            _deletions = null;
        }
        if (_reads is { } reads && reads.End <= bytes)
        {
            TakeReads(state, reads);
            _reads = null;
        }
    }

    /// <summary>What the client has now.</summary>
    public SyncState Checkpoint()
    {
        Settle();
        return state.Clone();
    }

    /// <summary>Adds the ids of messages that were written and not taken yet.</summary>
    public void AddUndelivered(IdSet ids)
    {
        foreach (var sent in _sent)
            ids.Add((ulong)sent.Mid);
    }

    /// <summary>What the client has when it has taken all.</summary>
    /// <param name="upTo">The change up to which everything was looked at.</param>
    /// <param name="isComplete">Which kinds were looked at: normal, associated, read states.</param>
    /// <param name="left">Changes up to there that the client did not get: out of scope, or failed.</param>
    public SyncState Final(long upTo, (bool Normal, bool Fai, bool Read) isComplete, IdSet left)
    {
        var final = Checkpoint();
        foreach (var sent in _sent)
        {
            final.IdsetGiven[replica].Add((ulong)sent.Mid);
            (sent.IsAssociated ? final.CnsetSeenFai : final.CnsetSeen)[replica].Add((ulong)sent.Cn);
            if (sent.ReadCn != 0)
                final.CnsetRead[replica].Add((ulong)sent.ReadCn);
        }
        if (_deletions is { } deletions)
            final.IdsetGiven.Subtract(deletions.Ids);
        if (_reads is { } reads)
            TakeReads(final, reads);
        // 3.1.5.5: numbers that belong to no message of the scope make one range of many.
        var looked = new IdSet();
        looked.AddRange(1, (ulong)upTo);
        looked.Subtract(left);
        if (isComplete.Normal)
            final.CnsetSeen[replica].Union(looked);
        if (isComplete.Fai)
            final.CnsetSeenFai[replica].Union(looked);
        if (isComplete.Read)
            final.CnsetRead[replica].Union(looked);
        return final;
    }

    private void TakeReads(SyncState to, (long End, IdSet Numbers, bool IsWhole) reads)
    {
        if (reads.IsWhole)
        {
            to.CnsetRead[replica].RemoveRange(0, ulong.MaxValue);
            to.CnsetRead[SyncState.InDoubt].RemoveRange(0, ulong.MaxValue);
        }
        to.CnsetRead[replica].Union(reads.Numbers);
    }

    private void Take(in Sent sent)
    {
        _ids.Add(One(sent.Mid));
        (sent.IsAssociated ? _seenFai : _seen).Add(One(sent.Cn));
        if (sent.ReadCn != 0)
            _read.Add(One(sent.ReadCn));
        if (_ids.Count >= Batch)
            Settle();
    }

    private void Settle()
    {
        Merge(_ids, state.IdsetGiven[replica]);
        Merge(_seen, state.CnsetSeen[replica]);
        Merge(_seenFai, state.CnsetSeenFai[replica]);
        Merge(_read, state.CnsetRead[replica]);
    }

    private static void Merge(List<IdRange> from, IdSet into)
    {
        if (from.Count == 0)
            return;
        into.Union(IdSet.FromRanges(from));
        from.Clear();
    }

    private static IdRange One(long value) => new((ulong)value, (ulong)value);

    private readonly record struct Sent(long End, long Mid, long Cn, long ReadCn, bool IsAssociated);
}
