using System.Collections.Immutable;
using System.Runtime.InteropServices;
using Rialto.Model;
using Rialto.Store.Backend;
using Rialto.Store.Views;

namespace Rialto.Store.Engine;

/// <summary>
/// The batch in the making: what the operations of one commit write, and the mailbox as the later ones of them find it. Used by the writer alone.
/// An operation first reads and checks, then writes: an operation that refuses leaves nothing behind.
/// </summary>
internal sealed class Draft
{
    private readonly Mailbox _mailbox;
    private readonly MailboxState _base;
    private readonly Dictionary<FolderId, CounterDraft> _counters = [];
    private readonly Dictionary<MessageId, PendingMessage> _written = [];
    private List<(FolderId Folder, StatesDelta States)>? _writtenStates;
    private readonly HashSet<long> _taken = [];
    private readonly Dictionary<string, MessageId> _sourceKeys = new(StringComparer.Ordinal);
    private ImmutableDictionary<string, string> _settings;
    private IdSet? _reserved;
    private bool _reservedChanged;

    public Draft(Mailbox mailbox, MailboxState state, FileTime now)
    {
        _mailbox = mailbox;
        _base = state;
        Now = now;
        Sequence = state.Sequence;
        Folders = state.Folders;
        Names = state.Names;
        Used = state.Used;
        _settings = state.Settings;
        OldestChange = state.OldestChange;
        Batch = new WriteBatch { ExpectedSequence = state.Sequence, NewSequence = state.Sequence };
    }

    public Mailbox Mailbox => _mailbox;

    public StoreOptions Options => _mailbox.Engine.Options;

    public FileTime Now { get; }

    public long NowUtcTicks => Now.ToDateTimeOffset().UtcTicks;

    public long Sequence { get; private set; }

    public FolderTree Folders { get; private set; }

    public NamedPropertyMap Names { get; private set; }

    public long Used { get; private set; }

    public long OldestChange { get; private set; }

    public WriteBatch Batch { get; }

    public ChangeList Changes { get; } = new();

    public Dictionary<FolderId, FolderDeltas> Deltas { get; } = [];

    /// <summary>Read sets of a public store as the batch leaves them.</summary>
    public Dictionary<(Guid Principal, FolderId Folder), IdSet> ReadSets { get; } = [];

    /// <summary>Messages that a principal sees with another read state from now on.</summary>
    public Dictionary<(Guid Principal, FolderId Folder), List<EntryDelta>> ReadDeltas { get; } = [];

    /// <summary>Whether no message was written to yet.</summary>
    public bool HasNoMessages => _written.Count == 0 && _writtenStates is null;

    /// <summary>The messages that were written to, as the batch leaves them so far.</summary>
    private Dictionary<MessageId, PendingMessage> Pending
    {
        get
        {
            foreach (var (folder, states) in _writtenStates ?? [])
            {
                foreach (var entry in states.Entries())
                    _written[entry.Id] = new PendingMessage(folder, entry, null);
            }
            _writtenStates = null;
            return _written;
        }
    }

    public int MutationCount => Batch.Mutations.Count;

    public long QuotaLimit => _settings.TryGetValue(SettingNames.Quota, out var text) && long.TryParse(text, System.Globalization.CultureInfo.InvariantCulture, out var value)
        ? value
        : Options.DefaultQuota;

    public bool HasRoomFor(long bytes) => QuotaLimit is var limit && (limit == 0 || Used + bytes <= limit);

    /// <summary>Why a folder does not take messages: the mailbox's quota, or the folder's own limits. As the batch leaves them so far.</summary>
    public StoreError Refuse(Folder folder, long bytes, long largest) =>
        !HasRoomFor(bytes) ? StoreError.QuotaExceeded
        : folder.Properties is null ? StoreError.None
        : FolderLimits.Of(folder).Refuse(folder with { Counters = CountersOf(folder.Id) }, bytes, largest);

    public string? Setting(string name) => _settings.GetValueOrDefault(name);

    /// <summary>The mailbox's counter, one further.</summary>
    public long Next() => ++Sequence;

    /// <summary>The counter, further by many.</summary>
    /// <returns>The first of them.</returns>
    public long Next(int count)
    {
        var first = Sequence + 1;
        Sequence += count;
        return first;
    }

    private IdSet Reserved => _reserved ??= ReservedIds.Parse(Setting(ReservedIds.Setting));

