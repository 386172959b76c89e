using System.Net;
using Rialto.Model;
using Rialto.Testing;

namespace Rialto.Directory.Tests;

public sealed class AuthenticatorTests
{
    private static readonly IPEndPoint Home = new(IPAddress.Parse("192.0.2.1"), 5000);

    [Fact]
    public async Task The_right_password_gives_the_principal()
    {
        await using var directory = await TestDirectory.CreateAsync(1);
        var group = await directory.Service.AddAsync(new Group { Alias = "g", Members = [directory.Account("user1@example.com").Id] });
        var result = await Try(directory, "EXAMPLE\\user1", TestDirectory.Password);
        result.IsSuccess.ShouldBeTrue();
        result.Principal!.Id.ShouldBe(directory.Account("user1@example.com").Id);
        result.Principal.Groups.ShouldBe([group.Id]);
        result.Principal.Kind.ShouldBe(PrincipalKind.Account);
        (await Try(directory, "admin", TestDirectory.Password)).Principal!.IsAdministrator.ShouldBeTrue();
    }

    [Fact]
    public async Task Wrong_disabled_unknown_and_passwordless_look_the_same()
    {
        await using var directory = await TestDirectory.CreateAsync(2);
        await directory.Service.UpdateAsync(directory.Account("user2@example.com") with { LoginEnabled = false });
        await directory.Service.AddAsync(new Account { Alias = "nopassword" });
        var wrong = await Try(directory, "user1", "wrong");
        wrong.ShouldBe(new(AuthenticationOutcome.InvalidCredentials, null, null, TimeSpan.Zero));
        (await Try(directory, "user2", TestDirectory.Password)).ShouldBe(wrong);
        (await Try(directory, "ghost", "wrong")).ShouldBe(wrong);
        (await Try(directory, "nopassword", "")).ShouldBe(wrong);
        (await Try(directory, "user1", new string('x', 5_000))).ShouldBe(wrong);
        (await Try(directory, "\ud800\0", "\ud800")).ShouldBe(wrong);
    }

    [Fact]
    public async Task Each_of_them_costs_one_password_hash()
    {
        await using var directory = await TestDirectory.CreateAsync(2, null, o => o.AddressFreeFailures = 100);
        await directory.Service.UpdateAsync(directory.Account("user2@example.com") with { LoginEnabled = false });
        await directory.Service.AddAsync(new Account { Alias = "nopassword" });
        foreach (var login in (string[])["user1", "user2", "ghost", "nopassword", "ghost@elsewhere.example", "EXAMPLE\\ghost", ""])
        {
            var before = directory.Authenticator.HashesComputed;
            (await Try(directory, login, "wrong")).Outcome.ShouldBe(AuthenticationOutcome.InvalidCredentials);
            (directory.Authenticator.HashesComputed - before).ShouldBe(1, login);
        }
    }

    [Theory]
    [InlineData("user1@example.com")]
    [InlineData("ghost@example.com")]
    public async Task Lock_outs_that_follow_each_other_last_longer_and_longer(string login)
    {
        var time = new ManualTimeProvider();
        await using var directory = await TestDirectory.CreateAsync(1, time, o => (o.LockoutThreshold, o.AddressFreeFailures) = (2, int.MaxValue));
        foreach (var minutes in (int[])[5, 10, 20, 40, 60, 60])
        {
            for (var i = 0; i < 2; i++) (await Try(directory, login, "wrong" + i)).Outcome.ShouldBe(AuthenticationOutcome.InvalidCredentials);
            time.Advance(TimeSpan.FromMinutes(minutes) - TimeSpan.FromSeconds(1));
            (await Try(directory, login, "wrong")).Outcome.ShouldBe(AuthenticationOutcome.LockedOut);
            time.Advance(TimeSpan.FromSeconds(2));
        }

        // Forgotten after a while without guesses.
        time.Advance(TimeSpan.FromMinutes(20));
        for (var i = 0; i < 2; i++) await Try(directory, login, "wrong" + i);
        time.Advance(TimeSpan.FromMinutes(5) + TimeSpan.FromSeconds(1));
        (await Try(directory, login, "wrong")).Outcome.ShouldBe(AuthenticationOutcome.InvalidCredentials);
    }

