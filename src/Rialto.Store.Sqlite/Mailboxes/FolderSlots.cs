using System.Collections.Immutable;

namespace Rialto.Store.Sqlite.Mailboxes;

/// <summary>
/// Which small number each folder of a mailbox has. Written by the writer alone; readers take what was applied, as an immutable map.
/// A number is never given again: the highest ever is kept with the mailbox's counter. Transactions share commits of the database, so there are
/// two steps: an applied transaction shows (<see cref="Apply"/>), a committed one cannot be undone any more (<see cref="Commit"/>).
/// </summary>
internal sealed class FolderSlots
{
    private ImmutableDictionary<long, int> _committed = ImmutableDictionary<long, int>.Empty;
    private ImmutableDictionary<long, int> _applied = ImmutableDictionary<long, int>.Empty;
    private ImmutableDictionary<long, int> _now = ImmutableDictionary<long, int>.Empty;
    private int _committedLast;

    /// <summary>Highest number given so far.</summary>
    public int Last { get; private set; }

    public void Load(IEnumerable<(long Folder, int Slot)> slots, int last)
    {
        _now = slots.ToImmutableDictionary(s => s.Folder, s => s.Slot);
        Last = last;
        Apply();
        Commit();
    }

    public bool TryGet(FolderId folder, out int slot) => _now.TryGetValue(folder.Value, out slot);

    public int Of(FolderId folder) => _now.TryGetValue(folder.Value, out var slot) ? slot : throw new InvalidOperationException($"A batch names folder {folder}, which is not there.");

    public long Place(FolderId folder, uint uid) => ((long)Of(folder) << 32) | uid;

    public int Add(FolderId folder)
    {
        _now = _now.Add(folder.Value, ++Last);
        return Last;
    }

    public void Remove(FolderId folder) => _now = _now.Remove(folder.Value);

    public void Apply() => Volatile.Write(ref _applied, _now);

    public void Commit()
    {
        _committed = _now;
        _committedLast = Last;
    }

    /// <summary>Back to what was committed last.</summary>
    public void Rollback()
    {
        _now = _committed;
        Last = _committedLast;
    }

    /// <summary>For readers.</summary>
    public bool TryGetApplied(FolderId folder, out int slot) => Volatile.Read(ref _applied).TryGetValue(folder.Value, out slot);

    /// <summary>The places of a folder.</summary>
    public static (long First, long Last) Range(int slot) => ((long)slot << 32, ((long)slot << 32) | uint.MaxValue);
}
