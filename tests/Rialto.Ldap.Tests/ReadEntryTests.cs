using Rialto.Ldap.Client;
using Rialto.Ldap.Search;
using Rialto.Ldap.Wire;

namespace Rialto.Ldap.Tests;

/// <summary>RFC 4527 (the entry before and after), RFC 4528 (assertions), RFC 3829 (who is logged in), [MS-ADTS] 3.1.1.3.4.1.15 (tree delete).</summary>
public sealed class ReadEntryTests
{
    private const string Dn = "uid=user1,ou=people,dc=example,dc=com";

    [Fact]
    public async Task A_change_shows_the_entry_before_and_after()
    {
        await using var server = await LdapFixture.StartAsync();
        await using var admin = await server.LogInAsync();
        await admin.ModifyAsync(Dn, (2, "title", ["Clerk"]));
        var reply = await admin.ModifyAsync(Dn, w => { Read(w, RequestControls.PreRead, "title", "mail"); Read(w, RequestControls.PostRead, "title"); }, (2, "title", ["Boss"]));
        reply.Code.ShouldBe(ResultCode.Success);
        var before = Entry(reply, RequestControls.PreRead);
        (before.Dn, before["title"].Single(), before["mail"].Single()).ShouldBe((Dn, "Clerk", "user1@example.com"));
        Entry(reply, RequestControls.PostRead)["title"].ShouldBe(["Boss"]);
        Entry(reply, RequestControls.PostRead).Attributes.Count.ShouldBe(1);

        // What is refused shows nothing.
        (await admin.ModifyAsync(Dn, w => Read(w, RequestControls.PreRead, "*"), (1, "title", ["Clerk"]))).Controls.ShouldBeEmpty();
    }

    [Fact]
    public async Task Renaming_adding_and_removing_show_it_too()
    {
        await using var server = await LdapFixture.StartAsync();
        await using var admin = await server.LogInAsync();
        var renamed = await admin.RequestAsync(Tags.ModifyDnRequest, w => { w.WriteText(Dn); w.WriteText("uid=uno"); w.WriteBoolean(true); }, w => { Read(w, RequestControls.PreRead, "uid"); Read(w, RequestControls.PostRead, "uid"); });
        (Entry(renamed, RequestControls.PreRead)["uid"][0], Entry(renamed, RequestControls.PostRead).Dn).ShouldBe(("user1", "uid=uno,ou=people,dc=example,dc=com"));
        var removed = await admin.RequestAsync(Tags.DeleteRequest, "uid=uno,ou=people,dc=example,dc=com"u8.ToArray(), w => { Read(w, RequestControls.PreRead, "+"); Critical(w, RequestControls.TreeDelete); });
        (removed.Code, Entry(removed, RequestControls.PreRead)["entryDN"][0]).ShouldBe((ResultCode.Success, "uid=uno,ou=people,dc=example,dc=com"));

        // There is no entry before an addition, and none after a removal.
        (await admin.RequestAsync(Tags.DeleteRequest, "uid=user2,ou=people,dc=example,dc=com"u8.ToArray(), w => Read(w, RequestControls.PostRead, "uid"))).Code.ShouldBe(ResultCode.UnavailableCriticalExtension);
    }

    [Fact]
    public async Task Assertions_guard_comparing_and_renaming()
    {
        await using var server = await LdapFixture.StartAsync();
        await using var admin = await server.LogInAsync();
        (await RenameAsync("(title=Boss)")).Code.ShouldBe(ResultCode.AssertionFailed);
        server.Directory.Account("user1@example.com").Alias.ShouldBe("user1");
        (await CompareAsync("(title=Boss)")).Code.ShouldBe(ResultCode.AssertionFailed);
        (await CompareAsync("(mail=user1@*)")).Code.ShouldBe(ResultCode.CompareTrue);
        (await RenameAsync("(mail=user1@*)")).Code.ShouldBe(ResultCode.Success);

        Task<LdapTestClient.Reply> RenameAsync(string filter) => admin.RequestAsync(Tags.ModifyDnRequest, w => { w.WriteText(Dn); w.WriteText("uid=uno"); w.WriteBoolean(true); }, Asserting(filter));
        Task<LdapTestClient.Reply> CompareAsync(string filter) => admin.RequestAsync(
            Tags.CompareRequest,
            w =>
            {
                w.WriteText(Dn);
                var assertion = w.Begin(Tags.Sequence);
                w.WriteText("uid");
                w.WriteText("user1");
                w.End(assertion);
            },
            Asserting(filter));
    }

    [Fact]
    public async Task A_log_in_tells_who_it_is()
    {
        await using var server = await LdapFixture.StartAsync();
        await using var client = await server.ConnectAsync();
        var reply = await client.SaslAsync("PLAIN", $"\0user1\0{Testing.TestDirectory.Password}", w => Critical(w, RequestControls.AuthorizationIdentity));
        reply.Code.ShouldBe(ResultCode.Success);
        System.Text.Encoding.UTF8.GetString(reply.Control(RequestControls.AuthorizationIdentityResponse)!.Value.Value!).ShouldBe("dn:" + Dn);
        (await client.SaslAsync("PLAIN", "\0user1\0wrong", w => Critical(w, RequestControls.AuthorizationIdentity))).Controls.ShouldBeEmpty();
    }

    private static Action<BerWriter> Asserting(string filter) => w => RequestControls.Write(w, RequestControls.Assertion, v => v.WriteRaw(FilterText.Encode(filter)));

    private static void Critical(BerWriter w, string oid)
    {
        var control = w.Begin(Tags.Sequence);
        w.WriteText(oid);
        w.WriteBoolean(true);
        w.End(control);
    }

    private static void Read(BerWriter w, string oid, params string[] attributes)
    {
        using var inner = new BerWriter();
        var list = inner.Begin(Tags.Sequence);
        foreach (var attribute in attributes) inner.WriteText(attribute);
        inner.End(list);
        var control = w.Begin(Tags.Sequence);
        w.WriteText(oid);
        w.WriteBoolean(true);
        w.WriteOctets(inner.Written);
        w.End(control);
    }

    private static LdapTestClient.Entry Entry(LdapTestClient.Reply reply, string oid) => LdapTestClient.ReadEntry(reply.Control(oid)!.Value.Value!);
}
