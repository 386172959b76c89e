using Rialto.Directory;
using Rialto.Mapi.AddressBook;
using Rialto.Mapi.Tests.Client;
using Rialto.Model;

namespace Rialto.Mapi.Tests.AddressBook;

/// <summary>[MS-OXNSPI] 3.1.4.4, 3.1.4.5: tables, positions in them, lists of the hierarchy.</summary>
public sealed class NspiTableTests
{
    private static readonly string[] s_byName = ["Administrator", "Anna Ahrens", "Bob Brown", "Carl Contact", "Émile Zola", "Everybody", "Meeting Room", "Team"];

    [Fact]
    public async Task The_global_list_orders_as_the_language_does_and_leaves_hidden_ones_out()
    {
        await using var scene = await NspiScene.StartAsync();
        using var client = await scene.BindAsync();
        (await NamesAsync(client)).ShouldBe(s_byName);
    }

    [Fact]
    public async Task A_phonetic_order_goes_by_phonetic_names()
    {
        await using var scene = await NspiScene.StartAsync();
        using var client = await scene.BindAsync();
        client.Stat.SortType = 3;
        (await NamesAsync(client)).Take(3).ShouldBe(["Administrator", "Émile Zola", "Anna Ahrens"]);
    }

    [Fact]
    public async Task Pages_follow_each_other_and_deltas_move()
    {
        await using var scene = await NspiScene.StartAsync();
        using var client = await scene.BindAsync();
        (await client.QueryRowsAsync(3, [PropertyTags.DisplayName])).Rows!.Rows.Select(r => r[0].AsString()).ShouldBe(s_byName[..3]);
        client.Stat.NumPos.ShouldBe(3u);
        client.Stat.Delta = -1;
        (await client.QueryRowsAsync(2, [PropertyTags.DisplayName])).Rows!.Rows.Select(r => r[0].AsString()).ShouldBe(s_byName[2..4]);

        var moved = await client.CallAsync<NspiUpdateStat.Request, NspiUpdateStat.Response>("UpdateStat", new() { State = client.Stat with { Delta = 100 }, DeltaRequested = true });
        moved.Delta.ShouldBe(4);
        moved.State!.Value.CurrentRec.ShouldBe(Stat.EndOfTable);
        moved.State.Value.TotalRecs.ShouldBe((uint)s_byName.Length);
        moved = await client.CallAsync<NspiUpdateStat.Request, NspiUpdateStat.Response>(
            "UpdateStat", new() { State = client.Stat with { CurrentRec = Stat.Current, NumPos = 50, TotalRecs = 100 }, DeltaRequested = true });
        moved.State!.Value.NumPos.ShouldBe(4u);
        moved = await client.CallAsync<NspiUpdateStat.Request, NspiUpdateStat.Response>("UpdateStat", new() { State = client.Stat with { CurrentRec = 0x7FFF } });
        moved.ErrorCode.ShouldBe(ErrorCode.NotFound);
        moved.State.ShouldBeNull();
    }

    [Fact]
    public async Task Seeking_finds_the_first_name_that_is_not_before()
    {
        await using var scene = await NspiScene.StartAsync();
        using var client = await scene.BindAsync();
        var found = await SeekAsync(client, "emi");
        found.State!.Value.NumPos.ShouldBe(4u);
        found.Rows!.Rows[0][0].AsString().ShouldBe("Émile Zola");
        (await SeekAsync(client, "zz")).ErrorCode.ShouldBe(ErrorCode.NotFound);
        (await client.CallAsync<NspiSeekEntries.Request, NspiTableRows>(
            "SeekEntries", new() { State = client.Stat, Target = PropertyValue.Of(PropertyTags.Title, "x") })).ErrorCode.ShouldBe(ErrorCode.GeneralFailure);
    }

