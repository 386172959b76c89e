using Rialto.Ldap.Search;
using Rialto.Ldap.Wire;

namespace Rialto.Ldap.Tests;

/// <summary>[MS-OXDISCO] 3.1.5.1: clients ask the directory where Autodiscover is.</summary>
public sealed class ServiceConnectionPointTests
{
    /// <summary>As the managed API for Exchange's web services and Outlook send it.</summary>
    private const string Filter =
        "(&(objectClass=serviceConnectionPoint)(|(keywords=67661d7F-8FC4-4fa7-BFAC-E1D7794C1F68)(keywords=77378F46-2C66-4aa9-A6A6-3E7A48B19596)))";

    [Fact]
    public async Task A_client_finds_the_url_by_way_of_the_root_entry()
    {
        await using var server = await LdapFixture.StartAsync();
        await using var client = await server.LogInAsync("user1@example.com");
        var root = (await client.SearchAsync("(objectClass=*)", "", SearchScope.Base, ["configurationNamingContext"])).Entries.ShouldHaveSingleItem();
        root["configurationNamingContext"].ShouldBe(["cn=configuration,dc=example,dc=com"]);
        var reply = await client.SearchAsync(Filter, root["configurationNamingContext"][0], attributes: ["keywords", "serviceBindingInformation"]);
        reply.Code.ShouldBe(ResultCode.Success);
        var point = reply.Entries.ShouldHaveSingleItem();
        point.Dn.ShouldBe("cn=mail.example.com,cn=configuration,dc=example,dc=com");
        point["keywords"].ShouldBe(["77378F46-2C66-4aa9-A6A6-3E7A48B19596", "Site=Default-First-Site-Name"]);
        point["serviceBindingInformation"].ShouldBe(["https://mail.example.com/autodiscover/autodiscover.xml"]);
        point.Attributes.Count.ShouldBe(2);
    }

    [Fact]
    public async Task Each_scope_has_its_entries_and_pages_end_with_the_first()
    {
        await using var server = await LdapFixture.StartAsync();
        await using var client = await server.LogInAsync();
        const string Root = "CN=Configuration,DC=example,DC=com";
        const string Point = "cn=Mail.Example.Com,cn=configuration,dc=example,dc=com";
        await Finds(Root, SearchScope.Base, "configuration");
        await Finds(Root, SearchScope.One, "mail.example.com");
        await Finds(Root, SearchScope.Sub, "configuration", "mail.example.com");
        await Finds(Root, SearchScope.Subordinate, "mail.example.com");
        await Finds(Point, SearchScope.Base, "mail.example.com");
        await Finds(Point, SearchScope.One);
        var paged = await client.SearchAsync(Filter, Root, controls: w => RequestControls.Write(w, RequestControls.Paged, v =>
        {
            var value = v.Begin(Tags.Sequence);
            v.WriteInteger(1000);
            v.WriteOctets([]);
            v.End(value);
        }));
        paged.Entries.Count.ShouldBe(1);
        RequestControls.ReadPaged(paged.Control(RequestControls.Paged).ShouldNotBeNull().Value).Cookie.ShouldBeEmpty();

        async Task Finds(string from, SearchScope scope, params string[] names)
        {
            var reply = await client.SearchAsync("(objectClass=*)", from, scope, ["cn"]);
            reply.Code.ShouldBe(ResultCode.Success);
            reply.Entries.Select(e => e["cn"][0]).ShouldBe(names);
        }
    }

    [Fact]
    public async Task What_is_not_there_is_not_there()
    {
        await using var server = await LdapFixture.StartAsync();
        await using var client = await server.LogInAsync();
        (await client.SearchAsync(Filter, "cn=other,cn=configuration,dc=example,dc=com")).Code.ShouldBe(ResultCode.NoSuchObject);
        (await client.SearchAsync(Filter, "cn=a,cn=b,cn=configuration,dc=example,dc=com")).Code.ShouldBe(ResultCode.NoSuchObject);
        (await client.SearchAsync(Filter)).Entries.ShouldBeEmpty("people's part of the tree has none");
        (await client.DeleteAsync("cn=mail.example.com,cn=configuration,dc=example,dc=com")).Code.ShouldNotBe(ResultCode.Success);
        (await client.AddAsync("cn=x,cn=configuration,dc=example,dc=com", ("objectClass", ["person"]), ("cn", ["x"]), ("sn", ["x"]))).Code.ShouldNotBe(ResultCode.Success);
    }

    [Fact]
    public async Task Without_a_log_in_nobody_is_told()
    {
        await using var server = await LdapFixture.StartAsync();
        await using var client = await server.ConnectAsync();
        (await client.SearchAsync(Filter, "cn=configuration,dc=example,dc=com")).Code.ShouldBe(ResultCode.InsufficientAccessRights);
    }
}