    /// <summary>Sets counters aside for a client, and gives the first; null when what it was given before is scattered over too many ranges.</summary>
    public long? Reserve(int count)
    {
        if (Reserved.Ranges.Length >= Options.MaximumReservedRanges)
            return null;
        var first = Sequence + 1;
        Sequence += count;
        Reserved.AddRange((ulong)first, (ulong)Sequence);
        _reservedChanged = true;
        return first;
    }

    /// <summary>Whether a client may use the id for something new in the folder: given to clients, and not used since. No object has it.</summary>
    public StoreError CheckId(long id, FolderId folder)
    {
        if (id <= 0 || id > Sequence)
            return StoreError.InvalidArgument;
        if (_taken.Contains(id))
            return StoreError.AlreadyExists;
        if (!Reserved.Contains((ulong)id))
            return StoreError.Gone;
        return Setting(ReservedIds.GoneIn(folder)) is { } gone && ReservedIds.Parse(gone).Contains((ulong)id) ? StoreError.Gone : StoreError.None;
    }

    /// <summary>Uses the id, or gives it up: it is not to be used again.</summary>
    public void TakeId(long id)
    {
        _taken.Add(id);
        _reservedChanged |= Reserved.Remove((ulong)id);
    }

    /// <summary>Gives the id up without using it. Whether it was there to give up.</summary>
    public bool GiveUpId(long id) => id > 0 && Reserved.Remove((ulong)id) && (_reservedChanged = true);

    /// <summary>Has the ids, as far as they were given to clients and are unused, never be used in the folder.</summary>
    public StoreError Exclude(FolderId folder, IdSet ids)
    {
        var name = ReservedIds.GoneIn(folder);
        var gone = ReservedIds.Parse(Setting(name));
        var before = Setting(name) ?? "";
        gone.Union(Reserved.Intersection(ids));
        if (gone.Ranges.Length > Options.MaximumReservedRanges)
            return StoreError.TooLarge;
        if (ReservedIds.Format(gone) is { } text && text != before)
        {
            Next();
            Set(name, text);
        }
        return StoreError.None;
    }

    /// <summary>The message behind a source key of another replica; its value is 0 for one that was deleted before it was ever here. Null for keys never seen.</summary>
    public async ValueTask<MessageId?> FindSourceKeyAsync(byte[] sourceKey, CancellationToken cancel)
    {
        var key = SourceKeys.KeyOf(sourceKey);
        return _sourceKeys.TryGetValue(key.Key, out var known) ? known : await SourceKeys.FindAsync(_mailbox.Storage, sourceKey, cancel);
    }

    public void PutSourceKey(byte[] sourceKey, MessageId message)
    {
        var key = SourceKeys.KeyOf(sourceKey);
        _sourceKeys[key.Key] = message;
        Write(new PutClientState(key, SourceKeys.Encode(message)));
    }

    public void Write(Mutation mutation) => Batch.Mutations.Add(mutation);

    /// <summary>The session whose operation is computed; null for the server's own.</summary>
    public MailboxSession? Session { get; set; }

    /// <summary>Whether the operation that is computed delivers mail.</summary>
    public bool IsDelivery { get; set; }

    /// <summary>Another operation begins.</summary>
    public void Begin()
    {
        Session = null;
        IsDelivery = false;
    }

    public void Log(Change change)
    {
        if (Session is not null && change.MadeBy is null)
            change = change with { MadeBy = Session };
        Changes.Add(change);
        Write(new AppendChange(change));
    }

    /// <summary>The state of messages of a folder, in the order asked for; those that are gone or elsewhere are left out.</summary>
    public async ValueTask<List<ViewEntry>> ReadEntriesAsync(FolderId folder, IReadOnlyList<MessageId> messages, CancellationToken cancel)
    {
        var found = new Dictionary<MessageId, ViewEntry>(messages.Count);
        List<MessageId>? missing = null;
        var index = _mailbox.Views.FindIndex(folder);
        foreach (var id in messages)
        {
            if (Pending.TryGetValue(id, out var pending))
            {
                if (pending.Folder == folder)
                    found[id] = pending.Entry;
            }
            else if (index is not null && index.TryGetApplied(id, out var entry))
            {
                found[id] = entry;
            }
            else
            {
                (missing ??= []).Add(id);
            }
        }
        if (missing is not null)
        {
            foreach (var row in await _mailbox.Storage.ReadRowsAsync(missing.ToArray(), cancel))
            {
                if (row.Folder == folder)
                    found[row.Id] = Entries.From(row, _mailbox.Keywords);
            }
        }
        var result = new List<ViewEntry>(found.Count);
        foreach (var id in messages)
        {
            // Each once, however often it was named.
            if (found.Remove(id, out var entry))
                result.Add(entry);
        }
        return result;
    }

