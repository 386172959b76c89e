namespace Rialto.Mapi.Tests.Fixtures;

/// <summary>One server for the tests of a class.</summary>
public sealed class MapiServerFixture : IAsyncLifetime
{
    public MapiServer Server { get; private set; } = null!;

    public async Task InitializeAsync() => Server = await MapiServer.StartAsync();

    public async Task DisposeAsync() => await Server.DisposeAsync();
}
