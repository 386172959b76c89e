using Rialto.Directory;
using Rialto.Ldap.Search;
using Rialto.Ldap.Wire;

namespace Rialto.Ldap.Tests;

public sealed class SearchOperationTests
{
    [Fact]
    public async Task Every_kind_of_filter_finds_what_it_says()
    {
        await using var server = await PeopleAsync();
        await using var client = await server.LogInAsync();
        await Finds("(uid=anna)", "Anna Meier");
        await Finds("(CN=anna meier)", "Anna Meier");
        await Finds("(mail=*@example.com)", "Administrator", "Anna Meier", "Bert Huber", "Sales", "User 1", "User 2", "User 3");
        await Finds("(sn=M*)", "Anna Meier");
        await Finds("(sn=*ei*r)", "Anna Meier");
        await Finds("(cn=a*e*r)", "Anna Meier");
        await Finds("(&(objectClass=person)(!(cn=User*)))", "Administrator", "Anna Meier", "Bert Huber", "Zoë Outside");
        await Finds("(|(title=Boss)(title=Clerk))", "Anna Meier", "Bert Huber");
        await Finds("(title>=c)", "Bert Huber");
        await Finds("(title<=boss)", "Anna Meier");
        await Finds("(title=*)", "Anna Meier", "Bert Huber");
        await Finds("(title~=BOSS)", "Anna Meier");
        await Finds("(&)", "Administrator", "Anna Meier", "Bert Huber", "Sales", "User 1", "User 2", "User 3", "Zoë Outside");
        await Finds("(|)");
        await Finds("(nonsense=x)");
        await Finds("(!(nonsense=x))", "Administrator", "Anna Meier", "Bert Huber", "Sales", "User 1", "User 2", "User 3", "Zoë Outside");
        await Finds("(telephoneNumber=*30-12*)", "Anna Meier");
        await Finds("(proxyAddresses=smtp:ANNI@example.com)", "Anna Meier");
        await Finds("(proxyAddresses=smtp:ann*)", "Anna Meier");
        await Finds("(userPrincipalName=bert@example.com)", "Bert Huber");
        await Finds("(sAMAccountName=bert)", "Bert Huber");
        await Finds("(objectCategory=group)", "Sales");
        await Finds("(member=uid=anna,ou=people,dc=example,dc=com)", "Sales");
        await Finds("(memberOf=uid=sales,ou=groups,dc=example,dc=com)", "Anna Meier");
        await Finds("(memberOf:1.2.840.113556.1.4.1941:=uid=sales,ou=groups,dc=example,dc=com)", "Anna Meier");
        await Finds("(userAccountControl:1.2.840.113556.1.4.803:=2)", "Bert Huber");
        await Finds("(ou:dn:=contacts)", "Zoë Outside");
        await Finds("(cn:2.5.13.2:=ZOE OUTSIDE)", "Zoë Outside");
        await Finds("(cn:1.2.3.4:=x)");
        await Finds("(manager=uid=bert,ou=people,dc=example,dc=com)", "Anna Meier");
        await Finds("(employeeNumber=17)", "Anna Meier");
        await Finds("(roomColour=blue)", "Bert Huber");
        var id = server.Directory.Account("anna@example.com").Id;
        await Finds($"(entryUUID={id})", "Anna Meier");
        await Finds($"(objectGUID={string.Concat(id.ToByteArray().Select(b => $"\\{b:x2}"))})", "Anna Meier");

        async Task Finds(string filter, params string[] names)
        {
            var reply = await client.SearchAsync($"(&(|(objectClass=person)(objectClass=group)){filter})", attributes: ["cn"]);
            reply.Code.ShouldBe(ResultCode.Success, filter);
            reply.Entries.Select(e => e["cn"][0]).ShouldBe(names, ignoreOrder: true, filter);
        }
    }

