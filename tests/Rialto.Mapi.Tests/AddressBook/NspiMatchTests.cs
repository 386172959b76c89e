using Rialto.Directory;
using Rialto.Mapi.AddressBook;
using Rialto.Mapi.Tests.Client;
using Rialto.Model;

namespace Rialto.Mapi.Tests.AddressBook;

/// <summary>[MS-OXNSPI] 3.1.4.1.10, 3.1.4.1.16, 3.1.4.7: restrictions, tables of properties, names as people type them.</summary>
public sealed class NspiMatchTests
{
    [Fact]
    public async Task Restrictions_find_the_rows_they_hold_for()
    {
        await using var scene = await NspiScene.StartAsync();
        using var client = await scene.BindAsync();
        (await FindAsync(client, new ExistRestriction(PropertyTags.AddressBookPhoneticDisplayName))).ShouldBe(["Émile Zola"]);
        (await FindAsync(client, new ContentRestriction(FuzzyLevel.Prefix | FuzzyLevel.Loose, PropertyTags.DisplayName, PropertyValue.Of(PropertyTags.DisplayName, "e")))).ShouldBe(["Émile Zola", "Everybody"]);
        (await FindAsync(client, new AndRestriction(
        [
            new PropertyRestriction(RelationalOperator.Equal, PropertyTags.DisplayType, PropertyValue.Of(PropertyTags.DisplayType, 0)),
            new NotRestriction(new ExistRestriction(PropertyTags.AddressBookManager)),
        ]))).ShouldBe(["Administrator", "Anna Ahrens", "Meeting Room"]);
        (await FindAsync(client, new PropertyRestriction(RelationalOperator.Equal, PropertyTags.Anr, PropertyValue.Of(PropertyTags.Anr, "zol")))).ShouldBe(["Émile Zola"]);
        (await FindAsync(client, new OrRestriction(
        [
            new PropertyRestriction(RelationalOperator.Equal, PropertyTags.Anr, PropertyValue.Of(PropertyTags.Anr, "bob")),
            new PropertyRestriction(RelationalOperator.Equal, PropertyTags.DepartmentName, PropertyValue.Of(PropertyTags.DepartmentName, "sales")),
        ]))).ShouldBe(["Anna Ahrens", "Bob Brown"]);
    }

    [Fact]
    public async Task What_is_too_much_is_refused()
    {
        await using var scene = await NspiScene.StartAsync();
        using var client = await scene.BindAsync();
        Restriction deep = new ExistRestriction(PropertyTags.DisplayName);
        for (var i = 0; i < 40; i++)
            deep = new NotRestriction(deep);
        (await MatchAsync(client, new() { Filter = deep, RowCount = 10 })).ErrorCode.ShouldBe(ErrorCode.TooComplex);
        (await MatchAsync(client, new() { Filter = new ExistRestriction(PropertyTags.DisplayName), RowCount = 2 })).ErrorCode.ShouldBe(ErrorCode.TableTooBig);
    }

    [Fact]
    public async Task A_restriction_looks_in_the_explicit_table_that_is_given()
    {
        await using var scene = await NspiScene.StartAsync();
        using var client = await scene.BindAsync();
        var numbers = new[] { await NspiScene.NumberAsync(client, scene.Find("user3@example.com")), await NspiScene.NumberAsync(client, scene.Find("user1@example.com")) };
        var response = await MatchAsync(client, new() { Filter = new ExistRestriction(PropertyTags.DisplayName), RowCount = 2, MinimalIds = numbers });
        response.MinimalIds.ShouldBe([numbers[1], numbers[0]]);
        response = await MatchAsync(client, new() { Filter = new ExistRestriction(PropertyTags.DisplayName), RowCount = 1, MinimalIds = numbers });
        response.ErrorCode.ShouldBe(ErrorCode.TableTooBig);
        // A tag where the table belongs names nobody.
        response = await MatchAsync(client, new() { Filter = new ExistRestriction(PropertyTags.DisplayName), RowCount = 10, MinimalIds = [PropertyTags.DisplayName.Value] });
        response.ErrorCode.ShouldBe(ErrorCode.TooComplex);
    }

