using System.Text;
using Rialto.Directory;
using Rialto.Ldap.Operations;
using Rialto.Ldap.Search;
using Rialto.Ldap.Wire;
using Rialto.Testing;

namespace Rialto.Ldap.Tests;

public sealed class SessionTests
{
    [Theory]
    [InlineData("cn=admin,dc=example,dc=com")]
    [InlineData("uid=admin,ou=people,dc=example,dc=com")]
    [InlineData("CN=Administrator, OU=people, DC=Example, DC=Com")]
    [InlineData("admin@example.com")]
    [InlineData("admin@example.net")]
    [InlineData("EXAMPLE\\admin")]
    [InlineData("admin")]
    public async Task Every_form_of_the_name_logs_in(string name)
    {
        await using var server = await LdapFixture.StartAsync();
        await using var client = await server.LogInAsync(name);
        var who = await client.ExtendedAsync(ExtendedOperations.WhoAmI);
        Encoding.UTF8.GetString(new BerReader(who.Rest).Read(0x8B)).ShouldBe("dn:uid=admin,ou=people,dc=example,dc=com");
    }

    [Fact]
    public async Task Wrong_names_and_passwords_get_one_answer()
    {
        await using var server = await LdapFixture.StartAsync();
        await using var client = await server.ConnectAsync();
        (await client.BindAsync("user1@example.com", "wrong-password")).ShouldBe(ResultCode.InvalidCredentials);
        (await client.BindAsync("nobody@example.com", "wrong-password")).ShouldBe(ResultCode.InvalidCredentials);
        (await client.BindAsync("uid=nobody,ou=people,dc=example,dc=com", "wrong-password")).ShouldBe(ResultCode.InvalidCredentials);
        (await client.BindAsync("=,=", "wrong-password")).ShouldBe(ResultCode.InvalidCredentials);
        (await client.BindAsync("user1@example.com", "")).ShouldBe(ResultCode.UnwillingToPerform);
        (await client.BindAsync("", "")).ShouldBe(ResultCode.Success);
    }

    [Fact]
    public async Task A_failed_bind_leaves_nobody()
    {
        await using var server = await LdapFixture.StartAsync();
        await using var client = await server.LogInAsync();
        await client.BindAsync("admin", "wrong-password");
        (await client.SearchAsync("(uid=user1)")).Code.ShouldBe(ResultCode.InsufficientAccessRights);
    }

    [Fact]
    public async Task A_disabled_account_loses_its_rights_at_once()
    {
        await using var server = await LdapFixture.StartAsync();
        await using var client = await server.LogInAsync("user1");
        await server.Directory.Service.UpdateAsync<Account>(server.Directory.Account("user1@example.com").Id, a => a with { LoginEnabled = false });
        (await client.SearchAsync("(uid=user1)")).Code.ShouldBe(ResultCode.InsufficientAccessRights);
    }

    [Fact]
    public async Task Passwords_need_tls_unless_local()
    {
        await using var server = await LdapFixture.StartAsync(o => o.AllowPlainTextOnLoopback = false);
        await using var client = await server.ConnectAsync();
        (await client.BindAsync("admin", TestDirectory.Password)).ShouldBe(ResultCode.ConfidentialityRequired);
        (await client.ExtendedAsync(ExtendedOperations.StartTls)).Code.ShouldBe(ResultCode.Success);
        await client.SecureAsync();
        (await client.BindAsync("admin", TestDirectory.Password)).ShouldBe(ResultCode.Success);
        (await client.SearchAsync("(uid=user1)")).Entries.Count.ShouldBe(1);
        (await client.ExtendedAsync(ExtendedOperations.StartTls)).Code.ShouldBe(ResultCode.OperationsError);

        await using var secure = await LdapTestClient.OpenAsync(server.TlsPort);
        await secure.SecureAsync();
        (await secure.BindAsync("admin", TestDirectory.Password)).ShouldBe(ResultCode.Success);
    }

    [Fact]
    public async Task Sasl_plain_logs_in_and_other_mechanisms_are_refused()
    {
        await using var server = await LdapFixture.StartAsync();
        await using var client = await server.ConnectAsync();
        (await SaslAsync("PLAIN", "\0user1@example.com\0" + TestDirectory.Password)).ShouldBe(ResultCode.Success);
        (await SaslAsync("PLAIN", "u:user1\0user1@example.com\0" + TestDirectory.Password)).ShouldBe(ResultCode.Success);
        (await SaslAsync("PLAIN", "u:admin\0user1@example.com\0" + TestDirectory.Password)).ShouldBe(ResultCode.InvalidCredentials);
        (await SaslAsync("PLAIN", "garbage")).ShouldBe(ResultCode.InvalidCredentials);
        (await SaslAsync("EXTERNAL", "")).ShouldBe(ResultCode.AuthMethodNotSupported);
        (await SaslAsync("GSSAPI", "")).ShouldBe(ResultCode.AuthMethodNotSupported);

        async Task<ResultCode> SaslAsync(string mechanism, string credentials) => (await client.RequestAsync(Tags.BindRequest, w =>
        {
            w.WriteInteger(3);
            w.WriteText("");
            var sasl = w.Begin(0xA3);
            w.WriteText(mechanism);
            w.WriteText(credentials);
            w.End(sasl);
        })).Code;
    }

