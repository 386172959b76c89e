using Rialto.Directory;
using Rialto.Ldap.Client;
using Rialto.Ldap.Wire;
using Rialto.Testing;

namespace Rialto.Ldap.Tests;

/// <summary>Accounts and groups of Debian's slapd.</summary>
public sealed class DirectorySyncTests
{
    [ProgramFact("slapd")]
    public async Task Accounts_and_groups_come_change_go_and_come_back()
    {
        await using var slapd = await SlapdServer.StartAsync();
        await using var remote = await slapd.LogInAsync();
        await FillAsync(remote);
        await using var directory = await TestDirectory.CreateAsync(1);
        var options = Options(slapd, directory);
        var sync = new DirectorySync(new LdapSource(options, TimeProvider.System), directory.Service, TimeProvider.System);

        var first = await sync.RunAsync(null);
        (first.Read, first.Added, first.Changed, first.Disabled, first.IsFull).ShouldBe((6, 5, 3, 0, true), string.Join('\n', first.Problems));
        first.Problems.Single().ShouldContain("uid=far");
        var anna = directory.Account("anna@example.com");
        (anna.DisplayName, anna.Details.Surname, anna.Details.Department, anna.MailboxEnabled, anna.EffectiveLogonName).ShouldBe(("Anna Meier", "Meier", "Sales", true, "anna"));
        anna.Details.ManagerId.ShouldBe(directory.Account("bert@example.com").Id);
        var staff = (Group)directory.Current.FindByAddress("staff@example.com")!;
        var nested = directory.Current.Recipients.OfType<Group>().Single(g => g.DisplayName == "nested");
        staff.Members.ShouldBe([anna.Id, nested.Id], ignoreOrder: true);
        directory.Current.Expand(staff).Recipients.Select(r => r.Alias).ShouldBe(["anna", "bert"], ignoreOrder: true);
        directory.Account("bert@example.com").IsAdministrator.ShouldBeTrue();
        anna.IsAdministrator.ShouldBeFalse();

        // Nothing new: nothing written.
        var version = directory.Current.Version;
        var again = await sync.RunAsync(null);
        (again.Added, again.Changed, again.Disabled).ShouldBe((0, 0, 0));
        directory.Current.Version.ShouldBe(version);

        // What changed since.
        (await remote.ModifyAsync("uid=anna,ou=people,dc=corp,dc=example", (2, "title", ["Boss"]))).Code.ShouldBe(ResultCode.Success);
        var changes = await sync.RunAsync(first.Mark);
        (changes.IsFull, changes.Disabled).ShouldBe((false, 0));
        changes.Changed.ShouldBe(1);
        directory.Account("anna@example.com").Details.Title.ShouldBe("Boss");

        // Renamed there: the same account here.
        (await remote.RequestAsync(Tags.ModifyDnRequest, w =>
        {
            w.WriteText("uid=anna,ou=people,dc=corp,dc=example");
            w.WriteText("uid=annette");
            w.WriteBoolean(true);
        })).Code.ShouldBe(ResultCode.Success);
        await sync.RunAsync(null);
        directory.Account("anna@example.com").Id.ShouldBe(anna.Id);

        // Gone: disabled, not removed.
        (await remote.DeleteAsync("uid=annette,ou=people,dc=corp,dc=example")).Code.ShouldBe(ResultCode.Success);
        (await sync.RunAsync(null)).Disabled.ShouldBe(1);
        var gone = directory.Account("anna@example.com");
        (gone.LoginEnabled, gone.HiddenFromAddressLists, gone.External!.IsGone).ShouldBe((false, true, true));
        (await sync.RunAsync(null)).Disabled.ShouldBe(0);

        // Back, as a new entry with the old address.
        await PersonAsync(remote, "anna", "Anna Meier", "anna@example.com");
        await sync.RunAsync(null);
        var back = directory.Account("anna@example.com");
        (back.Id, back.LoginEnabled, back.HiddenFromAddressLists).ShouldBe((anna.Id, true, false));
    }

