using Rialto.Mapi.AddressBook;
using Rialto.Mapi.Http;
using Rialto.Mapi.Tests.Client;
using Rialto.Mapi.Tests.Fixtures;
using Rialto.Model;
using Rialto.Wire;

namespace Rialto.Mapi.Tests.AddressBook;

/// <summary>[MS-OXNSPI] 3.1.4.1.1, 3.1.4.1.2: sessions of the address book, and that a table can be read in one.</summary>
public sealed class NspiSessionTests
{
    [Fact]
    public async Task A_session_begins_reads_the_global_list_and_ends()
    {
        await using var server = await MapiServer.StartAsync();
        using var client = new NspiClient(server.Client());
        var bound = await client.BindAsync();
        bound.ErrorCode.ShouldBe(ErrorCode.Success);
        bound.ServerGuid.ShouldNotBe(Guid.Empty);

        var rows = await client.QueryRowsAsync(10, [PropertyTags.DisplayName, PropertyTags.SmtpAddress, PropertyTags.Title]);

        rows.ErrorCode.ShouldBe(ErrorCode.Success);
        rows.Rows!.Rows.Select(r => r[1].AsString()).ShouldBe(["admin@example.com", "user1@example.com", "user2@example.com", "user3@example.com"]);
        rows.Rows.Rows[0][2].AsError().ShouldBe(ErrorCode.NotFound);
        client.Stat.CurrentRec.ShouldBe(Stat.EndOfTable);
        client.Stat.TotalRecs.ShouldBe(4u);
        client.Stat.NumPos.ShouldBe(4u);
        (await client.UnbindAsync()).ErrorCode.ShouldBe(ErrorCode.UnbindSuccess);
        (await client.Http.SendAsync("QueryRows", WireCodec.ToArray(default(NspiQueryRows.Request)))).Code.ShouldBe(ResponseCode.ContextNotFound);
    }

    [Fact]
    public async Task An_anonymous_bind_and_a_code_page_that_is_none_begin_nothing()
    {
        await using var server = await MapiServer.StartAsync();
        using var client = new NspiClient(server.Client());
        (await client.BindAsync(NspiFlags.AnonymousLogin)).ErrorCode.ShouldBe(ErrorCode.NotSupported);
        client.Stat.CodePage = 4;
        (await client.BindAsync()).ErrorCode.ShouldBe(ErrorCode.InvalidCodepage);
        client.Http.Cookies.ShouldBeEmpty();
    }

    [Fact]
    public async Task The_mailbox_and_the_address_book_do_not_share_sessions()
    {
        await using var server = await MapiServer.StartAsync();
        using var mailbox = server.Client();
        (await mailbox.ConnectAsync(server.User(1).LegacyExchangeDn)).ErrorCode.ShouldBe(0u);
        using var client = new NspiClient(server.Client());
        foreach (var (name, value) in mailbox.Cookies)
            client.Http.Cookies[name] = value;
        (await client.Http.SendAsync("QueryColumns", WireCodec.ToArray(default(NspiQueryColumns.Request)))).Code.ShouldBe(ResponseCode.ContextNotFound);
    }
}