    /// <summary>As Thunderbird, Evolution, Apple's and Microsoft's address books and AD-aware programs send them.</summary>
    [Theory]
    [InlineData("(|(displayname=*Mei*)(mail=*Mei*)(cn=*Mei*)(sn=*Mei*)(givenname=*Mei*))")]
    [InlineData("(&(objectclass=*)(|(cn=*Mei*)(givenName=*Mei*)(sn=*Mei*)(mail=*Mei*)))")]
    [InlineData("(|(cn=*Mei*)(&(sn=Mei*)))")]
    [InlineData("(&(mail=*)(|(mail=Mei*)(|(cn=Mei*)(|(sn=Mei*)(givenName=Mei*)))))")]
    [InlineData("(&(objectCategory=person)(objectClass=user)(anr=Mei))")]
    [InlineData("(&(mailnickname=*)(|(&(objectCategory=person)(objectClass=user)(!(homeMDB=*))(!(msExchHomeServerName=*)))(objectCategory=person)(objectCategory=group))(anr=mei))")]
    [InlineData("(anr=ann mei)")]
    [InlineData("(anr==Anna Meier)")]
    public async Task Clients_find_people_as_they_ask(string filter)
    {
        await using var server = await PeopleAsync();
        await using var client = await server.LogInAsync("user1@example.com");
        (await client.SearchAsync(filter, attributes: ["cn"])).Dns.ShouldBe(["uid=anna,ou=people,dc=example,dc=com"]);
    }

    [Fact]
    public async Task Scopes_and_bases()
    {
        await using var server = await PeopleAsync();
        await using var client = await server.LogInAsync();
        (await client.SearchAsync("(objectClass=*)", scope: SearchScope.Base)).Dns.ShouldBe(["dc=example,dc=com"]);
        (await client.SearchAsync("(objectClass=*)", scope: SearchScope.One)).Dns.Count().ShouldBe(5);
        (await client.SearchAsync("(objectClass=*)", "OU=Contacts, DC=example, DC=com", SearchScope.One, ["1.1"])).Dns.ShouldBe(["uid=zoe,ou=contacts,dc=example,dc=com"]);
        (await client.SearchAsync("(cn=anna meier)", "", SearchScope.Sub, ["1.1"])).Dns.ShouldBe(["uid=anna,ou=people,dc=example,dc=com"]);
        (await client.SearchAsync("(objectClass=*)", "uid=anna,ou=people,dc=example,dc=com", SearchScope.Base, ["sn"])).Entries.Single()["sn"].ShouldBe(["Meier"]);
        var missing = await client.SearchAsync("(objectClass=*)", "uid=nobody,ou=people,dc=example,dc=com");
        (missing.Code, missing.MatchedDn).ShouldBe((ResultCode.NoSuchObject, "ou=people,dc=example,dc=com"));
        (await client.SearchAsync("(objectClass=*)", "dc=nowhere")).Code.ShouldBe(ResultCode.NoSuchObject);
        (await client.SearchAsync("(objectClass=*)", "no name")).Code.ShouldBe(ResultCode.InvalidDnSyntax);
    }

    [Fact]
    public async Task Attributes_come_as_asked_for()
    {
        await using var server = await PeopleAsync();
        await using var client = await server.LogInAsync();
        await server.Directory.Service.SetPhotoAsync(server.Directory.Account("anna@example.com").Id, [1, 2, 3]);
        await server.Directory.Service.SetCertificatesAsync(server.Directory.Account("anna@example.com").Id, [[4, 5]]);
        var all = (await client.SearchAsync("(uid=anna)", attributes: ["*", "+"])).Entries.Single();
        all["proxyAddresses"].ShouldBe(["SMTP:anna@example.com", "smtp:anni@example.com"]);
        all["objectClass"].ShouldContain("inetOrgPerson");
        all["memberOf"].ShouldBe(["uid=sales,ou=groups,dc=example,dc=com"]);
        all["manager"].ShouldBe(["uid=bert,ou=people,dc=example,dc=com"]);
        all.Attributes["jpegPhoto"].ShouldBe([[1, 2, 3]]);
        all.Attributes["userCertificate;binary"].ShouldBe([[4, 5]]);
        all.Attributes.Keys.ShouldNotContain("userPassword");
        (await client.SearchAsync("(uid=anna)")).Entries.Single().Attributes.Keys.ShouldNotContain("memberOf");
        (await client.SearchAsync("(uid=anna)", attributes: ["surname", "NoSuch"])).Entries.Single().Attributes.Keys.ShouldBe(["surname"]);
        (await client.SearchAsync("(uid=bert)", attributes: ["directReports"])).Entries.Single()["directReports"].ShouldBe(["uid=anna,ou=people,dc=example,dc=com"]);
    }

