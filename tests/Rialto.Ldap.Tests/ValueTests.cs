using System.Text;
using Rialto.Ldap.Client;
using Rialto.Ldap.Schema;
using Rialto.Ldap.Search;
using Rialto.Ldap.Wire;

namespace Rialto.Ldap.Tests;

/// <summary>Which values are sent and changed: RFC 3876 (matched values), RFC 4511 4.6, RFC 4512 2.5.2 (options) and 3.4 (time stamps), RFC 4529 (attributes by class).</summary>
public sealed class ValueTests
{
    private const string Dn = "uid=user1,ou=people,dc=example,dc=com";

    [Fact]
    public async Task Only_matched_values_are_sent()
    {
        await using var server = await LdapFixture.StartAsync();
        await using var admin = await server.LogInAsync();
        await admin.ModifyAsync(Dn, (0, "proxyAddresses", ["smtp:one@example.com", "smtp:two@example.com"]), (2, "description", ["red", "green", "blue"]), (2, "shoeSize", ["44", "45"]));
        string[] attributes = ["proxyAddresses", "description", "shoeSize", "cn"];
        var some = (await admin.SearchAsync("(uid=user1)", attributes: attributes, controls: Values("(proxyAddresses=smtp:t*)", "(description=GREEN)", "(shoeSize=45)"))).Entries.Single();
        some["proxyAddresses"].ShouldBe(["smtp:two@example.com"]);
        some["description"].ShouldBe(["green"]);
        some["shoeSize"].ShouldBe(["45"]);
        some.Attributes.Keys.ShouldNotContain("cn");
        var all = (await admin.SearchAsync("(uid=user1)", attributes: attributes, controls: Values("(proxyAddresses=*)"))).Entries.Single();
        all["proxyAddresses"].Length.ShouldBe(3);
        all.Attributes.Count.ShouldBe(1);
        (await admin.SearchAsync("(uid=user1)", "", SearchScope.Base, controls: Values("(supportedControl=1.2.826*)"))).Entries.ShouldBeEmpty();
        (await admin.SearchAsync("(objectClass=*)", "", SearchScope.Base, ["supportedControl"], controls: Values("(supportedControl=1.2.826*)"))).Entries.Single()["supportedControl"].ShouldBe(["1.2.826.0.1.3344810.2.3"]);

        // Items are single: no and, or, not.
        (await admin.SearchAsync("(uid=user1)", controls: Values("(&(cn=a)(sn=b))"))).Code.ShouldBe(ResultCode.ProtocolError);
        (await admin.SearchAsync("(uid=user1)", controls: Values())).Code.ShouldBe(ResultCode.ProtocolError);
    }

    [Fact]
    public async Task Single_certificates_come_and_go()
    {
        await using var server = await LdapFixture.StartAsync();
        await using var admin = await server.LogInAsync();
        byte[] one = [0x30, 1, 1], two = [0x30, 1, 2], three = [0x30, 1, 3];
        (await ChangeAsync((0, "userCertificate;binary", [one]))).ShouldBe(ResultCode.Success);
        (await ChangeAsync((0, "userCertificate", [two, three]))).ShouldBe(ResultCode.Success);
        (await ChangeAsync((0, "userCertificate", [two]))).ShouldBe(ResultCode.AttributeOrValueExists);
        (await ChangeAsync((1, "userCertificate", [one]))).ShouldBe(ResultCode.Success);
        (await ChangeAsync((1, "userCertificate", [one]))).ShouldBe(ResultCode.NoSuchAttribute);
        (await CertificatesAsync()).ShouldBe([two, three]);
        (await ChangeAsync((1, "userCertificate", [three]), (0, "userCertificate", [one]))).ShouldBe(ResultCode.Success);
        (await CertificatesAsync()).ShouldBe([two, one]);
        (await ChangeAsync((1, "userCertificate;binary", []))).ShouldBe(ResultCode.Success);
        (await CertificatesAsync()).ShouldBeEmpty();

        async Task<ResultCode> ChangeAsync(params (int, string, byte[][])[] changes) => (await admin.ModifyAsync(Dn, null, changes)).Code;
        async Task<IEnumerable<byte[]>> CertificatesAsync() => (await admin.SearchAsync("(uid=user1)", attributes: ["userCertificate"])).Entries.Single().Attributes.GetValueOrDefault("userCertificate;binary") ?? [];
    }

