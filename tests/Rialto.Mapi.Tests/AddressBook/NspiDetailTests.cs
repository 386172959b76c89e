using Rialto.Directory;
using Rialto.Directory.AddressBook;
using Rialto.Mapi.AddressBook;
using Rialto.Mapi.Tests.Client;
using Rialto.Model;

namespace Rialto.Mapi.Tests.AddressBook;

/// <summary>[MS-OXOABK] 2.2.3, 2.2.4, 2.2.6: every attribute of the directory under its property, and what objects are called.</summary>
public sealed class NspiDetailTests
{
    private static readonly (string Attribute, PropertyTag Tag)[] s_texts =
    [
        ("givenName", PropertyTags.GivenName), ("sn", PropertyTags.Surname), ("initials", PropertyTags.Initials), ("title", PropertyTags.Title), ("department", PropertyTags.DepartmentName),
        ("company", PropertyTags.CompanyName), ("physicalDeliveryOfficeName", PropertyTags.OfficeLocation), ("telephoneNumber", PropertyTags.BusinessTelephoneNumber),
        ("homePhone", PropertyTags.HomeTelephoneNumber), ("mobile", PropertyTags.MobileTelephoneNumber), ("facsimileTelephoneNumber", PropertyTags.PrimaryFaxNumber),
        ("pager", PropertyTags.PagerTelephoneNumber), ("telephoneAssistant", PropertyTags.AssistantTelephoneNumber), ("otherPhone", PropertyTags.OtherTelephoneNumber),
        ("street", PropertyTags.StreetAddress), ("postOfficeBox", PropertyTags.PostOfficeBox), ("l", PropertyTags.Locality), ("st", PropertyTags.StateOrProvince),
        ("postalCode", PropertyTags.PostalCode), ("co", PropertyTags.Country), ("assistant", PropertyTags.Assistant), ("info", PropertyTags.Comment), ("wWWHomePage", PropertyTags.BusinessHomePage),
        ("phoneticDisplayName", PropertyTags.AddressBookPhoneticDisplayName), ("phoneticGivenName", PropertyTags.AddressBookPhoneticGivenName),
        ("phoneticSurname", PropertyTags.AddressBookPhoneticSurname), ("phoneticCompany", PropertyTags.AddressBookPhoneticCompanyName),
        ("phoneticDepartment", PropertyTags.AddressBookPhoneticDepartmentName), ("telexNumber", PropertyTags.TelexNumber), ("homePostalAddress", PropertyTags.HomeAddressStreet),
        ("custom.extensionAttribute1", PropertyTags.AddressBookExtensionAttribute1), ("custom.extensionAttribute2", PropertyTags.AddressBookExtensionAttribute2),
        ("custom.extensionAttribute3", PropertyTags.AddressBookExtensionAttribute3), ("custom.extensionAttribute4", PropertyTags.AddressBookExtensionAttribute4),
        ("custom.extensionAttribute5", PropertyTags.AddressBookExtensionAttribute5), ("custom.extensionAttribute6", PropertyTags.AddressBookExtensionAttribute6),
        ("custom.extensionAttribute7", PropertyTags.AddressBookExtensionAttribute7), ("custom.extensionAttribute8", PropertyTags.AddressBookExtensionAttribute8),
        ("custom.extensionAttribute9", PropertyTags.AddressBookExtensionAttribute9), ("custom.extensionAttribute10", PropertyTags.AddressBookExtensionAttribute10),
        ("custom.extensionAttribute11", PropertyTags.AddressBookExtensionAttribute11), ("custom.extensionAttribute12", PropertyTags.AddressBookExtensionAttribute12),
        ("custom.extensionAttribute13", PropertyTags.AddressBookExtensionAttribute13), ("custom.extensionAttribute14", PropertyTags.AddressBookExtensionAttribute14),
        ("custom.extensionAttribute15", PropertyTags.AddressBookExtensionAttribute15),
    ];

    [Fact]
    public async Task Every_attribute_stands_under_its_property()
    {
        await using var scene = await NspiScene.StartAsync();
        var user = scene.Server.User(3);
        await scene.Directory.UpdateAsync<Recipient>(user.Id, r => s_texts.Aggregate(r, (target, t) => DirectoryAttributes.With(target, t.Attribute, "of " + t.Attribute)));
        await scene.Directory.UpdateAsync<Recipient>(user.Id, r => DirectoryAttributes.With(r, "otherHomePhone", "+41 31 3"));
        using var client = await scene.BindAsync();
        var bag = await GetAsync(client, user);
        foreach (var (attribute, tag) in s_texts)
            bag.GetString(tag).ShouldBe("of " + attribute);
        bag.Get(PropertyTags.Home2TelephoneNumbers).AsArray<string>().ShouldBe(["+41 31 3"]);
        bag.GetString(PropertyTags.PrimaryTelephoneNumber).ShouldBe("of telephoneNumber");
    }

