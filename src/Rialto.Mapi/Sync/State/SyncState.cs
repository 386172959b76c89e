// [MS-OXCFXICS] 2.2.1.1 ICS state properties, 2.2.4.3.25 state element, 3.2.5.2 managing ICS state on the server.
using Rialto.Model;

namespace Rialto.Mapi.Sync.State;

/// <summary>
/// What a client's replica of a folder (or of a hierarchy) holds: its ids, and the change numbers of what it has seen. The server keeps none of it between
/// operations: it comes with one and goes back with its end.
/// </summary>
internal sealed class SyncState
{
    /// <summary>MetaTagIdsetGiven as its tag says, and as the value really is. 3.2.5.2.1: both are taken.</summary>
    public const uint IdsetGivenTag = 0x40170003;
    public const uint IdsetGivenBinaryTag = 0x40170102;
    public const uint CnsetSeenTag = 0x67960102;
    public const uint CnsetSeenFaiTag = 0x67DA0102;
    public const uint CnsetReadTag = 0x67D20102;

    /// <summary>
    /// In MetaTagCnsetRead of a public folder the namespace of messages whose read state is to be told whatever it is. Clients keep the set without looking into it.
    /// </summary>
    public static readonly Guid InDoubt = new("6b0c1b4e-3c1f-4f0a-9a52-2f9e7d1c8a30");

    public ReplicaIdSet IdsetGiven { get; private set; } = new();

    /// <summary>Changes of normal messages, or of folders.</summary>
    public ReplicaIdSet CnsetSeen { get; private set; } = new();

    public ReplicaIdSet CnsetSeenFai { get; private set; } = new();

    /// <summary>Changes of the read state.</summary>
    public ReplicaIdSet CnsetRead { get; private set; } = new();

    /// <summary>Whether the tag is one of the state properties.</summary>
    public static bool IsStateProperty(PropertyTag tag) =>
        tag.Value is IdsetGivenTag or IdsetGivenBinaryTag or CnsetSeenTag or CnsetSeenFaiTag or CnsetReadTag;

    /// <summary>Takes a property in the REPLGUID form; false, and nothing taken, when the bytes are no such set.</summary>
    public bool TrySet(PropertyTag tag, ReadOnlySpan<byte> value)
    {
        if (ReplicaIdSet.ParseReplGuids(value) is not { } set)
            return false;
        switch (tag.Value)
        {
            case IdsetGivenTag or IdsetGivenBinaryTag:
                IdsetGiven = set;
                break;
            case CnsetSeenTag:
                CnsetSeen = set;
                break;
            case CnsetSeenFaiTag:
                CnsetSeenFai = set;
                break;
            case CnsetReadTag:
                CnsetRead = set;
                break;
            default:
                return false;
        }
        return true;
    }

    /// <summary>
    /// Forgets changes that the mailbox has not made yet: a client has such numbers where the mailbox was put back to an earlier time, and would pass over what gets them now.
    /// </summary>
    public void Limit(Guid replica, long upTo)
    {
        foreach (var set in (ReadOnlySpan<ReplicaIdSet>)[CnsetSeen, CnsetSeenFai, CnsetRead])
        {
            if (set.TryGet(replica, out var own))
                own.RemoveRange((ulong)upTo + 1, ulong.MaxValue);
        }
    }

    /// <summary>A state of its own: changes to either leave the other as it is.</summary>
    public SyncState Clone() => new()
    {
        IdsetGiven = IdsetGiven.Clone(), CnsetSeen = CnsetSeen.Clone(), CnsetSeenFai = CnsetSeenFai.Clone(), CnsetRead = CnsetRead.Clone(),
    };

    /// <summary>
    /// The properties of the state element. Those of messages alone are left out of a hierarchy's state; upload contexts leave out the ids, which the client
    /// keeps itself (3.2.5.2.1).
    /// </summary>
    public IEnumerable<(PropertyTag Tag, byte[] Value)> Properties(bool isContents, bool withIds)
    {
        if (withIds)
            yield return (new PropertyTag(IdsetGivenTag), IdsetGiven.ToReplGuids());
        yield return (new PropertyTag(CnsetSeenTag), CnsetSeen.ToReplGuids());
        if (!isContents)
            yield break;
        yield return (new PropertyTag(CnsetSeenFaiTag), CnsetSeenFai.ToReplGuids());
        yield return (new PropertyTag(CnsetReadTag), CnsetRead.ToReplGuids());
    }
}
