using System.Text;
using Rialto.Directory;
using Shouldly;
using Xunit;

namespace Rialto.Testing;

/// <summary>What every <see cref="IDirectoryStorage"/> must do. Inherit it in the implementation's test project.</summary>
public abstract class DirectoryStorageContract
{
    /// <summary>An empty storage.</summary>
    protected abstract Task<IDirectoryStorage> CreateAsync();

    /// <summary>The same data opened anew, as another server or process would.</summary>
    protected abstract Task<IDirectoryStorage> ReopenAsync(IDirectoryStorage storage);

    [Fact]
    public async Task An_empty_storage_has_version_zero_and_nothing_in_it()
    {
        var storage = await CreateAsync();
        (await storage.GetVersionAsync(default)).ShouldBe(0);
        var all = await storage.LoadAllAsync(default);
        all.Version.ShouldBe(0);
        all.Rows.ShouldBeEmpty();
        all.Credentials.ShouldBeEmpty();
        (await storage.LoadSinceAsync(0, default)).ShouldNotBeNull().Rows.ShouldBeEmpty();
    }

    [Fact]
    public async Task What_was_applied_is_there_with_its_version_for_the_next_process()
    {
        var storage = await CreateAsync();
        var row = Row("""{"name":"Zürich \"q\" 🎉"}""");
        var credential = Credential(row.Id);
        (await storage.ApplyAsync(new(0) { Rows = [row], Credentials = [credential] }, default)).ShouldBe(new(true, 1));

        var again = await ReopenAsync(storage);
        var all = await again.LoadAllAsync(default);
        all.Version.ShouldBe(1);
        var loaded = all.Rows.ShouldHaveSingleItem();
        (loaded.Id, loaded.Kind, loaded.Version).ShouldBe((row.Id, row.Kind, 1));
        SameJson(loaded.Payload, row.Payload);
        var key = all.Credentials.ShouldHaveSingleItem();
        (key.Id, key.AccountId, key.Kind, key.Version, key.LastUsed).ShouldBe((credential.Id, row.Id, CredentialKind.Password, 1, null));
        SameJson(key.Payload, credential.Payload);
    }

    [Fact]
    public async Task A_change_at_another_version_changes_nothing()
    {
        var storage = await CreateAsync();
        var row = Row("""{"a":1}""");
        await storage.ApplyAsync(new(0) { Rows = [row] }, default);
        (await storage.ApplyAsync(new(0) { Rows = [Row("{}")], Removed = [row.Id] }, default)).ShouldBe(new(false, 1));
        (await storage.ApplyAsync(new(2) { Removed = [row.Id] }, default)).ShouldBe(new(false, 1));
        (await storage.LoadAllAsync(default)).Rows.ShouldHaveSingleItem().Id.ShouldBe(row.Id);
    }

    [Fact]
    public async Task Of_writers_at_the_same_version_exactly_one_wins()
    {
        var storage = await CreateAsync();
        var other = await ReopenAsync(storage);
        var results = await Task.WhenAll(Enumerable.Range(0, 16).Select(i => Task.Run(async () =>
            await (i % 2 == 0 ? storage : other).ApplyAsync(new(0) { Rows = [Row("{}")] }, default))));
        results.Count(r => r.Applied).ShouldBe(1);
        results.ShouldAllBe(r => r.Version == 1);
        (await storage.LoadAllAsync(default)).Rows.Count.ShouldBe(1);
    }

    [Fact]
    public async Task A_delta_has_what_changed_since_and_what_was_removed()
    {
        var storage = await CreateAsync();
        DirectoryRow kept = Row("{}"), changed = Row("{}"), gone = Row("{}"), back = Row("{}");
        var keptKey = Credential(kept.Id);
        var goneKey = Credential(gone.Id);
        await storage.ApplyAsync(new(0) { Rows = [kept, changed, gone, back], Credentials = [keptKey, goneKey] }, default);
        await storage.ApplyAsync(new(1) { Removed = [back.Id] }, default);
        await storage.ApplyAsync(
            new(2) { Rows = [changed with { Payload = Json("""{"b":2}""") }, back], Removed = [gone.Id, Guid.NewGuid()], RemovedCredentials = [goneKey.Id] }, default);

        var delta = (await (await ReopenAsync(storage)).LoadSinceAsync(1, default)).ShouldNotBeNull();
        delta.Version.ShouldBe(3);
        delta.Rows.Select(r => r.Id).ShouldBe([changed.Id, back.Id], ignoreOrder: true);
        delta.Rows.ShouldAllBe(r => r.Version == 3);
        delta.Removed.ShouldContain(gone.Id);
        delta.Removed.ShouldNotContain(back.Id);
        delta.Credentials.ShouldBeEmpty();
        delta.RemovedCredentials.ShouldBe([goneKey.Id]);

        (await storage.LoadSinceAsync(3, default)).ShouldNotBeNull().Rows.ShouldBeEmpty();
        (await storage.LoadAllAsync(default)).Rows.Count.ShouldBe(3);
    }