    /// <summary>Whole rows as the batch leaves them, in the order asked for; those that are gone or in another folder are left out.</summary>
    public async ValueTask<List<MessageRow>> ReadRowsAsync(FolderId folder, IReadOnlyList<MessageId> messages, CancellationToken cancel)
    {
        var found = new Dictionary<MessageId, MessageRow>(messages.Count);
        var missing = new List<MessageId>();
        foreach (var id in messages)
        {
            if (!Pending.TryGetValue(id, out var pending) || (pending.Row is null && pending.Folder == folder))
                missing.Add(id);
            else if (pending.Folder == folder)
                found[id] = pending.Row!;
        }
        if (missing.Count > 0)
        {
            foreach (var row in await _mailbox.Storage.ReadRowsAsync(missing.ToArray(), cancel))
            {
                if (Pending.TryGetValue(row.Id, out var pending))
                    found[row.Id] = Overlay(row, pending);
                else if (row.Folder == folder)
                    found[row.Id] = row;
            }
        }
        var result = new List<MessageRow>(found.Count);
        foreach (var id in messages)
        {
            if (found.Remove(id, out var row))
                result.Add(row);
        }
        return result;
    }

    /// <summary>A scan of a folder, and what the batch did to it so far.</summary>
    public List<ViewEntry> WithPending(FolderId folder, List<ViewEntry> scanned)
    {
        if (Pending.Count == 0)
            return scanned;
        var entries = scanned.Where(e => !Pending.ContainsKey(e.Id)).ToList();
        entries.AddRange(Pending.Values.Where(p => p.Folder == folder).Select(p => p.Entry));
        return entries;
    }

    private MessageRow Overlay(MessageRow row, PendingMessage pending) => row with
    {
        Folder = pending.Folder,
        Uid = pending.Entry.Uid,
        Mid = pending.Entry.Mid,
        Sequence = pending.Entry.Sequence,
        Cn = pending.Entry.Cn,
        ReadCn = pending.Entry.ReadCn,
        State = pending.Entry.State,
        Status = pending.Entry.Status,
        Keywords = _mailbox.Keywords[pending.Entry.KeywordSet],
    };

    public uint NextUid(FolderId folder) => Counters(folder).UidNext++;

    public void Insert(MessageRow row, ReadOnlyMemory<byte> digest, MessageOrigin? copiedFrom = null)
    {
        Write(new InsertMessage(row, digest));
        var entry = Entries.From(row, _mailbox.Keywords);
        Count(row.Folder, in entry, 1);
        Pending[row.Id] = new PendingMessage(row.Folder, entry, row);
        Delta(row.Folder, new EntryDelta(DeltaKind.Added, entry, row));
        Log(new Change
        {
            Kind = ChangeKind.MessageCreated, Sequence = row.Sequence, Message = row.Id, Folder = row.Folder, Uid = row.Uid, Mid = row.Mid, TimeUtcTicks = NowUtcTicks,
            CopiedFrom = copiedFrom, IsDelivered = IsDelivery || (copiedFrom is null && IsFromOutside(row)), MadeBy = Session,
        });
    }

    /// <summary>What the server itself puts into a mailbox has come for its reader, unless it is a draft or stands beside the mail.</summary>
    private static bool IsFromOutside(MessageRow row) => row.Creator == Guid.Empty && (row.State & (MessageState.Associated | MessageState.Draft)) == 0;

