using System.Text;
using Rialto.Model;
using Rialto.Store.Backend;

namespace Rialto.Store.Conformance;

/// <summary>Messages: append, read, flags, copy, move, delete.</summary>
public abstract class MessageContract : StoreContract
{
    /// <summary>RFC 8514: the time of the append, the copy or the move; never that of the mail, or of the item at the client that brought it.</summary>
    [Fact]
    public async Task MessagesHaveTheTimeAtWhichTheyCameIntoTheirFolder()
    {
        var old = FileTime.From(new DateTimeOffset(2001, 2, 3, 4, 5, 6, TimeSpan.Zero));
        var before = FileTime.From(Engine.Time.GetUtcNow().AddSeconds(-1));
        var appended = await AppendAsync("one", received: old);
        var imported = (await Session.AppendAsync(Inbox, await PrepareAsync("two"), AppendOptions.Default with { Created = old }, None)).Value;
        foreach (var id in new[] { appended.Id, imported.Id })
            (await SavedAsync(Inbox, id)).ShouldBeGreaterThanOrEqualTo(before.Ticks);

        await Session.MoveAsync(Inbox, [imported.Id], Sent, None);
        var moved = await SavedAsync(Sent, imported.Id);
        moved.ShouldBeGreaterThanOrEqualTo(before.Ticks);
        await Session.ChangeFlagsAsync(Sent, [imported.Id], Set(MessageState.Flagged), None);
        (await SavedAsync(Sent, imported.Id)).ShouldBe(moved);
        (await Session.ReadSavedTimesAsync(Inbox, new[] { imported.Id }, None)).Value.ShouldBe([null]);
        await using var fresh = AnotherEngine();
        using var session = (await fresh.OpenAsync(MailboxId, Owner, None)).Value;
        (await session.ReadSavedTimesAsync(Sent, new[] { imported.Id }, None)).Value[0]!.Value.Ticks.ShouldBe(moved);

        async Task<long> SavedAsync(FolderId folder, MessageId id) => (await Session.ReadSavedTimesAsync(folder, new[] { id }, None)).Value[0]!.Value.Ticks;
    }

    [Fact]
    public async Task AppendedMessageReadsBack()
    {
        var appended = await AppendAsync("Re: hello", body: "the body");
        appended.Uid.ShouldBe(1u);
        appended.UidValidity.ShouldBe(Folder(Inbox).UidValidity);

        var row = (await Session.ReadRowsAsync(Inbox, new[] { appended.Id }, None)).Value[0]!;
        row.Subject.ShouldBe("Re: hello");
        row.NormalizedSubject.ShouldBe("hello");
        row.Sequence.ShouldBe(appended.Sequence);
        row.Cn.ShouldBe(appended.Sequence);
        row.Creator.ShouldBe(Owner.Id);
        row.Folder.ShouldBe(Inbox);

        using var mime = (await Session.OpenMimeAsync(Inbox, appended.Id, None)).Value;
        Encoding.UTF8.GetString(mime.Memory.Span).ShouldEndWith("the body");
        mime.Memory.Length.ShouldBe((int)row.MimeSize);

        var properties = (await Session.OpenPropertiesAsync(Inbox, appended.Id, None)).Value;
        properties.Properties.GetString(new PropertyTag(0x0037001F)).ShouldBe("Re: hello");
        await CheckCountersAsync();
    }

    [Fact]
    public async Task RowsSurviveStorage()
    {
        var message = await PrepareAsync("subject", "body", more: "To: b@example.com\r\nCc: c\r\nBcc: d\r\nMessage-ID: <1@x>\r\nX-Attachment: yes\r\nX-Importance: 2\r\nX-Uid: uid-1\r\n");
        var received = new FileTime(133_000_000_000_000_000);
        var options = new AppendOptions(MessageState.Read | MessageState.Flagged, ["$Work", "two words"], received)
        {
            ChangeKey = [1, 2], PredecessorChangeList = [3], SourceKey = [4, 5], UrlName = "one.eml", Overlay = [9, 9], Status = 7,
        };
        var appended = (await Session.AppendAsync(Inbox, message, options, None)).Value;
        var row = (await Session.ReadRowsAsync(Inbox, new[] { appended.Id }, None)).Value[0]!;
        row.State.ShouldBe(MessageState.Read | MessageState.Flagged | MessageState.HasAttachments | MessageState.HasForeignKeys);
        row.Keywords.ShouldBe(["$Work", "two words"]);
        row.Received.ShouldBe(received);
        row.DisplayTo.ShouldBe("b@example.com");
        row.DisplayCc.ShouldBe("c");
        row.DisplayBcc.ShouldBe("d");
        row.InternetMessageId.ShouldBe("<1@x>");
        row.Importance.ShouldBe((byte)2);
        row.CalendarUid.ShouldBe("uid-1");
        row.UrlName.ShouldBe("one.eml");
        row.ChangeKey.ShouldBe([1, 2]);
        row.PredecessorChangeList.ShouldBe([3]);
        row.SourceKey.ShouldBe([4, 5]);
        row.Overlay.ShouldBe([9, 9]);
        row.Status.ShouldBe(7);
        row.Kind.ShouldBe(ContentKind.Mime);
        row.Content.ShouldBe(message.Content);
        (await Session.AppendAsync(Inbox, message, options, None)).Error.ShouldBe(StoreError.AlreadyExists);
        (await Session.FindByMidAsync(row.Mid, None)).Value.Id.ShouldBe(appended.Id);
    }

