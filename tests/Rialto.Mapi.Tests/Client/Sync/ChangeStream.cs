// [MS-OXCFXICS] 2.2.4.3.2 contentsSync, 2.2.4.3.9 hierarchySync, and what they are made of.
using Rialto.Model;

namespace Rialto.Mapi.Tests.Client.Sync;

/// <summary>A folder or a message as a download tells it.</summary>
public sealed class ItemChange
{
    private readonly Dictionary<ushort, FxItem> _properties = [];

    /// <summary>Only what changed is told: everything else is as it was.</summary>
    public bool IsPartial { get; init; }

    /// <summary>Properties of the groups that a partial change tells whole: those of them that it has not are deleted.</summary>
    public HashSet<ushort> Replaced { get; } = [];

    /// <summary>Properties of each recipient and attachment.</summary>
    public List<Dictionary<ushort, FxItem>> Recipients { get; } = [];

    public List<Dictionary<ushort, FxItem>> Attachments { get; } = [];

    public byte[] ChangeKey => Needed(PropertyTags.ChangeKey).Value;

    public byte[] SourceKey => Needed(PropertyTags.SourceKey).Value;

    public PredecessorChangeList Predecessors => PredecessorChangeList.Parse(Needed(PropertyTags.PredecessorChangeList).Value) ?? throw new InvalidDataException("A predecessor list is none.");

    public FileTime Modified => new(Needed(PropertyTags.LastModificationTime).Int64);

    public bool IsAssociated => Get(PropertyTags.Associated)?.Boolean ?? false;

    /// <summary>By the source key: of an object that was made here, its id.</summary>
    public ulong Id => GlobalId.TryRead(SourceKey, out var id) ? id.Counter : StoreId.FromWire((ulong)(Get(PropertyTags.Mid) ?? Needed(PropertyTags.FolderId)).Int64).Counter;

    public ulong Cn => StoreId.FromWire((ulong)Needed(PropertyTags.ChangeNumber).Int64).Counter;

    public void Put(FxItem item)
    {
        if (item.Name is null)
            _properties.TryAdd(item.Id, item);
    }

    public FxItem? Get(PropertyTag tag) => _properties.GetValueOrDefault(tag.Id);

    private FxItem Needed(PropertyTag tag) => Get(tag) ?? throw new InvalidDataException($"A change has no {PropertyRegistry.NameOf(tag)}.");
}

/// <summary>What a whole download said.</summary>
public sealed record DownloadedChanges(IReadOnlyList<ItemChange> Changes, ReplicaIdSet Deleted, ReplicaIdSet Read, ReplicaIdSet Unread, ClientSyncState State);

/// <summary>Puts the items of a synchronisation's stream together.</summary>
/// <param name="server">The mailbox's own replica, 1 where ids are in their short form.</param>
public sealed class ChangeStream(Guid server)
{
    private readonly List<ItemChange> _changes = [];
    private readonly ReplicaIdSet _deleted = new();
    private readonly ReplicaIdSet _read = new();
    private readonly ReplicaIdSet _unread = new();
    private ClientSyncState? _state;
    private readonly Dictionary<int, List<List<ushort>>> _mappings = [];
    private ItemChange? _current;
    private int _mapping = -1;
    private Dictionary<ushort, FxItem>? _child;
    private Part _part;
    private int _depth;
    private bool _ended;

    private enum Part
    {
        None,
        GroupInfo,
        Change,
        Deletions,
        ReadStates,
        State,
    }