    /// <summary>New flags, keywords or status of one message. <paramref name="readState"/>: the read bit changed, which draws a read-state CN.</summary>
    public void SetState(FolderId folder, in ViewEntry old, in ViewEntry entry, bool readState)
    {
        Write(new SetMessageState(entry.Id, folder, entry.Uid, entry.State, _mailbox.Keywords[entry.KeywordSet], entry.Status, entry.Sequence, entry.ReadCn, entry.Cn == entry.Sequence));
        Count(folder, in old, -1);
        Count(folder, in entry, 1);
        var row = Pending.TryGetValue(entry.Id, out var pending) && pending.Row is { } known
            ? known with { State = entry.State, Keywords = _mailbox.Keywords[entry.KeywordSet], Status = entry.Status, Sequence = entry.Sequence, Cn = entry.Cn, ReadCn = entry.ReadCn }
            : null;
        Pending[entry.Id] = new PendingMessage(folder, entry, row);
        Delta(folder, new EntryDelta(DeltaKind.StateChanged, entry, row));
        Log(new Change
        {
            Kind = readState ? ChangeKind.ReadStateChanged : ChangeKind.FlagsChanged,
            Sequence = entry.Sequence, Message = entry.Id, Folder = folder, Uid = entry.Uid, Mid = entry.Mid, TimeUtcTicks = NowUtcTicks,
        });
    }

    /// <summary>The same for many messages of a folder that nothing else in this batch has touched.</summary>
    /// <param name="unread">By how many messages more are unread than before.</param>
    public void SetStates(StatesDelta states, int unread)
    {
        var set = states.Set;
        Write(set);
        var counters = Counters(set.Folder);
        counters.Dirty = true;
        counters.Unread += unread;
        counters.HighestSequence = Math.Max(counters.HighestSequence, set.FirstSequence + set.Count - 1);
        (_writtenStates ??= []).Add((set.Folder, states));
        DeltasOf(set.Folder).Add(states);
        Changes.Add(set, Session);
    }

    public void Replace(MessageRow old, MessageRow row, ReadOnlyMemory<byte>? digest, MessageParts parts = MessageParts.Unknown)
    {
        Write(new ReplaceMessage(row, old.Folder, old.Uid, digest));
        var before = Entries.From(old, _mailbox.Keywords);
        var entry = Entries.From(row, _mailbox.Keywords);
        Count(old.Folder, in before, -1);
        Count(row.Folder, in entry, 1);
        Pending[row.Id] = new PendingMessage(row.Folder, entry, row);
        if (old.Uid != row.Uid || old.Folder != row.Folder)
        {
            Delta(old.Folder, new EntryDelta(DeltaKind.Removed, before, null));
            Delta(row.Folder, new EntryDelta(DeltaKind.Added, entry, row));
        }
        else
        {
            Delta(row.Folder, new EntryDelta(DeltaKind.Replaced, entry, row));
        }
        Log(new Change
        {
            Kind = ChangeKind.MessageModified, Parts = parts, Sequence = row.Sequence, Message = row.Id, Folder = row.Folder, OldFolder = old.Folder,
            Uid = row.Uid, OldUid = old.Uid, Mid = row.Mid, OldMid = old.Mid, TimeUtcTicks = NowUtcTicks,
        });
    }

    public void Relocate(FolderId from, in ViewEntry old, FolderId to, in ViewEntry entry)
    {
        Write(new RelocateMessage(entry.Id, from, old.Uid, to, entry.Uid, entry.Mid, entry.Sequence, entry.Cn, entry.State));
        Count(from, in old, -1);
        Count(to, in entry, 1);
        var row = Pending.TryGetValue(entry.Id, out var pending) && pending.Row is { } known ? Overlay(known, new PendingMessage(to, entry, null)) : null;
        Pending[entry.Id] = new PendingMessage(to, entry, row);
        Delta(from, new EntryDelta(DeltaKind.Removed, old, null));
        Delta(to, new EntryDelta(DeltaKind.Added, entry, row));
        Touch(from, entry.Sequence);
        Log(new Change
        {
            Kind = ChangeKind.MessageMoved, Sequence = entry.Sequence, Message = entry.Id, Folder = to, OldFolder = from,
            Uid = entry.Uid, OldUid = old.Uid, Mid = entry.Mid, OldMid = old.Mid, TimeUtcTicks = NowUtcTicks,
        });
    }

    /// <summary>A move that changes more of the row than its place.</summary>
    public void Relocate(MessageRow old, MessageRow row)
    {
        Write(new ReplaceMessage(row, old.Folder, old.Uid, null));
        var before = Entries.From(old, _mailbox.Keywords);
        var entry = Entries.From(row, _mailbox.Keywords);
        Count(old.Folder, in before, -1);
        Count(row.Folder, in entry, 1);
        Pending[row.Id] = new PendingMessage(row.Folder, entry, row);
        Delta(old.Folder, new EntryDelta(DeltaKind.Removed, before, null));
        Delta(row.Folder, new EntryDelta(DeltaKind.Added, entry, row));
        Touch(old.Folder, row.Sequence);
        Log(new Change
        {
            Kind = ChangeKind.MessageMoved, Sequence = row.Sequence, Message = row.Id, Folder = row.Folder, OldFolder = old.Folder,
            Uid = row.Uid, OldUid = old.Uid, Mid = row.Mid, OldMid = old.Mid, TimeUtcTicks = NowUtcTicks,
        });
    }

