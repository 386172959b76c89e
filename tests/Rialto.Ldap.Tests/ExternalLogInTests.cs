using Rialto.Directory;
using Rialto.Ldap.Wire;

namespace Rialto.Ldap.Tests;

/// <summary>RFC 4513 5.2.3: log-in by a client's certificate.</summary>
public sealed class ExternalLogInTests : IDisposable
{
    private readonly TestAuthority authority = new();
    private readonly string file = Path.GetTempFileName();

    public ExternalLogInTests() => File.WriteAllText(file, authority.Pem);

    [Theory]
    [InlineData("CN=Somebody", "user1@example.com", null, "user1")]
    [InlineData("CN=Somebody", null, "user2@example.com", "user2")]
    [InlineData("DC=com, DC=example, OU=people, UID=user1", null, null, "user1")]
    public async Task Whoever_the_certificate_names_is_logged_in(string subject, string? email, string? principal, string expected)
    {
        await using var server = await StartAsync();
        await using var client = await server.ConnectAsync();
        using var certificate = authority.Issue(subject.StartsWith("DC=", StringComparison.Ordinal) ? "0.9.2342.19200300.100.1.1=user1, OU=people, DC=example, DC=com" : subject, forServer: false, email, principal);
        (await client.ExtendedAsync("1.3.6.1.4.1.1466.20037")).Code.ShouldBe(ResultCode.Success);
        await client.SecureAsync(certificate);
        (await client.SearchAsync("(objectClass=*)", "", SearchScope.Base, ["supportedSASLMechanisms"])).Entries.Single()["supportedSASLMechanisms"].ShouldBe(["EXTERNAL", "SCRAM-SHA-256", "PLAIN"]);
        (await client.SaslAsync("EXTERNAL", "")).Code.ShouldBe(ResultCode.Success);
        (await client.SearchAsync($"(uid={expected})")).Entries.Count.ShouldBe(1);
        (await client.SaslAsync("EXTERNAL", $"u:{expected}")).Code.ShouldBe(ResultCode.Success);
        (await client.SaslAsync("EXTERNAL", "u:admin")).Code.ShouldBe(ResultCode.InvalidCredentials);

        // Who was logged in is nobody after a log-in that failed.
        (await client.SearchAsync($"(uid={expected})")).Code.ShouldBe(ResultCode.InsufficientAccessRights);
    }

    [Fact]
    public async Task Others_certificates_log_nobody_in()
    {
        await using var server = await StartAsync();
        using var stranger = new TestAuthority();
        using var foreign = stranger.Issue("CN=x", forServer: false, "admin@example.com");
        using var serverOnly = authority.Issue("CN=x", forServer: true, "user1@example.com");
        using var unknown = authority.Issue("CN=x", forServer: false, "nobody@example.com");
        foreach (var certificate in new[] { foreign, serverOnly, unknown })
        {
            await using var client = await server.ConnectAsync();
            (await client.ExtendedAsync("1.3.6.1.4.1.1466.20037")).Code.ShouldBe(ResultCode.Success);
            await client.SecureAsync(certificate);
            (await client.SaslAsync("EXTERNAL", "")).Code.ShouldBe(ResultCode.InvalidCredentials);
        }

        await using var without = await server.ConnectAsync();
        (await without.SaslAsync("EXTERNAL", "")).Code.ShouldBe(ResultCode.InappropriateAuthentication);
        await without.ExtendedAsync("1.3.6.1.4.1.1466.20037");
        await without.SecureAsync();
        (await without.SaslAsync("EXTERNAL", "")).Code.ShouldBe(ResultCode.InappropriateAuthentication);
        (await without.BindAsync("user1", Testing.TestDirectory.Password)).ShouldBe(ResultCode.Success);
    }

    [Fact]
    public async Task Who_may_not_log_in_does_not_by_certificate_either()
    {
        await using var server = await StartAsync();
        var account = server.Directory.Account("user1@example.com");
        await server.Directory.Service.UpdateAsync<Account>(account.Id, a => a with { LoginEnabled = false });
        using var certificate = authority.Issue("CN=x", forServer: false, "user1@example.com");
        await using var client = await server.ConnectAsync();
        await client.ExtendedAsync("1.3.6.1.4.1.1466.20037");
        await client.SecureAsync(certificate);
        (await client.SaslAsync("EXTERNAL", "")).Code.ShouldBe(ResultCode.InvalidCredentials);
    }

    [Fact]
    public async Task Where_no_authority_is_named_it_is_not_offered()
    {
        await using var server = await LdapFixture.StartAsync();
        await using var client = await server.ConnectAsync();
        (await client.SaslAsync("EXTERNAL", "")).Code.ShouldBe(ResultCode.AuthMethodNotSupported);
        (await client.SearchAsync("(objectClass=*)", "", SearchScope.Base, ["supportedSASLMechanisms"])).Entries.Single()["supportedSASLMechanisms"].ShouldBe(["SCRAM-SHA-256", "PLAIN"]);
    }

    public void Dispose()
    {
        authority.Dispose();
        File.Delete(file);
    }

    private Task<LdapFixture> StartAsync() => LdapFixture.StartAsync(o => o.ClientCertificateAuthorities = file, asksForCertificates: true);
}
