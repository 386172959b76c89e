using System.Globalization;
using Rialto.Mapi.Rops;
using Rialto.Mapi.Tests.Client;
using Rialto.Model;

namespace Rialto.Mapi.Tests.Sync;

/// <summary>A user in online mode: works on the server itself, and says what is there.</summary>
public sealed class OnlineUser(RopSession session, uint mailbox, ulong[] folderIds)
{
    private const byte ReadWrite = 0x01;
    private const byte KeepOpen = 0x02;
    private readonly ulong _root = folderIds[3];
    private readonly ulong _inbox = folderIds[4];

    public async Task ActAsync(Random random, string name, Action<string> log)
    {
        var folders = await FoldersAsync();
        var own = folders.Where(f => !f.IsFixed).ToList();
        var places = folders.Where(f => !f.IsFixed || f.Id == _inbox).ToList();
        var place = places[random.Next(places.Count)];
        var to = places[random.Next(places.Count)];
        var associated = random.Next(6) == 0;
        var messages = await MessagesAsync(place.Id, associated);
        var message = messages.Count == 0 ? 0 : messages[random.Next(messages.Count)];
        switch (random.Next(16))
        {
            case < 3:
                var created = await session.CreateMessageAsync(mailbox, place.Id, associated);
                await session.SetAsync(created, PropertyValue.Of(PropertyTags.Subject, name), PropertyValue.Of(PropertyTags.Body, "online " + name));
                var id = await session.SaveAsync(created);
                await session.ReleaseAsync(created);
                log($"online creates {Short(id)} in {Short(place.Id)}");
                break;
            case < 7 when message != 0:
                var opened = await session.OpenAsync(mailbox, place.Id, message, ReadWrite);
                await session.SetAsync(opened, random.Next(4) switch
                {
                    0 => PropertyValue.Of(PropertyTags.Subject, name),
                    1 => PropertyValue.Of(PropertyTags.Body, "online " + name),
                    2 => PropertyValue.Of(PropertyTags.Importance, random.Next(3)),
                    _ => PropertyValue.Of(PropertyTags.FlagStatus, 2),
                });
                await session.SaveAsync(opened, KeepOpen);
                await session.ReleaseAsync(opened);
                log($"online changes {Short(message)} in {Short(place.Id)}: {name}");
                break;
            case 7 or 8 when message != 0:
                var folder = await session.OpenFolderAsync(mailbox, place.Id);
                var unread = random.Next(2) == 0;
                await session.CallAsync<PartialResponse>(RopId.SetReadFlags, new RopSetReadFlags.Request { ReadFlags = unread ? (byte)0x04 : (byte)0, MessageIds = [message] }, folder);
                await session.ReleaseAsync(folder);
                log($"online reads {Short(message)} in {Short(place.Id)}: {!unread}");
                break;
            case 9 when message != 0:
                folder = await session.OpenFolderAsync(mailbox, place.Id);
                if (random.Next(2) == 0)
                    await session.CallAsync<PartialResponse>(RopId.DeleteMessages, new RopDeleteMessages.Request { MessageIds = [message] }, folder);
                else
                    await session.CallAsync<PartialResponse>(RopId.HardDeleteMessages, new RopHardDeleteMessages.Request { MessageIds = [message] }, folder);
                await session.ReleaseAsync(folder);
                log($"online deletes {Short(message)} in {Short(place.Id)}");
                break;
            case 10 or 11 when message != 0:
                folder = await session.OpenFolderAsync(mailbox, place.Id);
                var destination = await session.OpenFolderAsync(mailbox, to.Id);
                var copy = random.Next(3) == 0;
                await session.ExecuteAsync(
                    [(RopId.MoveCopyMessages, new RopMoveCopyMessages.Request { DestHandleIndex = 1, MessageIds = [message], WantCopy = copy })], [folder, destination]);
                await session.ReleaseAsync(folder);
                await session.ReleaseAsync(destination);
                log($"online {(copy ? "copies" : "moves")} {Short(message)} from {Short(place.Id)} to {Short(to.Id)}");
                break;
            case 12 when folders.Count < 30:
                folder = await session.OpenFolderAsync(mailbox, random.Next(3) == 0 ? place.Id : _root);
                var made = await session.TryAsync(RopId.CreateFolder, new RopCreateFolder.Request { FolderType = 1, UseUnicodeStrings = true, DisplayName = Folder(random, name), Comment = "" }, folder);
                await session.ReleaseAsync(folder);
                log($"online creates a folder: {made}");
                break;
            case 13 when own.Count > 0:
                var renamed = own[random.Next(own.Count)];
                folder = await session.OpenFolderAsync(mailbox, renamed.Id);
                await session.SetAsync(folder, PropertyValue.Of(PropertyTags.DisplayName, Folder(random, name)));
                await session.ReleaseAsync(folder);
                log($"online renames folder {Short(renamed.Id)}");
                break;
            case 14 when own.Count > 0:
                var moved = own[random.Next(own.Count)];
                var source = await session.OpenFolderAsync(mailbox, moved.Parent);
                destination = await session.OpenFolderAsync(mailbox, random.Next(2) == 0 ? to.Id : _root);
                await session.ExecuteAsync(
                    [(RopId.MoveFolder, new RopMoveFolder.Request { DestHandleIndex = 1, UseUnicode = true, FolderId = moved.Id, NewFolderName = moved.Name })], [source, destination]);
                await session.ReleaseAsync(source);
                await session.ReleaseAsync(destination);
                log($"online moves folder {Short(moved.Id)}");
                break;
            case 15 when own.Count > 0 && random.Next(2) == 0:
                var deleted = own[random.Next(own.Count)];
                source = await session.OpenFolderAsync(mailbox, deleted.Parent);
                await session.TryAsync(RopId.DeleteFolder, new RopDeleteFolder.Request { DeleteFolderFlags = 0x15, FolderId = deleted.Id }, source);
                await session.ReleaseAsync(source);
                log($"online deletes folder {Short(deleted.Id)}");
                break;
        }
    }