    [Fact]
    public async Task Iterations_of_older_passwords_are_no_sign_of_an_account()
    {
        await using var directory = await TestDirectory.CreateAsync(3);
        using var later = new Authenticator(directory.Service, new AuthenticationOptions { ScramIterations = 9_000, Iterations = 100 });
        var known = later.ScramParametersOf("user1").Iterations;
        known.ShouldNotBe(9_000);
        var unknown = Enumerable.Range(0, 64).Select(i => later.ScramParametersOf("ghost" + i)).ToList();
        unknown.Select(u => u.Iterations).Distinct().Order().ShouldBe(((int[])[known, 9_000]).Order());
        Enumerable.Range(0, 64).Select(i => later.ScramParametersOf("ghost" + i)).ShouldBe(unknown);

        // The password's next use makes it like the others.
        (await later.AuthenticateAsync("user1", TestDirectory.Password, null, "test")).IsSuccess.ShouldBeTrue();
        later.ScramParametersOf("user1").Iterations.ShouldBe(9_000);
    }

    [Theory]
    [InlineData("user1@example.com")]
    [InlineData("ghost@example.com")]
    public async Task A_name_is_locked_out_and_let_in_again_whether_or_not_it_exists(string login)
    {
        var time = new ManualTimeProvider();
        await using var directory = await TestDirectory.CreateAsync(1, time, o => o.LockoutThreshold = 3);
        for (var i = 0; i < 3; i++) (await Try(directory, login, "wrong" + i)).Outcome.ShouldBe(AuthenticationOutcome.InvalidCredentials);
        (await Try(directory, login, TestDirectory.Password)).Outcome.ShouldBe(AuthenticationOutcome.LockedOut);
        (await Try(directory, "EXAMPLE\\" + login[..5], "wrong")).Outcome.ShouldBe(AuthenticationOutcome.LockedOut);
        time.Advance(TimeSpan.FromMinutes(4));
        (await Try(directory, login, TestDirectory.Password)).Outcome.ShouldBe(AuthenticationOutcome.LockedOut);
        time.Advance(TimeSpan.FromMinutes(2));
        (await Try(directory, login, TestDirectory.Password)).IsSuccess.ShouldBe(login.StartsWith("user1", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_lockout_by_others_leaves_in_who_was_in_but_only_from_there()
    {
        var time = new ManualTimeProvider();
        await using var directory = await TestDirectory.CreateAsync(1, time, o => o.LockoutThreshold = 2);
        (await Try(directory, "user1", TestDirectory.Password)).IsSuccess.ShouldBeTrue();
        var attacker = new IPEndPoint(IPAddress.Parse("198.51.100.7"), 1);
        for (var i = 0; i < 2; i++) await Try(directory, "user1", "guess", attacker);
        (await Try(directory, "user1", TestDirectory.Password, attacker)).Outcome.ShouldBe(AuthenticationOutcome.LockedOut);
        (await Try(directory, "user1", TestDirectory.Password)).IsSuccess.ShouldBeTrue();
    }

    [Fact]
    public async Task An_address_that_guesses_waits_longer_and_longer_then_is_refused()
    {
        var time = new ManualTimeProvider();
        await using var directory = await TestDirectory.CreateAsync(1, time, o => (o.AddressFreeFailures, o.AddressBaseDelay, o.MaxWait) = (2, TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(3)));
        for (var i = 0; i < 3; i++) (await Try(directory, "ghost" + i, "wrong")).Outcome.ShouldBe(AuthenticationOutcome.InvalidCredentials);

        // The third was one too many: the next waits a second for its turn, also with the right password.
        var waiting = Try(directory, "user1", TestDirectory.Password);
        waiting.IsCompleted.ShouldBeFalse();
        time.Advance(TimeSpan.FromSeconds(1));
        (await waiting).IsSuccess.ShouldBeTrue();

        for (var i = 0; i < 4; i++)
        {
            var next = Try(directory, "ghost" + i, "wrong");
            if (!next.IsCompleted) time.Advance(TimeSpan.FromSeconds(3));
            await next;
        }

        var refused = await Try(directory, "ghost", "wrong");
        refused.Outcome.ShouldBe(AuthenticationOutcome.Throttled);
        refused.RetryAfter.ShouldBeGreaterThan(TimeSpan.FromSeconds(3));

        // Others, and the same later, are let in.
        (await Try(directory, "user1", TestDirectory.Password, new(IPAddress.Parse("192.0.2.2"), 1))).IsSuccess.ShouldBeTrue();
        time.Advance(TimeSpan.FromMinutes(30));
        (await Try(directory, "ghost9", "wrong")).Outcome.ShouldBe(AuthenticationOutcome.InvalidCredentials);
    }

    [Fact]
    public void An_IPv6_host_is_its_whole_network()
    {
        FailureCounter.Unit(IPAddress.Parse("2001:db8:1:2:3:4:5:6")).ShouldBe(IPAddress.Parse("2001:db8:1:2::"));
        FailureCounter.Unit(IPAddress.Parse("::ffff:192.0.2.1")).ShouldBe(IPAddress.Parse("192.0.2.1"));
    }

    [Fact]
    public void Counters_stay_bounded_under_attack()
    {
        var time = new ManualTimeProvider();
        var counter = new FailureCounter(new() { MaxTracked = 100, LockoutThreshold = 1 }, time);
        for (var i = 0; i < 5_000; i++)
        {
            time.Advance(TimeSpan.FromMilliseconds(10));
            counter.Failed("name" + i, new IPAddress(i));
        }

        counter.IsLocked("name4999").ShouldBeTrue();
        counter.IsLocked("name0").ShouldBeFalse();
        counter.Tracked.ShouldBeLessThanOrEqualTo(200);
    }

    [Fact]
    public async Task A_new_password_voids_the_old_at_once()
    {
        await using var directory = await TestDirectory.CreateAsync(1);
        var id = directory.Account("user1@example.com").Id;
        (await Try(directory, "user1", TestDirectory.Password)).IsSuccess.ShouldBeTrue();
        await directory.Passwords.SetAsync(id, "another-password");
        (await Try(directory, "user1", TestDirectory.Password)).IsSuccess.ShouldBeFalse();
        (await Try(directory, "user1", "another-password")).IsSuccess.ShouldBeTrue();
        directory.Current.CredentialsOf(id).All.Length.ShouldBe(1);
        (await Should.ThrowAsync<DirectoryException>(() => directory.Passwords.SetAsync(id, "short"))).Error.ShouldBe(DirectoryError.InvalidPassword);
    }

    [Fact]
    public async Task A_disabled_account_and_new_groups_count_at_once()
    {
        await using var directory = await TestDirectory.CreateAsync(1);
        (await Try(directory, "user1", TestDirectory.Password)).Principal!.Groups.ShouldBeEmpty();
        var group = await directory.Service.AddAsync(new Group { Alias = "g", Members = [directory.Account("user1@example.com").Id] });
        (await Try(directory, "user1", TestDirectory.Password)).Principal!.Groups.ShouldBe([group.Id]);
        await directory.Service.UpdateAsync(directory.Account("user1@example.com") with { LoginEnabled = false });
        (await Try(directory, "user1", TestDirectory.Password)).IsSuccess.ShouldBeFalse();
    }

    [Fact]
    public async Task App_passwords_work_until_revoked_and_are_noted()
    {
        var time = new ManualTimeProvider();
        await using var directory = await TestDirectory.CreateAsync(1, time);
        var id = directory.Account("user1@example.com").Id;
        var phone = await directory.Passwords.AddAppPasswordAsync(id, "phone");
        var tablet = await directory.Passwords.AddAppPasswordAsync(id, "tablet");
        phone.ToString().ShouldNotContain(phone.Secret);
        (await Try(directory, "user1", phone.Secret)).IsSuccess.ShouldBeTrue();
        (await Try(directory, "user1", tablet.Secret.Replace("-", " ", StringComparison.Ordinal).ToUpperInvariant())).IsSuccess.ShouldBeTrue();
        (await Try(directory, "user1", TestDirectory.Password)).IsSuccess.ShouldBeTrue();
        (await Try(directory, "admin", phone.Secret)).IsSuccess.ShouldBeFalse();
        directory.Current.CredentialsOf(id).AppPasswords.Select(p => p.Name).ShouldBe(["phone", "tablet"]);
        directory.Current.CredentialsOf(id).AppPasswords.First().LastUsed.ShouldBe(time.GetUtcNow());

        await directory.Passwords.RevokeAsync(id, phone.Id);
        (await Try(directory, "user1", phone.Secret)).IsSuccess.ShouldBeFalse();
        (await Try(directory, "user1", tablet.Secret)).IsSuccess.ShouldBeTrue();
    }

    [Fact]
    public async Task A_weaker_hash_is_made_anew_at_the_next_log_in()
    {
        await using var directory = await TestDirectory.CreateAsync(1, configure: o => o.Iterations = 20);
        var id = directory.Account("user1@example.com").Id;
        directory.Current.CredentialsOf(id).All[0].Hash.Iterations.ShouldBe(10);
        (await Try(directory, "user1", TestDirectory.Password)).IsSuccess.ShouldBeTrue();
        directory.Current.CredentialsOf(id).All[0].Hash.Iterations.ShouldBe(20);
        (await Try(directory, "user1", TestDirectory.Password)).IsSuccess.ShouldBeTrue();
    }

    [Fact]
    public async Task A_remembered_log_in_costs_no_hash_and_hardly_memory()
    {
        await using var directory = await TestDirectory.CreateAsync(1);
        await Try(directory, "user1@example.com", TestDirectory.Password);
        for (var i = 0; i < 200; i++) await directory.Authenticator.AuthenticateAsync("user1@example.com", TestDirectory.Password, Home, "test");

        const int rounds = 1_000;
        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < rounds; i++)
        {
            var check = directory.Authenticator.AuthenticateAsync("user1@example.com", TestDirectory.Password, Home, "test");
            check.IsCompletedSuccessfully.ShouldBeTrue();
        }

        ((GC.GetAllocatedBytesForCurrentThread() - before) / rounds).ShouldBeLessThanOrEqualTo(64);
    }

    [Fact]
    public async Task Accounts_that_share_a_hash_need_one_computation()
    {
        await using var directory = await TestDirectory.CreateAsync(3);
        await Try(directory, "user1", TestDirectory.Password);
        var hash = directory.Current.CredentialsOf(directory.Account("user2@example.com").Id).All[0].Hash;
        hash.ShouldBeSameAs(directory.Current.CredentialsOf(directory.Account("user1@example.com").Id).All[0].Hash);
        (await Try(directory, "user2", TestDirectory.Password)).Account!.Alias.ShouldBe("user2");
        (await Try(directory, "user2", "wrong")).IsSuccess.ShouldBeFalse();
    }

    [Fact]
    public async Task Remembered_passwords_run_out_and_stay_bounded()
    {
        var time = new ManualTimeProvider();
        var cache = new VerifiedPasswords(10, TimeSpan.FromMinutes(1), time);
        var key = cache.KeyOf(Guid.NewGuid(), "x");
        cache.Add(key, AccountCredentials.None, null);
        cache.Find(key).ShouldNotBeNull();
        cache.Find(cache.KeyOf(Guid.NewGuid(), "x")).ShouldBeNull();
        time.Advance(TimeSpan.FromMinutes(2));
        cache.Find(key).ShouldBeNull();
        for (var i = 0; i < 100; i++) cache.Add(cache.KeyOf(Guid.NewGuid(), "x"), AccountCredentials.None, null);
        cache.Count.ShouldBeLessThanOrEqualTo(10);
        await Task.CompletedTask;
    }

    private static Task<AuthenticationResult> Try(TestDirectory directory, string login, string password, IPEndPoint? from = null) =>
        directory.Authenticator.AuthenticateAsync(login, password, from ?? Home, "test").AsTask();
}
