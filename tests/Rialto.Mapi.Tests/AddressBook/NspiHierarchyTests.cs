using Rialto.Directory;
using Rialto.Directory.AddressBook;
using Rialto.Mapi.AddressBook;
using Rialto.Mapi.Tests.Client;
using Rialto.Model;

namespace Rialto.Mapi.Tests.AddressBook;

/// <summary>[MS-OXOABK] 2.2.7, 2.2.6.5, 2.2.3.24, 2.2.3.26, 2.2.4.39: the organisation, its departments, who stands where in them, and what senders are told.</summary>
public sealed class NspiHierarchyTests
{
    [Fact]
    public async Task The_hierarchy_of_departments_is_read_from_the_organisation_down()
    {
        await using var scene = await NspiScene.StartAsync();
        var directory = scene.Directory;
        var sales = await directory.AddAsync(new Group { PrimaryAddress = "sales@example.com", DisplayName = "Sales", IsDepartment = true, Members = [scene.Server.User(2).Id] });
        var top = await directory.AddAsync(new Group { PrimaryAddress = "top@example.com", DisplayName = "Everything", IsDepartment = true, Members = [sales.Id, scene.Server.User(1).Id] });
        var organisation = directory.Current.Organisation!;
        await directory.UpdateAsync<Organisation>(organisation.Id, o => o with { RootDepartmentId = top.Id });
        await directory.UpdateAsync<Recipient>(sales.Id, r => r with { Details = r.Details with { Seniority = 7 } });
        using var client = await scene.BindAsync();

        // As Outlook does: the organisation of the user's own DN, its root department, the members of that.
        var user = await GetAsync(client, scene.Server.User(1).LegacyExchangeDn);
        var dn = user.GetString(PropertyTags.AddressBookOrganizationalUnitRootDistinguishedName);
        dn.ShouldBe("/o=Example");
        var shown = await GetAsync(client, dn!);
        shown.GetInt32(PropertyTags.DisplayType).ShouldBe((int)DisplayType.Organization);
        shown.GetInt32(PropertyTags.ObjectType).ShouldBe(6);
        shown.GetString(PropertyTags.DisplayName).ShouldBe("Example");
        shown.Get(PropertyTags.AddressBookRoomContainers).AsArray<string>().ShouldBe([AddressBookList.Rooms.Dn]);
        shown.Get(PropertyTags.SmtpAddress).IsAbsent.ShouldBeTrue();
        shown.Get(PropertyTags.AddressBookProxyAddresses).IsAbsent.ShouldBeTrue();
        var root = (await LinkedAsync(client, dn!, PropertyTags.AddressBookHierarchicalRootDepartment.WithType(PropertyType.Object))).ShouldHaveSingleItem();
        root.ShouldBe(top.LegacyExchangeDn);
        var below = await LinkedAsync(client, root, PropertyTags.AddressBookMember);
        below.ShouldBe([scene.Server.User(1).LegacyExchangeDn, sales.LegacyExchangeDn], ignoreOrder: true);
        var department = await GetAsync(client, sales.LegacyExchangeDn);
        department.GetBoolean(PropertyTags.AddressBookHierarchicalIsHierarchicalGroup).ShouldBe(true);
        department.GetInt32(PropertyTags.AddressBookSeniorityIndex).ShouldBe(7);
        (await GetAsync(client, scene.Find("team@example.com").LegacyExchangeDn)).Get(PropertyTags.AddressBookHierarchicalIsHierarchicalGroup).IsAbsent.ShouldBeTrue();
    }

    [Fact]
    public async Task Without_a_root_there_is_no_hierarchy()
    {
        await using var scene = await NspiScene.StartAsync();
        var organisation = scene.Directory.Current.Organisation!;
        var team = scene.Find("team@example.com");
        // A group that is no department is none at the top either.
        await scene.Directory.UpdateAsync<Organisation>(organisation.Id, o => o with { RootDepartmentId = team.Id });
        using var client = await scene.BindAsync();
        (await LinkedAsync(client, "/o=example", PropertyTags.AddressBookHierarchicalRootDepartment.WithType(PropertyType.Object))).ShouldBeEmpty();
        await scene.Directory.UpdateAsync<Group>(team.Id, g => g with { IsDepartment = true });
        (await LinkedAsync(client, "/o=example", PropertyTags.AddressBookHierarchicalRootDepartment.WithType(PropertyType.Object))).ShouldBe([team.LegacyExchangeDn]);
        await scene.Directory.RemoveAsync(team.Id);
        (await LinkedAsync(client, "/o=example", PropertyTags.AddressBookHierarchicalRootDepartment.WithType(PropertyType.Object))).ShouldBeEmpty();
    }