    [Fact]
    public async Task ItemsAreFoundByTheirKeys()
    {
        var message = await PrepareAsync("event", more: "Message-ID: <e@x>\r\nX-Uid: uid-9\r\n");
        var one = (await Session.AppendAsync(Inbox, message, AppendOptions.Default with { UrlName = "e.ics" }, None)).Value;
        var two = (await Session.AppendAsync(Sent, message, AppendOptions.Default, None)).Value;
        (await Session.FindByUrlNameAsync(Inbox, "e.ics", None)).Value.Id.ShouldBe(one.Id);
        (await Session.FindByUrlNameAsync(Sent, "e.ics", None)).Error.ShouldBe(StoreError.NotFound);
        (await Session.FindByCalendarUidAsync("uid-9", None)).Value.Select(r => r.Id).ShouldBe([one.Id, two.Id]);
        (await Session.FindByInternetMessageIdAsync("<e@x>", None)).Value.Count.ShouldBe(2);
        (await Session.FindByCalendarUidAsync("none", None)).Value.ShouldBeEmpty();
        using var other = await OpenAsync(Other);
        (await other.FindByCalendarUidAsync("uid-9", None)).Value.ShouldBeEmpty();
        (await Session.ChangeFlagsAsync(Inbox, [one.Id], new FlagChange(0, 0, ["a\nb"], [], false), None)).Error.ShouldBe(StoreError.InvalidArgument);
    }

    [Fact]
    public async Task AppendManyIsOneBatch()
    {
        var message = await PrepareAsync("x");
        var before = Session.Sequence;
        var all = (await Session.AppendManyAsync(Inbox, [(message, AppendOptions.Default), (message, AppendOptions.Default), (message, AppendOptions.Default)], None)).Value;
        all.Select(a => a.Uid).ShouldBe([1u, 2u, 3u]);
        Session.Sequence.ShouldBe(before + 3);
        Folder(Inbox).Counters.Count.ShouldBe(3);
        (await Session.AppendAsync(new FolderId(999_999), message, AppendOptions.Default, None)).Error.ShouldBe(StoreError.NotFound);
        await CheckCountersAsync();
    }

    [Fact]
    public async Task FlagsDrawSequencesAndReadStateItsOwn()
    {
        var appended = await AppendAsync("x");
        var read = (await Session.ChangeFlagsAsync(Inbox, [appended.Id], Set(MessageState.Read), None)).Value;
        read.Changed.ShouldBe([appended.Id]);
        var row = (await Session.ReadRowsAsync(Inbox, new[] { appended.Id }, None)).Value[0]!;
        row.ReadCn.ShouldBe(read.Sequence);
        row.Cn.ShouldBe(appended.Sequence);
        row.Sequence.ShouldBe(read.Sequence);
        Folder(Inbox).Counters.Unread.ShouldBe(0);

        var keyword = (await Session.ChangeFlagsAsync(Inbox, [appended.Id], new FlagChange(MessageState.Flagged, 0, ["$A", "$B"], [], false), None)).Value;
        row = (await Session.ReadRowsAsync(Inbox, new[] { appended.Id }, None)).Value[0]!;
        row.ReadCn.ShouldBe(read.Sequence);
        row.Sequence.ShouldBe(keyword.Sequence);
        row.Keywords.ShouldBe(["$A", "$B"]);

        (await Session.ChangeFlagsAsync(Inbox, [appended.Id], Set(MessageState.Flagged), None)).Value.Changed.ShouldBeEmpty();
        var stale = (await Session.ChangeFlagsAsync(Inbox, [appended.Id], Set(MessageState.Deleted) with { UnchangedSince = read.Sequence }, None)).Value;
        stale.Conflicts.ShouldBe([appended.Id]);
        var replaced = (await Session.ChangeFlagsAsync(Inbox, [appended.Id], new FlagChange(MessageState.Answered, 0, ["$C"], [], true), None)).Value;
        replaced.Changed.Count.ShouldBe(1);
        row = (await Session.ReadRowsAsync(Inbox, new[] { appended.Id }, None)).Value[0]!;
        row.State.ShouldBe(MessageState.Answered);
        row.Keywords.ShouldBe(["$C"]);
        (await Session.ChangeFlagsAsync(Inbox, [appended.Id], Set(MessageState.Associated), None)).Error.ShouldBe(StoreError.InvalidArgument);
        await CheckCountersAsync();
    }

