using Rialto.Store.Backend;
using Rialto.Store.Sqlite.Codec;
using Rialto.Store.Sqlite.Native;

namespace Rialto.Store.Sqlite.Mailboxes;

/// <summary>
/// Applies the mutations of batches by prepared statements, inside a transaction that the caller began. Each gives the same rows when it is applied again.
/// </summary>
internal static class BatchApplier
{
    public static void Apply(SqliteConnection connection, FolderSlots slots, Mutation mutation)
    {
        switch (mutation)
        {
            case InsertMessage m:
                Insert(connection, slots, m);
                break;
            case ReplaceMessage m:
                Replace(connection, slots, m);
                break;
            case SetMessageState m:
                connection.Prepare("UPDATE state SET flags=?2, keywords=?3, status=?4, cn=CASE WHEN ?7 THEN NULL ELSE coalesce(cn, sequence) END, sequence=?5, read_cn=?6 WHERE place=?1")
                    .Bind(1, slots.Place(m.Folder, m.Uid))
                    .Bind(2, (int)m.State)
                    .BindUnless(3, MessageTable.JoinKeywords(m.Keywords))
                    .BindUnless(4, m.Status, 0)
                    .Bind(5, m.Sequence)
                    .BindUnless(6, m.ReadCn, 0)
                    .Bind(7, m.IsContent ? 1 : 0)
                    .Execute();
                break;
            case SetMessageStates m:
                StateRun.Apply(connection, slots, m);
                break;
            case RelocateMessage m:
                Relocate(connection, slots, m);
                break;
            case DeleteMessage m:
                DeletePlace(connection, slots.Place(m.Folder, m.Uid));
                connection.Prepare("DELETE FROM message WHERE id=?1").Bind(1, m.Id.Value).Execute();
                break;
            case PutFolder m:
                PutFolder(connection, slots, m.Folder);
                break;
            case PutFolderCounters m:
                using (var counters = new RecordWriter())
                {
                    FolderCodec.WriteCounters(counters, m.Counters);
                    connection.Prepare("INSERT OR REPLACE INTO live(slot, value) VALUES(?1, ?2)").Bind(1, slots.Of(m.Folder)).Bind(2, counters.Written).Execute();
                }
                break;
            case DeleteFolder m:
                DeleteFolder(connection, slots, m.Folder);
                break;
            case AppendChange m:
                Append(connection, m.Change);
                break;
            case TrimChanges m:
                connection.Prepare("DELETE FROM change WHERE sequence<=?1").Bind(1, m.UpToSequence).Execute();
                connection.Prepare("UPDATE live SET a=?1 WHERE slot=-1").Bind(1, m.UpToSequence).Execute();
                break;
            case AddNamedProperty m:
                var property = connection.Prepare("INSERT OR REPLACE INTO named_property(id, property_set, lid, name) VALUES(?1, ?2, ?3, ?4)")
                    .Bind(1, m.Id).Bind(2, m.Name.PropertySet).Bind(3, m.Name.Lid);
                if (m.Name.Name is { } name)
                    property.Bind(4, name.AsSpan());
                else
                    property.BindNull(4);
                property.Execute();
                break;
            case PutClientState m:
                var sql = m.Value is null
                    ? "DELETE FROM client_state WHERE client=?1 AND collection=?2 AND key=?3"
                    : "INSERT OR REPLACE INTO client_state(client, collection, key, value) VALUES(?1, ?2, ?3, ?4)";
                var put = connection.Prepare(sql).Bind(1, m.Key.Client.AsSpan()).Bind(2, m.Key.Collection.AsSpan()).Bind(3, m.Key.Key.AsSpan());
                if (m.Value is { } value)
                    put.Bind(4, value.Span);
                put.Execute();
                break;
            case PutReadSet m:
                connection.Prepare("INSERT OR REPLACE INTO read_set(principal, folder, value) VALUES(?1, ?2, ?3)")
                    .Bind(1, m.Principal).Bind(2, m.Folder.Value).Bind(3, m.Set.Span).Execute();
                break;
            case PutSetting { Value: null } m:
                connection.Prepare("DELETE FROM setting WHERE name=?1").Bind(1, m.Name.AsSpan()).Execute();
                break;
            case PutSetting m:
                connection.Prepare("INSERT OR REPLACE INTO setting(name, value) VALUES(?1, ?2)").Bind(1, m.Name.AsSpan()).Bind(2, m.Value.AsSpan()).Execute();
                break;
            case MarkDelivered m:
                connection.Prepare("INSERT OR REPLACE INTO delivered(queue_id, time) VALUES(?1, ?2)").Bind(1, m.QueueId).Bind(2, m.TimeUtcTicks).Execute();
                break;
            case TrimDelivered m:
                connection.Prepare("DELETE FROM delivered WHERE time<?1").Bind(1, m.BeforeUtcTicks).Execute();
                break;
            default:
                throw new NotSupportedException($"{mutation.GetType().Name} is not known to this backend.");
        }
    }

    private static void Insert(SqliteConnection connection, FolderSlots slots, InsertMessage m)
    {
        var place = slots.Place(m.Row.Folder, m.Row.Uid);
        MessageTable.WriteState(connection, place, m.Row);
        MessageTable.WriteMessage(connection, place, m.Row);
        PutDigest(connection, place, m.Digest.Span);
    }