    /// <summary>Deletes for good.</summary>
    /// <param name="withFolder">The folder goes too, and its messages in one range: no mutation of their own.</param>
    public void Delete(FolderId folder, in ViewEntry entry, bool withFolder = false)
    {
        var sequence = Next();
        if (!withFolder)
            Write(new DeleteMessage(entry.Id, folder, entry.Uid));
        Count(folder, in entry, -1);
        Pending[entry.Id] = new PendingMessage(default, entry, null);
        Delta(folder, new EntryDelta(DeltaKind.Removed, entry, null));
        Touch(folder, sequence);
        Log(new Change
        {
            Kind = ChangeKind.MessageDeleted, Sequence = sequence, Message = entry.Id, Folder = folder, Uid = entry.Uid, Mid = entry.Mid, TimeUtcTicks = NowUtcTicks,
        });
    }

    /// <summary>Hides the message; the row keeps the time as that of its last change. Gone from every view but those of soft-deleted messages.</summary>
    public void SoftDelete(MessageRow old, MessageRow row)
    {
        Write(new ReplaceMessage(row, old.Folder, old.Uid, null));
        var before = Entries.From(old, _mailbox.Keywords);
        var entry = Entries.From(row, _mailbox.Keywords);
        Count(old.Folder, in before, -1);
        Count(row.Folder, in entry, 1);
        Pending[row.Id] = new PendingMessage(row.Folder, entry, row);
        Delta(row.Folder, new EntryDelta(DeltaKind.Replaced, entry, row));
        Log(new Change
        {
            Kind = ChangeKind.MessageSoftDeleted, Sequence = row.Sequence, Message = row.Id, Folder = row.Folder, Uid = row.Uid, Mid = row.Mid, TimeUtcTicks = NowUtcTicks,
        });
    }

    /// <summary>Counters that are not those of the folder's own messages: search folders.</summary>
    public void PutCounters(FolderId id, FolderCounters counters)
    {
        if (!Folders.TryGet(id, out var folder))
            return;
        Folders = Folders.With(folder with { Counters = counters });
        Write(new PutFolderCounters(id, counters));
    }

    public void PutFolder(Folder folder, ChangeKind kind, FolderId oldParent = default)
    {
        Folders = Folders.With(folder);
        Write(new PutFolder(folder));
        Log(new Change { Kind = kind, Sequence = folder.Sequence, Folder = folder.Id, OldFolder = oldParent, TimeUtcTicks = NowUtcTicks });
    }

    /// <summary>
    /// Counts in a folder that one below it came, went or got another name: PidTagHierarchyChangeNumber ([MS-OXCFOLD] 2.2.2.2.1.8). The folder itself is no other by that,
    /// and keeps its CN.
    /// </summary>
    public void CountHierarchyChange(FolderId parent)
    {
        if (!Folders.TryGet(parent, out var folder))
            return;
        var bag = folder.Properties is { } stored && PropertyBagCodec.TryRead(stored, out PropertyBag read) ? read : new PropertyBag();
        var count = bag.TryGet(PropertyIds.HierarchyChangeNumber, out var before) && before.Type == PropertyType.Integer32 ? before.AsInt32() : 0;
        bag.Set(PropertyValue.Of(PropertyTags.HierarchyChangeNumber, unchecked(count + 1) & int.MaxValue));
        folder = folder with { Properties = PropertyBagCodec.Write(bag) };
        Folders = Folders.With(folder);
        Write(new PutFolder(folder));
    }

