using System.Globalization;
using Rialto.Mapi.Rops;
using Rialto.Mapi.Tests.Client;
using Rialto.Mapi.Tests.Client.Sync;
using Rialto.Model;

namespace Rialto.Mapi.Tests.Sync;

/// <summary>A user in online mode: works on the server itself, and says what is there.</summary>
/// <param name="session">The connection.</param>
/// <param name="mailbox">Its log-on.</param>
/// <param name="root">The folder below which all is done.</param>
/// <param name="inbox">A folder of the server's own that is worked in too; 0 for none.</param>
public sealed class OnlineUser(RopSession session, uint mailbox, ulong root, ulong inbox)
{
    private const byte ReadWrite = 0x01;
    private const byte KeepOpen = 0x02;
    private readonly ulong _root = root;
    private readonly ulong _inbox = inbox;

    /// <summary>Goes on with another connection: the server was gone.</summary>
    public void Reconnect(RopSession connection, uint logon) => (session, mailbox) = (connection, logon);

    public async Task ActAsync(Random random, string name, Action<string> log)
    {
        var folders = await FoldersAsync();
        var own = folders.Where(f => !f.IsFixed).ToList();
        var places = folders.Where(f => !f.IsFixed || f.Id == _inbox).ToList();
        if (places.Count == 0)
        {
            await CreateFolderAsync(_root, name, log);
            return;
        }
        var place = places[random.Next(places.Count)];
        var to = places[random.Next(places.Count)];
        var associated = random.Next(6) == 0;
        var messages = await MessagesAsync(place.Id, associated);
        var message = messages.Count == 0 ? 0 : messages[random.Next(messages.Count)];
        switch (random.Next(20))
        {
            case < 3:
                var created = await session.CreateMessageAsync(mailbox, place.Id, associated);
                await session.SetAsync(created, PropertyValue.Of(PropertyTags.Subject, name), PropertyValue.Of(PropertyTags.Body, "online " + name));
                if (random.Next(3) == 0)
                    await session.ModifyRecipientsAsync(created, [], RopWriting.Recipient(0, 1, "to " + name, name + "@example.org"));
                if (random.Next(3) == 0)
                    await session.AttachAsync(created, "file " + name);
                var id = await session.SaveAsync(created);
                await session.ReleaseAsync(created);
                log($"online creates {Short(id)} in {Short(place.Id)}");
                break;
            case < 7 when message != 0:
                await ChangeAsync(place.Id, message, random, name, log);
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
                ulong[] several = [.. messages.Where(m => m == message || random.Next(5) == 0)];
                var hard = random.Next(2) == 0;
                if (hard)
                    await session.CallAsync<PartialResponse>(RopId.HardDeleteMessages, new RopHardDeleteMessages.Request { MessageIds = several }, folder);
                else
                    await session.CallAsync<PartialResponse>(RopId.DeleteMessages, new RopDeleteMessages.Request { MessageIds = several }, folder);
                await session.ReleaseAsync(folder);
                log($"online deletes {string.Join(", ", several.Select(Short))} in {Short(place.Id)}{(hard ? " for good" : "")}");
                break;
            case 10 or 11 when message != 0:
                folder = await session.OpenFolderAsync(mailbox, place.Id);
                var destination = await session.OpenFolderAsync(mailbox, to.Id);
                var copy = random.Next(3) == 0;
                several = [.. messages.Where(m => m == message || random.Next(5) == 0)];
                await session.ExecuteAsync(
                    [(RopId.MoveCopyMessages, new RopMoveCopyMessages.Request { DestHandleIndex = 1, MessageIds = several, WantCopy = copy })], [folder, destination]);
                await session.ReleaseAsync(folder);
                await session.ReleaseAsync(destination);
                log($"online {(copy ? "copies" : "moves")} {string.Join(", ", several.Select(Short))} from {Short(place.Id)} to {Short(to.Id)}");
                break;
            case 12 when folders.Count < 30:
                await CreateFolderAsync(random.Next(3) == 0 ? place.Id : _root, Folder(random, name), log);
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
                var deletion = random.Next(2) == 0 ? (byte)0x15 : (byte)0x05;
                await session.TryAsync(RopId.DeleteFolder, new RopDeleteFolder.Request { DeleteFolderFlags = deletion, FolderId = deleted.Id }, source);
                await session.ReleaseAsync(source);
                log($"online deletes folder {Short(deleted.Id)} {deletion:X}");
                break;
            case 16 when random.Next(3) == 0:
                folder = await session.OpenFolderAsync(mailbox, place.Id);
                var too = random.Next(2) == 0 ? (byte)1 : (byte)0;
                if (random.Next(2) == 0)
                    await session.CallAsync<PartialResponse>(RopId.EmptyFolder, new RopEmptyFolder.Request { WantDeleteAssociated = too }, folder);
                else
                    await session.CallAsync<PartialResponse>(RopId.HardDeleteMessagesAndSubfolders, new RopHardDeleteMessagesAndSubfolders.Request { WantDeleteAssociated = too }, folder);
                await session.ReleaseAsync(folder);
                log($"online empties folder {Short(place.Id)} {too}");
                break;
            case 17 when own.Count > 0 && folders.Count < 24 && random.Next(2) == 0:
                var copied = own[random.Next(own.Count)];
                source = await session.OpenFolderAsync(mailbox, copied.Parent);
                destination = await session.OpenFolderAsync(mailbox, random.Next(2) == 0 ? to.Id : _root);
                await session.ExecuteAsync(
                    [(RopId.CopyFolder, new RopCopyFolder.Request { DestHandleIndex = 1, UseUnicode = true, WantRecursive = random.Next(2) == 0, FolderId = copied.Id, NewFolderName = name })], [source, destination]);
                await session.ReleaseAsync(source);
                await session.ReleaseAsync(destination);
                log($"online copies folder {Short(copied.Id)}");
                break;
            case 18 when messages.Count > 0:
                folder = await session.OpenFolderAsync(mailbox, place.Id);
                await session.CallAsync<PartialResponse>(RopId.SetReadFlags, new RopSetReadFlags.Request { ReadFlags = random.Next(2) == 0 ? (byte)0x04 : (byte)0, MessageIds = [] }, folder);
                await session.ReleaseAsync(folder);
                log($"online reads all in {Short(place.Id)}");
                break;
            case 19 when message != 0:
                folder = await session.OpenFolderAsync(mailbox, place.Id);
                var status = random.Next(2) == 0 ? 0x4u : 0;
                await session.CallAsync<RopSetMessageStatus.Response>(RopId.SetMessageStatus, new RopSetMessageStatus.Request { MessageId = message, MessageStatusFlags = status, MessageStatusMask = 0x4 }, folder);
                await session.ReleaseAsync(folder);
                log($"online gives {Short(message)} in {Short(place.Id)} the status {status}");
                break;
        }
    }

