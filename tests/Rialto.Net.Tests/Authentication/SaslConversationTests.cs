using System.Net;
using System.Security.Cryptography;
using System.Text;
using Rialto.Directory;
using Rialto.Testing;

namespace Rialto.Net.Tests.Authentication;

public sealed class SaslConversationTests
{
    private static readonly IPEndPoint Home = new(IPAddress.Parse("192.0.2.1"), 5000);
    private static readonly ChannelBindings Bindings = new([[1, 2, 3]], [4, 5, 6]);

    [Theory]
    [InlineData("user1", "EXAMPLE")]
    [InlineData("user1", "example")]
    [InlineData("USER1", "example.com")]
    [InlineData("user1@example.com", "")]
    [InlineData("user1", "")]
    [InlineData("user1", "WORKSTATION")]
    public async Task Ntlm_lets_in_who_knows_the_password(string user, string domain)
    {
        await using var directory = await CreateAsync(ntlm: true);
        using var client = NtlmClient.Create(user, TestDirectory.Password, domain);
        var answer = await NtlmClient.RunAsync(Begin(directory, "NTLM"), client);
        answer.Outcome.ShouldBe(SaslOutcome.Success);
        answer.Result.Account!.PrimaryAddress.ShouldBe("user1@example.com");
        answer.AuthorisationId.ShouldBe("");
    }

    [Theory]
    [InlineData("user1", "not-the-password")]
    [InlineData("user2", TestDirectory.Password)]
    [InlineData("ghost", TestDirectory.Password)]
    public async Task Ntlm_refuses_the_wrong_password_who_did_not_ask_for_it_and_nobody_alike(string user, string password)
    {
        await using var directory = await CreateAsync(ntlm: true);
        using var client = NtlmClient.Create(user, password, "EXAMPLE");
        var answer = await NtlmClient.RunAsync(Begin(directory, "NTLM"), client);
        (answer.Outcome, answer.Result.Outcome, answer.Result.Account).ShouldBe((SaslOutcome.Refused, AuthenticationOutcome.InvalidCredentials, null));
    }

    [Fact]
    public async Task The_nt_hash_comes_with_the_password_in_plain_and_goes_when_it_is_not_wanted()
    {
        await using var directory = await CreateAsync(ntlm: false);
        var id = directory.Account("user1@example.com").Id;
        (await directory.Authenticator.AuthenticateAsync("user1", TestDirectory.Password, Home, "test")).IsSuccess.ShouldBeTrue();
        directory.Current.CredentialsOf(id).HasNtHash.ShouldBeFalse();
        await directory.Service.UpdateAsync(directory.Account("user1@example.com") with { NtlmEnabled = true });
        (await LogInAsync(directory, TestDirectory.Password)).ShouldBe(SaslOutcome.Refused);

        // Remembered as it is, the password is looked at again.
        (await directory.Authenticator.AuthenticateAsync("user1", TestDirectory.Password, Home, "test")).IsSuccess.ShouldBeTrue();
        directory.Current.CredentialsOf(id).HasNtHash.ShouldBeTrue();
        (await LogInAsync(directory, TestDirectory.Password)).ShouldBe(SaslOutcome.Success);

        var app = await directory.Passwords.AddAppPasswordAsync(id, "phone");
        (await LogInAsync(directory, app.Secret)).ShouldBe(SaslOutcome.Success);
        await directory.Passwords.SetAsync(id, "another-password");
        (await LogInAsync(directory, TestDirectory.Password)).ShouldBe(SaslOutcome.Refused);
        (await LogInAsync(directory, "another-password")).ShouldBe(SaslOutcome.Success);

        var rows = (await directory.Storage.LoadAllAsync(CancellationToken.None)).Credentials.Where(c => c.AccountId == id).Select(c => Encoding.UTF8.GetString(c.Payload.Span)).ToList();
        rows.ShouldAllBe(r => r.Contains("\"nt\":", StringComparison.Ordinal));
        var hash = Convert.ToBase64String(NtHash.Of("another-password"));
        rows.ShouldAllBe(r => !r.Contains(hash, StringComparison.Ordinal));

        // Another key opens nothing, and the next use in plain seals it anew.
        directory.Service.Key = SecretKey.CreateRandom();
        (await LogInAsync(directory, "another-password")).ShouldBe(SaslOutcome.Refused);
        (await directory.Authenticator.AuthenticateAsync("user1", "another-password", Home, "test")).IsSuccess.ShouldBeTrue();
        (await LogInAsync(directory, "another-password")).ShouldBe(SaslOutcome.Success);

        await directory.Service.UpdateAsync(directory.Account("user1@example.com") with { NtlmEnabled = false });
        (await directory.Storage.LoadAllAsync(CancellationToken.None)).Credentials.Any(c => Encoding.UTF8.GetString(c.Payload.Span).Contains("\"nt\":", StringComparison.Ordinal)).ShouldBeFalse();
        (await LogInAsync(directory, "another-password")).ShouldBe(SaslOutcome.Refused);
    }

