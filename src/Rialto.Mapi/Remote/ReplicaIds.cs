// [MS-OXCDATA] 2.2.4.1, 2.2.4.2 EntryIDs, 2.2.1.3 GIDs; [MS-OXORULE] 2.2.5.1.2 ids in rules' actions.
using System.Buffers.Binary;
using Rialto.Mapi.Sync.Records;
using Rialto.Model;
using Rialto.Store;
using Rialto.Wire;

namespace Rialto.Mapi.Remote;

/// <summary>
/// Ids that a copied mailbox's own items name folders and messages of it by, turned into those of the copy: in rules, in what clients keep beside folders, in search folders.
/// An id of which nothing is here stays as it is.
/// </summary>
internal sealed class ReplicaIds(MailboxSession mailbox, Guid remoteMailbox, Guid remoteReplica)
{
    private const int GuidSize = 16;
    private const int CounterSize = 6;

    /// <summary>Flags, provider, type: what stands between an EntryID's provider and its first database GUID.</summary>
    private const int TypeSize = 2;

    private Dictionary<long, FolderId>? _folders;

    /// <summary>Folders came or went: they are looked for anew.</summary>
    public void Forget() => _folders = null;

    public FolderId? FolderOf(long counter)
    {
        if (counter < SpecialFolders.FirstDynamicId)
            return mailbox.Folders.TryGet(new FolderId(counter), out _) ? new FolderId(counter) : null;
        if (_folders is null)
        {
            _folders = [];
            foreach (var folder in mailbox.Folders.All)
            {
                if (GlobalId.TryRead(folder.SourceKey, out var id) && id.Replica == remoteReplica)
                    _folders[(long)id.Counter] = folder.Id;
            }
        }
        return _folders.TryGetValue(counter, out var found) ? found : null;
    }

    /// <summary>The MID here of a message there.</summary>
    public async ValueTask<long?> MessageOfAsync(long counter, CancellationToken cancel)
    {
        var known = await mailbox.FindBySourceKeyAsync(new GlobalId(remoteReplica, (ulong)counter).ToArray(), cancel);
        if (!known.TryGet(out var found) || found is not { Value: > 0 } id)
            return null;
        // A message is found by its id wherever it is.
        foreach (var folder in mailbox.Folders.All)
        {
            if (folder.Type == FolderType.Generic && (await mailbox.ReadRowsAsync(folder.Id, new[] { id }, cancel)).TryGet(out var rows) && rows[0] is { } row)
                return row.Mid;
        }
        return null;
    }

    /// <summary>Whether any value has an id of the other replica in it.</summary>
    public bool Occurs(PropertyBag bag)
    {
        foreach (ref readonly var value in bag.Span)
        {
            if (value.Reference is byte[] bytes ? IndexIn(bytes, 0) >= 0 : value.Reference is byte[][] items && items.Any(i => IndexIn(i, 0) >= 0))
                return true;
        }
        return false;
    }

    /// <summary>The bag's binary values with the ids of this mailbox.</summary>
    public async ValueTask MapAsync(PropertyBag bag, CancellationToken cancel)
    {
        foreach (var value in bag.ToArray())
        {
            if (value.Type == PropertyType.Binary && value.Reference is byte[] bytes && IndexIn(bytes, 0) >= 0)
                bag.Set(PropertyValue.Of(value.Tag, await MapAsync(bytes, cancel)));
            else if (value.Type == PropertyType.MultipleBinary && value.Reference is byte[][] items && items.Any(i => IndexIn(i, 0) >= 0))
            {
                var mapped = new byte[items.Length][];
                for (var i = 0; i < items.Length; i++)
                    mapped[i] = await MapAsync(items[i], cancel);
                bag.Set(PropertyValue.OfArray(value.Tag, mapped));
            }
        }
    }

    /// <summary>
    /// EntryIDs, source keys and whatever else has the other replica's GUID with a counter behind it, wherever that stands in the value: all of them have one length, so that
    /// nothing around them moves.
    /// </summary>
    public async ValueTask<byte[]> MapAsync(byte[] value, CancellationToken cancel)
    {
        var mapped = (byte[])value.Clone();
        for (var at = IndexIn(value, 0); at >= 0; at = IndexIn(value, at + GuidSize))
        {
            var counter = 0L;
            for (var i = 0; i < CounterSize; i++)
                counter = counter << 8 | value[at + GuidSize + i];
            var here = FolderOf(counter)?.Value ?? await MessageOfAsync(counter, cancel);
            if (here is not { } id)
                continue;
            mailbox.Header.ReplicaGuid.TryWriteBytes(mapped.AsSpan(at));
            BinaryPrimitives.WriteUInt16BigEndian(mapped.AsSpan(at + GuidSize), (ushort)(id >> 32));
            BinaryPrimitives.WriteUInt32BigEndian(mapped.AsSpan(at + GuidSize + 2), (uint)id);
            var provider = at - TypeSize - GuidSize;
            if (provider >= 0 && new Guid(value.AsSpan(provider, GuidSize)) == remoteMailbox)
                mailbox.Header.Id.TryWriteBytes(mapped.AsSpan(provider));
        }
        return mapped;
    }

