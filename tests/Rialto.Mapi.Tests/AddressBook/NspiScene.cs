using Rialto.Directory;
using Rialto.Mapi.AddressBook;
using Rialto.Mapi.Tests.Client;
using Rialto.Mapi.Tests.Fixtures;
using Rialto.Model;

namespace Rialto.Mapi.Tests.AddressBook;

/// <summary>A server whose directory has people, groups, a room, a contact and a public folder, and clients of its address book.</summary>
internal sealed class NspiScene : IAsyncDisposable
{
    private NspiScene(MapiServer server) => Server = server;

    public MapiServer Server { get; }

    public DirectoryService Directory => Server.Directory.Service;

    /// <summary>user1 is Anna Ahrens, manager of user2 Émile Zola and of user3 Bob Brown; "Team" belongs to user1 and has user2.</summary>
    public static async Task<NspiScene> StartAsync(Action<MapiOptions>? configure = null)
    {
        var scene = new NspiScene(await MapiServer.StartAsync(configure));
        var directory = scene.Directory;
        var one = scene.Server.User(1);
        await directory.UpdateAsync<Account>(one.Id, a => a with
        {
            DisplayName = "Anna Ahrens", Details = new() { GivenName = "Anna", Surname = "Ahrens", Department = "Sales", Title = "Head", BusinessPhone = "+41 31 1", BusinessPhone2 = "+41 31 2" },
        });
        await directory.UpdateAsync<Account>(scene.Server.User(2).Id, a => a with
        {
            DisplayName = "Émile Zola", Details = new() { GivenName = "Émile", Surname = "Zola", ManagerId = one.Id, PhoneticDisplayName = "aemil" },
        });
        await directory.UpdateAsync<Account>(scene.Server.User(3).Id, a => a with { DisplayName = "Bob Brown", Details = new() { GivenName = "Bob", Surname = "Brown", ManagerId = one.Id } });
        await directory.AddAsync(new Group { PrimaryAddress = "team@example.com", DisplayName = "Team", Members = [scene.Server.User(2).Id], Owners = [one.Id] });
        await directory.AddAsync(new Group { PrimaryAddress = "everybody@example.com", DisplayName = "Everybody", Filter = "(kind=account)" });
        await directory.AddAsync(new Room { PrimaryAddress = "room@example.com", DisplayName = "Meeting Room", Capacity = 12 });
        await directory.AddAsync(new ExternalContact { PrimaryAddress = "carl@example.org", DisplayName = "Carl Contact" });
        await directory.AddAsync(new Account { PrimaryAddress = "ghost@example.com", DisplayName = "Ghost", HiddenFromAddressLists = true });
        return scene;
    }

    /// <summary>A client that has a session.</summary>
    public async Task<NspiClient> BindAsync(int user = 1)
    {
        var client = new NspiClient(Server.Client(user));
        (await client.BindAsync()).ErrorCode.ShouldBe(ErrorCode.Success);
        return client;
    }

    public Recipient Find(string address) => Server.Directory.Current.FindByAddress(address)!;

    /// <summary>The number of somebody.</summary>
    public static async Task<uint> NumberAsync(NspiClient client, Recipient recipient)
    {
        var response = await client.CallAsync<NspiDnToMinId.Request, NspiDnToMinId.Response>("DnToMinId", new() { Names = [recipient.LegacyExchangeDn] });
        return response.MinimalIds!.Single();
    }

    public ValueTask DisposeAsync() => Server.DisposeAsync();
}