    [Fact]
    public async Task CopySharesContentAndDigest()
    {
        var one = await AppendAsync("one", state: MessageState.Read);
        var two = await AppendAsync("two");
        var copies = (await Session.CopyAsync(Inbox, [two.Id, one.Id], Sent, None)).Value;
        copies.Select(c => c.Uid).ShouldBe([1u, 2u]);
        var rows = (await Session.ReadRowsAsync(Sent, new[] { copies[0].Id, copies[1].Id }, None)).Value;
        rows.Select(r => r!.Subject).ShouldBe(["two", "one"]);
        var original = (await Session.ReadRowsAsync(Inbox, new[] { two.Id }, None)).Value[0]!;
        rows[0]!.Content.ShouldBe(original.Content);
        (await DigestsAsync(Sent)).ShouldBe(["1:(two)(TEXT)", "2:(one)(TEXT)"]);
        Folder(Sent).Counters.Unread.ShouldBe(1);
        await CheckCountersAsync();
    }

    [Fact]
    public async Task MoveKeepsTheIdAndGivesTheRestAnew()
    {
        var one = await AppendAsync("one", state: MessageState.Flagged);
        var gone = new MessageId(123_456_789);
        var moved = (await Session.MoveAsync(Inbox, [one.Id, gone], Sent, None)).Value;
        moved.Count.ShouldBe(1);
        moved[0].ShouldBe(new MovedMessage(one.Id, 1, 1, Folder(Sent).UidValidity));
        (await Session.ReadRowsAsync(Inbox, new[] { one.Id }, None)).Value[0].ShouldBeNull();
        var row = (await Session.ReadRowsAsync(Sent, new[] { one.Id }, None)).Value[0]!;
        row.Mid.ShouldBeGreaterThan(one.Sequence);
        row.State.ShouldBe(MessageState.Flagged);
        (await DigestsAsync(Sent)).ShouldBe(["1:(one)(TEXT)"]);
        (await DigestsAsync(Inbox)).ShouldBeEmpty();
        var changes = (await Session.ReadChangesAsync(one.Sequence, Inbox, 10, None)).Value;
        changes.Single().Kind.ShouldBe(ChangeKind.MessageMoved);
        changes[0].OldUid.ShouldBe(1u);
        changes[0].Folder.ShouldBe(Sent);
        await CheckCountersAsync();
    }

    [Fact]
    public async Task TheLogKeepsWhatAChangeTouched()
    {
        var one = await AppendAsync("one");
        var parts = MessageParts.Body | MessageParts.Others;
        (await Session.ReplaceAsync(Inbox, one.Id, await PrepareAsync("two"), new ReplaceOptions { Parts = parts }, None)).Succeeded.ShouldBeTrue();
        (await Session.UpdateAsync(Inbox, one.Id, r => r with { Importance = 2 }, None, MessageParts.State)).Succeeded.ShouldBeTrue();
        (await Session.UpdateAsync(Inbox, one.Id, r => r with { Importance = 1 }, None)).Succeeded.ShouldBeTrue();
        var changes = (await Session.ReadChangesAsync(one.Sequence, Inbox, 10, None)).Value;
        changes.ShouldAllBe(c => c.Kind == ChangeKind.MessageModified);
        changes.Select(c => c.Parts).ShouldBe([parts, MessageParts.State, MessageParts.Unknown]);
    }

