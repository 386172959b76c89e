using Rialto.Ldap.Search;
using Rialto.Ldap.Wire;

namespace Rialto.Ldap.Tests;

public sealed class ControlTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(7)]
    [InlineData(21)]
    [InlineData(50)]
    public async Task Pages_give_everyone_once(int size)
    {
        await using var server = await LdapFixture.StartAsync(users: 20);
        await using var client = await server.LogInAsync("user1");
        var seen = new List<string>();
        byte[] cookie = [];
        var pages = 0;
        do
        {
            var reply = await client.SearchAsync("(objectClass=person)", attributes: ["cn"], controls: Paged(size, cookie));
            reply.Code.ShouldBe(ResultCode.Success);
            reply.Entries.Count.ShouldBeLessThanOrEqualTo(size);
            seen.AddRange(reply.Dns);
            cookie = RequestControls.ReadPaged(reply.Control(RequestControls.Paged)!.Value.Value).Cookie;
            pages++;
        }
        while (cookie.Length > 0);
        seen.Count.ShouldBe(21);
        seen.Distinct().Count().ShouldBe(21);
        pages.ShouldBe((21 + size - 1) / size);
    }

    [Fact]
    public async Task A_page_is_of_the_directory_as_it_was()
    {
        await using var server = await LdapFixture.StartAsync(users: 5);
        await using var client = await server.LogInAsync();
        var first = await client.SearchAsync("(objectClass=person)", controls: Paged(2, []));
        await server.Directory.Service.RemoveAsync(server.Directory.Account("user5@example.com").Id);
        var cookie = RequestControls.ReadPaged(first.Control(RequestControls.Paged)!.Value.Value).Cookie;
        var rest = await client.SearchAsync("(objectClass=person)", controls: Paged(50, cookie));
        (first.Entries.Count + rest.Entries.Count).ShouldBe(6);
        (await client.SearchAsync("(objectClass=person)", controls: Paged(50, cookie))).Code.ShouldBe(ResultCode.UnwillingToPerform);
        (await client.SearchAsync("(objectClass=person)", controls: Paged(50, [1, 2, 3]))).Code.ShouldBe(ResultCode.UnwillingToPerform);
    }

    [Fact]
    public async Task Sorting_follows_the_keys()
    {
        await using var server = await LdapFixture.StartAsync(users: 12);
        await using var client = await server.LogInAsync();
        var up = await client.SearchAsync("(cn=User*)", attributes: ["cn"], controls: Sort("cn", false));
        up.Entries.Select(e => e["cn"][0]).Take(3).ShouldBe(["User 1", "User 10", "User 11"]);
        up.Control(RequestControls.SortResponse).ShouldNotBeNull();
        var down = await client.SearchAsync("(cn=User*)", attributes: ["cn"], controls: Sort("cn", true));
        down.Entries.Select(e => e["cn"][0]).ShouldBe(up.Entries.Select(e => e["cn"][0]).Reverse());
        (await client.SearchAsync("(cn=User*)", controls: Sort("noSuchThing", false, critical: true))).Code.ShouldBe(ResultCode.UnavailableCriticalExtension);
        (await client.SearchAsync("(cn=User*)", controls: Sort("noSuchThing", false))).Entries.Count.ShouldBe(12);
    }

    [Fact]
    public async Task List_views_show_the_part_asked_for()
    {
        await using var server = await LdapFixture.StartAsync(users: 50);
        await using var client = await server.LogInAsync();
        var byPlace = await ViewAsync(1, 2, offset: 10, count: 0);
        byPlace.Entries.Select(e => e["cn"][0]).ShouldBe(["User 17", "User 18", "User 19", "User 2"]);
        var value = ReadView(byPlace);
        (value.Place, value.Count).ShouldBe((10, 50));
        var byText = await ViewAsync(0, 1, text: "user 4", context: value.Context);
        byText.Entries.Select(e => e["cn"][0]).ShouldBe(["User 4", "User 40"]);
        (await ViewAsync(0, 0, text: "zzz")).Entries.ShouldBeEmpty();
        (await ViewAsync(0, 1, offset: 0, count: 0)).Code.ShouldBe(ResultCode.OffsetRangeError);
        (await client.SearchAsync("(cn=User*)", controls: w => View(w, 0, 1, 1, 0, null, null))).Code.ShouldBe(ResultCode.SortControlMissing);

        Task<LdapTestClient.Reply> ViewAsync(int before, int after, int offset = 0, int count = 0, string? text = null, byte[]? context = null) =>
            client.SearchAsync("(cn=User*)", attributes: ["cn"], controls: w =>
            {
                Sort("cn", false)(w);
                View(w, before, after, offset, count, text, context);
            });
    }

    [Fact]
    public async Task Unknown_controls_matter_only_when_critical()
    {
        await using var server = await LdapFixture.StartAsync();
        await using var client = await server.LogInAsync();
        (await client.SearchAsync("(uid=user1)", controls: w => Unknown(w, false))).Entries.Count.ShouldBe(1);
        (await client.SearchAsync("(uid=user1)", controls: w => Unknown(w, true))).Code.ShouldBe(ResultCode.UnavailableCriticalExtension);

        static void Unknown(BerWriter w, bool critical)
        {
            var control = w.Begin(Tags.Sequence);
            w.WriteText("1.2.3.4.5");
            w.WriteBoolean(critical);
            w.End(control);
        }
    }

    internal static Action<BerWriter> Paged(int size, byte[] cookie) => w => RequestControls.Write(w, RequestControls.Paged, v =>
    {
        var value = v.Begin(Tags.Sequence);
        v.WriteInteger(size);
        v.WriteOctets(cookie);
        v.End(value);
    });

    private static Action<BerWriter> Sort(string attribute, bool reverse, bool critical = false) => w =>
    {
        using var inner = new BerWriter();
        var list = inner.Begin(Tags.Sequence);
        var key = inner.Begin(Tags.Sequence);
        inner.WriteText(attribute);
        if (reverse) inner.WriteBoolean(true, 0x81);
        inner.End(key);
        inner.End(list);
        var control = w.Begin(Tags.Sequence);
        w.WriteText(RequestControls.Sort);
        if (critical) w.WriteBoolean(true);
        w.WriteOctets(inner.Written);
        w.End(control);
    };

    private static void View(BerWriter w, int before, int after, int offset, int count, string? text, byte[]? context) => RequestControls.Write(w, RequestControls.View, v =>
    {
        var value = v.Begin(Tags.Sequence);
        v.WriteInteger(before);
        v.WriteInteger(after);
        if (text is not null)
        {
            v.WriteText(text, 0x81);
        }
        else
        {
            var place = v.Begin(0xA0);
            v.WriteInteger(offset);
            v.WriteInteger(count);
            v.End(place);
        }

        if (context is not null) v.WriteOctets(context);
        v.End(value);
    });

    private static (int Place, int Count, byte[] Context) ReadView(LdapTestClient.Reply reply)
    {
        var value = new BerReader(reply.Control(RequestControls.ViewResponse)!.Value.Value).ReadConstructed(Tags.Sequence);
        var place = value.ReadInteger();
        var count = value.ReadInteger();
        value.ReadInteger(Tags.Enumerated);
        return (place, count, value.Read(Tags.OctetString).ToArray());
    }
}
