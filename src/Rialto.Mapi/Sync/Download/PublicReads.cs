// [MS-OXCFXICS] 3.2.5.6 read state changes; [MS-OXCSTOR] 3.2.1 what each user has read of a public folder.
using Rialto.Model;

namespace Rialto.Mapi.Sync.Download;

/// <summary>
/// What a user has read of a public folder, beside what a client of that user's knows of it. Both are sets of the change numbers of messages that were read: MetaTagCnsetRead of
/// such a folder has them, which clients keep without looking into it.
/// </summary>
internal sealed class PublicReads
{
    private readonly IdSet _difference;

    /// <param name="known">As the client brought it.</param>
    /// <param name="now">As it is.</param>
    /// <param name="upTo">The change up to which everything is looked at.</param>
    /// <param name="inDoubt">Numbers of messages to tell of in any case.</param>
    public PublicReads(IdSet known, IdSet now, long upTo, IdSet inDoubt)
    {
        Now = now.Clone();
        Now.RemoveRange((ulong)upTo + 1, ulong.MaxValue);
        _difference = Now.Clone();
        _difference.Subtract(known);
        var gone = known.Clone();
        gone.Subtract(Now);
        _difference.Union(gone);
        _difference.Union(inDoubt);
    }

    /// <summary>What the client knows when it has been told all.</summary>
    public IdSet Now { get; }

    /// <summary>Whether there may be something to tell.</summary>
    public bool IsChanged => !_difference.IsEmpty;

    /// <summary>Whether the version of that number is read, where the client does not know.</summary>
    public bool? Find(long cn) => _difference.Remove((ulong)cn) ? Now.Contains((ulong)cn) : null;
}
