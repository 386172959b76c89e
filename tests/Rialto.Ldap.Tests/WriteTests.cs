using Rialto.Directory;
using Rialto.Ldap.Search;
using Rialto.Ldap.Wire;
using Rialto.Testing;

namespace Rialto.Ldap.Tests;

public sealed class WriteTests
{
    [Fact]
    public async Task Added_entries_are_found_under_their_names_and_log_in()
    {
        await using var server = await LdapFixture.StartAsync();
        await using var admin = await server.LogInAsync();
        (await admin.AddAsync("uid=anna,ou=people,dc=example,dc=com", ("objectClass", ["inetOrgPerson"]), ("cn", ["Anna Meier"]), ("sn", ["Meier"]), ("mail", ["anna.meier@example.com"]), ("userPassword", ["secret-word"]), ("description", ["one", "two"]))).Code.ShouldBe(ResultCode.Success);
        (await admin.AddAsync("cn=Sales Team,ou=groups,dc=example,dc=com", ("objectClass", ["groupOfNames"]), ("mail", ["sales@example.com"]), ("member", ["uid=anna,ou=people,dc=example,dc=com"]))).Code.ShouldBe(ResultCode.Success);
        (await admin.AddAsync("cn=Zoe,ou=people,dc=example,dc=com", ("objectClass", ["inetOrgPerson"]), ("sn", ["Z"]), ("mail", ["zoe@elsewhere.org"]))).Code.ShouldBe(ResultCode.Success);
        (await admin.AddAsync("cn=Blue Room,ou=resources,dc=example,dc=com", ("objectClass", ["person"]))).Code.ShouldBe(ResultCode.Success);

        var anna = server.Directory.Account("anna.meier@example.com");
        (anna.Alias, anna.DisplayName, anna.Details.Surname, anna.MailboxEnabled).ShouldBe(("anna", "Anna Meier", "Meier", false));
        var entry = (await admin.SearchAsync("(objectClass=*)", "uid=anna,ou=people,dc=example,dc=com", SearchScope.Base)).Entries.Single();
        entry["description"].ShouldBe(["one", "two"]);
        (await admin.SearchAsync("(objectClass=*)", "cn=Sales Team,ou=groups,dc=example,dc=com", SearchScope.Base, ["member"])).Entries.Single()["member"].ShouldBe(["uid=anna,ou=people,dc=example,dc=com"]);
        server.Directory.Current.FindByAddress("zoe@elsewhere.org").ShouldBeOfType<ExternalContact>();
        (await admin.SearchAsync("(cn=Blue Room)", attributes: ["msExchRecipientDisplayType"])).Entries.Single()["msExchRecipientDisplayType"].ShouldBe(["7"]);
        await using var user = await server.LogInAsync("uid=anna,ou=people,dc=example,dc=com", "secret-word");
    }

    [Fact]
    public async Task What_cannot_be_added_says_why()
    {
        await using var server = await LdapFixture.StartAsync();
        await using var admin = await server.LogInAsync();
        (string, string[]) person = ("objectClass", ["inetOrgPerson"]);
        (await admin.AddAsync("dc=example,dc=com", person)).Code.ShouldBe(ResultCode.EntryAlreadyExists);
        (await admin.AddAsync("ou=people,dc=example,dc=com", ("objectClass", ["organizationalUnit"]))).Code.ShouldBe(ResultCode.EntryAlreadyExists);
        (await admin.AddAsync("uid=user1,ou=people,dc=example,dc=com", person)).Code.ShouldBe(ResultCode.EntryAlreadyExists);
        (await admin.AddAsync("uid=x,ou=nowhere,dc=example,dc=com", person)).Code.ShouldBe(ResultCode.NoSuchObject);
        (await admin.AddAsync("uid=x,dc=other", person)).Code.ShouldBe(ResultCode.NoSuchObject);
        (await admin.AddAsync("uid=x,ou=people,dc=example,dc=com", ("objectClass", ["device"]))).Code.ShouldBe(ResultCode.ObjectClassViolation);
        (await admin.AddAsync("uid=x,ou=people,dc=example,dc=com", person, ("userPassword", ["{SSHA}abcdef"]))).Code.ShouldBe(ResultCode.ConstraintViolation);
        (await admin.AddAsync("uid=x,ou=people,dc=example,dc=com", person, ("mail", ["user1@example.com"]))).Code.ShouldBe(ResultCode.ConstraintViolation);
        await using var user = await server.LogInAsync("user1");
        (await user.AddAsync("uid=x,ou=people,dc=example,dc=com", person)).Code.ShouldBe(ResultCode.InsufficientAccessRights);
    }

