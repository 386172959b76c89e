using Rialto.Model;

namespace Rialto.Store.Conformance;

/// <summary>What clients with replicas of their own bring: ids, keys and versions. [MS-OXCFXICS] 3.1.5.3, 3.1.5.6.</summary>
public abstract class ImportContract : StoreContract
{
    private static readonly Guid s_client = Guid.NewGuid();

    [Fact]
    public async Task AnIdThatWasUsedOnceIsGoneForEver()
    {
        var first = (await Session.ReserveIdsAsync(10, None)).Value;
        var message = await PrepareAsync("x");
        var one = (await Session.AppendAsync(Inbox, message, AppendOptions.Default with { Mid = first }, None)).Value;
        (await Session.DeleteAsync(Inbox, [one.Id], None)).Succeeded.ShouldBeTrue();
        (await Session.AppendAsync(Inbox, message, AppendOptions.Default with { Mid = first }, None)).Error.ShouldBe(StoreError.Gone);
        // Counters that were never given to a client are no ids either.
        (await Session.AppendAsync(Inbox, message, AppendOptions.Default with { Mid = one.Id.Value }, None)).Error.ShouldBe(StoreError.Gone);
        (await Session.AppendAsync(Inbox, message, AppendOptions.Default with { Mid = first + 1_000_000 }, None)).Error.ShouldBe(StoreError.InvalidArgument);
        (await Session.AppendAsync(Inbox, message, AppendOptions.Default with { Mid = -1 }, None)).Error.ShouldBe(StoreError.InvalidArgument);

        var folder = (await Session.CreateFolderAsync(IpmSubtree, new NewFolder("f") { Id = new FolderId(first + 1) }, None)).Value;
        (await Session.DeleteFolderAsync(folder.Id, false, None)).Succeeded.ShouldBeTrue();
        (await Session.CreateFolderAsync(IpmSubtree, new NewFolder("f") { Id = folder.Id }, None)).Error.ShouldBe(StoreError.Gone);

        await using var fresh = AnotherEngine();
        using var session = (await fresh.OpenAsync(MailboxId, Owner, None)).Value;
        (await session.AppendAsync(Inbox, message, AppendOptions.Default with { Mid = first }, None)).Error.ShouldBe(StoreError.Gone);
        (await session.AppendAsync(Inbox, message, AppendOptions.Default with { Mid = first + 2 }, None)).Succeeded.ShouldBeTrue();
    }