    private static void Replace(SqliteConnection connection, FolderSlots slots, ReplaceMessage m)
    {
        var old = slots.Place(m.OldFolder, m.OldUid);
        var place = slots.Place(m.Row.Folder, m.Row.Uid);
        if (old != place)
        {
            connection.Prepare("DELETE FROM state WHERE place=?1").Bind(1, old).Execute();
            if (m.Digest is null)
                MoveDigest(connection, old, place);
            else
                connection.Prepare("DELETE FROM digest WHERE place=?1").Bind(1, old).Execute();
        }
        MessageTable.WriteState(connection, place, m.Row);
        MessageTable.WriteMessage(connection, place, m.Row);
        if (m.Digest is { } digest)
            PutDigest(connection, place, digest.Span);
    }

    private static void Relocate(SqliteConnection connection, FolderSlots slots, RelocateMessage m)
    {
        var old = slots.Place(m.OldFolder, m.OldUid);
        var place = slots.Place(m.NewFolder, m.NewUid);
        connection.Prepare("UPDATE state SET place=?2, mid=?3, sequence=?4, cn=?5, flags=?6 WHERE place=?1")
            .Bind(1, old).Bind(2, place).BindUnless(3, m.NewMid, m.Id.Value).Bind(4, m.Sequence).BindUnless(5, m.Cn, m.Sequence).Bind(6, (int)m.State).Execute();
        connection.Prepare("UPDATE message SET place=?2 WHERE id=?1").Bind(1, m.Id.Value).Bind(2, place).Execute();
        MoveDigest(connection, old, place);
    }

    private static void MoveDigest(SqliteConnection connection, long old, long place) =>
        connection.Prepare("UPDATE digest SET place=?2 WHERE place=?1").Bind(1, old).Bind(2, place).Execute();

    private static void PutDigest(SqliteConnection connection, long place, ReadOnlySpan<byte> digest) =>
        connection.Prepare("INSERT OR REPLACE INTO digest(place, digest) VALUES(?1, ?2)").Bind(1, place).Bind(2, digest).Execute();

    private static void DeletePlace(SqliteConnection connection, long place)
    {
        connection.Prepare("DELETE FROM state WHERE place=?1").Bind(1, place).Execute();
        connection.Prepare("DELETE FROM digest WHERE place=?1").Bind(1, place).Execute();
    }

    private static void PutFolder(SqliteConnection connection, FolderSlots slots, Folder folder)
    {
        using var body = new RecordWriter();
        FolderCodec.Write(body, folder);
        var isNew = !slots.TryGet(folder.Id, out var slot);
        if (isNew)
            slot = slots.Add(folder.Id);
        connection.Prepare("INSERT OR REPLACE INTO folder(slot, id, body) VALUES(?1, ?2, ?3)").Bind(1, slot).Bind(2, folder.Id.Value).Bind(3, body.Written).Execute();
        if (!isNew)
            return;
        body.Clear();
        FolderCodec.WriteCounters(body, folder.Counters);
        connection.Prepare("INSERT OR REPLACE INTO live(slot, value) VALUES(?1, ?2)").Bind(1, slot).Bind(2, body.Written).Execute();
    }

    private static void DeleteFolder(SqliteConnection connection, FolderSlots slots, FolderId folder)
    {
        if (!slots.TryGet(folder, out var slot))
            return;
        var (first, last) = FolderSlots.Range(slot);
        connection.Prepare("DELETE FROM message WHERE id IN (SELECT id FROM state WHERE place BETWEEN ?1 AND ?2)").Bind(1, first).Bind(2, last).Execute();
        connection.Prepare("DELETE FROM state WHERE place BETWEEN ?1 AND ?2").Bind(1, first).Bind(2, last).Execute();
        connection.Prepare("DELETE FROM digest WHERE place BETWEEN ?1 AND ?2").Bind(1, first).Bind(2, last).Execute();
        connection.Prepare("DELETE FROM read_set WHERE folder=?1").Bind(1, folder.Value).Execute();
        connection.Prepare("DELETE FROM folder WHERE slot=?1").Bind(1, slot).Execute();
        connection.Prepare("DELETE FROM live WHERE slot=?1").Bind(1, slot).Execute();
        slots.Remove(folder);
    }

    private static void Append(SqliteConnection connection, Change change) =>
        connection.Prepare("INSERT OR REPLACE INTO change(sequence, kind, message, folder, old_folder, uid, old_uid, mid, old_mid, time) VALUES(?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)")
            .Bind(1, change.Sequence)
            .Bind(2, change.StoredKind)
            .BindUnless(3, change.Message.Value, 0)
            .Bind(4, change.Folder.Value)
            .BindUnless(5, change.OldFolder.Value, 0)
            .BindUnless(6, change.Uid, 0)
            .BindUnless(7, change.OldUid, 0)
            .BindUnless(8, change.Mid, 0)
            .BindUnless(9, change.OldMid, 0)
            .Bind(10, change.TimeUtcTicks)
            .Execute();
}
