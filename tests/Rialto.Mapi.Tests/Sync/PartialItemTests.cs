using System.Buffers.Binary;
using Rialto.Mapi.FastTransfer;
using Rialto.Mapi.Rops;
using Rialto.Mapi.Tests.Client;
using Rialto.Mapi.Tests.Client.Sync;
using Rialto.Mapi.Tests.Fixtures;
using Rialto.Model;
using Rialto.Store;

namespace Rialto.Mapi.Tests.Sync;

/// <summary>Changes told by property groups. [MS-OXCFXICS] 2.2.4.3.11, 2.2.4.3.15, 3.2.5.7.</summary>
public class PartialItemTests
{
    private const byte ReadWrite = 0x01;

    /// <summary>SendOptions: Unicode and PartialItem.</summary>
    private const byte Partial = 0x11;
    private const int State = 0;
    private const int Subject = 1;
    private const int Body = 2;
    private const int Recipients = 3;
    private const int Attachments = 4;
    private const int NoGroup = -1;
    private static readonly PropertyTag s_own = new(0x6F02001F);

    /// <summary>A message of all kinds of things, and a client that has it.</summary>
    private sealed class Scene : IAsyncDisposable
    {
        public required MapiServer Server { get; init; }

        public required RopSession Session { get; init; }

        public required uint Handle { get; init; }

        public required ulong FolderId { get; init; }

        public uint Folder { get; private set; }

        public ulong Message { get; private set; }

        public ClientState Known { get; private set; } = ClientState.Empty;

        public static async Task<Scene> CreateAsync(bool associated = false)
        {
            var server = await MapiServer.StartAsync(converter: MapiServer.MailConverter);
            var (session, logon, handle) = await server.LogonAsync();
            var scene = new Scene { Server = server, Session = session, Handle = handle, FolderId = logon.FolderIds[4] };
            scene.Folder = await session.OpenFolderAsync(handle, scene.FolderId);
            var message = await session.CreateMessageAsync(handle, scene.FolderId, associated);
            await session.SetAsync(message,
                PropertyValue.Of(PropertyTags.MessageClass, "IPM.Note"), PropertyValue.Of(PropertyTags.Subject, "first"), PropertyValue.Of(PropertyTags.Body, "text"), PropertyValue.Of(s_own, "own"));
            await session.ModifyRecipientsAsync(message, [], RopWriting.Recipient(0, 1, "A", "a@example.org"));
            await session.AttachAsync(message, "file");
            scene.Message = await session.SaveAsync(message);
            await session.ReleaseAsync(message);
            scene.Known = (await session.SynchronizeAsync(scene.Folder, sendOptions: Partial)).State!;
            return scene;
        }

        /// <summary>Changes the message, and what a client hears of it.</summary>
        public async Task<SyncMessage> ChangeAsync(Func<uint, Task> change, byte sendOptions = Partial)
        {
            var opened = await Session.OpenAsync(Handle, FolderId, Message, ReadWrite);
            await change(opened);
            await Session.SaveAsync(opened);
            await Session.ReleaseAsync(opened);
            return await ChangedAsync(sendOptions);
        }

        public async Task<SyncMessage> ChangedAsync(byte sendOptions = Partial)
        {
            var result = await Session.SynchronizeAsync(Folder, Known, sendOptions: sendOptions);
            Known = result.State!;
            return result.Messages.Single();
        }

        public async ValueTask DisposeAsync()
        {
            Session.Dispose();
            await Server.DisposeAsync();
        }
    }

