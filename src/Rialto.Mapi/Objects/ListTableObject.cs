// [MS-OXCFOLD] 2.2.1.13, 3.2.5.13 hierarchy tables: tables that are small enough to be made whole.
using Rialto.Mapi.Properties;
using Rialto.Mapi.Sessions;
using Rialto.Model;
using Rialto.Store;

namespace Rialto.Mapi.Objects;

/// <summary>A table over a list that is in memory: its rows are identified by a key and made when they are asked for.</summary>
internal abstract class ListTableObject<TRow>(LogonObject logon) : TableObject(logon)
    where TRow : class
{
    private List<TRow>? _rows;
    private object? _version;
    private Restriction? _restriction;

    public override bool CanRestrict => true;

    public override void Restrict(Restriction? restriction)
    {
        _restriction = restriction;
        _rows = null;
        Rewind();
    }

    public override void Reset()
    {
        _restriction = null;
        _rows = null;
        base.Reset();
    }

    public override ValueTask<(ErrorCode Error, int Count)> CountAsync(RopCall call) => new((ErrorCode.Success, Load().Count));

    public override ValueTask<(ErrorCode Error, IReadOnlyList<PropertyValue[]> Rows)> ReadAsync(RopCall call, int start, int count)
    {
        var rows = Load();
        var read = new List<PropertyValue[]>();
        for (var i = start; i < rows.Count && read.Count < count; i++)
            read.Add([.. Columns!.Select(c => Find(rows[i], c) is { IsAbsent: false } value ? CellValues.ForTable(value, c) : PropertyValue.OfError(c, ErrorCode.NotFound))]);
        return new((ErrorCode.Success, read));
    }

    /// <summary>What the list is a list of now: another object after it changed.</summary>
    protected abstract object Version { get; }

    protected abstract IEnumerable<TRow> Rows { get; }

    protected abstract object KeyOf(TRow row);

    protected abstract PropertyValue Find(TRow row, PropertyTag tag);

    protected override object MarkAt(int position) => position < Load().Count ? KeyOf(Load()[position]) : this;

    protected override (int Position, bool IsVisible) PositionOf(object mark)
    {
        var rows = Load();
        if (mark == this)
            return (rows.Count, true);
        var position = rows.FindIndex(r => KeyOf(r).Equals(mark));
        return position < 0 ? (Math.Min(Position, rows.Count), false) : (position, true);
    }

    private List<TRow> Load()
    {
        var version = Version;
        if (_rows is not null && ReferenceEquals(version, _version))
            return _rows;
        var before = _rows is { } old && Position > 0 && Position <= old.Count ? KeyOf(old[Position - 1]) : null;
        _rows = [.. Rows.Where(r => RestrictionEvaluator.Matches(_restriction, new RowSource(this, r)))];
        _version = version;
        var found = before is null ? -1 : _rows.FindIndex(r => KeyOf(r).Equals(before));
        Position = found >= 0 ? found + 1 : Math.Min(Position, _rows.Count);
        return _rows;
    }

    private readonly struct RowSource(ListTableObject<TRow> table, TRow row) : IPropertySource
    {
        public bool TryGet(PropertyTag tag, out PropertyValue value)
        {
            value = table.Find(row, tag);
            return !value.IsAbsent;
        }

        public IEnumerable<IPropertySource> SubObjects(PropertyTag subObject) => [];

        public bool? Decide(Restriction term) => null;
    }
}

/// <summary>The folders in a folder, or all below it. Folders that the user may not see are left out.</summary>
internal sealed class HierarchyTableObject(LogonObject logon, FolderId parent, bool deep) : ListTableObject<Folder>(logon)
{
    public override PropertyTag[] AllColumns => FolderValues.Tags;

    protected override object Version => Mailbox.Folders;

    protected override IEnumerable<Folder> Rows =>
        (deep ? Mailbox.Folders.Descendants(parent) : Mailbox.Folders.Children(parent)).Where(f => (Mailbox.RightsOn(f.Id) & FolderRights.FolderVisible) != 0);

    protected override object KeyOf(Folder row) => row.Id;

    protected override PropertyValue Find(Folder row, PropertyTag tag) => tag.Id == PropertyIds.Depth
        ? PropertyValue.Of(PropertyTags.Depth, DepthOf(row))
        : FolderValues.Find(Mailbox, row, tag);

    private int DepthOf(Folder folder)
    {
        var depth = 0;
        for (var at = folder; at.Parent != parent && at.Parent != at.Id && Mailbox.Folders.TryGet(at.Parent, out var above); at = above)
            depth++;
        return depth;
    }
}
