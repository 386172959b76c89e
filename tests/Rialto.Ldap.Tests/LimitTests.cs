using Rialto.Ldap.Wire;

namespace Rialto.Ldap.Tests;

/// <summary>What a connection can cost at most: its own request is refused, and others go on.</summary>
public sealed class LimitTests
{
    [Fact]
    public async Task A_search_that_takes_too_long_ends()
    {
        await using var server = await LdapFixture.StartAsync(o => o.TimeLimit = TimeSpan.Zero, users: 3_000);
        await using var client = await server.LogInAsync("user1");

        // No index knows descriptions: everybody is looked at.
        (await client.SearchAsync($"(|{string.Concat(Enumerable.Range(0, 200).Select(i => $"(description=*{i}*x*)"))})")).Code.ShouldBe(ResultCode.TimeLimitExceeded);
        (await client.SearchAsync("(objectClass=*)", "", SearchScope.Base)).Code.ShouldBe(ResultCode.Success);
    }

    [Fact]
    public async Task Who_does_not_read_is_not_written_to()
    {
        await using var server = await LdapFixture.StartAsync(users: 1_000);
        await using var silent = await server.LogInAsync();
        await using var other = await server.LogInAsync("user1");
        using var search = new BerWriter();
        LdapTestClient.WriteSearch(search, "(objectClass=*)", attributes: ["*", "+"]);
        var before = GC.GetTotalMemory(forceFullCollection: true);
        for (var i = 0; i < 60; i++) await silent.SendAsync(LdapTestClient.Message(100 + i, Tags.SearchRequest, search.Written.ToArray()));
        for (var i = 0; i < 50; i++) (await other.SearchAsync("(mail=user7@example.com)")).Entries.Count.ShouldBe(1);

        // 60 times a megabyte and more was asked for.
        (GC.GetTotalMemory(forceFullCollection: true) - before).ShouldBeLessThan(40_000_000);
        for (var i = 0; i < 60; i++) (await silent.ReceiveAsync())!.Entries.Count.ShouldBeGreaterThan(1_000);
    }

    [Fact]
    public async Task Open_pages_are_few_and_the_oldest_goes()
    {
        await using var server = await LdapFixture.StartAsync(o => o.MaxOpenSearches = 2, users: 20);
        await using var client = await server.LogInAsync();
        var cookies = new List<byte[]>();
        for (var i = 0; i < 3; i++)
        {
            var page = await client.SearchAsync("(objectClass=person)", controls: ControlTests.Paged(5, []));
            cookies.Add(Search.RequestControls.ReadPaged(page.Control(Search.RequestControls.Paged)!.Value.Value).Cookie);
        }

        (await client.SearchAsync("(objectClass=person)", controls: ControlTests.Paged(5, cookies[0]))).Code.ShouldBe(ResultCode.UnwillingToPerform);
        (await client.SearchAsync("(objectClass=person)", controls: ControlTests.Paged(5, cookies[2]))).Entries.Count.ShouldBe(5);
    }
}