    [Fact]
    public async Task What_changed_goes_with_its_group_and_nothing_else()
    {
        await using var scene = await Scene.CreateAsync();
        var session = scene.Session;
        var subject = await scene.ChangeAsync(m => session.SetAsync(m, PropertyValue.Of(PropertyTags.Subject, "second")));
        subject.IsPartial.ShouldBeTrue();
        subject.Groups.ShouldBe([State, Subject]);
        subject.Subject.ShouldBe("second");
        subject.Properties.TryGet(PropertyIds.Body, out _).ShouldBeFalse();
        subject.Properties.TryGet(s_own.Id, out _).ShouldBeFalse();
        subject.DelProps.ShouldBeEmpty();
        subject.Mid.ShouldBe(StoreId.FromWire(scene.Message).Counter);

        var body = await scene.ChangeAsync(m => session.SetAsync(m, PropertyValue.Of(PropertyTags.Body, "other text")));
        body.Groups.ShouldBe([State, Body]);
        body.Properties.GetString(PropertyTags.Body).ShouldBe("other text");
        body.Subject.ShouldBeNull();

        var recipients = await scene.ChangeAsync(m => session.ModifyRecipientsAsync(m, [], RopWriting.Recipient(1, 1, "B", "b@example.org")));
        recipients.Groups.ShouldBe([State, Recipients]);
        recipients.DelProps.ShouldBe([FxTags.MessageRecipients]);
        recipients.Recipients.Select(r => r.GetString(PropertyTags.DisplayName)).ShouldBe(["A", "B"]);
        recipients.Properties.GetString(PropertyTags.DisplayTo).ShouldBe("A; B");
        recipients.Attachments.ShouldBeEmpty();

        var attachments = await scene.ChangeAsync(m => session.AttachAsync(m, "another"));
        attachments.Groups.ShouldBe([State, Attachments]);
        attachments.DelProps.ShouldBe([FxTags.MessageAttachments]);
        attachments.Attachments.Count.ShouldBe(2);
        attachments.Recipients.ShouldBeEmpty();

        var state = await scene.ChangeAsync(m => session.SetAsync(m, PropertyValue.Of(PropertyTags.Importance, 2), PropertyValue.Of(PropertyTags.FlagStatus, 2)));
        state.Groups.ShouldBe([State]);
        state.Properties.GetInt32(PropertyTags.Importance).ShouldBe(2);
        state.Properties.GetInt32(PropertyTags.FlagStatus).ShouldBe(2);

        // A property of no group goes with all of its kind.
        var own = await scene.ChangeAsync(m => session.SetAsync(m, PropertyValue.Of(s_own, "new")));
        own.Groups.ShouldBe([State, NoGroup]);
        own.Properties.GetString(s_own).ShouldBe("new");
        own.Properties.GetString(PropertyTags.MessageClass).ShouldBe("IPM.Note");
        own.Properties.TryGet(PropertyIds.Body, out _).ShouldBeFalse();
    }

    [Fact]
    public async Task Several_changes_are_one_and_marks_of_others_count()
    {
        await using var scene = await Scene.CreateAsync();
        using var mailbox = await scene.Server.OpenMailboxAsync();
        var opened = await scene.Session.OpenAsync(scene.Handle, scene.FolderId, scene.Message, ReadWrite);
        await scene.Session.SetAsync(opened, PropertyValue.Of(PropertyTags.Subject, "second"));
        await scene.Session.SaveAsync(opened);
        await scene.Session.SetAsync(opened, PropertyValue.Of(PropertyTags.Body, "other text"));
        await scene.Session.SaveAsync(opened);
        await scene.Session.ReleaseAsync(opened);
        var row = (await mailbox.ListAsync(MapiServer.Inbox, _ => true, default)).Value.Single();
        (await mailbox.ChangeFlagsAsync(MapiServer.Inbox, [row.Id], new FlagChange(MessageState.Flagged, 0, ["work"], [], false), default)).Succeeded.ShouldBeTrue();
        var changed = await scene.ChangedAsync();
        changed.Groups.ShouldBe([State, Subject, Body]);
        changed.Properties.GetInt32(PropertyTags.FlagStatus).ShouldBe(2);
        changed.Names.Values.ShouldContain(PropertyNames.PidNameKeywords);
    }

    [Fact]
    public async Task The_mapping_stands_before_the_change()
    {
        await using var scene = await Scene.CreateAsync();
        var opened = await scene.Session.OpenAsync(scene.Handle, scene.FolderId, scene.Message, ReadWrite);
        await scene.Session.SetAsync(opened, PropertyValue.Of(PropertyTags.Subject, "second"));
        await scene.Session.SaveAsync(opened);
        var context = await scene.Session.ConfigureAsync(scene.Folder, flags: SyncClient.Usual | 0x8000, sendOptions: Partial);
        await scene.Session.UploadStateAsync(context, scene.Known);
        var elements = await SyncClient.DownloadAsync(scene.Session, context);
        var at = elements.FindIndex(e => e.Tag == (uint)FxMarker.IncrSyncGroupInfo);
        elements[at - 3].Tag.ShouldBe((uint)FxMarker.IncrSyncProgressPerMsg);
        elements[at + 1].Tag.ShouldBe(FxTags.Binary);
        elements[at + 2].Tag.ShouldBe(FxTags.IncrSyncGroupId);
        elements[at + 3].Tag.ShouldBe((uint)FxMarker.IncrSyncChgPartial);
        elements[at + 4].Tag.ShouldBe(PropertyTags.SourceKey.Value);
        var info = elements[at + 1].Value.AsBinary();
        // GroupId, Reserved, GroupCount, then the first group's PropertyTagCount.
        BinaryPrimitives.ReadInt32LittleEndian(info).ShouldBe(elements[at + 2].Value.AsInt32());
        BinaryPrimitives.ReadInt32LittleEndian(info.AsSpan(4)).ShouldBe(0);
        BinaryPrimitives.ReadInt32LittleEndian(info.AsSpan(8)).ShouldBe(5);
        BinaryPrimitives.ReadInt32LittleEndian(info.AsSpan(12)).ShouldBeGreaterThan(0);
        BinaryPrimitives.ReadUInt32LittleEndian(info.AsSpan(16)).ShouldBe(PropertyTags.MessageFlags.Value);
    }