    /// <summary>Every folder below the root, and every message of those that are synchronised, in lines that a replica makes too.</summary>
    public async Task<List<string>> DescribeAsync()
    {
        var lines = new List<string>();
        foreach (var folder in await FoldersAsync())
        {
            lines.Add(Line(Counter(folder.Id), Counter(folder.Parent), folder.Name));
            if (folder.IsFixed && folder.Id != _inbox)
                continue;
            foreach (var associated in new[] { false, true })
            {
                foreach (var message in await MessagesAsync(folder.Id, associated))
                {
                    var (values, body) = await ReadAsync(folder.Id, message);
                    lines.Add(Line(
                        Counter(folder.Id), Counter(message), associated, values[0].IsError ? "" : values[0].AsString(), body, values[1].AsInt32(), values[2].IsError ? 0 : values[2].AsInt32(), (values[3].AsInt32() & 1) != 0));
                }
            }
        }
        lines.Sort(StringComparer.Ordinal);
        return lines;
    }

    private static readonly PropertyTag[] s_described = [PropertyTags.Subject, PropertyTags.Importance, PropertyTags.FlagStatus, PropertyTags.MessageFlags, PropertyTags.Body];

    /// <summary>In one request where the body is not too long for that.</summary>
    private async Task<(PropertyValue[] Values, string Body)> ReadAsync(ulong folder, ulong message)
    {
        var reply = await session.ExecuteAsync(
            [
                (RopId.OpenMessage, new RopOpenMessage.Request { OutputHandleIndex = 1, CodePageId = 0x0FFF, FolderId = folder, MessageId = message }),
                (RopId.GetPropertiesSpecific, new RopGetPropertiesSpecific.Request { InputHandleIndex = 1, WantUnicode = 1, PropertyTags = s_described }),
            ],
            [mailbox, RopSession.NoHandle], s_described);
        reply.Responses.ShouldAllBe(r => r.ReturnValue == ErrorCode.Success);
        var values = reply.Get<RopGetPropertiesSpecific.Response>(1).Values;
        var body = values[4].IsError ? await session.TextAsync(reply.Handles[1], PropertyTags.Body) ?? "" : values[4].AsString();
        await session.ReleaseAsync(reply.Handles[1]);
        return (values, body);
    }

    public static string Line(ulong id, ulong parent, string name) => string.Create(CultureInfo.InvariantCulture, $"folder {id:X} in {parent:X}: {name}");

    /// <summary>The read state of associated items is nobody's: 3.2.5.9.4.6 of [MS-OXCFXICS] ignores it.</summary>
    public static string Line(ulong folder, ulong id, bool associated, string subject, string body, int importance, int flag, bool read) => string.Create(
        CultureInfo.InvariantCulture, $"message {id:X} in {folder:X}: {subject} | {body.TrimEnd()} | {importance} | {flag} | {(associated ? "FAI" : read ? "read" : "unread")}");

    private static string Folder(Random random, string name) => random.Next(4) == 0 ? $"same {random.Next(3)}" : name;

    private static ulong Counter(ulong id) => StoreId.FromWire(id).Counter;

    private static string Short(ulong id) => Counter(id).ToString("X", CultureInfo.InvariantCulture);

    private async Task<List<(ulong Id, ulong Parent, string Name, bool IsFixed)>> FoldersAsync()
    {
        var root = await session.OpenFolderAsync(mailbox, _root);
        var (table, _) = await session.HierarchyTableAsync(root, deep: true);
        var rows = await session.RowsAsync(table, [PropertyTags.FolderId, PropertyTags.ParentFolderId, PropertyTags.DisplayName]);
        await session.ReleaseAsync(table);
        await session.ReleaseAsync(root);
        return [.. rows.Select(r => ((ulong)r[0].AsInt64(), (ulong)r[1].AsInt64(), r[2].AsString(), Counter((ulong)r[0].AsInt64()) < 0x400))];
    }

    private async Task<List<ulong>> MessagesAsync(ulong folder, bool associated)
    {
        var handle = await session.OpenFolderAsync(mailbox, folder);
        var (table, _) = await session.ContentsTableAsync(handle, associated);
        var rows = await session.RowsAsync(table, [PropertyTags.Mid]);
        await session.ReleaseAsync(table);
        await session.ReleaseAsync(handle);
        return [.. rows.Select(r => (ulong)r[0].AsInt64())];
    }
}
