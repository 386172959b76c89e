using Rialto.Directory;
using Rialto.Directory.AddressBook;
using Rialto.Mapi.AddressBook;
using Rialto.Mapi.Tests.Client;
using Rialto.Model;

namespace Rialto.Mapi.Tests.AddressBook;

/// <summary>[MS-OXNSPI] 3.1.4.1.6, 3.1.4.1.7, 3.1.4.3: values of objects and their types; [MS-OXOABK] 2.2.</summary>
public sealed class NspiPropertyTests
{
    [Fact]
    public async Task An_object_tells_what_it_is_and_what_it_has()
    {
        await using var scene = await NspiScene.StartAsync();
        var anna = scene.Find("user1@example.com");
        await scene.Directory.SetPhotoAsync(anna.Id, [1, 2, 3]);
        await scene.Directory.SetCertificatesAsync(anna.Id, [[4, 5], [6]]);
        using var client = await scene.BindAsync(2);
        var bag = new PropertyBag((await GetAsync(client, anna, null)).PropertyValues!);
        bag.GetString(PropertyTags.SmtpAddress).ShouldBe("user1@example.com");
        bag.GetString(PropertyTags.EmailAddress).ShouldBe(anna.LegacyExchangeDn);
        bag.GetString(PropertyTags.AddressType).ShouldBe("EX");
        bag.GetInt32(PropertyTags.ObjectType).ShouldBe(6);
        bag.GetInt32(PropertyTags.DisplayTypeEx).ShouldBe(0x40000000);
        bag.GetBinary(PropertyTags.ThumbnailPhoto).ShouldBe([1, 2, 3]);
        bag.Get(PropertyTags.UserX509Certificate).AsArray<byte[]>().ShouldBe([[4, 5], [6]]);
        bag.Get(PropertyTags.Business2TelephoneNumbers).AsArray<string>().ShouldBe(["+41 31 2"]);
        bag.GetBinary(PropertyTags.EntryId).ShouldBe(new AddressBookEntryId(AddressBookEntryType.LocalMailUser, anna.LegacyExchangeDn).ToArray());
        bag.Get(PropertyTags.AddressBookReports).Type.ShouldBe(PropertyType.Object);
        bag.TryGet(PropertyIds.Locality, out _).ShouldBeFalse();
    }

    [Fact]
    public async Task Ephemeral_ids_carry_the_number_and_the_servers_guid()
    {
        await using var scene = await NspiScene.StartAsync();
        using var client = new NspiClient(scene.Server.Client());
        var guid = (await client.BindAsync()).ServerGuid;
        var team = scene.Find("team@example.com");
        var number = await NspiScene.NumberAsync(client, team);
        var id = (await GetAsync(client, team, [PropertyTags.EntryId], NspiFlags.EphemeralIds)).PropertyValues![0].AsBinary();
        id.Length.ShouldBe(32);
        id[..4].ShouldBe([0x87, 0, 0, 0]);
        new Guid(id.AsSpan(4, 16)).ShouldBe(guid);
        BitConverter.ToUInt32(id, 20).ShouldBe(1u);
        BitConverter.ToUInt32(id, 24).ShouldBe(1u);
        BitConverter.ToUInt32(id, 28).ShouldBe(number);
    }

    [Fact]
    public async Task Missing_values_and_types_that_do_not_fit_are_errors_in_their_place()
    {
        await using var scene = await NspiScene.StartAsync();
        using var client = await scene.BindAsync();
        var response = await GetAsync(client, scene.Find("user1@example.com"),
        [
            PropertyTags.Locality, PropertyTags.DisplayName.WithType(PropertyType.Integer32), new PropertyTag(PropertyIds.Title, PropertyType.Unspecified), PropertyTags.Title, PropertyTags.Title,
            PropertyTags.Business2TelephoneNumbers.WithType(PropertyType.String),
        ]);
        response.ErrorCode.ShouldBe(ErrorCode.ErrorsReturned);
        response.PropertyValues!.Select(v => v.Tag.Type).ShouldBe([PropertyType.ErrorCode, PropertyType.ErrorCode, PropertyType.String8, PropertyType.String, PropertyType.String, PropertyType.String]);
        response.PropertyValues![0].AsError().ShouldBe(ErrorCode.NotFound);
        response.PropertyValues![5].AsString().ShouldBe("+41 31 2");
        (await GetAsync(client, scene.Find("user1@example.com"), Enumerable.Repeat(PropertyTags.Title, 501).ToArray())).ErrorCode.ShouldBe(ErrorCode.TableTooBig);
    }

