using Rialto.Directory;
using Rialto.Ldap.Client;
using Rialto.Testing;

namespace Rialto.Ldap.Tests;

/// <summary>Accounts that come from a directory that counts its changes, as Active Directory does. The other side is a stand-in written from [MS-ADTS].</summary>
public sealed class ActiveDirectorySyncTests
{
    [Fact]
    public async Task Changes_are_asked_for_by_number()
    {
        await using var remote = new ActiveDirectoryStandIn();
        var anna = remote.Put("CN=Anna,DC=corp,DC=example", ActiveDirectoryStandIn.Person("Anna Meier", "anna@example.com", ("proxyAddresses", ["SMTP:anna@example.com", "smtp:am@example.com"])));
        remote.Put("CN=Bert,DC=corp,DC=example", ActiveDirectoryStandIn.Person("Bert Huber", "bert@example.com", ("manager", ["CN=Anna,DC=corp,DC=example"])));
        await using var directory = await TestDirectory.CreateAsync();
        await using var source = new LdapSource(Options(remote.Url), TimeProvider.System);
        var sync = new DirectorySync(source, directory.Service, TimeProvider.System);
        var first = await sync.RunAsync(null);
        (first.IsFull, first.Added, first.Problems.Length).ShouldBe((true, 2, 0));
        first.Mark.ShouldBe($"{remote.Usn + 1}@CN=NTDS Settings,CN=DC1,DC=corp,DC=example");
        var account = directory.Account("anna@example.com");
        (account.External!.Id, account.FurtherAddresses.Single()).ShouldBe((Convert.ToHexStringLower(anna.ToByteArray()), "am@example.com"));
        directory.Account("bert@example.com").Details.ManagerId.ShouldBe(account.Id);

        // Nothing new: nothing sent.
        var sent = remote.Sent;
        (await sync.RunAsync(first.Mark)).Read.ShouldBe(0);
        remote.Sent.ShouldBe(sent);

        // Changed, disabled, renamed.
        remote.Set("CN=Anna,DC=corp,DC=example", ("title", ["Boss"]));
        remote.Set("CN=Bert,DC=corp,DC=example", ("userAccountControl", ["514"]));
        remote.Rename("CN=Anna,DC=corp,DC=example", "CN=Annette,DC=corp,DC=example");
        var second = await sync.RunAsync(first.Mark);
        (second.IsFull, second.Read, second.Changed).ShouldBe((false, 2, 2));
        account = directory.Account("anna@example.com");
        (account.Details.Title, account.External!.Dn, directory.Account("bert@example.com").LoginEnabled).ShouldBe(("Boss", "CN=Annette,DC=corp,DC=example", false));

        // Deleted: known at once where the reader may see it.
        remote.Delete("CN=Annette,DC=corp,DC=example");
        var third = await sync.RunAsync(second.Mark);
        (third.Disabled, directory.Account("anna@example.com").External!.IsGone).ShouldBe((1, true));
        (await sync.RunAsync(third.Mark)).Disabled.ShouldBe(0);
    }

    [Fact]
    public async Task What_was_deleted_is_found_by_a_full_read_where_it_does_not_show()
    {
        await using var remote = new ActiveDirectoryStandIn { ShowsDeleted = false };
        remote.Put("CN=Anna,DC=corp,DC=example", ActiveDirectoryStandIn.Person("Anna", "anna@example.com"));
        remote.Put("CN=Bert,DC=corp,DC=example", ActiveDirectoryStandIn.Person("Bert", "bert@example.com"));
        await using var directory = await TestDirectory.CreateAsync();
        await using var source = new LdapSource(Options(remote.Url), TimeProvider.System);
        var sync = new DirectorySync(source, directory.Service, TimeProvider.System);
        var first = await sync.RunAsync(null);
        remote.Delete("CN=Anna,DC=corp,DC=example");
        var second = await sync.RunAsync(first.Mark);
        (second.Disabled, second.Problems.Length).ShouldBe((0, 0));
        (await sync.RunAsync(null)).Disabled.ShouldBe(1);
    }

    [Fact]
    public async Task Large_groups_come_in_ranges()
    {
        await using var remote = new ActiveDirectoryStandIn { MaxRange = 7 };
        string[] names = [.. Enumerable.Range(0, 25).Select(i => $"p{i}")];
        foreach (var name in names) remote.Put($"CN={name},DC=corp,DC=example", ActiveDirectoryStandIn.Person(name, $"{name}@example.com"));
        remote.Put("CN=All,DC=corp,DC=example", ("objectClass", ["top", "group"]), ("cn", ["All"]), ("mail", ["all@example.com"]), ("member", [.. names.Select(n => $"CN={n},DC=corp,DC=example")]));
        await using var directory = await TestDirectory.CreateAsync();
        await using var source = new LdapSource(Options(remote.Url), TimeProvider.System);
        await new DirectorySync(source, directory.Service, TimeProvider.System).RunAsync(null);
        ((Group)directory.Current.FindByAddress("all@example.com")!).Members.Length.ShouldBe(25);
    }

    [Fact]
    public async Task Another_server_counts_for_itself()
    {
        await using var other = new ActiveDirectoryStandIn("DC2") { Usn = 50 };
        other.Put("CN=Anna,DC=corp,DC=example", ActiveDirectoryStandIn.Person("Anna", "anna@example.com"));
        await using var directory = await TestDirectory.CreateAsync();
        string mark;
        var options = Options(other.Url);
        await using (var remote = new ActiveDirectoryStandIn())
        {
            remote.Put("CN=Bert,DC=corp,DC=example", ActiveDirectoryStandIn.Person("Bert", "bert@example.com"));
            options.Url = $"{remote.Url} {other.Url}";
            await using var source = new LdapSource(options, TimeProvider.System);
            mark = (await new DirectorySync(source, directory.Service, TimeProvider.System).RunAsync(null)).Mark!;
            directory.Current.FindByAddress("anna@example.com").ShouldBeNull();
        }

        // The first is gone: the second is asked, for everything.
        await using var second = new LdapSource(options, TimeProvider.System);
        var report = await new DirectorySync(second, directory.Service, TimeProvider.System).RunAsync(mark);
        (report.IsFull, report.Added).ShouldBe((true, 1));
        report.Mark!.ShouldEndWith("CN=DC2,DC=corp,DC=example");
    }

    [Fact]
    public async Task Log_ins_use_connections_again_and_go_to_the_next_server()
    {
        await using var remote = new ActiveDirectoryStandIn();
        await using var other = new ActiveDirectoryStandIn("DC2");
        var account = new Account { External = new("1", "CN=Anna,DC=corp,DC=example") };
        var options = Options($"{remote.Url} {other.Url}");
        await using var source = new LdapSource(options, TimeProvider.System);
        for (var i = 0; i < 5; i++)
        {
            (await source.CheckAsync(account, "right-password", default)).ShouldBe(true);
            (await source.CheckAsync(account, "wrong", default)).ShouldBe(false);
        }

        (remote.Connections, other.Connections).ShouldBe((1, 0));
        (await source.CheckAsync(account, "", default)).ShouldBe(false);
        await remote.DisposeAsync();
        (await source.CheckAsync(account, "right-password", default)).ShouldBe(true);
        (await source.CheckAsync(account, "wrong", default)).ShouldBe(false);
        other.Connections.ShouldBe(1);
        await other.DisposeAsync();
        (await source.CheckAsync(account, "right-password", default)).ShouldBeNull();
    }

    private static LdapSourceOptions Options(string url) => new() { Url = url, StartTls = false, BaseDn = "DC=corp,DC=example", RetryAfter = TimeSpan.FromMinutes(1) };
}