    [Fact]
    public async Task An_empty_group_says_so()
    {
        await using var scene = await Scene.CreateAsync();
        var opened = await scene.Session.OpenAsync(scene.Handle, scene.FolderId, scene.Message, ReadWrite);
        await scene.Session.SetAsync(opened, PropertyValue.Of(PropertyTags.Subject, "second"));
        await scene.Session.SaveAsync(opened);
        // The client does not want what is in the group of subjects.
        PropertyTag[] without = [PropertyTags.Subject, PropertyTags.SubjectPrefix, PropertyTags.NormalizedSubject, PropertyTags.ConversationTopic, PropertyTags.ConversationIndex, PropertyTags.ConversationId];
        var context = await scene.Session.ConfigureAsync(scene.Folder, tags: without, sendOptions: Partial);
        await scene.Session.UploadStateAsync(context, scene.Known);
        var elements = await SyncClient.DownloadAsync(scene.Session, context);
        var at = elements.FindIndex(e => e.Tag == FxTags.IncrementalSyncMessagePartial && e.Value.AsInt32() == Subject);
        elements[at + 1].Tag.ShouldBe(FxTags.Integer32);
        elements[at + 1].Value.AsInt32().ShouldBe(0);
    }

    [Fact]
    public async Task Messages_go_whole_where_the_document_or_caution_says_so()
    {
        await using var scene = await Scene.CreateAsync();
        var session = scene.Session;
        // Without the flag.
        (await scene.ChangeAsync(m => session.SetAsync(m, PropertyValue.Of(PropertyTags.Subject, "2")), sendOptions: 0x01)).IsPartial.ShouldBeFalse();
        // Of the properties in no group none can be told to be gone.
        var deleted = await scene.ChangeAsync(m => session.DeleteAsync(m, s_own));
        deleted.IsPartial.ShouldBeFalse();
        deleted.Subject.ShouldBe("2");
        // The client says that it does not have the message.
        var opened = await session.OpenAsync(scene.Handle, scene.FolderId, scene.Message, ReadWrite);
        await session.SetAsync(opened, PropertyValue.Of(PropertyTags.Subject, "3"));
        await session.SaveAsync(opened);
        (await session.SynchronizeAsync(scene.Folder, scene.Known with { IdsetGiven = [] }, sendOptions: Partial)).Messages.Single().IsPartial.ShouldBeFalse();
        // Or has seen nothing of it.
        (await session.SynchronizeAsync(scene.Folder, ClientState.Empty with { IdsetGiven = scene.Known.IdsetGiven }, sendOptions: Partial)).Messages.Single().IsPartial.ShouldBeFalse();
        (await scene.ChangedAsync()).IsPartial.ShouldBeTrue();
        // A whole version that a client brings.
        var key = await KeyOfAsync(scene);
        var upload = await session.OpenCollectorAsync(scene.Folder, contents: true);
        var change = new byte[20];
        change[0] = 0x77;
        change[19] = 1;
        using var mailbox = await scene.Server.OpenMailboxAsync();
        var row = (await mailbox.FindByMidAsync((long)StoreId.FromWire(scene.Message).Counter, default)).Value!;
        var list = PredecessorChangeList.Parse(StoreKeys.PredecessorsOf(mailbox.Header, row.PredecessorChangeList, row.ChangeKey, row.Cn))!;
        list.Add(Xid.Parse(change)!);
        var (error, imported) = await session.ImportMessageAsync(upload, SyncRops.VersionOf(key, new FileTime(long.MaxValue / 2), change, list.ToArray()));
        error.ShouldBe(ErrorCode.Success);
        await session.SetAsync(imported, PropertyValue.Of(PropertyTags.Subject, "4"));
        await session.SaveAsync(imported);
        (await scene.ChangedAsync()).IsPartial.ShouldBeFalse();
    }

    [Fact]
    public async Task Associated_messages_go_whole()
    {
        await using var scene = await Scene.CreateAsync(associated: true);
        (await scene.ChangeAsync(m => scene.Session.SetAsync(m, PropertyValue.Of(PropertyTags.Subject, "second")))).IsPartial.ShouldBeFalse();
    }

    private static async Task<byte[]> KeyOfAsync(Scene scene)
    {
        using var mailbox = await scene.Server.OpenMailboxAsync();
        return new GlobalId(mailbox.Header.ReplicaGuid, StoreId.FromWire(scene.Message).Counter).ToArray();
    }
}