    [Fact]
    public async Task The_hierarchy_has_the_lists_and_each_has_its_own()
    {
        await using var scene = await NspiScene.StartAsync();
        await scene.Directory.AddAsync(new AddressList { DisplayName = "Sellers", Filter = "(department=Sales)" });
        using var client = await scene.BindAsync();
        var table = await client.CallAsync<NspiGetSpecialTable.Request, NspiGetSpecialTable.Response>("GetSpecialTable", new() { Flags = NspiFlags.UnicodeStrings, State = client.Stat });
        var lists = table.Rows!.ToDictionary(r => r.Single(v => v.Tag == PropertyTags.DisplayName).AsString(), r => new PropertyBag(r));
        lists.Keys.ShouldBe(["Global Address List", "All Address Lists", "All Contacts", "All Distribution Lists", "All Rooms", "All Users", "Public Folders", "Sellers"]);
        lists["Global Address List"].GetInt32(PropertyTags.AddressBookContainerId).ShouldBe(0);
        lists["Sellers"].GetInt32(PropertyTags.Depth).ShouldBe(1);
        lists["Sellers"].GetBinary(PropertyTags.AddressBookParentEntryId).ShouldBe(lists["All Address Lists"].GetBinary(PropertyTags.EntryId));

        client.Stat.ContainerId = (uint)lists["Sellers"].GetInt32(PropertyTags.AddressBookContainerId);
        (await NamesAsync(client)).ShouldBe(["Anna Ahrens"]);
        await scene.Directory.UpdateAsync<Account>(scene.Server.User(3).Id, a => a with { Details = a.Details with { Department = "Sales" } });
        (await NamesAsync(client)).ShouldBe(["Anna Ahrens", "Bob Brown"]);
        client.Stat.ContainerId = (uint)lists["All Distribution Lists"].GetInt32(PropertyTags.AddressBookContainerId);
        (await NamesAsync(client)).ShouldBe(["Everybody", "Team"]);
        client.Stat.ContainerId = 0x7FFFFFFF;
        (await client.QueryRowsAsync(1, null)).ErrorCode.ShouldBe(ErrorCode.InvalidBookmark);
    }

    [Fact]
    public async Task Numbers_given_by_the_client_are_compared_sorted_and_read()
    {
        await using var scene = await NspiScene.StartAsync();
        using var client = await scene.BindAsync();
        var bob = await NspiScene.NumberAsync(client, scene.Find("user3@example.com"));
        var anna = await NspiScene.NumberAsync(client, scene.Find("user1@example.com"));
        var ghost = await NspiScene.NumberAsync(client, scene.Find("ghost@example.com"));
        var compared = await client.CallAsync<NspiCompareMinIds.Request, NspiCompareMinIds.Response>("CompareMinIds", new() { State = client.Stat, MinimalId1 = bob, MinimalId2 = anna });
        compared.Result.ShouldBePositive();
        (await client.CallAsync<NspiCompareMinIds.Request, NspiCompareMinIds.Response>("CompareMIds", new() { State = client.Stat, MinimalId1 = bob, MinimalId2 = ghost }))
            .ErrorCode.ShouldBe(ErrorCode.GeneralFailure);
        var sorted = await client.CallAsync<NspiResortRestriction.Request, NspiResortRestriction.Response>(
            "ResortRestriction", new() { State = client.Stat with { CurrentRec = bob }, MinimalIds = [bob, 0x7FFF, anna] });
        sorted.MinimalIds.ShouldBe([anna, bob]);
        sorted.State!.Value.NumPos.ShouldBe(1u);
        var rows = await client.QueryRowsAsync(10, [PropertyTags.DisplayName], [bob, anna]);
        rows.Rows!.Rows.Select(r => r[0].AsString()).ShouldBe(["Bob Brown", "Anna Ahrens"]);
    }

    private static async Task<NspiTableRows> SeekAsync(NspiClient client, string text) =>
        await client.CallAsync<NspiSeekEntries.Request, NspiTableRows>(
            "SeekEntries", new() { State = client.Stat, Target = PropertyValue.Of(PropertyTags.DisplayName, text), Columns = [PropertyTags.DisplayName] });

    private static async Task<string[]> NamesAsync(NspiClient client)
    {
        client.Stat.CurrentRec = Stat.BeginningOfTable;
        client.Stat.Delta = 0;
        return [.. (await client.QueryRowsAsync(100, [PropertyTags.DisplayName])).Rows!.Rows.Select(r => r[0].AsString())];
    }
}
