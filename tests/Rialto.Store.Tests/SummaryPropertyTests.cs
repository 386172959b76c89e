using Rialto.Model;
using Rialto.Store.Backend;
using Rialto.Store.Conformance;

namespace Rialto.Store.Tests;

/// <summary>Rows and folders as properties.</summary>
public sealed class SummaryPropertyTests : StoreContract
{
    protected override ValueTask<IStoreBackend> CreateBackendAsync() => new(new MemoryBackend());

    [Fact]
    public async Task RowAnswersForIdsAndKeys()
    {
        var appended = await AppendAsync("Re: subject", state: MessageState.Read | MessageState.Flagged);
        var row = (await Session.ReadRowsAsync(Inbox, new[] { appended.Id }, None)).Value[0]!;
        Get(PropertyTags.Mid).AsInt64().ShouldBe((long)new StoreId(1, (ulong)row.Mid).ToWire());
        Get(PropertyTags.FolderId).AsInt64().ShouldBe((long)new StoreId(1, (ulong)Inbox.Value).ToWire());
        var entry = EntryId.Parse(Get(PropertyTags.EntryId).AsBinary()).ShouldBeOfType<MessageEntryId>();
        entry.Mailbox.ShouldBe(MailboxId);
        entry.Message.ShouldBe(new GlobalId(Session.Header.ReplicaGuid, (ulong)row.Mid));
        entry.Folder.Counter.ShouldBe((ulong)Inbox.Value);
        GlobalId.TryRead(Get(PropertyTags.ChangeKey).AsBinary(), out var change).ShouldBeTrue();
        change.Counter.ShouldBe((ulong)row.Cn);
        var predecessors = PredecessorChangeList.Parse(Get(PropertyTags.PredecessorChangeList).AsBinary()).ShouldNotBeNull();
        predecessors.Includes(Xid.Parse(Get(PropertyTags.ChangeKey).AsBinary())!).ShouldBeTrue();
        Get(PropertyTags.MessageFlags).AsInt32().ShouldBe(0x403);
        Get(PropertyTags.FlagStatus).AsInt32().ShouldBe(2);
        Get(PropertyTags.Subject).AsString().ShouldBe("Re: subject");
        Get(PropertyTags.NormalizedSubject).AsString().ShouldBe("subject");
        Get(PropertyTags.SenderName).AsString().ShouldBe("a@example.com");
        Get(PropertyTags.MessageSizeExtended).AsInt64().ShouldBe(row.MimeSize);
        Get(PropertyTags.MessageSize).AsInt32().ShouldBe((int)row.MimeSize);
        Get(PropertyTags.MessageDeliveryTime).AsTime().ShouldBe(row.Received);
        SummaryProperties.TryGet(row, Session.Header, PropertyTags.ConversationIndex, out var absent).ShouldBeTrue();
        absent.IsAbsent.ShouldBeTrue();
        SummaryProperties.TryGet(row, Session.Header, PropertyTags.Body, out _).ShouldBeFalse();
        SummaryProperties.Knows(PropertyTags.Subject).ShouldBeTrue();
        SummaryProperties.Knows(PropertyTags.Body).ShouldBeFalse();
        SummaryProperties.Knows(PropertyTags.SenderEmailAddress).ShouldBeFalse();

        PropertyValue Get(PropertyTag tag)
        {
            SummaryProperties.TryGet(row, Session.Header, tag, out var value).ShouldBeTrue();
            value.Tag.Id.ShouldBe(tag.Id);
            return value;
        }
    }

    [Fact]
    public async Task FolderAnswersForCountsAndSpecialFolders()
    {
        var one = await AppendAsync("x");
        await AppendAsync("y");
        await Session.DeleteAsync(Inbox, [one.Id], None);
        Get(Inbox, PropertyTags.ContentCount).AsInt32().ShouldBe(1);
        Get(Inbox, PropertyTags.ContentUnreadCount).AsInt32().ShouldBe(1);
        Get(Inbox, PropertyTags.DeletedCountTotal).AsInt32().ShouldBe(1);
        Get(Inbox, PropertyTags.Subfolders).AsBoolean().ShouldBeFalse();
        Get(IpmSubtree, PropertyTags.Subfolders).AsBoolean().ShouldBeTrue();
        Get(Inbox, PropertyTags.DisplayName).AsString().ShouldBe("Inbox");
        Special(Get(Inbox, PropertyTags.IpmAppointmentEntryId).AsBinary()).ShouldBe(SpecialFolder.Calendar);
        Special(Get(Session.Folders.Root.Id, PropertyTags.IpmDraftsEntryId).AsBinary()).ShouldBe(SpecialFolder.Drafts);
        var ren = Get(Inbox, PropertyTags.AdditionalRenEntryIds).AsArray<byte[]>();
        ren.Select(Special).ShouldBe([SpecialFolder.Conflicts, SpecialFolder.SyncIssues, SpecialFolder.LocalFailures, SpecialFolder.ServerFailures, SpecialFolder.JunkEmail]);
        Special(Get(Session.Folders.Root.Id, PropertyTags.FreeBusyEntryIds).AsArray<byte[]>()[3]).ShouldBe(SpecialFolder.FreeBusyData);
        var ex = Get(Inbox, PropertyTags.AdditionalRenEntryIdsEx).AsBinary();
        ex[..8].ShouldBe([0x01, 0x80, 50, 0, 1, 0, 46, 0]);
        Special(ex[8..54]).ShouldBe(SpecialFolder.RssFeeds);
        ex[^4..].ShouldBe([0, 0, 0, 0]);
        FolderProperties.TryGet(Folder(Sent), Session.Folders, Session.Header, PropertyTags.IpmAppointmentEntryId, out _).ShouldBeFalse();

        PropertyValue Get(FolderId folder, PropertyTag tag)
        {
            FolderProperties.TryGet(Folder(folder), Session.Folders, Session.Header, tag, out var value).ShouldBeTrue();
            return value;
        }

        SpecialFolder Special(byte[] entryId)
        {
            var id = EntryId.Parse(entryId).ShouldBeOfType<FolderEntryId>();
            return Folder(new FolderId((long)id.Folder.Counter)).Special;
        }
    }
}