    [Fact]
    public async Task Root_and_schema_are_read_by_anybody_and_nothing_else()
    {
        await using var server = await PeopleAsync();
        await using var client = await server.ConnectAsync();
        var root = (await client.SearchAsync("(objectClass=*)", "", SearchScope.Base)).Entries.Single();
        root["namingContexts"].ShouldBe(["dc=example,dc=com"]);
        root["supportedControl"].ShouldContain(RequestControls.Paged);
        var schema = (await client.SearchAsync("(objectClass=subschema)", root["subschemaSubentry"][0], SearchScope.Base, ["attributeTypes", "objectClasses"])).Entries.Single();
        schema["attributeTypes"].ShouldContain(t => t.Contains("'proxyAddresses'", StringComparison.Ordinal));
        schema["objectClasses"].ShouldContain(t => t.Contains("'inetOrgPerson'", StringComparison.Ordinal));
        (await client.SearchAsync("(objectClass=*)")).Code.ShouldBe(ResultCode.InsufficientAccessRights);
        server.Options.Anonymous = AnonymousAccess.AddressBook;
        (await client.SearchAsync("(uid=anna)")).Dns.Count().ShouldBe(1);
    }

    [Fact]
    public async Task Hidden_people_and_members_are_for_administrators()
    {
        await using var server = await PeopleAsync();
        await server.Directory.Service.UpdateAsync<Account>(server.Directory.Account("bert@example.com").Id, a => a with { HiddenFromAddressLists = true });
        await server.Directory.Service.UpdateAsync<Group>(server.Directory.Current.FindByAlias("sales")!.Id, g => g with { HideMembership = true });
        await using var admin = await server.LogInAsync();
        await using var user = await server.LogInAsync("user1");
        (await admin.SearchAsync("(uid=bert)")).Entries.Count.ShouldBe(1);
        (await user.SearchAsync("(uid=bert)")).Entries.ShouldBeEmpty();
        (await user.SearchAsync("(objectClass=*)", "uid=bert,ou=people,dc=example,dc=com", SearchScope.Base)).Code.ShouldBe(ResultCode.NoSuchObject);
        (await admin.SearchAsync("(member=*)", attributes: ["member"])).Entries.Single()["member"].ShouldNotBeEmpty();
        (await user.SearchAsync("(member=*)", attributes: ["member"])).Entries.ShouldBeEmpty();
        (await user.SearchAsync("(memberOf=uid=sales,ou=groups,dc=example,dc=com)")).Entries.ShouldBeEmpty();
    }

    [Fact]
    public async Task Limits_stop_a_search()
    {
        await using var server = await LdapFixture.StartAsync(o => o.SizeLimit = 5, users: 20);
        await using var user = await server.LogInAsync("user1");
        var cut = await user.SearchAsync("(objectClass=person)");
        (cut.Code, cut.Entries.Count).ShouldBe((ResultCode.SizeLimitExceeded, 5));
        var asked = await user.SearchAsync("(objectClass=person)", size: 3);
        (asked.Code, asked.Entries.Count).ShouldBe((ResultCode.SizeLimitExceeded, 3));
        (await user.SearchAsync("(uid=user1)", size: 1)).Code.ShouldBe(ResultCode.Success);
        await using var admin = await server.LogInAsync();
        (await admin.SearchAsync("(objectClass=person)")).Entries.Count.ShouldBe(21);
    }

    private static async Task<LdapFixture> PeopleAsync()
    {
        var server = await LdapFixture.StartAsync();
        var bert = new Account { Id = Guid.NewGuid(), Alias = "bert", DisplayName = "Bert Huber", LoginEnabled = false, Details = new() { Surname = "Huber", Title = "Clerk" }, CustomAttributes = NamedTexts.Empty.Add("roomColour", "blue") };
        var anna = new Account
        {
            Id = Guid.NewGuid(),
            Alias = "anna",
            DisplayName = "Anna Meier",
            FurtherAddresses = ["anni@example.com"],
            Details = new() { GivenName = "Anna", Surname = "Meier", Title = "Boss", BusinessPhone = "+49 (30) 12 34", ManagerId = bert.Id },
            CustomAttributes = NamedTexts.Empty.Add("employeeNumber", "17"),
        };
        await server.Directory.Service.AddRangeAsync(
        [
            new(bert), new(anna),
            new(new ExternalContact { Alias = "zoe", DisplayName = "Zoë Outside", ExternalAddress = "zoe@elsewhere.org" }),
            new(new Group { Alias = "sales", DisplayName = "Sales", Members = [anna.Id] }),
        ]);
        return server;
    }
}