    [Fact]
    public async Task A_photo_is_added_where_there_is_none_and_taken_away_by_its_value()
    {
        await using var server = await LdapFixture.StartAsync();
        await using var admin = await server.LogInAsync();
        byte[] photo = [0xFF, 0xD8, 1], other = [0xFF, 0xD8, 2];
        (await admin.ModifyAsync(Dn, null, [(0, "jpegPhoto", [photo])])).Code.ShouldBe(ResultCode.Success);
        (await admin.ModifyAsync(Dn, null, [(0, "jpegPhoto", [other])])).Code.ShouldBe(ResultCode.ConstraintViolation);
        (await admin.ModifyAsync(Dn, null, [(1, "jpegPhoto", [other])])).Code.ShouldBe(ResultCode.NoSuchAttribute);
        (await admin.ModifyAsync(Dn, null, [(1, "thumbnailPhoto", [photo]), (0, "thumbnailPhoto", [other])])).Code.ShouldBe(ResultCode.Success);
        (await admin.SearchAsync("(uid=user1)", attributes: ["jpegPhoto"])).Entries.Single().Attributes["jpegPhoto"].ShouldBe([other]);

        // Too large: nothing of the request happens.
        (await admin.ModifyAsync(Dn, null, [(2, "title", ["Boss"u8.ToArray()]), (2, "jpegPhoto", [new byte[5 << 20]])])).Code.ShouldBe(ResultCode.AdminLimitExceeded);
        server.Directory.Account("user1@example.com").Details.Title.ShouldBeNull();
    }

    [Fact]
    public async Task Options_that_are_not_known_make_a_description_unknown()
    {
        await using var server = await LdapFixture.StartAsync();
        await using var admin = await server.LogInAsync();
        (await admin.SearchAsync("(cn;lang-de=User 1)")).Entries.ShouldBeEmpty();
        (await admin.SearchAsync("(!(cn;lang-de=User 1))")).Entries.ShouldBeEmpty();
        var entry = (await admin.SearchAsync("(uid=user1)", attributes: ["cn;lang-de", "mail;binary", "CN"])).Entries.Single();
        entry.Attributes.Keys.ShouldBe(["CN"], Case.Insensitive);
        (await admin.ModifyAsync(Dn, (2, "title;lang-en", ["Boss"]))).Code.ShouldBe(ResultCode.UndefinedAttributeType);
        (await admin.CompareAsync(Dn, "cn;lang-en", "User 1")).Code.ShouldBe(ResultCode.UndefinedAttributeType);
    }