    [Fact]
    public async Task Modifications_happen_together_or_not()
    {
        await using var server = await LdapFixture.StartAsync();
        await using var admin = await server.LogInAsync();
        const string Dn = "uid=user1,ou=people,dc=example,dc=com";
        (await admin.ModifyAsync(Dn, (0, "title", ["Clerk"]), (2, "telephoneNumber", ["1"]), (0, "proxyAddresses", ["smtp:one@example.com"]), (0, "manager", ["uid=user2,ou=people,dc=example,dc=com"]), (0, "shoeSize", ["44"]))).Code.ShouldBe(ResultCode.Success);
        var user = server.Directory.Account("one@example.com");
        (user.Details.Title, user.Details.BusinessPhone, user.CustomAttributes["shoeSize"], user.PrimaryAddress).ShouldBe(("Clerk", "1", "44", "user1@example.com"));
        (await admin.ModifyAsync(Dn, (2, "title", ["Boss"]), (1, "shoeSize", ["45"]))).Code.ShouldBe(ResultCode.NoSuchAttribute);
        server.Directory.Account("user1@example.com").Details.Title.ShouldBe("Clerk");
        (await admin.ModifyAsync(Dn, (0, "title", ["Second"]))).Code.ShouldBe(ResultCode.ConstraintViolation);
        (await admin.ModifyAsync(Dn, (0, "proxyAddresses", ["smtp:one@example.com"]))).Code.ShouldBe(ResultCode.AttributeOrValueExists);
        (await admin.ModifyAsync(Dn, (2, "legacyExchangeDN", ["/o=x"]))).Code.ShouldBe(ResultCode.ConstraintViolation);
        (await admin.ModifyAsync(Dn, (2, "mail", ["user2@example.com"]))).Code.ShouldBe(ResultCode.ConstraintViolation);
        (await admin.ModifyAsync(Dn, (3, "shoeSize", ["1"]), (1, "title", []), (1, "manager", []))).Code.ShouldBe(ResultCode.Success);
        (server.Directory.Account("user1@example.com").CustomAttributes["shoeSize"], server.Directory.Account("user1@example.com").Details.Title).ShouldBe(("45", null));
        (await admin.ModifyAsync(Dn, (2, "userPassword", ["another-word"]))).Code.ShouldBe(ResultCode.Success);
        await using var changed = await server.LogInAsync("user1", "another-word");
        (await changed.ModifyAsync(Dn, (2, "title", ["King"]))).Code.ShouldBe(ResultCode.InsufficientAccessRights);
        (await admin.ModifyAsync("dc=example,dc=com", (2, "o", ["x"]))).Code.ShouldBe(ResultCode.UnwillingToPerform);
    }

    [Fact]
    public async Task Owners_change_their_groups_members_and_nothing_else()
    {
        await using var server = await LdapFixture.StartAsync();
        var group = await server.Directory.Service.AddAsync(new Group { Alias = "team", Owners = [server.Directory.Account("user1@example.com").Id] });
        await using var owner = await server.LogInAsync("user1");
        const string Dn = "uid=team,ou=groups,dc=example,dc=com";
        (await owner.ModifyAsync(Dn, (0, "member", ["uid=user2,ou=people,dc=example,dc=com"]))).Code.ShouldBe(ResultCode.Success);
        server.Directory.Current.Find<Group>(group.Id)!.Members.ShouldBe([server.Directory.Account("user2@example.com").Id]);
        (await owner.ModifyAsync(Dn, (2, "mail", ["x@example.com"]))).Code.ShouldBe(ResultCode.InsufficientAccessRights);
        await using var other = await server.LogInAsync("user2");
        (await other.ModifyAsync(Dn, (1, "member", []))).Code.ShouldBe(ResultCode.InsufficientAccessRights);
    }

    [Fact]
    public async Task Entries_are_renamed_and_removed()
    {
        await using var server = await LdapFixture.StartAsync();
        await using var admin = await server.LogInAsync();
        (await RenameAsync("uid=user1,ou=people,dc=example,dc=com", "uid=uno", null)).Code.ShouldBe(ResultCode.Success);
        server.Directory.Account("user1@example.com").Alias.ShouldBe("uno");
        (await RenameAsync("uid=uno,ou=people,dc=example,dc=com", "cn=Uno Primo", null)).Code.ShouldBe(ResultCode.Success);
        (await admin.SearchAsync("(objectClass=*)", "cn=Uno Primo,ou=people,dc=example,dc=com", SearchScope.Base)).Dns.ShouldBe(["cn=Uno Primo,ou=people,dc=example,dc=com"]);
        (await RenameAsync("uid=uno,ou=people,dc=example,dc=com", "uid=x", "ou=groups,dc=example,dc=com")).Code.ShouldBe(ResultCode.UnwillingToPerform);
        (await admin.DeleteAsync("uid=user2,ou=people,dc=example,dc=com")).Code.ShouldBe(ResultCode.Success);
        (await admin.DeleteAsync("uid=user2,ou=people,dc=example,dc=com")).Code.ShouldBe(ResultCode.NoSuchObject);
        (await admin.DeleteAsync("uid=admin,ou=people,dc=example,dc=com")).Code.ShouldBe(ResultCode.UnwillingToPerform);
        (await admin.DeleteAsync("ou=people,dc=example,dc=com")).Code.ShouldBe(ResultCode.UnwillingToPerform);

        Task<LdapTestClient.Reply> RenameAsync(string dn, string name, string? parent) => admin.RequestAsync(Tags.ModifyDnRequest, w =>
        {
            w.WriteText(dn);
            w.WriteText(name);
            w.WriteBoolean(true);
            if (parent is not null) w.WriteText(parent, 0x80);
        });
    }

    [Fact]
    public async Task Compare_says_yes_or_no()
    {
        await using var server = await LdapFixture.StartAsync();
        await using var user = await server.LogInAsync("user1");
        const string Dn = "uid=user2,ou=people,dc=example,dc=com";
        (await user.CompareAsync(Dn, "cn", "USER 2")).Code.ShouldBe(ResultCode.CompareTrue);
        (await user.CompareAsync(Dn, "cn", "User 3")).Code.ShouldBe(ResultCode.CompareFalse);
        (await user.CompareAsync(Dn, "objectClass", "person")).Code.ShouldBe(ResultCode.CompareTrue);
        (await user.CompareAsync(Dn, "title", "x")).Code.ShouldBe(ResultCode.NoSuchAttribute);
        (await user.CompareAsync(Dn, "userPassword", TestDirectory.Password)).Code.ShouldBe(ResultCode.InsufficientAccessRights);
        (await user.CompareAsync(Dn, "n o", "x")).Code.ShouldBe(ResultCode.UndefinedAttributeType);
    }
}