    [Fact]
    public async Task TwoThatWantTheSameIdAtOnceGetItOnce()
    {
        var first = (await Session.ReserveIdsAsync(1, None)).Value;
        var message = await PrepareAsync("x");
        var both = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => Session.AppendAsync(Inbox, message, AppendOptions.Default with { Mid = first }, None).AsTask()));
        both.Count(r => r.Succeeded).ShouldBe(1);
        both.Where(r => !r.Succeeded).ShouldAllBe(r => r.Error == StoreError.AlreadyExists);
    }

    /// <summary>Whoever goes on with a message has its row from the append: it must be the one that anybody else reads.</summary>
    [Fact]
    public async Task AnAppendGivesTheRowThatIsRead()
    {
        var first = (await Session.ReserveIdsAsync(1, None)).Value;
        byte[] change = [.. s_client.ToByteArray(), 7];
        AppendOptions[] all =
        [
            AppendOptions.Default,
            new AppendOptions(MessageState.Read | MessageState.Flagged | MessageState.Draft, ["Blue", "Red"], FileTime.From(new DateTimeOffset(2024, 2, 3, 4, 5, 6, 7, TimeSpan.Zero)))
            {
                Mid = first, ChangeKey = change, PredecessorChangeList = [(byte)change.Length, .. change], Modified = new FileTime(638_000_000_000_000_001), Created = new FileTime(638_000_000_000_000_003),
            },
            AppendOptions.Default with { State = MessageState.Associated, SourceKey = [.. Guid.NewGuid().ToByteArray(), 1, 2], Status = 4, UrlName = "name.eml" },
        ];
        foreach (var options in all)
        {
            var appended = (await Session.AppendAsync(Inbox, await PrepareAsync("subject of the row"), options, None)).Value;
            var given = appended.Row.ShouldNotBeNull();
            var read = (await Session.ReadRowsAsync(Inbox, new[] { appended.Id }, None)).Value[0].ShouldNotBeNull();
            read.Keywords.ShouldBe(given.Keywords);
            foreach (var bytes in (Func<MessageRow, byte[]?>[])[r => r.ChangeKey, r => r.PredecessorChangeList, r => r.SourceKey, r => r.ConversationIndex, r => r.Overlay])
                bytes(read).ShouldBe(bytes(given));
            Bare(read).ShouldBe(Bare(given));
        }

        static MessageRow Bare(MessageRow row) => row with { Keywords = [], ChangeKey = null, PredecessorChangeList = null, SourceKey = null, ConversationIndex = null, Overlay = null };
    }

    [Fact]
    public async Task IdsGivenUpAreNotUsed()
    {
        var first = (await Session.ReserveIdsAsync(10, None)).Value;
        var message = await PrepareAsync("x");
        (await Session.GiveUpAsync(Inbox, [first, first + 500], [], None)).ShouldBe(StoreError.None);
        (await Session.AppendAsync(Inbox, message, AppendOptions.Default with { Mid = first }, None)).Error.ShouldBe(StoreError.Gone);
        var sequence = Session.Sequence;
        (await Session.GiveUpAsync(Inbox, [first], [], None)).ShouldBe(StoreError.None);
        Session.Sequence.ShouldBe(sequence);

        (await Session.ExcludeIdsAsync(Inbox, IdSet.FromRanges([new((ulong)first, (ulong)first + 4)]), None)).ShouldBe(StoreError.None);
        (await Session.AppendAsync(Inbox, message, AppendOptions.Default with { Mid = first + 4 }, None)).Error.ShouldBe(StoreError.Gone);
        (await Session.AppendAsync(Sent, message, AppendOptions.Default with { Mid = first + 4 }, None)).Succeeded.ShouldBeTrue();
        (await Session.ExcludeIdsAsync(Inbox, IdSet.FromRanges([new(1, (ulong)first + 1_000_000)]), None)).ShouldBe(StoreError.InvalidArgument);
    }

    [Fact]
    public async Task ForeignSourceKeysNameOneMessageForEver()
    {
        byte[] key = [.. Guid.NewGuid().ToByteArray(), 1, 2, 3, 4], other = [.. Guid.NewGuid().ToByteArray(), 9];
        var message = await PrepareAsync("x");
        var options = AppendOptions.Default with { SourceKey = key };
        var one = (await Session.AppendAsync(Inbox, message, options, None)).Value;
        (await Session.FindBySourceKeyAsync(key, None)).Value.ShouldBe(one.Id);
        (await Session.FindBySourceKeyAsync(other, None)).Value.ShouldBeNull();
        (await Session.AppendAsync(Inbox, message, options, None)).Error.ShouldBe(StoreError.AlreadyExists);
        (await Session.GiveUpAsync(Inbox, [], [key, other], None)).ShouldBe(StoreError.None);
        (await Session.FindBySourceKeyAsync(key, None)).Value.ShouldBe(one.Id);
        (await Session.AppendAsync(Inbox, message, AppendOptions.Default with { SourceKey = other }, None)).Error.ShouldBe(StoreError.Gone);
    }

    [Fact]
    public async Task TimesAndKeysOfAnImportAreKept()
    {
        var time = new FileTime(132_000_000_000_000_000);
        var options = AppendOptions.Default with { Created = time, Modified = new FileTime(time.Ticks + 1), ChangeKey = Key(1), PredecessorChangeList = List(1) };
        var one = (await Session.AppendAsync(Inbox, await PrepareAsync("x"), options, None)).Value;
        var row = await RowAsync(one.Id);
        row.Created.ShouldBe(time);
        row.Modified.Ticks.ShouldBe(time.Ticks + 1);
        row.ChangeKey.ShouldBe(Key(1));

        var replace = new ReplaceOptions { ChangeKey = Key(2), PredecessorChangeList = List(2), Modified = time, Status = 0x800 };
        var replaced = (await Session.ReplaceAsync(Inbox, one.Id, await PrepareAsync("y"), replace, None)).Value;
        replaced.Created.ShouldBe(time);
        replaced.Modified.ShouldBe(time);
        replaced.Status.ShouldBe(0x800);
        replaced.PredecessorChangeList.ShouldBe(List(2));

        // A version made here out of others has its own number among its predecessors.
        var merged = (await Session.ReplaceAsync(Inbox, one.Id, await PrepareAsync("z"), new ReplaceOptions { PredecessorChangeList = List(3) }, None)).Value;
        merged.ChangeKey.ShouldBeNull();
        var list = PredecessorChangeList.Parse(merged.PredecessorChangeList)!;
        list.Includes(PredecessorChangeList.Parse(List(3))!).ShouldBeTrue();
        list.Includes(Xid.Of(StoreKeys.Global(Session.Header, merged.Cn))).ShouldBeTrue();
    }

    [Fact]
    public async Task AMoveOfAnOlderVersionIsAConflict()
    {
        var first = (await Session.ReserveIdsAsync(10, None)).Value;
        var one = await AppendAsync("x");
        var cn = (await RowAsync(one.Id)).Cn;
        (await Session.ImportMoveAsync(Inbox, one.Id, Sent, new ImportedMove(first, null, null) { ExpectedCn = cn - 1 }, None)).Error.ShouldBe(StoreError.Conflict);
        (await Session.ImportMoveAsync(Inbox, one.Id, Sent, new ImportedMove(0x401, null, null), None)).Error.ShouldBe(StoreError.Gone);
        var moved = (await Session.ImportMoveAsync(Inbox, one.Id, Sent, new ImportedMove(first, null, List(7)) { ExpectedCn = cn }, None)).Value;
        var row = (await Session.ReadRowsAsync(Sent, new[] { one.Id }, None)).Value[0]!;
        row.Cn.ShouldBe(moved.Cn);
        PredecessorChangeList.Parse(row.PredecessorChangeList)!.Count.ShouldBe(2);
    }

    [Fact]
    public async Task MarksAndKeywordsAreContentAndTheReadStateIsNot()
    {
        var plain = await AppendAsync("plain");
        var imported = (await Session.AppendAsync(Inbox, await PrepareAsync("x"), AppendOptions.Default with { ChangeKey = Key(1), PredecessorChangeList = List(1) }, None)).Value;
        MessageId[] both = [plain.Id, imported.Id];
        var before = await RowsAsync(both);
        var read = (await Session.ChangeFlagsAsync(Inbox, both, Set(MessageState.Read), None)).Value;
        read.Changed.ShouldBe(both);
        var rows = await RowsAsync(both);
        rows.Select(r => r.Cn).ShouldBe(before.Select(r => r.Cn));
        rows.Select(r => r.ReadCn).ShouldBe([read.Sequence - 1, read.Sequence]);
        rows[1].ChangeKey.ShouldBe(Key(1));

        (await Session.ChangeFlagsAsync(Inbox, both, Set(MessageState.Deleted), None)).Succeeded.ShouldBeTrue();
        (await RowsAsync(both)).Select(r => r.Cn).ShouldBe(before.Select(r => r.Cn));
        var flagged = (await Session.ChangeFlagsAsync(Inbox, both, Set(MessageState.Flagged), None)).Value;
        rows = await RowsAsync(both);
        rows.Select(r => r.Cn).ShouldBe([flagged.Sequence - 1, flagged.Sequence]);
        rows.Select(r => r.ReadCn).ShouldBe([read.Sequence - 1, read.Sequence]);
        rows[1].ChangeKey.ShouldBeNull();
        PredecessorChangeList.Parse(rows[1].PredecessorChangeList)!.Includes(PredecessorChangeList.Parse(List(1))!).ShouldBeTrue();
        (await Session.ChangeFlagsAsync(Inbox, both, new FlagChange(0, 0, ["k"], [], false), None)).Succeeded.ShouldBeTrue();
        (await RowsAsync(both))[0].Cn.ShouldBeGreaterThan(flagged.Sequence);
        await CheckCountersAsync();

        await using var fresh = AnotherEngine();
        using var session = (await fresh.OpenAsync(MailboxId, Owner, None)).Value;
        var stored = (await session.ReadRowsAsync(Inbox, both, None)).Value;
        (await RowsAsync(both)).Select(r => r.Cn).ShouldBe(stored.Select(r => r!.Cn));
    }

    [Fact]
    public async Task FoldersAreImportedByTheirVersions()
    {
        var first = new FolderId((await Session.ReserveIdsAsync(10, None)).Value);
        var made = (await Session.ImportFolderAsync(Import(first, IpmSubtree, "one", 10, 1, "a"), None)).Value;
        made.Kind.ShouldBe(FolderImportKind.Applied);
        made.Folder.Comment.ShouldBe("a");
        made.Folder.ChangeKey.ShouldBe(Key(1));
        made.Folder.Modified.Ticks.ShouldBe(10);
        (await Session.ImportFolderAsync(Import(first, IpmSubtree, "one", 10, 1, "a"), None)).Value.Kind.ShouldBe(FolderImportKind.Superseded);

        var renamed = (await Session.ImportFolderAsync(Import(first, Inbox, "two", 20, 2, "b"), None)).Value;
        renamed.Kind.ShouldBe(FolderImportKind.Applied);
        Folder(first).Parent.ShouldBe(Inbox);
        Folder(first).Comment.ShouldBe("b");

        // The server's later change wins over the client's, and the other way round; either way both are known afterwards.
        (await Session.UpdateFolderAsync(first, f => f with { Comment = "server" }, None)).Succeeded.ShouldBeTrue();
        var lost = (await Session.ImportFolderAsync(Import(first, Inbox, "three", 30, 3, "c"), None)).Value;
        lost.Kind.ShouldBe(FolderImportKind.Resolved);
        lost.Folder.Name.ShouldBe("two");
        lost.Folder.Comment.ShouldBe("server");
        PredecessorChangeList.Parse(lost.Folder.PredecessorChangeList)!.Includes(PredecessorChangeList.Parse(List(3))!).ShouldBeTrue();
        var won = (await Session.ImportFolderAsync(Import(first, Inbox, "four", long.MaxValue, 4, "d"), None)).Value;
        won.Kind.ShouldBe(FolderImportKind.Resolved);
        won.Folder.Name.ShouldBe("four");
        won.Folder.ChangeKey.ShouldBeNull();

        (await Session.ImportFolderAsync(Import(new FolderId(first.Value + 1), new FolderId(first.Value + 5), "x", 1, 5, ""), None)).Error.ShouldBe(StoreError.NotFound);
        (await Session.ImportFolderAsync(Import(new FolderId(first.Value + 1), Inbox, "four", 1, 6, ""), None)).Error.ShouldBe(StoreError.AlreadyExists);
        (await Session.ImportFolderAsync(Import(Inbox, IpmSubtree, "Renamed", long.MaxValue, 7, ""), None)).Error.ShouldBe(StoreError.SpecialFolder);
        (await Session.DeleteFolderAsync(first, true, None)).Succeeded.ShouldBeTrue();
        (await Session.ImportFolderAsync(Import(first, Inbox, "back", long.MaxValue, 8, ""), None)).Error.ShouldBe(StoreError.Gone);
    }

    [Fact]
    public async Task ARenamedFolderRemembersWhatOthersContributed()
    {
        var id = new FolderId((await Session.ReserveIdsAsync(1, None)).Value);
        (await Session.ImportFolderAsync(Import(id, IpmSubtree, "one", 10, 1, "a"), None)).Succeeded.ShouldBeTrue();
        var moved = (await Session.MoveFolderAsync(id, IpmSubtree, "two", None)).Value;
        moved.ChangeKey.ShouldBeNull();
        PredecessorChangeList.Parse(moved.PredecessorChangeList)!.Includes(PredecessorChangeList.Parse(List(1))!).ShouldBeTrue();
    }

    private static FolderImport Import(FolderId id, FolderId parent, string name, long time, byte change, string comment) =>
        new(id, null, parent, name, new FileTime(time), Key(change), PredecessorChangeList.Parse(List(change))!, f => f with { Comment = comment });

    private static byte[] Key(byte change) => [.. s_client.ToByteArray(), 0, 0, 0, change];

    private static byte[] List(byte change) => [20, .. Key(change)];

    private async Task<MessageRow> RowAsync(MessageId id) => (await RowsAsync(id))[0];

    private async Task<MessageRow[]> RowsAsync(params MessageId[] ids) => [.. (await Session.ReadRowsAsync(Inbox, ids, None)).Value.Select(r => r!)];
}