    [Fact]
    public async Task Requests_sent_together_are_answered_in_order()
    {
        await using var server = await LdapFixture.StartAsync();
        await using var client = await server.LogInAsync();
        using var search = new BerWriter();
        LdapTestClient.WriteSearch(search, "(uid=user1)");
        var bytes = Enumerable.Range(100, 50).SelectMany(i => LdapTestClient.Message(i, Tags.SearchRequest, search.Written.ToArray())).ToArray();
        foreach (var part in bytes.Chunk(777)) await client.SendAsync(part);
        for (var i = 0; i < 50; i++) (await client.ReceiveAsync())!.Entries.Count.ShouldBe(1);
    }

    [Fact]
    public async Task Malformed_messages_get_a_notice_and_malformed_requests_an_answer()
    {
        await using var server = await LdapFixture.StartAsync();
        await using var client = await server.ConnectAsync();
        (await client.RequestAsync(Tags.SearchRequest, [0x04, 0x01, 0x41], null)).Code.ShouldBe(ResultCode.ProtocolError);
        (await client.RequestAsync(0x7E, [], null)).Code.ShouldBe(ResultCode.ProtocolError);
        await client.SendAsync([0x30, 0x84, 0x7F, 0xFF, 0xFF, 0xFF, 0x02]);
        var notice = await client.ReceiveAsync();
        notice!.Code.ShouldBe(ResultCode.ProtocolError);
        (await client.ReceiveAsync()).ShouldBeNull();

        foreach (var bytes in new byte[][] { [0x16, 0x03, 0x01], [0x30, 0x80, 0x02, 0x01, 0x01, 0, 0], [0x30, 0x85, 1, 1, 1, 1, 1], [0x30, 0x03, 0x02, 0x01, 0xFF] })
        {
            await using var other = await server.ConnectAsync();
            await other.SendAsync(bytes);
            (await other.ReceiveAsync())!.Code.ShouldBe(ResultCode.ProtocolError);
            (await other.ReceiveAsync()).ShouldBeNull();
        }
    }

    [Fact]
    public async Task Deep_and_wide_filters_are_refused()
    {
        await using var server = await LdapFixture.StartAsync();
        await using var client = await server.LogInAsync();
        (await RawAsync(Nested(63))).Code.ShouldBe(ResultCode.Success);
        (await RawAsync(Nested(2_000))).Code.ShouldBe(ResultCode.ProtocolError);
        using var wide = new BerWriter();
        var or = wide.Begin(0xA1);
        for (var i = 0; i < 5_000; i++) wide.WriteText("cn", 0x87);
        wide.End(or);
        (await RawAsync(wide.Written.ToArray())).Code.ShouldBe(ResultCode.ProtocolError);

        static byte[] Nested(int depth)
        {
            byte[] filter = [0x87, 0x02, (byte)'c', (byte)'n'];
            for (var i = 0; i < depth; i++)
            {
                using var w = new BerWriter();
                w.WriteOctets(filter, 0xA2);
                filter = w.Written.ToArray();
            }

            return filter;
        }

        Task<LdapTestClient.Reply> RawAsync(byte[] filter) => client.RequestAsync(Tags.SearchRequest, w =>
        {
            w.WriteText("dc=example,dc=com");
            w.WriteInteger((int)SearchScope.Sub, Tags.Enumerated);
            w.WriteInteger(0, Tags.Enumerated);
            w.WriteInteger(0);
            w.WriteInteger(0);
            w.WriteBoolean(false);
            w.WriteRaw(filter);
            w.End(w.Begin(Tags.Sequence));
        });
    }

    [Fact]
    public async Task Strangers_send_little()
    {
        await using var server = await LdapFixture.StartAsync();
        await using var client = await server.ConnectAsync();
        await client.SendAsync([0x30, 0x83, 0x02, 0x00, 0x00]);
        (await client.ReceiveAsync())!.Message.ShouldContain("too long");
        (await client.ReceiveAsync()).ShouldBeNull();
    }

    [Fact]
    public async Task Passwords_are_changed_by_their_owners_and_administrators()
    {
        await using var server = await LdapFixture.StartAsync();
        await using var user = await server.LogInAsync("user1");
        (await ChangeAsync(user, null, null, "new-password-1")).Code.ShouldBe(ResultCode.InvalidCredentials);
        (await ChangeAsync(user, null, TestDirectory.Password, "short")).Code.ShouldBe(ResultCode.ConstraintViolation);
        (await ChangeAsync(user, null, TestDirectory.Password, "new-password-1")).Code.ShouldBe(ResultCode.Success);
        (await ChangeAsync(user, "uid=user2,ou=people,dc=example,dc=com", null, "new-password-2")).Code.ShouldBe(ResultCode.InsufficientAccessRights);
        await using var admin = await server.LogInAsync();
        var made = await ChangeAsync(admin, "uid=user2,ou=people,dc=example,dc=com", null, null);
        var generated = new BerReader(new BerReader(made.Rest).Read(0x8B)).ReadConstructed(Tags.Sequence).ReadText(0x80);
        await using var second = await server.LogInAsync("user2", generated);
        await using var first = await server.LogInAsync("user1", "new-password-1");

        static Task<LdapTestClient.Reply> ChangeAsync(LdapTestClient client, string? user, string? old, string? given)
        {
            using var w = new BerWriter();
            var sequence = w.Begin(Tags.Sequence);
            if (user is not null) w.WriteText(user, 0x80);
            if (old is not null) w.WriteText(old, 0x81);
            if (given is not null) w.WriteText(given, 0x82);
            w.End(sequence);
            return client.ExtendedAsync(ExtendedOperations.PasswordModify, w.Written.ToArray());
        }
    }
}