    [Fact]
    public async Task MoveDropsTheKeysOfAnImport()
    {
        var message = await PrepareAsync("imported");
        var one = (await Session.AppendAsync(Inbox, message, AppendOptions.Default with { ChangeKey = [1], PredecessorChangeList = [2], SourceKey = [3] }, None)).Value;
        (await Session.MoveAsync(Inbox, [one.Id], Sent, None)).Value.Count.ShouldBe(1);
        var row = (await Session.ReadRowsAsync(Sent, new[] { one.Id }, None)).Value[0]!;
        row.ChangeKey.ShouldBeNull();
        row.PredecessorChangeList.ShouldBeNull();
        row.SourceKey.ShouldBeNull();
        row.State.ShouldBe(MessageState.None);
        (await DigestsAsync(Sent)).ShouldBe(["1:(imported)(TEXT)"]);
        var mid = (await Session.ReserveIdsAsync(10, None)).Value;
        (await Session.ImportMoveAsync(Sent, one.Id, Inbox, new ImportedMove(mid + 100, null, null), None)).Error.ShouldBe(StoreError.InvalidArgument);
        (await Session.ImportMoveAsync(Sent, one.Id, Inbox, new ImportedMove(mid + 1, [7], [8]), None)).Value.NewUid.ShouldBe(2u);
        row = (await Session.FindByMidAsync(mid + 1, None)).Value;
        row.Folder.ShouldBe(Inbox);
        row.ChangeKey.ShouldBe([7]);
        (await Session.ReadChangesAsync(row.Sequence - 1, Inbox, 10, None)).Value.Single().Kind.ShouldBe(ChangeKind.MessageMoved);
        await CheckCountersAsync();
    }

    [Fact]
    public async Task DeletedIsGone()
    {
        var one = await AppendAsync("one");
        var two = await AppendAsync("two");
        (await Session.DeleteAsync(Inbox, [one.Id, one.Id], None)).Value.ShouldBe([one.Id]);
        (await Session.ReadRowsAsync(Inbox, new[] { one.Id, two.Id }, None)).Value[0].ShouldBeNull();
        (await Session.OpenMimeAsync(Inbox, one.Id, None)).Error.ShouldBe(StoreError.NotFound);
        (await DigestsAsync(Inbox)).ShouldBe(["2:(two)(TEXT)"]);
        (await Session.DeleteAsync(Inbox, [one.Id], None)).Value.ShouldBeEmpty();
        (await AppendAsync("three")).Uid.ShouldBe(3u);
        await CheckCountersAsync();
    }

    [Fact]
    public async Task OversizeAndOverQuotaWriteNothing()
    {
        using var admin = await OpenAsync(Principal.System);
        (await Session.SetQuotaAsync(100, None)).ShouldBe(StoreError.AccessDenied);
        (await admin.SetQuotaAsync(100, None)).ShouldBe(StoreError.None);
        var message = await PrepareAsync("x", new string('y', 200));
        var before = Session.Sequence;
        (await Session.AppendAsync(Inbox, message, AppendOptions.Default, None)).Error.ShouldBe(StoreError.QuotaExceeded);
        Session.Sequence.ShouldBe(before);
        Session.Quota.ShouldBe((0, 100));
        (await admin.SetQuotaAsync(null, None)).ShouldBe(StoreError.None);
        (await Session.AppendAsync(Inbox, message, AppendOptions.Default, None)).Succeeded.ShouldBeTrue();
        Session.Quota.Used.ShouldBe(message.MimeSize);
        Options.MaximumMessageSize = 50;
        (await Session.AppendAsync(Inbox, message, AppendOptions.Default, None)).Error.ShouldBe(StoreError.TooLarge);
    }

    [Fact]
    public async Task DeliveryReachesEveryTargetOnce()
    {
        var second = Guid.NewGuid();
        await Engine.CreateMailboxesAsync([(second, Other.Id), (MailboxId, Owner.Id)], None);
        var message = await PrepareAsync("news");
        var queue = Guid.NewGuid();
        var received = new FileTime(133_000_000_000_000_000);
        DeliveryTarget To(Guid mailbox, bool repeated) => new(mailbox, Inbox, MessageState.None, received, queue, repeated);
        var results = await Engine.DeliverAsync(message, [To(MailboxId, false), To(Guid.NewGuid(), false), To(second, false)], None);
        results[0].Succeeded.ShouldBeTrue();
        results[1].Error.ShouldBe(StoreError.NotFound);
        results[2].Succeeded.ShouldBeTrue();
        var again = await Engine.DeliverAsync(message, [To(MailboxId, true)], None);
        again[0].Value.Id.Value.ShouldBe(0);
        Folder(Inbox).Counters.Count.ShouldBe(1);
        using var other = (await Engine.OpenAsync(second, Other, None)).Value;
        other.Folders.Special(SpecialFolder.Inbox)!.Counters.Count.ShouldBe(1);
    }

    protected async Task<List<string>> DigestsAsync(FolderId folder)
    {
        var digests = new Digests();
        (await Session.ScanDigestsAsync(folder, 1, uint.MaxValue, digests, None)).ShouldBe(StoreError.None);
        return digests.All;
    }

    private sealed class Digests : IDigestSink
    {
        public List<string> All { get; } = [];

        public bool Add(uint uid, ReadOnlySpan<byte> digest)
        {
            All.Add($"{uid}:{Encoding.UTF8.GetString(digest)}");
            return true;
        }
    }
}