    [ProgramFact("slapd")]
    public async Task Passwords_are_those_of_the_other_directory()
    {
        await using var slapd = await SlapdServer.StartAsync();
        await using var remote = await slapd.LogInAsync();
        await FillAsync(remote);
        await using var directory = await TestDirectory.CreateAsync(1, configure: o =>
        {
            o.ExternalCacheLifetime = TimeSpan.Zero;
            o.LockoutThreshold = 5;
        });
        var options = Options(slapd, directory);
        var source = new LdapSource(options, TimeProvider.System);
        directory.Authenticator.External = source.CheckAsync;
        await new DirectorySync(source, directory.Service, TimeProvider.System).RunAsync(null);

        (await LogInAsync("anna", "password-of-anna")).ShouldBe(AuthenticationOutcome.Success);
        (await LogInAsync("anna@example.com", "wrong")).ShouldBe(AuthenticationOutcome.InvalidCredentials);
        (await LogInAsync("anna", "")).ShouldBe(AuthenticationOutcome.InvalidCredentials);
        (await LogInAsync("user1", TestDirectory.Password)).ShouldBe(AuthenticationOutcome.Success);
        (await remote.ModifyAsync("uid=anna,ou=people,dc=corp,dc=example", (2, "userPassword", ["changed-there"]))).Code.ShouldBe(ResultCode.Success);
        (await LogInAsync("anna", "password-of-anna")).ShouldBe(AuthenticationOutcome.InvalidCredentials);
        (await LogInAsync("anna", "changed-there")).ShouldBe(AuthenticationOutcome.Success);

        // Wrong ones are counted here too: the other directory is not asked for ever.
        for (var i = 0; i < 5; i++) await LogInAsync("bert", "wrong");
        (await LogInAsync("bert", "password-of-bert")).ShouldBe(AuthenticationOutcome.LockedOut);

        // It cannot be reached: come back later, and no failure counted.
        var away = Options(slapd, directory);
        away.Url = "ldap://127.0.0.1:1";
        directory.Authenticator.External = new LdapSource(away, TimeProvider.System).CheckAsync;
        for (var i = 0; i < 5; i++) (await LogInAsync("anna", "changed-there")).ShouldBe(AuthenticationOutcome.Busy);
        directory.Authenticator.External = source.CheckAsync;
        (await LogInAsync("anna", "changed-there")).ShouldBe(AuthenticationOutcome.Success);

        async Task<AuthenticationOutcome> LogInAsync(string name, string password) => (await directory.Authenticator.AuthenticateAsync(name, password, null, "test")).Outcome;
    }

    [ProgramFact("slapd")]
    public async Task A_directory_that_lost_nearly_all_disables_nobody()
    {
        await using var slapd = await SlapdServer.StartAsync();
        await using var remote = await slapd.LogInAsync();
        await FillAsync(remote);
        for (var i = 0; i < 6; i++) await PersonAsync(remote, $"p{i}", $"Person {i}", $"p{i}@example.com");
        await using var directory = await TestDirectory.CreateAsync();
        var options = Options(slapd, directory);
        var sync = new DirectorySync(new LdapSource(options, TimeProvider.System), directory.Service, TimeProvider.System);
        await sync.RunAsync(null);
        options.UserFilter = "(uid=p0)";
        options.GroupFilter = "";
        var report = await new DirectorySync(new LdapSource(options, TimeProvider.System), directory.Service, TimeProvider.System).RunAsync(null);
        report.Disabled.ShouldBe(0);
        report.Problems.ShouldContain(p => p.Contains("maxMissingPercent", StringComparison.Ordinal));
        options.BaseDn = "dc=nowhere";
        await Should.ThrowAsync<LdapSourceException>(() => sync.RunAsync(null));
        directory.Account("p3@example.com").LoginEnabled.ShouldBeTrue();
    }