    [Fact]
    public async Task Times_are_kept_and_compared()
    {
        await using var server = await LdapFixture.StartAsync();
        await using var admin = await server.LogInAsync();
        (await admin.ModifyAsync(Dn, (2, "title", ["Boss"]))).Code.ShouldBe(ResultCode.Success);
        var entry = (await admin.SearchAsync("(uid=user1)", attributes: ["+"])).Entries.Single();
        var (created, modified) = (GeneralizedTime.Parse(entry["createTimestamp"].Single())!.Value, GeneralizedTime.Parse(entry["modifyTimestamp"].Single())!.Value);
        modified.ShouldBeGreaterThanOrEqualTo(created);
        (TimeProvider.System.GetUtcNow() - modified).ShouldBeLessThan(TimeSpan.FromMinutes(5));
        (await admin.SearchAsync($"(&(uid=user1)(modifyTimestamp={entry["modifyTimestamp"][0]})(whenChanged<={modified:yyyyMMddHHmmss}.0Z))")).Entries.Count.ShouldBe(1);
        (await admin.SearchAsync($"(&(uid=user1)(createTimestamp>={created.AddHours(1):yyyyMMddHH}Z))")).Entries.ShouldBeEmpty();
        (await admin.SearchAsync("(uid=user1)")).Entries.Single().Attributes.Keys.ShouldNotContain("createTimestamp");
        (await admin.SearchAsync("(objectClass=*)", "cn=Subschema", SearchScope.Base, ["attributeTypes"])).Entries.Single()["attributeTypes"].ShouldContain(t => t.Contains("'modifyTimestamp'", StringComparison.Ordinal) && t.Contains("generalizedTimeOrderingMatch", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("20260131120000Z", "2026-01-31T12:00:00Z")]
    [InlineData("202601311200+0130", "2026-01-31T10:30:00Z")]
    [InlineData("2026013112.5-01", "2026-01-31T13:30:00Z")]
    [InlineData("20260131120000,25Z", "2026-01-31T12:00:00.25Z")]
    [InlineData("20260131120000", null)]
    [InlineData("20261331120000Z", null)]
    [InlineData("2026Z", null)]
    [InlineData("20260131120000.Z", null)]
    [InlineData("00010101000000+2300", null)]
    public void Times_have_many_forms(string text, string? expected) =>
        GeneralizedTime.Parse(text).ShouldBe(expected is null ? null : DateTimeOffset.Parse(expected, System.Globalization.CultureInfo.InvariantCulture));

    [Fact]
    public async Task Attributes_are_asked_for_by_class()
    {
        await using var server = await LdapFixture.StartAsync();
        await using var admin = await server.LogInAsync();
        await admin.ModifyAsync(Dn, (2, "title", ["Boss"]), (2, "mobile", ["123"]));
        (await admin.SearchAsync("(uid=user1)", attributes: ["@organizationalPerson"])).Entries.Single().Attributes.Keys.ShouldBe(["title", "cn", "objectClass"], ignoreOrder: true);
        (await admin.SearchAsync("(uid=user1)", attributes: ["@nothing"])).Entries.Single().Attributes.ShouldBeEmpty();
    }

    [Fact]
    public async Task A_cancelled_search_says_so_and_so_does_the_cancel()
    {
        await using var server = await LdapFixture.StartAsync(o => o.FlushSize = 256, users: 60);
        await using var client = await server.LogInAsync();
        using var search = new BerWriter();
        LdapTestClient.WriteSearch(search, "(objectClass=*)");
        await client.SendAsync([.. LdapTestClient.Message(40, Tags.SearchRequest, search.Written.ToArray()), .. LdapTestClient.Message(41, Tags.ExtendedRequest, Cancel(40)), .. LdapTestClient.Message(42, Tags.ExtendedRequest, Cancel(40))]);
        var found = (await client.ReceiveAsync())!;
        found.Code.ShouldBe(ResultCode.Canceled);
        found.Entries.Count.ShouldBeLessThan(60);
        (await client.ReceiveAsync())!.Code.ShouldBe(ResultCode.Success);
        (await client.ReceiveAsync())!.Code.ShouldBe(ResultCode.NoSuchOperation);

        static byte[] Cancel(int id)
        {
            using var value = new BerWriter();
            var sequence = value.Begin(Tags.Sequence);
            value.WriteInteger(id);
            value.End(sequence);
            using var request = new BerWriter();
            request.WriteText("1.3.6.1.1.8", 0x80);
            request.WriteOctets(value.Written, 0x81);
            return request.Written.ToArray();
        }
    }

    private static Action<BerWriter> Values(params string[] items) => w => RequestControls.Write(w, RequestControls.MatchedValues, v =>
    {
        var list = v.Begin(Tags.Sequence);
        foreach (var item in items) v.WriteRaw(FilterText.Encode(item));
        v.End(list);
    });
}