    /// <summary>Takes an item; the change that it completes, or null.</summary>
    public ItemChange? Add(FxItem item)
    {
        if (_ended)
            throw new InvalidDataException("There is something behind the end of the stream.");
        switch (item.Tag)
        {
            case FxReader.IncrSyncChg or FxReader.IncrSyncChgPartial:
                var before = Complete();
                _current = new ItemChange { IsPartial = item.Tag == FxReader.IncrSyncChgPartial };
                if (_current.IsPartial && !_mappings.ContainsKey(_mapping))
                    throw new InvalidDataException("A partial change names no mapping that was told.");
                _part = Part.Change;
                return before;
            case FxReader.IncrSyncGroupInfo:
                before = Complete();
                _part = Part.GroupInfo;
                return before;
            case FxReader.IncrSyncGroupId:
                _mapping = item.Int32;
                _part = Part.None;
                return null;
            case FxReader.IncrSyncMessage:
                return null;
            case FxReader.IncrSyncDel:
                before = Complete();
                _part = Part.Deletions;
                return before;
            case FxReader.IncrSyncRead:
                before = Complete();
                _part = Part.ReadStates;
                return before;
            case FxReader.IncrSyncStateBegin:
                before = Complete();
                _part = Part.State;
                _state = new ClientSyncState();
                return before;
            case FxReader.IncrSyncStateEnd:
                _part = Part.None;
                return null;
            case FxReader.IncrSyncEnd:
                _ended = true;
                return null;
        }
        switch (_part)
        {
            case Part.GroupInfo:
                ReadMapping(item);
                break;
            case Part.Change:
                AddToChange(item);
                break;
            case Part.Deletions:
                Ids(_deleted, item);
                break;
            case Part.ReadStates:
                Ids(item.Tag == 0x402D0102 ? _read : _unread, item);
                break;
            case Part.State:
                _state!.Take(item);
                break;
            default:
                throw new InvalidDataException($"{item.Tag:X8} stands outside of everything.");
        }
        return null;
    }

    public DownloadedChanges End()
    {
        if (!_ended || _state is null || _depth != 0)
            throw new InvalidDataException("The stream ends before its end.");
        return new DownloadedChanges(_changes, _deleted, _read, _unread, _state);
    }

    private ItemChange? Complete()
    {
        var change = _current;
        _current = null;
        if (_depth != 0)
            throw new InvalidDataException("A change ends within a recipient or attachment.");
        if (change is null)
            return null;
        _changes.Add(change);
        return change;
    }

    private void AddToChange(FxItem item)
    {
        switch (item.Tag)
        {
            case FxReader.StartRecip:
                Begin(_current!.Recipients);
                break;
            case FxReader.NewAttach:
                Begin(_current!.Attachments);
                break;
            case FxReader.EndToRecip or FxReader.EndAttach:
                _depth--;
                break;
            case FxReader.FXDelProp:
                if (_depth == 0)
                    _current!.Replaced.Add((ushort)(item.Int32 >> 16));
                break;
            case FxReader.IncrementalSyncMessagePartial:
                if (!_current!.IsPartial)
                    throw new InvalidDataException("A full change has groups.");
                if (item.Int32 != -1)
                    _current.Replaced.UnionWith(_mappings[_mapping][item.Int32]);
                break;
            default:
                if (_depth == 0)
                    _current!.Put(item);
                else if (_depth == 1)
                    _child!.TryAdd(item.Id, item);
                break;
        }
    }

    private void Begin(List<Dictionary<ushort, FxItem>> children)
    {
        if (_depth++ == 0)
            children.Add(_child = []);
    }

    /// <summary>2.2.2.8 PropertyGroupInfo.</summary>
    private void ReadMapping(FxItem item)
    {
        if (item.Tag != 0x00000102)
            throw new InvalidDataException($"{item.Tag:X8} is no property group mapping.");
        using var reader = new BinaryReader(new MemoryStream(item.Value));
        var id = reader.ReadInt32();
        reader.ReadInt32().ShouldBe(0);
        var groups = new List<List<ushort>>();
        for (var left = reader.ReadInt32(); left > 0; left--)
        {
            var tags = new List<ushort>();
            groups.Add(tags);
            for (var count = reader.ReadInt32(); count > 0; count--)
            {
                var tag = reader.ReadUInt32();
                tags.Add((ushort)(tag >> 16));
                if (tag >> 16 < 0x8000)
                    continue;
                reader.ReadBytes(16);
                if (reader.ReadInt32() == 0)
                    reader.ReadInt32();
                else
                    reader.ReadBytes(reader.ReadInt32());
            }
            tags.ShouldNotBeEmpty();
        }
        groups.ShouldNotBeEmpty();
        reader.BaseStream.Position.ShouldBe(item.Value.Length);
        _mappings[id] = groups;
    }

    private void Ids(ReplicaIdSet to, FxItem item) =>
        to.Union(ReplicaIdSet.ParseReplIds(item.Value, id => id == 1 ? server : null) ?? throw new InvalidDataException("A set of ids is none."));
}
