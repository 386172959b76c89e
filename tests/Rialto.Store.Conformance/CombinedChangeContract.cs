using Rialto.Model;
using Rialto.Store.Backend;

namespace Rialto.Store.Conformance;

/// <summary>Several changes in one commit, and what was made of a folder's associated messages.</summary>
public abstract class CombinedChangeContract : StoreContract
{
    private static readonly AppendOptions s_associated = AppendOptions.Default with { State = MessageState.Associated };
    private static readonly ClientStateKey s_key = new("test", "kept", "one");

    [Fact]
    public async Task All_of_it_is_there_or_nothing()
    {
        var old = await AppendAsync("Old");
        var gone = await AppendAsync("Gone");
        var entry = Guid.NewGuid();
        var change = new CombinedChange { QueueEntry = entry, OutOfOffice = true };
        change.Appends.Add((Inbox, await PrepareAsync("One"), AppendOptions.Default));
        change.Appends.Add((Sent, await PrepareAsync("Two"), s_associated));
        change.Replacements.Add((Inbox, old.Id, await PrepareAsync("New")));
        change.Deletions.Add((Inbox, gone.Id));
        change.Folders.Add((Inbox, f => f with { Comment = "changed" }));
        change.States.Add((s_key, new byte[] { 1, 2 }));
        var outcome = (await Session.ApplyAsync(change, None)).Value;
        outcome.Appended.Count.ShouldBe(2);
        outcome.WasDelivered.ShouldBeFalse();
        await CheckCountersAsync();

        await using var fresh = AnotherEngine();
        using var session = (await fresh.OpenAsync(MailboxId, Owner, None)).Value;
        session.IsOutOfOffice.ShouldBeTrue();
        session.Folders.Special(SpecialFolder.Inbox)!.Comment.ShouldBe("changed");
        (await session.ReadClientStateAsync(s_key, None))!.Value.ToArray().ShouldBe([1, 2]);
        var rows = (await session.ReadRowsAsync(Inbox, new[] { old.Id, gone.Id, outcome.Appended[0].Id }, None)).Value;
        rows.Select(r => r?.Subject).ShouldBe(["New", null, "One"]);

        // The same entry again does nothing.
        var again = new CombinedChange { QueueEntry = entry, Repeated = true };
        again.Appends.Add((Inbox, await PrepareAsync("Twice"), AppendOptions.Default));
        (await Session.ApplyAsync(again, None)).Value.ShouldSatisfyAllConditions(o => o.WasDelivered.ShouldBeTrue(), o => o.Appended.ShouldBeEmpty());

        var refused = new CombinedChange { OutOfOffice = false };
        refused.Appends.Add((Inbox, await PrepareAsync("Half"), AppendOptions.Default));
        refused.Replacements.Add((Inbox, gone.Id, await PrepareAsync("Nothing")));
        refused.States.Add((s_key, null));
        (await Session.ApplyAsync(refused, None)).Error.ShouldBe(StoreError.NotFound);
        Session.IsOutOfOffice.ShouldBeTrue();
        (await Session.ReadClientStateAsync(s_key, None)).ShouldNotBeNull();
        Folder(Inbox).Counters.Count.ShouldBe(2);
    }

    [Fact]
    public async Task Rights_are_asked_for_every_part()
    {
        await Session.UpdateFolderAsync(Inbox, f => f with { Permissions = f.Permissions.Add(new FolderPermission(Other.Id, FolderRights.Create | FolderRights.ReadAny | FolderRights.FolderVisible)) }, None);
        using var other = await OpenAsync(Other);
        var change = new CombinedChange();
        change.Appends.Add((Inbox, await PrepareAsync("Allowed"), AppendOptions.Default));
        (await other.ApplyAsync(change, None)).Succeeded.ShouldBeTrue();
        change.Folders.Add((Inbox, f => f with { Comment = "no" }));
        (await other.ApplyAsync(change, None)).Error.ShouldBe(StoreError.AccessDenied);
        Folder(Inbox).Counters.Count.ShouldBe(1);
    }

    [Fact]
    public async Task What_was_made_of_associated_messages_is_kept_until_one_changes()
    {
        var made = 0;
        async Task<List<string>> Ask() => (await Session.FromAssociatedAsync(Inbox, async (session, ids, cancel) =>
        {
            made++;
            return new Made([.. (await session.ReadRowsAsync(Inbox, ids.ToArray(), cancel)).Value.Select(r => r!.Subject)]);
        }, None)).Subjects;

        await AppendAsync("Mail");
        (await Ask()).ShouldBeEmpty();
        await AppendAsync("More mail");
        (await Ask()).ShouldBeEmpty();
        made.ShouldBe(1);

        var first = (await Session.AppendAsync(Inbox, await PrepareAsync("First"), s_associated, None)).Value;
        (await Ask()).ShouldBe(["First"]);
        await AppendAsync("Mail again");
        (await Ask()).ShouldBe(["First"]);
        made.ShouldBe(2);
        await Session.ReplaceAsync(Inbox, first.Id, await PrepareAsync("Changed"), ReplaceOptions.Default, None);
        (await Ask()).ShouldBe(["Changed"]);
        await Session.DeleteAsync(Inbox, [first.Id], None);
        (await Ask()).ShouldBeEmpty();
        made.ShouldBe(4);
    }

    [Fact]
    public async Task What_another_server_changes_is_seen()
    {
        if (!Backend.IsShared)
            return;
        async Task<List<string>> Ask() => (await Session.FromAssociatedAsync(Inbox, async (session, ids, cancel) =>
            new Made([.. (await session.ReadRowsAsync(Inbox, ids.ToArray(), cancel)).Value.Select(r => r!.Subject)]), None)).Subjects;
        var first = (await Session.AppendAsync(Inbox, await PrepareAsync("First"), s_associated, None)).Value;
        (await Ask()).ShouldBe(["First"]);
        await using var elsewhere = AnotherEngine();
        using var session = (await elsewhere.OpenAsync(MailboxId, Owner, None)).Value;
        await session.ReplaceAsync(Inbox, first.Id, await PrepareAsync("Changed"), ReplaceOptions.Default, None);
        await Session.RefreshAsync(None);
        (await Ask()).ShouldBe(["Changed"]);
    }

    private sealed record Made(List<string> Subjects);
}
