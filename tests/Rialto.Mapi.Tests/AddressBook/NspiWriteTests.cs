using Rialto.Directory;
using Rialto.Directory.AddressBook;
using Rialto.Mapi.AddressBook;
using Rialto.Mapi.Tests.Client;
using Rialto.Model;

namespace Rialto.Mapi.Tests.AddressBook;

/// <summary>[MS-OXNSPI] 3.1.4.1.14, 3.1.4.1.15: what users may change, and what they may not.</summary>
public sealed class NspiWriteTests
{
    [Fact]
    public async Task Ones_own_details_can_be_changed_others_and_titles_cannot()
    {
        await using var scene = await NspiScene.StartAsync();
        using var client = await scene.BindAsync(2);
        var own = scene.Find("user2@example.com");
        (await ModifyAsync(client, own, [PropertyTags.GivenName], PropertyValue.Of(PropertyTags.MobileTelephoneNumber, "+41 79"), PropertyValue.Of(PropertyTags.ThumbnailPhoto, [7]),
            PropertyValue.OfArray(PropertyTags.UserX509Certificate, new byte[][] { [8] }))).ShouldBe(ErrorCode.Success);
        own = scene.Find("user2@example.com");
        own.Details.MobilePhone.ShouldBe("+41 79");
        own.Details.GivenName.ShouldBeNull();
        (await scene.Directory.ReadPhotoAsync(own.Id)).ShouldBe([7]);
        (await scene.Directory.ReadCertificatesAsync(own.Id)).ShouldBe([[8]]);
        (await ModifyAsync(client, own, [], PropertyValue.Of(PropertyTags.Title, "Queen"))).ShouldBe(ErrorCode.AccessDenied);
        (await ModifyAsync(client, own, [], PropertyValue.Of(PropertyTags.DisplayName, "Administrator"))).ShouldBe(ErrorCode.AccessDenied);
        (await ModifyAsync(client, own, [], PropertyValue.Of(PropertyTags.SmtpAddress, "admin@example.com"))).ShouldBe(ErrorCode.AccessDenied);
        (await ModifyAsync(client, scene.Find("user1@example.com"), [], PropertyValue.Of(PropertyTags.MobileTelephoneNumber, "1"))).ShouldBe(ErrorCode.AccessDenied);
        // Nothing to do is no trespass.
        (await ModifyAsync(client, scene.Find("user1@example.com"), [PropertyTags.UserX509Certificate])).ShouldBe(ErrorCode.Success);
        (await ModifyAsync(client, scene.Find("carl@example.org"), [], PropertyValue.Of(PropertyTags.MobileTelephoneNumber, "1"))).ShouldBe(ErrorCode.InvalidObject);
        (await ModifyAsync(client, own, null)).ShouldBe(ErrorCode.InvalidParameter);
    }

    [Fact]
    public async Task An_administrator_changes_anybody()
    {
        await using var scene = await NspiScene.StartAsync();
        using var client = new NspiClient(new MapiHttpClient(scene.Server.Address, "admin@example.com", Testing.TestDirectory.Password));
        await client.BindAsync();
        (await ModifyAsync(client, scene.Find("user3@example.com"), [PropertyTags.DisplayName], PropertyValue.Of(PropertyTags.DisplayName, "Robert Brown"))).ShouldBe(ErrorCode.Success);
        scene.Find("user3@example.com").DisplayName.ShouldBe("Robert Brown");
    }

    [Fact]
    public async Task Owners_change_who_is_in_their_groups_and_nobody_else_does()
    {
        await using var scene = await NspiScene.StartAsync();
        using var owner = await scene.BindAsync(1);
        using var other = await scene.BindAsync(3);
        byte[] bob = [.. AddressBookEntryIds.Permanent(DisplayType.Forum, scene.Find("user3@example.com").LegacyExchangeDn)];
        (await LinkAsync(other, scene.Find("team@example.com"), PropertyTags.AddressBookMember, 0, bob)).ShouldBe(ErrorCode.AccessDenied);
        (await LinkAsync(owner, scene.Find("team@example.com"), PropertyTags.AddressBookMember, 0, bob)).ShouldBe(ErrorCode.Success);
        ((Group)scene.Find("team@example.com")).Members.Length.ShouldBe(2);
        (await LinkAsync(owner, scene.Find("team@example.com"), PropertyTags.AddressBookMember, 0, bob)).ShouldBe(ErrorCode.Success);
        ((Group)scene.Find("team@example.com")).Members.Length.ShouldBe(2);
        (await LinkAsync(owner, scene.Find("team@example.com"), PropertyTags.AddressBookMember, NspiFlags.Delete, bob)).ShouldBe(ErrorCode.Success);
        ((Group)scene.Find("team@example.com")).Members.ShouldBe([scene.Find("user2@example.com").Id]);
        (await LinkAsync(owner, scene.Find("team@example.com"), PropertyTags.AddressBookMember, 0, [1, 2, 3])).ShouldBe(ErrorCode.AccessDenied);
        (await LinkAsync(owner, scene.Find("everybody@example.com"), PropertyTags.AddressBookMember, 0, bob)).ShouldBe(ErrorCode.AccessDenied);
        (await LinkAsync(owner, scene.Find("team@example.com"), PropertyTags.AddressBookOwner, 0, bob)).ShouldBe(ErrorCode.AccessDenied);
        (await LinkAsync(owner, scene.Find("team@example.com"), PropertyTags.Title, 0, bob)).ShouldBe(ErrorCode.NotFound);
    }

    [Fact]
    public async Task Delegates_are_set_by_whose_mailbox_it_is()
    {
        await using var scene = await NspiScene.StartAsync();
        using var client = await scene.BindAsync(1);
        byte[] bob = [.. AddressBookEntryIds.Permanent(DisplayType.MailUser, scene.Find("user3@example.com").LegacyExchangeDn)];
        (await LinkAsync(client, scene.Find("user1@example.com"), PropertyTags.AddressBookPublicDelegates, 0, bob)).ShouldBe(ErrorCode.Success);
        ((Account)scene.Find("user1@example.com")).SendOnBehalf.ShouldBe([scene.Find("user3@example.com").Id]);
        (await LinkAsync(client, scene.Find("user2@example.com"), PropertyTags.AddressBookPublicDelegates, 0, bob)).ShouldBe(ErrorCode.AccessDenied);
    }

    private static async Task<ErrorCode> ModifyAsync(NspiClient client, Recipient recipient, PropertyTag[]? removed, params PropertyValue[] values)
    {
        var stat = client.Stat;
        stat.CurrentRec = await NspiScene.NumberAsync(client, recipient);
        return (await client.CallAsync<NspiModProps.Request, NspiModProps.Response>("ModProps", new() { State = stat, PropertyTags = removed, PropertyValues = values })).ErrorCode;
    }

    private static async Task<ErrorCode> LinkAsync(NspiClient client, Recipient recipient, PropertyTag property, uint flags, byte[] id)
    {
        var number = await NspiScene.NumberAsync(client, recipient);
        return (await client.CallAsync<NspiModLinkAtt.Request, NspiModLinkAtt.Response>(
            "ModLinkAtt", new() { Flags = flags, PropertyTag = property, MinimalId = number, EntryIds = [id] })).ErrorCode;
    }
}
