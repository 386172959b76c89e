using System.Buffers.Binary;
using Rialto.Mapi.AddressBook;
using Rialto.Mapi.Http;
using Rialto.Model;
using Rialto.Wire;

namespace Rialto.Mapi.Tests.AddressBook;

/// <summary>Bodies that no client means well with: each is answered, and the session goes on.</summary>
public sealed class NspiHostileTests
{
    private static readonly string[] s_types =
    [
        "UpdateStat", "QueryRows", "SeekEntries", "GetMatches", "ResortRestriction", "DnToMinId", "GetPropList", "GetProps", "CompareMinIds", "ModProps", "ModLinkAtt", "GetSpecialTable",
        "GetTemplateInfo", "QueryColumns", "ResolveNames", "GetMailboxUrl", "GetAddressBookUrl",
    ];

    [Fact]
    public async Task Counts_that_lie_buy_no_memory()
    {
        await using var scene = await NspiScene.StartAsync();
        using var client = await scene.BindAsync();
        // A STAT, then a count of four thousand million.
        var body = new byte[64];
        body[4] = 1;
        body.AsSpan(41).Fill(0xFF);
        foreach (var type in s_types)
            (await client.Http.SendAsync(type, body)).Code.ShouldBeOneOf(ResponseCode.InvalidRequestBody, ResponseCode.Success);
        (await client.QueryRowsAsync(1, null)).ErrorCode.ShouldBe(ErrorCode.Success);
    }

    [Fact]
    public async Task Too_large_a_body_and_a_foreign_session_are_refused()
    {
        await using var scene = await NspiScene.StartAsync(o => o.MaximumAddressBookRequest = 1_000);
        using var client = await scene.BindAsync();
        (await client.Http.SendAsync("QueryRows", new byte[2_000])).Code.ShouldBe(ResponseCode.TooLarge);
        using var other = await scene.BindAsync(2);
        foreach (var (name, value) in client.Http.Cookies)
            other.Http.Cookies[name] = value;
        (await other.Http.SendAsync("QueryColumns", WireCodec.ToArray(default(NspiQueryColumns.Request)))).Code.ShouldBe(ResponseCode.ContextNotFound);
    }

    [Fact]
    public async Task Mutated_requests_are_answered_by_every_method()
    {
        await using var scene = await NspiScene.StartAsync();
        using var client = await scene.BindAsync();
        var number = await NspiScene.NumberAsync(client, scene.Find("team@example.com"));
        var stat = client.Stat with { CurrentRec = number };
        var restriction = new AndRestriction([new ExistRestriction(PropertyTags.DisplayName), new ContentRestriction(FuzzyLevel.Prefix, PropertyTags.Title, PropertyValue.Of(PropertyTags.Title, "x"))]);
        (string Type, byte[] Body)[] seeds =
        [
            ("UpdateStat", WireCodec.ToArray(new NspiUpdateStat.Request { State = stat, DeltaRequested = true })),
            ("QueryRows", WireCodec.ToArray(new NspiQueryRows.Request { State = stat, ExplicitTable = [number, 7], RowCount = 10, Columns = [PropertyTags.DisplayName, PropertyTags.AddressBookMember] })),
            ("SeekEntries", WireCodec.ToArray(new NspiSeekEntries.Request { State = stat, Target = PropertyValue.Of(PropertyTags.DisplayName, "b"), ExplicitTable = [number], Columns = [PropertyTags.EntryId] })),
            ("GetMatches", WireCodec.ToArray(new NspiGetMatches.Request { State = stat, Filter = restriction, RowCount = 50, PropertyName = (Guid.Empty, 3), Columns = [PropertyTags.DisplayName] })),
            ("ModProps", WireCodec.ToArray(new NspiModProps.Request { State = stat, PropertyTags = [PropertyTags.Comment], PropertyValues = [PropertyValue.Of(PropertyTags.Locality, "Bern")] })),
            ("ModLinkAtt", WireCodec.ToArray(new NspiModLinkAtt.Request { PropertyTag = PropertyTags.AddressBookMember, MinimalId = number, EntryIds = [new byte[40]] })),
            ("GetProps", WireCodec.ToArray(new NspiGetProps.Request { State = stat, PropertyTags = [PropertyTags.DisplayName, PropertyTags.AddressBookReports] })),
            ("ResolveNames", WireCodec.ToArray(new NspiResolveNames.Request { State = stat with { CurrentRec = 0 }, Names = ["a b c", "user"], PropertyTags = [PropertyTags.DisplayName] })),
            ("GetTemplateInfo", WireCodec.ToArray(new NspiGetTemplateInfo.Request { Flags = 5, CodePage = 1252, LocaleId = 0x409, TemplateDn = "/o=x/cn=addressing/cn=display-templates/cn=409/cn=0" })),
            ("DnToMinId", WireCodec.ToArray(new NspiDnToMinId.Request { Names = ["/o=x", "/guid=00"] })),
        ];
        var random = new Random(7);
        for (var round = 0; round < 600; round++)
        {
            var (type, seed) = seeds[round % seeds.Length];
            var body = (byte[])seed.Clone();
            for (var i = 0; i < 1 + round % 3; i++)
            {
                var at = random.Next(body.Length);
                if (random.Next(3) == 0 && at + 4 <= body.Length)
                    BinaryPrimitives.WriteUInt32LittleEndian(body.AsSpan(at), (uint)(random.Next(2) == 0 ? random.Next() : -1));
                else
                    body[at] = (byte)random.Next(256);
            }
            var reply = await client.Http.SendAsync(type, body.AsMemory(0, random.Next(4) == 0 ? random.Next(body.Length) : body.Length));
            reply.Code.ShouldBeOneOf(ResponseCode.Success, ResponseCode.InvalidRequestBody);
            reply.AdditionalHeaders.Keys.ShouldNotContain(MapiHttpHeaders.ResponseCode);
        }
        (await client.QueryRowsAsync(1, null)).ErrorCode.ShouldBe(ErrorCode.Success);
    }
}