    [Fact]
    public async Task Objects_are_called_by_their_names()
    {
        await using var scene = await NspiScene.StartAsync();
        using var client = await scene.BindAsync();
        var emile = scene.Find("user2@example.com");
        var bag = await GetAsync(client, emile);
        bag.GetString(PropertyTags.Tag7BitDisplayName).ShouldBe("Emile Zola");
        bag.GetString(PropertyTags.MessageHandlingSystemCommonName).ShouldBe("Émile Zola");
        bag.GetString(PropertyTags.TransmittableDisplayName).ShouldBe("Émile Zola");
        bag.GetString(PropertyTags.AddressBookObjectDistinguishedName).ShouldBe(emile.LegacyExchangeDn);
        bag.GetBinary(PropertyTags.MappingSignature).ShouldBe(Convert.FromHexString("DCA740C8C042101AB4B908002B2FE182"));
        bag.GetInt32(PropertyTags.InitialDetailsPane).ShouldBe(0);
        bag.GetBoolean(PropertyTags.AddressBookIsMaster).ShouldBe(false);
        bag.GetInt32(PropertyTags.AddressBookDisplayTypeExtended).ShouldBe(0x40000000);
        bag.GetBinary(PropertyTags.Templateid).ShouldBe(bag.GetBinary(PropertyTags.EntryId));
        bag.GetBinary(PropertyTags.InstanceKey).ShouldBe(BitConverter.GetBytes(await NspiScene.NumberAsync(client, emile)));
        (await GetAsync(client, scene.Find("carl@example.org"))).GetString(PropertyTags.AddressBookTargetAddress).ShouldBe("SMTP:carl@example.org");
    }

    [Fact]
    public async Task A_group_tells_how_many_it_has_and_who_may_write_to_it()
    {
        await using var scene = await NspiScene.StartAsync();
        var team = (Group)scene.Find("team@example.com");
        await scene.Directory.UpdateAsync<Group>(team.Id, g => g with { Members = g.Members.Add(scene.Find("carl@example.org").Id), AllowedSenders = [scene.Server.User(1).Id, scene.Find("everybody@example.com").Id] });
        using var client = await scene.BindAsync();
        var bag = await GetAsync(client, team);
        bag.GetInt32(PropertyTags.AddressBookDistributionListMemberCount).ShouldBe(2);
        bag.GetInt32(PropertyTags.AddressBookDistributionListExternalMemberCount).ShouldBe(1);
        bag.GetInt32(PropertyTags.ContainerFlags).ShouldBe(0x09);
        bag.Get(PropertyTags.ContainerContents).Type.ShouldBe(PropertyType.Object);
        bag.Get(PropertyTags.AddressBookAuthorizedSenders).Type.ShouldBe(PropertyType.Object);
        bag.Get(PropertyTags.AddressBookDistributionListMemberSubmitAccepted).Type.ShouldBe(PropertyType.Object);
    }

    [Fact]
    public async Task A_room_tells_how_many_it_takes_and_an_owner_what_is_its_own()
    {
        await using var scene = await NspiScene.StartAsync();
        var room = scene.Find("room@example.com");
        await scene.Directory.UpdateAsync<Recipient>(room.Id, r => DirectoryAttributes.With(r, "info", "Third floor"));
        using var client = await scene.BindAsync();
        var bag = await GetAsync(client, room);
        bag.GetInt32(PropertyTags.AddressBookRoomCapacity).ShouldBe(12);
        bag.GetString(PropertyTags.AddressBookRoomDescription).ShouldBe("Third floor");
        bag.GetInt32(PropertyTags.DisplayTypeEx).ShouldBe(0x40000007);
        (await GetAsync(client, scene.Server.User(1))).Get(PropertyTags.AddressBookManageDistributionList).Type.ShouldBe(PropertyType.Object);
        (await GetAsync(client, scene.Server.User(2))).Get(PropertyTags.AddressBookManageDistributionList).IsAbsent.ShouldBeTrue();
    }

    [Fact]
    public async Task Certificates_stand_under_both_of_their_properties()
    {
        await using var scene = await NspiScene.StartAsync();
        var user = scene.Server.User(3);
        await scene.Directory.SetCertificatesAsync(user.Id, [[1, 2], [3]]);
        using var client = await scene.BindAsync();
        var bag = await GetAsync(client, user);
        bag.Get(PropertyTags.AddressBookX509Certificate).AsArray<byte[]>().ShouldBe([[1, 2], [3]]);
        bag.Get(PropertyTags.UserX509Certificate).AsArray<byte[]>().ShouldBe([[1, 2], [3]]);
    }

    private static async Task<PropertyBag> GetAsync(NspiClient client, Recipient recipient)
    {
        var number = await NspiScene.NumberAsync(client, recipient);
        var response = await client.CallAsync<NspiGetProps.Request, NspiGetProps.Response>("GetProps", new() { State = client.Stat with { CodePage = 1200, CurrentRec = number } });
        response.ErrorCode.ShouldBe(ErrorCode.Success);
        return new PropertyBag(response.PropertyValues!);
    }
}