    [Fact]
    public async Task Eight_bit_strings_come_in_the_clients_code_page_or_without_what_it_lacks()
    {
        await using var scene = await NspiScene.StartAsync();
        await scene.Directory.UpdateAsync<Account>(scene.Server.User(3).Id, a => a with { DisplayName = "Боб" });
        using var client = await scene.BindAsync();
        var name = PropertyTags.DisplayName.WithType(PropertyType.String8);
        (await GetAsync(client, scene.Find("user2@example.com"), [name])).PropertyValues![0].AsString().ShouldBe("Émile Zola");
        (await GetAsync(client, scene.Find("user3@example.com"), [name])).PropertyValues![0].AsString().ShouldBe("user3");
        client.Stat.CodePage = 1251;
        (await GetAsync(client, scene.Find("user3@example.com"), [name])).PropertyValues![0].AsString().ShouldBe("Боб");
        (await GetAsync(client, scene.Find("user2@example.com"), [name])).PropertyValues![0].AsString().ShouldBe("Emile Zola");
    }

    [Fact]
    public async Task Columns_and_lists_of_properties_say_strings_as_they_are_wanted()
    {
        await using var scene = await NspiScene.StartAsync();
        using var client = await scene.BindAsync();
        var columns = (await client.CallAsync<NspiQueryColumns.Request, NspiQueryColumns.Response>("QueryColumns", new() { MapiFlags = NspiFlags.UnicodePropertyTypes })).Columns!;
        columns.Length.ShouldBe(PropertyMap.All.Length);
        columns.ShouldContain(PropertyTags.DisplayName);
        var number = await NspiScene.NumberAsync(client, scene.Find("team@example.com"));
        var listed = (await client.CallAsync<NspiGetPropList.Request, NspiGetPropList.Response>("GetPropList", new() { MinimalId = number, CodePage = 1252 })).PropertyTags!;
        listed.ShouldContain(PropertyTags.AddressBookMember);
        listed.ShouldContain(PropertyTags.DisplayName.WithType(PropertyType.String8));
        listed = (await client.CallAsync<NspiGetPropList.Request, NspiGetPropList.Response>("GetPropList", new() { Flags = NspiFlags.SkipObjects, MinimalId = number, CodePage = 1200 })).PropertyTags!;
        listed.ShouldNotContain(t => t.Type == PropertyType.Object);
        (await client.CallAsync<NspiGetPropList.Request, NspiGetPropList.Response>("GetPropList", new() { MinimalId = number, CodePage = 3 })).ErrorCode.ShouldBe(ErrorCode.InvalidCodepage);
        (await client.CallAsync<NspiGetPropList.Request, NspiGetPropList.Response>("GetPropList", new() { MinimalId = 0x7FFF, CodePage = 1252 })).ErrorCode.ShouldBe(ErrorCode.GeneralFailure);
    }

    [Fact]
    public void Names_and_numbers_of_properties_are_those_of_PS_MAPI()
    {
        NspiPropertyNames.FromIds(PropertySets.Mapi, null, out _, out _).ShouldBe(ErrorCode.NotSupported);
        NspiPropertyNames.FromIds(null, [PropertyTags.Title, PropertyTags.Body], out _, out var names).ShouldBe(ErrorCode.Success);
        names.ShouldBe([new(PropertySets.Mapi, PropertyTags.Title.Value), default]);
        NspiPropertyNames.ToIds(0, names, out var tags).ShouldBe(ErrorCode.ErrorsReturned);
        tags.ShouldBe([PropertyTags.Title.WithType(PropertyType.Unspecified), new PropertyTag(0x0000000A)]);
        NspiPropertyNames.ToIds(NspiFlags.VerifyNames, names, out tags).ShouldBe(ErrorCode.AccessDenied);
        tags.ShouldBeNull();
    }

    private static async Task<NspiGetProps.Response> GetAsync(NspiClient client, Recipient recipient, PropertyTag[]? tags, uint flags = 0)
    {
        var stat = client.Stat;
        stat.CurrentRec = await NspiScene.NumberAsync(client, recipient);
        return await client.CallAsync<NspiGetProps.Request, NspiGetProps.Response>("GetProps", new() { Flags = flags, State = stat, PropertyTags = tags });
    }
}