    [Fact]
    public async Task The_organisation_stands_in_no_list_and_is_nobodys_to_change()
    {
        await using var scene = await NspiScene.StartAsync();
        using var client = await scene.BindAsync();
        var rows = await client.QueryRowsAsync(100, [PropertyTags.DisplayName, PropertyTags.DisplayType]);
        rows.Rows!.Rows.ShouldNotContain(r => r[1].AsInt32() == (int)DisplayType.Organization);
        var number = (await client.CallAsync<NspiDnToMinId.Request, NspiDnToMinId.Response>("DnToMinId", new() { Names = ["/o=Example"] })).MinimalIds!.Single();
        number.ShouldBeGreaterThanOrEqualTo(0x10u);
        var change = await client.CallAsync<NspiModProps.Request, NspiModProps.Response>("ModProps", new()
        {
            State = client.Stat with { CurrentRec = number }, PropertyTags = [PropertyTags.Comment], PropertyValues = [PropertyValue.Of(PropertyTags.Comment, "x")],
        });
        change.ErrorCode.ShouldBe(ErrorCode.InvalidObject);
    }

    [Fact]
    public async Task Senders_are_told_what_the_recipient_says_in_each_language()
    {
        await using var scene = await NspiScene.StartAsync();
        await scene.Directory.UpdateAsync<Recipient>(scene.Server.User(2).Id, r => DirectoryAttributes.With(r, "mailTip", "en-US:Away until Monday.\nde:Bis Montag nicht da."));
        await scene.Directory.UpdateAsync<Recipient>(scene.Server.User(2).Id, r => DirectoryAttributes.With(r, "telexNumber", "12 345"));
        using var client = await scene.BindAsync();
        var bag = await GetAsync(client, scene.Server.User(2).LegacyExchangeDn);
        bag.Get(PropertyTags.AddressBookSenderHintTranslations).AsArray<string>().ShouldBe(["en-US:Away until Monday.", "de:Bis Montag nicht da."]);
        bag.GetBoolean(PropertyTags.AddressBookModerationEnabled).ShouldBe(false);
        bag.GetString(PropertyTags.TelexNumber).ShouldBe("12 345");
    }

    private static async Task<PropertyBag> GetAsync(NspiClient client, string dn)
    {
        var number = (await client.CallAsync<NspiDnToMinId.Request, NspiDnToMinId.Response>("DnToMinId", new() { Names = [dn] })).MinimalIds!.Single();
        var response = await client.CallAsync<NspiGetProps.Request, NspiGetProps.Response>("GetProps", new() { State = client.Stat with { CodePage = 1200, CurrentRec = number } });
        response.ErrorCode.ShouldBe(ErrorCode.Success);
        return new PropertyBag(response.PropertyValues!);
    }

    /// <summary>The DNs of the objects that a property of an object names.</summary>
    private static async Task<string[]> LinkedAsync(NspiClient client, string dn, PropertyTag property)
    {
        var number = (await client.CallAsync<NspiDnToMinId.Request, NspiDnToMinId.Response>("DnToMinId", new() { Names = [dn] })).MinimalIds!.Single();
        var response = await client.CallAsync<NspiGetMatches.Request, NspiGetMatches.Response>("GetMatches", new()
        {
            State = client.Stat with { CurrentRec = number, ContainerId = property.Value, SortType = 0x3E8 }, RowCount = 100, Columns = [PropertyTags.EmailAddress],
        });
        response.ErrorCode.ShouldBe(ErrorCode.Success);
        return [.. response.Rows!.Rows.Select(r => r[0].AsString())];
    }
}