    [Fact]
    public async Task Wrong_proofs_lock_a_name_out_as_wrong_passwords_do_but_not_where_it_was_proved_before()
    {
        await using var directory = await CreateAsync(ntlm: true, o => o.LockoutThreshold = 2);
        (await LogInAsync(directory, TestDirectory.Password)).ShouldBe(SaslOutcome.Success);
        var other = new IPEndPoint(IPAddress.Parse("198.51.100.7"), 1);
        for (var i = 0; i < 2; i++) (await LogInAsync(directory, "guess", other)).ShouldBe(SaslOutcome.Refused);
        (await directory.Authenticator.AuthenticateAsync("user1", TestDirectory.Password, other, "test")).Outcome.ShouldBe(AuthenticationOutcome.LockedOut);
        (await LogInAsync(directory, TestDirectory.Password, other)).ShouldBe(SaslOutcome.Refused);
        (await LogInAsync(directory, TestDirectory.Password)).ShouldBe(SaslOutcome.Success);
        (await directory.Authenticator.AuthenticateAsync("user1", "\0proved", Home, "test")).IsSuccess.ShouldBeFalse();
        (await directory.Authenticator.AuthenticateAsync("user1", "", Home, "test")).IsSuccess.ShouldBeFalse();
    }

    [Theory]
    [InlineData("SCRAM-SHA-256", "n,,")]
    [InlineData("SCRAM-SHA-256-PLUS", "p=tls-server-end-point,,")]
    [InlineData("SCRAM-SHA-256-PLUS", "p=tls-unique,,")]
    public async Task Scram_proves_the_password_and_app_passwords_and_so_does_the_server(string mechanism, string header)
    {
        await using var directory = await CreateAsync(ntlm: false);
        var app = await directory.Passwords.AddAppPasswordAsync(directory.Account("user1@example.com").Id, "phone");
        foreach (var password in (string[])[TestDirectory.Password, app.Secret])
        {
            var answer = await ScramAsync(Begin(directory, mechanism), header, "user1", password);
            answer.Outcome.ShouldBe(SaslOutcome.Success);
            answer.Result.Account!.PrimaryAddress.ShouldBe("user1@example.com");
        }

        (await ScramAsync(Begin(directory, mechanism), header, "user1", "wrong")).Outcome.ShouldBe(SaslOutcome.Refused);
        (await ScramAsync(Begin(directory, mechanism), header, "ghost", TestDirectory.Password)).Outcome.ShouldBe(SaslOutcome.Refused);
    }

    [Fact]
    public async Task Scram_survives_a_new_password_with_the_app_passwords_and_comes_to_old_ones_when_they_are_used()
    {
        await using var directory = await CreateAsync(ntlm: false);
        var id = directory.Account("user1@example.com").Id;
        var app = await directory.Passwords.AddAppPasswordAsync(id, "phone");
        await directory.Passwords.SetAsync(id, "another-password");
        (await ScramAsync(Begin(directory, "SCRAM-SHA-256"), "n,,", "user1", app.Secret)).Outcome.ShouldBe(SaslOutcome.Success);
        (await ScramAsync(Begin(directory, "SCRAM-SHA-256"), "n,,", "user1", "another-password")).Outcome.ShouldBe(SaslOutcome.Success);
        (await ScramAsync(Begin(directory, "SCRAM-SHA-256"), "n,,", "user1", TestDirectory.Password)).Outcome.ShouldBe(SaslOutcome.Refused);
    }