    public async Task CreateFolderAsync(ulong parent, string name, Action<string> log)
    {
        var folder = await session.OpenFolderAsync(mailbox, parent);
        var made = await session.TryAsync(RopId.CreateFolder, new RopCreateFolder.Request { FolderType = 1, UseUnicodeStrings = true, DisplayName = name, Comment = "" }, folder);
        await session.ReleaseAsync(folder);
        log($"online creates folder {name} in {Short(parent)}: {made}");
    }

    private async Task ChangeAsync(ulong folder, ulong message, Random random, string name, Action<string> log)
    {
        var opened = await session.OpenAsync(mailbox, folder, message, ReadWrite);
        var kind = random.Next(9);
        switch (kind)
        {
            case 0:
                await session.SetAsync(opened, PropertyValue.Of(PropertyTags.Subject, name));
                break;
            case 1:
                await session.SetAsync(opened, PropertyValue.Of(PropertyTags.Body, "online " + name));
                break;
            case 2:
                await session.SetAsync(opened, PropertyValue.Of(PropertyTags.Importance, random.Next(3)));
                break;
            case 3:
                await session.SetAsync(opened, PropertyValue.Of(PropertyTags.FlagStatus, 2));
                break;
            case 4:
                await session.DeleteAsync(opened, PropertyTags.FlagStatus);
                break;
            case 5:
                await session.SetAsync(opened, PropertyValue.Of(ReplicaContent.NoteTag, name));
                break;
            case 6:
                await session.DeleteAsync(opened, ReplicaContent.NoteTag);
                break;
            case 7:
                await session.CallAsync<PlainResponse>(RopId.RemoveAllRecipients, new RopRemoveAllRecipients.Request(), opened);
                if (random.Next(3) > 0)
                    await session.ModifyRecipientsAsync(opened, [], RopWriting.Recipient(0, 1, "to " + name, name + "@example.org"));
                break;
            default:
                foreach (var number in random.Next(2) == 0 ? await session.AttachmentNumbersAsync(opened) : [])
                    await session.CallAsync<PlainResponse>(RopId.DeleteAttachment, new RopDeleteAttachment.Request { AttachmentID = number }, opened);
                if (random.Next(3) > 0)
                    await session.AttachAsync(opened, "file " + name);
                break;
        }
        await session.SaveAsync(opened, KeepOpen);
        await session.ReleaseAsync(opened);
        log($"online changes {Short(message)} in {Short(folder)}: {name} ({kind})");
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
                    lines.Add(Line(Counter(folder.Id), Counter(message), associated, await ReadAsync(folder.Id, message)));
                }
            }
        }
        lines.Sort(StringComparer.Ordinal);
        return lines;
    }

    private static readonly PropertyTag[] s_described =
    [
        PropertyTags.Subject, PropertyTags.Importance, PropertyTags.FlagStatus, PropertyTags.MessageFlags, PropertyTags.Body, PropertyTags.DisplayTo, ReplicaContent.NoteTag, PropertyTags.HasAttachments,
    ];

    /// <summary>In one request where the body is not too long for that.</summary>
    private async Task<(ReplicaContent Content, bool IsRead)> ReadAsync(ulong folder, ulong message)
    {
        var reply = await session.ExecuteAsync(
            [
                (RopId.OpenMessage, new RopOpenMessage.Request { OutputHandleIndex = 1, CodePageId = 0x0FFF, FolderId = folder, MessageId = message }),
                (RopId.GetPropertiesSpecific, new RopGetPropertiesSpecific.Request { InputHandleIndex = 1, WantUnicode = 1, PropertyTags = s_described }),
            ],
            [mailbox, RopSession.NoHandle], s_described);
        reply.Responses.ShouldAllBe(r => r.ReturnValue == ErrorCode.Success);
        var values = reply.Get<RopGetPropertiesSpecific.Response>(1).Values;
        var opened = reply.Handles[1];
        List<string> attachments = [];
        if (values[7].AsBoolean())
        {
            var table = await session.AttachmentTableAsync(opened);
            attachments = [.. (await session.RowsAsync(table, [PropertyTags.AttachLongFilename])).Select(r => r[0].IsError ? ReplicaContent.Version : r[0].AsString())];
            await session.ReleaseAsync(table);
        }
        var content = new ReplicaContent
        {
            Subject = Text(0),
            Importance = values[1].AsInt32(),
            FlagStatus = values[2].IsError ? 0 : values[2].AsInt32(),
            Body = values[4].IsError ? await session.TextAsync(opened, PropertyTags.Body) ?? "" : values[4].AsString(),
            Recipients = Text(5).Length == 0 ? [] : Text(5).Split("; "),
            Note = Text(6),
            Attachments = attachments,
        };
        await session.ReleaseAsync(opened);
        return (content, (values[3].AsInt32() & 1) != 0);

        string Text(int i) => values[i].IsError ? "" : values[i].AsString();
    }

    public static string Line(ulong id, ulong parent, string name) => string.Create(CultureInfo.InvariantCulture, $"folder {id:X} in {parent:X}: {name}");

    /// <summary>The read state of associated items is nobody's: 3.2.5.9.4.6 of [MS-OXCFXICS] ignores it.</summary>
    public static string Line(ulong folder, ulong id, bool associated, (ReplicaContent Content, bool IsRead) message)
    {
        var state = associated ? "FAI" : message.IsRead ? "read" : "unread";
        return string.Create(CultureInfo.InvariantCulture, $"message {id:X} in {folder:X}: {message.Content} | {state}");
    }

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