    [Fact]
    public async Task Blobs_are_kept_replaced_removed_and_go_with_their_object()
    {
        var storage = await CreateAsync();
        var row = Row("{}");
        byte[] photo = [.. Enumerable.Range(0, 100_000).Select(i => (byte)i)];
        await storage.ApplyAsync(new(0) { Rows = [row], Blobs = [new(row.Id, "photo", [1, 2, 3]), new(row.Id, "other", [4])] }, default);
        await storage.ApplyAsync(new(1) { Blobs = [new(row.Id, "photo", photo), new(row.Id, "other", null)] }, default);
        (await (await ReopenAsync(storage)).ReadBlobAsync(row.Id, "photo", default)).ShouldBe(photo);
        (await storage.ReadBlobAsync(row.Id, "other", default)).ShouldBeNull();
        await storage.ApplyAsync(new(2) { Removed = [row.Id] }, default);
        (await storage.ReadBlobAsync(row.Id, "photo", default)).ShouldBeNull();
    }

    [Fact]
    public async Task Uses_of_credentials_are_noted_without_a_new_version()
    {
        var storage = await CreateAsync();
        var row = Row("{}");
        var credential = Credential(row.Id);
        var when = new DateTimeOffset(2030, 5, 6, 7, 8, 9, TimeSpan.Zero);
        await storage.ApplyAsync(new(0) { Rows = [row], Credentials = [credential] }, default);
        await storage.TouchCredentialsAsync([new(credential.Id, when), new(Guid.NewGuid(), when)], default);
        var all = await storage.LoadAllAsync(default);
        all.Version.ShouldBe(1);
        all.Credentials.ShouldHaveSingleItem().LastUsed.ShouldBe(when);
    }

    [Fact]
    public async Task A_watcher_hears_of_changes_made_elsewhere()
    {
        var storage = await CreateAsync();
        var other = await ReopenAsync(storage);
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        var heard = Task.Run(async () =>
        {
            await foreach (var version in storage.WatchAsync(patience.Token))
            {
                if (version >= 1) return version;
            }

            return -1;
        });
        await other.ApplyAsync(new(0) { Rows = [Row("{}")] }, default);
        (await heard).ShouldBe(1);
    }

    [Fact]
    public async Task Ten_thousand_rows_go_in_as_one_change()
    {
        var storage = await CreateAsync();
        var rows = Enumerable.Range(0, 10_000).Select(i => Row($$"""{"n":{{i}}}""")).ToList();
        (await storage.ApplyAsync(new(0) { Rows = rows }, default)).Applied.ShouldBeTrue();
        (await storage.LoadAllAsync(default)).Rows.Select(r => r.Id).ToHashSet().SetEquals(rows.Select(r => r.Id)).ShouldBeTrue();
    }

    [Fact]
    public async Task A_directory_service_lives_on_it()
    {
        var storage = await CreateAsync();
        await using (var directory = await DirectoryService.OpenAsync(storage))
        {
            await directory.AddRangeAsync(
            [
                new(new Organisation { Name = "Example" }),
                new(new Domain { Name = "example.com" }),
                new(new Account { PrimaryAddress = "ann@example.com", Details = new() { GivenName = "Ann", Department = "Küche" } }, PasswordHash.Create("correct horse", 10)),
            ]);
        }

        await using var again = await DirectoryService.OpenAsync(await ReopenAsync(storage));
        var ann = again.Current.FindByLogin("EXAMPLE\\ann").ShouldNotBeNull();
        ann.Details.Department.ShouldBe("Küche");
        again.Current.CredentialsOf(ann.Id).HasPassword.ShouldBeTrue();
    }

    private static DirectoryRow Row(string json) => new(Guid.NewGuid(), DirectoryKind.Account, 0, Json(json));

    private static CredentialRow Credential(Guid account) => new(Guid.NewGuid(), account, CredentialKind.Password, 0, Json("""{"hash":"x"}"""), null);

    private static byte[] Json(string text) => Encoding.UTF8.GetBytes(text);

    private static void SameJson(ReadOnlyMemory<byte> actual, ReadOnlyMemory<byte> expected) =>
        System.Text.Json.Nodes.JsonNode.DeepEquals(System.Text.Json.Nodes.JsonNode.Parse(actual.Span), System.Text.Json.Nodes.JsonNode.Parse(expected.Span)).ShouldBeTrue();
}