    [Fact]
    public async Task Members_owners_managers_and_reports_are_tables_of_an_object()
    {
        await using var scene = await NspiScene.StartAsync();
        using var client = await scene.BindAsync();
        (await LinkedAsync(scene, client, "team@example.com", PropertyTags.AddressBookMember)).ShouldBe(["Émile Zola"]);
        (await LinkedAsync(scene, client, "team@example.com", PropertyTags.AddressBookOwner)).ShouldBe(["Anna Ahrens"]);
        (await LinkedAsync(scene, client, "user1@example.com", PropertyTags.AddressBookReports)).ShouldBe(["Bob Brown", "Émile Zola"]);
        (await LinkedAsync(scene, client, "user2@example.com", PropertyTags.AddressBookManager)).ShouldBe(["Anna Ahrens"]);
        (await LinkedAsync(scene, client, "user2@example.com", new PropertyTag(PropertyIds.AddressBookIsMemberOfDistributionList, PropertyType.Object))).ShouldBe(["Team"]);
        (await LinkedAsync(scene, client, "user1@example.com", PropertyTags.AddressBookOwnerBackLink)).ShouldBe(["Team"]);
        (await LinkedAsync(scene, client, "user2@example.com", PropertyTags.AddressBookReports)).ShouldBeEmpty();
        var number = await NspiScene.NumberAsync(client, scene.Find("team@example.com"));
        var stat = client.Stat with { CurrentRec = number, ContainerId = PropertyTags.AddressBookMember.Value, SortType = 0x3E9 };
        var table = await client.CallAsync<NspiGetMatches.Request, NspiGetMatches.Response>("GetMatches", new() { State = stat, RowCount = 10 });
        table.State!.Value.ContainerId.ShouldBe(number);
        (await client.CallAsync<NspiGetMatches.Request, NspiGetMatches.Response>("GetMatches", new() { State = stat with { ContainerId = PropertyTags.AddressBookOwner.Value }, RowCount = 10 }))
            .ErrorCode.ShouldBe(ErrorCode.NotSupported);
        (await client.CallAsync<NspiGetMatches.Request, NspiGetMatches.Response>("GetMatches", new() { State = stat with { ContainerId = PropertyTags.Title.Value }, RowCount = 10 }))
            .ErrorCode.ShouldBe(ErrorCode.NotSupported);
    }

    [Fact]
    public async Task A_hidden_membership_is_for_owners_alone()
    {
        await using var scene = await NspiScene.StartAsync();
        await scene.Directory.UpdateAsync<Group>(scene.Find("team@example.com").Id, g => g with { HideMembership = true });
        using var owner = await scene.BindAsync();
        using var other = await scene.BindAsync(3);
        (await LinkedAsync(scene, owner, "team@example.com", PropertyTags.AddressBookMember)).ShouldBe(["Émile Zola"]);
        (await LinkedAsync(scene, other, "team@example.com", PropertyTags.AddressBookMember)).ShouldBeEmpty();
        (await LinkedAsync(scene, other, "user2@example.com", new PropertyTag(PropertyIds.AddressBookIsMemberOfDistributionList, PropertyType.Object))).ShouldBeEmpty();
    }

    [Fact]
    public async Task Typed_names_mean_one_several_or_nobody()
    {
        await using var scene = await NspiScene.StartAsync();
        using var client = await scene.BindAsync();
        var response = await client.CallAsync<NspiResolveNames.Request, NspiResolveNames.Response>("ResolveNames", new()
        {
            State = client.Stat,
            Names = ["anna", "ann ahr", "=smtp:user3@example.com", "user", "emile", "", "nobody", "ghost", scene.Find("room@example.com").LegacyExchangeDn, "aemil"],
            PropertyTags = [PropertyTags.DisplayName],
        });
        response.MinimalIds!.Select(m => (NameResolution)m).ShouldBe(
        [
            NameResolution.Resolved, NameResolution.Resolved, NameResolution.Resolved, NameResolution.Ambiguous, NameResolution.Resolved, NameResolution.Unresolved, NameResolution.Unresolved,
            NameResolution.Unresolved, NameResolution.Resolved, NameResolution.Resolved,
        ]);
        response.Rows!.Rows.Select(r => r[0].AsString()).ShouldBe(["Anna Ahrens", "Anna Ahrens", "Bob Brown", "Émile Zola", "Meeting Room", "Émile Zola"]);
    }

    private static async Task<NspiGetMatches.Response> MatchAsync(NspiClient client, NspiGetMatches.Request request)
    {
        request.State ??= client.Stat;
        return await client.CallAsync<NspiGetMatches.Request, NspiGetMatches.Response>("GetMatches", request);
    }

    private static async Task<string[]> FindAsync(NspiClient client, Restriction filter)
    {
        var response = await MatchAsync(client, new() { Filter = filter, RowCount = 100, Columns = [PropertyTags.DisplayName] });
        response.ErrorCode.ShouldBe(ErrorCode.Success);
        return [.. response.Rows!.Rows.Select(r => r[0].AsString())];
    }

    private static async Task<string[]> LinkedAsync(NspiScene scene, NspiClient client, string address, PropertyTag property)
    {
        var number = await NspiScene.NumberAsync(client, scene.Find(address));
        var response = await MatchAsync(client, new()
        {
            State = client.Stat with { CurrentRec = number, ContainerId = property.Value, SortType = 0x3E8 }, RowCount = 100, Columns = [PropertyTags.DisplayName],
        });
        response.ErrorCode.ShouldBe(ErrorCode.Success);
        return [.. response.Rows!.Rows.Select(r => r[0].AsString())];
    }
}
