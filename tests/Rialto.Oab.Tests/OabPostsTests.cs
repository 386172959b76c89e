using Microsoft.Extensions.Logging.Abstractions;
using Rialto.Directory;
using Rialto.Directory.AddressBook;
using Rialto.Model;
using Rialto.Oab.Build;
using Rialto.Oab.PublicFolder;
using Rialto.Oab.Wire;
using Rialto.Store;
using Rialto.Store.Conformance;
using Rialto.Store.Engine;
using Rialto.Testing;

namespace Rialto.Oab.Tests;

/// <summary>[MS-OXPFOAB]: books as messages of the public store.</summary>
public sealed class OabPostsTests : IAsyncLifetime
{
    private readonly TempDirectory files = new();
    private readonly OabOptions options = new() { EarlierVersions = true };
    private TestDirectory directory = null!;
    private AddressBookService addressBook = null!;
    private StoreEngine engine = null!;
    private OabService service = null!;
    private MailboxSession session = null!;

    public async Task InitializeAsync()
    {
        directory = await TestDirectory.CreateAsync(30);
        addressBook = new(directory.Service);
        engine = new StoreEngine(new MemoryBackend(), new PlainConverter(), new StoreOptions(), TimeProvider.System);
        var store = await directory.Service.AddAsync(new PublicStore { Alias = "public", PrimaryAddress = "public@example.com", DisplayName = "Public Folders", HiddenFromAddressLists = true }, null, default);
        await engine.CreatePublicStoreAsync(store.MailboxGuid, SpecialFolders.SiteNames(LegacyDn.Base("Example")), default);
        service = new(files.Path, directory.Service, addressBook, options, TimeProvider.System, NullLogger<OabService>.Instance)
        {
            Published = new OabPosts(engine, directory.Service, options, TimeProvider.System, NullLogger<OabPosts>.Instance).PostAsync,
        };
        (await engine.OpenAsync(store.MailboxGuid, Principal.System, default)).TryGet(out var opened).ShouldBeTrue();
        session = opened!;
    }

    public async Task DisposeAsync()
    {
        session.Dispose();
        await service.DisposeAsync();
        await engine.DisposeAsync();
        addressBook.Dispose();
        await directory.DisposeAsync();
        files.Dispose();
    }

    [Fact]
    public async Task A_generation_is_a_full_message_and_the_difference_another()
    {
        await BuildAsync();
        var first = (await MessagesAsync(OabPosts.Version4)).ShouldHaveSingleItem();
        Number(first, PropertyTags.OfflineAddressBookMessageClass).ShouldBe(1);
        Number(first, PropertyTags.OfflineAddressBookSequence).ShouldBe(1);
        Number(first, PropertyTags.SortLocaleId).ShouldBe(0x409);
        Number(first, PropertyTags.MessageCodepage).ShouldBe(1252);
        Text(first, PropertyTags.OfflineAddressBookName).ShouldBe("\\Global Address List");
        Text(first, PropertyTags.OfflineAddressBookDistinguishedName).ShouldBe("/");
        var list = service.Library.Find(service.DefaultBook!.Value)!.State.Lists[0];
        Text(first, PropertyTags.OfflineAddressBookContainerGuid).ShouldBe(list.Id.ToString("D"));
        first.Attachments.Select(Name).ShouldBe(["data.oab", "lng409.oab", "mac409.oab"]);
        using var raw = new MemoryStream();
        LzxFile.Unpack(new MemoryStream(Data(first.Attachments[0])), raw).ShouldBe(OabFileError.None);
        raw.Length.ShouldBe(list.Full.UncompressedSize);

        await AddAsync("more");
        await BuildAsync();
        var messages = await MessagesAsync(OabPosts.Version4);
        messages.Select(m => (Number(m, PropertyTags.OfflineAddressBookMessageClass), Number(m, PropertyTags.OfflineAddressBookSequence))).ShouldBe([(1, 2), (2, 2)], ignoreOrder: true);
        var difference = messages.Single(m => Number(m, PropertyTags.OfflineAddressBookMessageClass) == 2);
        difference.Attachments.Select(Name).ShouldBe(["binpatch.oab"]);
        using var now = new MemoryStream();
        raw.Position = 0;
        PatchFile.Apply(raw, new MemoryStream(Data(difference.Attachments[0])), now).ShouldBe(OabFileError.None);
    }

    [Theory]
    [InlineData(OabPosts.Version2, 0x0A)]
    [InlineData(OabPosts.Version3, 0x0E)]
    public async Task Earlier_versions_are_full_messages(string folder, int version)
    {
        await BuildAsync();
        await AddAsync("more");
        await BuildAsync();
        var message = (await MessagesAsync(folder)).ShouldHaveSingleItem();
        Number(message, PropertyTags.OfflineAddressBookSequence).ShouldBe(2);
        message.Attachments.Select(Name).ShouldBe(["browse2.oab", "rdndex2.oab", "anrdex.oab", "lng409.oab", "mac409.oab"]);
        MsZipFile.Unpack(Data(message.Attachments[0]), out var browse).ShouldBe(OabFileError.None);
        ((int)browse[0], BitConverter.ToInt32(browse, 8)).ShouldBe((version, 32));
    }

    [Fact]
    public async Task Users_read_the_messages_and_cannot_change_them()
    {
        await BuildAsync();
        var user = directory.Account("user1@example.com");
        var principal = (await directory.Authenticator.AuthenticateAsync("user1@example.com", TestDirectory.Password, null, "test", default)).Principal.ShouldNotBeNull();
        var rights = session.RightsOf(principal, Folder(OabPosts.Version4));
        rights.ShouldBe(FolderRights.ReadAny | FolderRights.FolderVisible);
        user.ShouldNotBeNull();
    }

    private Task BuildAsync() => service.BuildAsync(service.Books()[0], OabBuild.IfChanged, default);

    private Task AddAsync(string alias) => directory.Service.AddAsync(new Account { PrimaryAddress = $"{alias}@example.com", DisplayName = alias }, null, default);

    private FolderId Folder(string name) => session.Folders.Child(SpecialFolders.IdOf(SpecialFolder.SiteOfflineAddressBook), name).ShouldNotBeNull().Id;

    private async Task<List<PropertyMessage>> MessagesAsync(string folder)
    {
        (await session.ListAsync(Folder(folder), static _ => true, default)).TryGet(out var entries).ShouldBeTrue();
        var messages = new List<PropertyMessage>();
        foreach (var entry in entries!)
        {
            (await session.OpenPropertiesAsync(Folder(folder), entry.Id, default)).TryGet(out var message).ShouldBeTrue();
            messages.Add(message!);
        }
        return messages;
    }

    private static int Number(PropertyMessage message, PropertyTag tag) => message.Properties.Get(tag).AsInt32();

    private static string Text(PropertyMessage message, PropertyTag tag) => message.Properties.Get(tag).AsString();

    private static string Name(PropertyAttachment attachment) => attachment.Properties.Get(PropertyTags.AttachFilename).AsString();

    private static byte[] Data(PropertyAttachment attachment) => attachment.Held().Properties.Get(PropertyTags.AttachDataBinary).AsBinary();
}