    [Fact]
    public async Task Names_without_an_account_get_a_salt_that_stays()
    {
        await using var directory = await CreateAsync(ntlm: false);
        var known = directory.Authenticator.ScramParametersOf("user1");
        var unknown = directory.Authenticator.ScramParametersOf("ghost");
        unknown.Iterations.ShouldBe(known.Iterations);
        unknown.Salt.Length.ShouldBe(known.Salt.Length);
        directory.Authenticator.ScramParametersOf("ghost@example.com").ShouldBe(unknown);
        directory.Authenticator.ScramParametersOf("EXAMPLE\\ghost").ShouldBe(unknown);
        directory.Authenticator.ScramParametersOf("other").ShouldNotBe(unknown);
        directory.Authenticator.ScramParametersOf("EXAMPLE\\user1").ShouldBe(known);
    }

    [Fact]
    public async Task What_is_offered_follows_the_options_and_the_connection()
    {
        await using var directory = await CreateAsync(ntlm: false);
        var plain = new AuthenticationService(directory.Authenticator);
        plain.Mechanisms(Context(null)).ShouldBe(["SCRAM-SHA-256", "PLAIN", "LOGIN"]);
        plain.Mechanisms(Context(Bindings)).ShouldBe(["SCRAM-SHA-256-PLUS", "SCRAM-SHA-256", "PLAIN", "LOGIN"]);
        plain.Mechanisms(Context(new([[1]]))).ShouldBe(["SCRAM-SHA-256", "PLAIN", "LOGIN"]);
        plain.Begin("NTLM"u8, Context(null)).ShouldBeNull();
        plain.Begin("SCRAM-SHA-256-PLUS"u8, Context(null)).ShouldBeNull();
        plain.Begin("CRAM-MD5"u8, Context(null)).ShouldBeNull();
        var options = new SignInOptions { SaslMechanismsOf = { ["imap"] = "NTLM GSSAPI OAUTHBEARER PLAIN" } };
        new AuthenticationService(directory.Authenticator, options).Mechanisms(Context(null)).ShouldBe(["NTLM", "PLAIN"]);
        var elsewhere = new SignInOptions();
        elsewhere.KeepPasswordsElsewhere();
        new AuthenticationService(directory.Authenticator, elsewhere).Mechanisms(Context(Bindings)).ShouldBe(["PLAIN", "LOGIN"]);
    }

    [Fact]
    public async Task Whatever_comes_ends_one_conversation_at_most()
    {
        await using var directory = await CreateAsync(ntlm: true, o => o.AddressFreeFailures = int.MaxValue);
        var random = new Random(7);
        foreach (var mechanism in (string[])["PLAIN", "LOGIN", "SCRAM-SHA-256", "SCRAM-SHA-256-PLUS", "NTLM"])
        {
            foreach (var line in (string[])["*", "!", "AAA", "AA A", "====", new string('A', 200_000), "TlRMTVNTUAABAAAA", "biws"])
            {
                var answer = await Begin(directory, mechanism).StepAsync(Encoding.ASCII.GetBytes(line));
                answer.Outcome.ShouldNotBe(SaslOutcome.Success);
                if (line == "*") answer.Outcome.ShouldBe(SaslOutcome.Cancelled);
            }

            for (var i = 0; i < 200; i++)
            {
                var conversation = Begin(directory, mechanism);
                for (var step = 0; step < 4; step++)
                {
                    var octets = new byte[random.Next(120)];
                    random.NextBytes(octets);
                    if (mechanism == "NTLM") "NTLMSSP\0"u8.CopyTo(octets.Length > 16 ? octets : octets = new byte[64]);
                    if (octets.Length > 16 && mechanism == "NTLM") octets[8] = (byte)(step + 1);
                    var answer = await conversation.AnswerAsync(octets);
                    answer.Outcome.ShouldNotBe(SaslOutcome.Success);
                    if (answer.Outcome != SaslOutcome.Challenge) (await conversation.AnswerAsync(octets)).Outcome.ShouldBe(SaslOutcome.Malformed);
                }
            }
        }
    }