    /// <summary>Our own server is such a directory too.</summary>
    [Fact]
    public async Task One_rialto_takes_its_people_from_another()
    {
        await using var server = await LdapFixture.StartAsync(users: 25);
        await using var directory = await TestDirectory.CreateAsync();
        var file = Path.GetTempFileName();
        await File.WriteAllTextAsync(file, TestDirectory.Password + "\n");
        var options = new LdapSourceOptions { Url = $"ldap://127.0.0.1:{server.Port}", StartTls = false, BindDn = "cn=admin,dc=example,dc=com", PasswordFile = file, BaseDn = "dc=example,dc=com", PageSize = 7 };
        var report = await new DirectorySync(new LdapSource(options, TimeProvider.System), directory.Service, TimeProvider.System).RunAsync(null);
        (report.Read, report.Added).ShouldBe((26, 25));
        report.Problems.Single().ShouldContain("admin@example.com");
        directory.Account("admin@example.com").External.ShouldBeNull();
        directory.Account("user7@example.com").External.ShouldNotBeNull();
        options.BindDn = "cn=nobody,dc=example,dc=com";
        await Should.ThrowAsync<LdapSourceException>(() => new DirectorySync(new LdapSource(options, TimeProvider.System), directory.Service, TimeProvider.System).RunAsync(null));
        File.Delete(file);
    }

    private static LdapSourceOptions Options(SlapdServer slapd, TestDirectory directory)
    {
        var file = Path.GetTempFileName();
        File.WriteAllText(file, SlapdServer.AdminPassword);
        return new()
        {
            Url = $"ldap://127.0.0.1:{slapd.Port}",
            StartTls = false,
            BindDn = SlapdServer.AdminDn,
            PasswordFile = file,
            BaseDn = SlapdServer.BaseDn,
            AdministratorGroup = "cn=nested,ou=groups,dc=corp,dc=example",
            PageSize = 2,
        };
    }

    private static async Task FillAsync(LdapTestClient remote)
    {
        await AddAsync(remote, SlapdServer.BaseDn, ("objectClass", ["dcObject", "organization"]), ("dc", ["corp"]), ("o", ["Corp"]));
        await AddAsync(remote, "ou=people,dc=corp,dc=example", ("objectClass", ["organizationalUnit"]));
        await AddAsync(remote, "ou=groups,dc=corp,dc=example", ("objectClass", ["organizationalUnit"]));
        await PersonAsync(remote, "bert", "Bert Huber", "bert@example.com");
        await PersonAsync(remote, "anna", "Anna Meier", "anna@example.com", ("ou", ["Sales"]), ("manager", ["uid=bert,ou=people,dc=corp,dc=example"]));
        await PersonAsync(remote, "carl", "Carl Zeiss", "carl@example.com");
        await PersonAsync(remote, "far", "Far Away", "far@elsewhere.org");
        await AddAsync(remote, "cn=nested,ou=groups,dc=corp,dc=example", ("objectClass", ["groupOfNames"]), ("member", ["uid=bert,ou=people,dc=corp,dc=example"]));
        await AddAsync(remote, "cn=staff,ou=groups,dc=corp,dc=example", ("objectClass", ["groupOfNames", "extensibleObject"]), ("mail", ["staff@example.com"]), ("member", ["uid=anna,ou=people,dc=corp,dc=example", "cn=nested,ou=groups,dc=corp,dc=example", "uid=far,ou=people,dc=corp,dc=example"]));
    }

    private static Task PersonAsync(LdapTestClient remote, string uid, string name, string mail, params (string, string[])[] more) =>
        AddAsync(remote, $"uid={uid},ou=people,dc=corp,dc=example", [("objectClass", ["inetOrgPerson"]), ("cn", [name]), ("sn", [name.Split(' ')[1]]), ("mail", [mail]), ("userPassword", ["password-of-" + uid]), .. more]);

    private static async Task AddAsync(LdapTestClient remote, string dn, params (string, string[])[] attributes)
    {
        var reply = await remote.AddAsync(dn, attributes);
        reply.Code.ShouldBe(ResultCode.Success, reply.Message);
    }
}