    /// <summary>A standard rule with the ids of this mailbox: folders, templates, and those of named properties by the names that came with it.</summary>
    public async ValueTask MapRuleAsync(PropertyMessage rule, byte[]? names, CancellationToken cancel)
    {
        var idOf = await IdsOfAsync(names is not null && PropertyBagCodec.TryRead(names, out PropertyMessage named) ? named.NamedProperties : [], cancel);
        if (rule.Properties.Get(PropertyTags.RuleCondition).AsRestriction() is { } condition)
            rule.Properties.Set(PropertyValue.Of(PropertyTags.RuleCondition, await MapAsync(RestrictionNames.Map(condition, idOf), cancel)));
        var actions = RuleRecord.ActionsOf(rule);
        if (actions.Length == 0)
            return;
        for (var i = 0; i < actions.Length; i++)
        {
            actions[i] = actions[i] switch
            {
                FolderRuleAction { InThisStore: true } move => move with { Folder = Map(move.Folder) },
                ReplyRuleAction reply => reply with
                {
                    Folder = FolderOf((long)reply.Folder.Counter) is { } folder ? StoreKeys.Id(folder.Value) : reply.Folder,
                    Message = await MessageOfAsync((long)reply.Message.Counter, cancel) is { } mid ? StoreKeys.Id(mid) : reply.Message,
                },
                TagRuleAction tag => tag with { Value = RestrictionNames.Map(tag.Value, idOf) },
                var other => other,
            };
        }
        rule.Properties.Set(rule.Properties.Get(PropertyTags.RuleActions) is { IsAbsent: false } stored
            ? PropertyValue.Of(stored.Tag, RuleActionCodec.Write(actions, ValueForm.Rop))
            : PropertyValue.Of(PropertyTags.RuleActions, RuleActionCodec.Write(actions, ValueForm.Rop)));
    }

    /// <summary>The ids here of names that are known by others.</summary>
    public async ValueTask<Func<ushort, ushort>> IdsOfAsync(Dictionary<ushort, PropertyName> names, CancellationToken cancel)
    {
        if (names.Count == 0)
            return static _ => 0;
        var list = names.ToList();
        var given = await mailbox.GetPropertyIdsAsync([.. list.Select(n => n.Value)], true, cancel);
        if (!given.TryGet(out var ids))
            return static _ => 0;
        var map = list.Select((n, i) => (n.Key, Id: ids[i])).ToDictionary(n => n.Key, n => n.Id);
        return id => map.GetValueOrDefault(id);
    }

    /// <summary>The restriction with ids of this mailbox in the values that it compares with.</summary>
    public async ValueTask<Restriction> MapAsync(Restriction restriction, CancellationToken cancel)
    {
        switch (restriction)
        {
            case AndRestriction and:
                return new AndRestriction([.. await AllAsync(and.Terms)]);
            case OrRestriction or:
                return new OrRestriction([.. await AllAsync(or.Terms)]);
            case NotRestriction not:
                return new NotRestriction(await MapAsync(not.Term, cancel));
            case PropertyRestriction { Value.Reference: byte[] bytes } property when property.Value.Type == PropertyType.Binary && IndexIn(bytes, 0) >= 0:
                return property with { Value = PropertyValue.Of(property.Value.Tag, await MapAsync(bytes, cancel)) };
            case CommentRestriction { Term: { } term } comment:
                return comment with { Term = await MapAsync(term, cancel) };
            default:
                return restriction;
        }

        async ValueTask<List<Restriction>> AllAsync(IReadOnlyList<Restriction> terms)
        {
            var mapped = new List<Restriction>(terms.Count);
            foreach (var term in terms)
                mapped.Add(await MapAsync(term, cancel));
            return mapped;
        }
    }

    private byte[] Map(byte[] folder)
    {
        if (!WireCodec.TryRead<ServerId>(folder, out var server) || !server.Ours || FolderOf((long)server.Folder.Counter) is not { } here)
            return folder;
        server.Folder = StoreKeys.Id(here.Value);
        return WireCodec.ToArray(server);
    }

    /// <summary>Where the other replica's GUID stands next with a whole counter behind it; -1 where it does not.</summary>
    private int IndexIn(byte[] value, int from)
    {
        Span<byte> guid = stackalloc byte[GuidSize];
        remoteReplica.TryWriteBytes(guid);
        var at = value.AsSpan(from).IndexOf(guid);
        return at < 0 || from + at + GuidSize + CounterSize > value.Length ? -1 : from + at;
    }
}