    public void DeleteFolder(Folder folder)
    {
        var sequence = Next();
        Folders = Folders.Without(folder.Id);
        _counters.Remove(folder.Id);
        Write(new DeleteFolder(folder.Id));
        if (Setting(ReservedIds.GoneIn(folder.Id)) is not null)
            Set(ReservedIds.GoneIn(folder.Id), null);
        if (folder.Type == FolderType.Search)
        {
            Set(Searching.SearchCriteria.SettingOf(folder.Id), null);
            Write(new PutClientState(Searching.SearchFolder.MembersKey(folder.Id), null));
        }
        if (Setting(FolderReplicas.SettingOf(folder.Id)) is not null)
            Set(FolderReplicas.SettingOf(folder.Id), null);
        var highest = Math.Max(folder.UidValidity, uint.TryParse(Setting(SettingNames.UidValidity), out var before) ? before : 0);
        Set(SettingNames.UidValidity, highest.ToString(System.Globalization.CultureInfo.InvariantCulture));
        CountHierarchyChange(folder.Parent);
        Log(new Change { Kind = ChangeKind.FolderDeleted, Sequence = sequence, Folder = folder.Id, OldFolder = folder.Parent, TimeUtcTicks = NowUtcTicks });
    }

    /// <summary>The UIDVALIDITY of a folder made now: the time, but larger than any that this mailbox has given.</summary>
    public uint NextUidValidity()
    {
        var seconds = Now.ToDateTimeOffset().ToUnixTimeSeconds();
        long highest = uint.TryParse(Setting(SettingNames.UidValidity), out var before) ? before : 0;
        foreach (var folder in Folders.All)
            highest = Math.Max(highest, folder.UidValidity);
        return (uint)Math.Clamp(Math.Max(seconds, highest + 1), 1, uint.MaxValue);
    }

    public void AddName(ushort id, PropertyName name)
    {
        Names = Names.With(id, name);
        Write(new AddNamedProperty(id, name));
    }

    public void Set(string name, string? value)
    {
        _settings = value is null ? _settings.Remove(name) : _settings.SetItem(name, value);
        Write(new PutSetting(name, value));
    }

    public void TrimChanges(long upTo)
    {
        OldestChange = Math.Max(OldestChange, upTo);
        Write(new TrimChanges(upTo));
    }

    /// <summary>Writes the counters and gives the state after the batch.</summary>
    public MailboxState Finish()
    {
        if (_reservedChanged)
            Set(ReservedIds.Setting, ReservedIds.Format(Reserved));
        foreach (var (id, counters) in _counters)
        {
            if (!counters.Dirty || !Folders.TryGet(id, out var folder))
                continue;
            var after = counters.ToCounters(Now);
            Folders = Folders.With(folder with { Counters = after });
            Write(new PutFolderCounters(id, after));
        }
        Batch.NewSequence = Sequence;
        return _base with { Sequence = Sequence, Folders = Folders, Names = Names, Settings = _settings, Used = Used, OldestChange = OldestChange };
    }

    private void Count(FolderId folder, in ViewEntry entry, int sign)
    {
        var counters = Counters(folder);
        counters.Dirty = true;
        counters.Size += sign * entry.MimeSize;
        Used += sign * entry.MimeSize;
        counters.HighestSequence = Math.Max(counters.HighestSequence, entry.Sequence);
        if ((entry.State & MessageState.SoftDeleted) != 0)
            return;
        if ((entry.State & MessageState.Associated) != 0)
        {
            counters.AssociatedCount += sign;
            return;
        }
        counters.Count += sign;
        if ((entry.State & MessageState.Read) == 0)
            counters.Unread += sign;
    }

    private void Touch(FolderId folder, long sequence)
    {
        var counters = Counters(folder);
        counters.Dirty = true;
        counters.HighestSequence = Math.Max(counters.HighestSequence, sequence);
    }

    private CounterDraft Counters(FolderId folder)
    {
        ref var counters = ref CollectionsMarshal.GetValueRefOrAddDefault(_counters, folder, out var known);
        if (!known)
            counters = new CounterDraft(Folders.TryGet(folder, out var now) ? now.Counters : new FolderCounters());
        return counters!;
    }

    /// <summary>The counters as the batch leaves them so far.</summary>
    public FolderCounters CountersOf(FolderId folder) => Counters(folder).ToCounters(Now);

    private void Delta(FolderId folder, EntryDelta delta) => DeltasOf(folder).Add(delta);

    private FolderDeltas DeltasOf(FolderId folder)
    {
        ref var deltas = ref CollectionsMarshal.GetValueRefOrAddDefault(Deltas, folder, out _);
        return deltas ??= new FolderDeltas();
    }

    /// <param name="Folder">Default once deleted.</param>
    private readonly record struct PendingMessage(FolderId Folder, ViewEntry Entry, MessageRow? Row);
}