    private static async Task<TestDirectory> CreateAsync(bool ntlm, Action<AuthenticationOptions>? configure = null)
    {
        var directory = await TestDirectory.CreateAsync(2, configure: configure);
        directory.Service.Key = SecretKey.CreateRandom();
        if (!ntlm) return directory;
        await directory.Service.UpdateAsync(directory.Account("user1@example.com") with { NtlmEnabled = true });
        await directory.Passwords.SetAsync(directory.Account("user1@example.com").Id, TestDirectory.Password);
        return directory;
    }

    private static SaslContext Context(ChannelBindings? bindings, IPEndPoint? remote = null) => new("imap", remote ?? Home, bindings, CancellationToken.None);

    private static SaslConversation Begin(TestDirectory directory, string mechanism, IPEndPoint? remote = null)
    {
        var options = new SignInOptions { SaslMechanisms = ["NTLM", "SCRAM-SHA-256", "SCRAM-SHA-256-PLUS", "PLAIN", "LOGIN"] };
        return new AuthenticationService(directory.Authenticator, options).Begin(Encoding.ASCII.GetBytes(mechanism.ToLowerInvariant()), Context(Bindings, remote)).ShouldNotBeNull();
    }

    private static async Task<SaslOutcome> LogInAsync(TestDirectory directory, string password, IPEndPoint? remote = null)
    {
        using var client = NtlmClient.Create("user1", password, "EXAMPLE");
        return (await NtlmClient.RunAsync(Begin(directory, "NTLM", remote), client)).Outcome;
    }

    /// <summary>A client of SCRAM, after RFC 5802 3; checks the server's own proof.</summary>
    private static async Task<SaslAnswer> ScramAsync(SaslConversation conversation, string header, string user, string password)
    {
        var bare = $"n={user},r=clientnonce";
        var first = await conversation.StepAsync(Base64(header + bare));
        first.Outcome.ShouldBe(SaslOutcome.Challenge);
        var told = Encoding.ASCII.GetString(first.Octets!);
        var parts = told.Split(',');
        var salted = Rfc2898DeriveBytes.Pbkdf2(password, Convert.FromBase64String(parts[1][2..]), int.Parse(parts[2][2..], System.Globalization.CultureInfo.InvariantCulture), HashAlgorithmName.SHA256, 32);
        byte[] binding = header.Contains("unique", StringComparison.Ordinal) ? [4, 5, 6] : header.StartsWith('p') ? [1, 2, 3] : [];
        var final = $"c={Convert.ToBase64String([.. Encoding.ASCII.GetBytes(header), .. binding])},{parts[0]}";
        var message = Encoding.ASCII.GetBytes($"{bare},{told},{final}");
        var clientKey = HMACSHA256.HashData(salted, "Client Key"u8);
        var signature = HMACSHA256.HashData(SHA256.HashData(clientKey), message);
        var proof = clientKey.Zip(signature, (a, b) => (byte)(a ^ b)).ToArray();
        var answer = await conversation.StepAsync(Base64($"{final},p={Convert.ToBase64String(proof)}"));
        if (answer.Outcome != SaslOutcome.Challenge) return answer;
        Encoding.ASCII.GetString(answer.Octets!).ShouldBe("v=" + Convert.ToBase64String(HMACSHA256.HashData(HMACSHA256.HashData(salted, "Server Key"u8), message)));
        return await conversation.StepAsync(ReadOnlyMemory<byte>.Empty);
    }

    private static byte[] Base64(string text) => Encoding.ASCII.GetBytes(Convert.ToBase64String(Encoding.UTF8.GetBytes(text)));
}
