namespace Rialto.MailAccess.Tests.Imap.Commands;

public sealed class CancelUpdateCommandTests : ImapTest
{
    [Fact]
    public async Task A_followed_search_tells_what_comes_and_goes_until_it_is_cancelled()
    {
        await SelectWithAsync(2);
        await Client.SendAsync("ctx UID SEARCH RETURN (UPDATE ALL) UNSEEN\r\n");
        (await Client.ReadToAsync("ctx")).ShouldStartWith("* ESEARCH (TAG \"ctx\") UID ALL 1:2\r\nOK");

        await Server.DeliverAsync(Mail("Three"));
        (await Client.RunAsync("NOOP")).ShouldContain("* 3 EXISTS\r\n* 0 RECENT\r\n* ESEARCH (TAG \"ctx\") UID ADDTO (0 3)\r\n");
        (await Client.RunAsync("UID STORE 1 +FLAGS.SILENT (\\Seen)")).ShouldContain("* ESEARCH (TAG \"ctx\") UID REMOVEFROM (0 1)\r\n");
        await Client.RunAsync("UID STORE 2 +FLAGS.SILENT (\\Deleted)");
        (await Client.RunAsync("EXPUNGE")).ShouldContain("UID REMOVEFROM (0 2)\r\n");

        (await Client.RunAsync("CANCELUPDATE \"other\"")).ShouldStartWith("BAD");
        (await Client.RunAsync("CANCELUPDATE \"ctx\"")).ShouldStartWith("OK");
        await Server.DeliverAsync(Mail("Four"));
        (await Client.RunAsync("NOOP")).ShouldNotContain("ESEARCH");
        (await Client.RunAsync("CANCELUPDATE")).ShouldStartWith("BAD");
    }

    [Fact]
    public async Task A_followed_sort_tells_places()
    {
        foreach (var subject in (string[])["b", "d"])
            await Server.DeliverAsync(Mail(subject));
        await Client.RunAsync("SELECT INBOX");
        await Client.SendAsync("s UID SORT RETURN (UPDATE CONTEXT ALL) (SUBJECT) UTF-8 ALL\r\n");
        (await Client.ReadToAsync("s")).ShouldContain(" UID ALL 1:2\r\n");

        foreach (var subject in (string[])["c", "a"])
            await Server.DeliverAsync(Mail(subject));
        var told = await Client.RunAsync("NOOP");
        told.ShouldContain("UID ADDTO (1 4 3 3)\r\n");
    }

    /// <summary>RFC 5465 7.</summary>
    [Fact]
    public async Task What_comes_new_is_told_with_data_items()
    {
        await SelectWithAsync(2);
        await Client.RunAsync("STORE 1 +FLAGS (\\Flagged)");
        await Client.SendAsync("ctx UID SEARCH RETURN (UPDATE (UID FLAGS) COUNT) UNSEEN UNFLAGGED\r\n");
        (await Client.ReadToAsync("ctx")).ShouldStartWith("* ESEARCH (TAG \"ctx\") UID COUNT 1\r\nOK");

        await Server.DeliverAsync(Mail("Three"));
        await Server.DeliverAsync(Mail("Four"), state: Rialto.Store.MessageState.Read);
        (await Client.RunAsync("NOOP")).ShouldContain("* 4 EXISTS\r\n* 0 RECENT\r\n* 3 FETCH (UID 3 FLAGS ())\r\n* ESEARCH (TAG \"ctx\") UID ADDTO (0 3)\r\n");
        (await Client.RunAsync("UID STORE 1 -FLAGS.SILENT (\\Flagged)")).ShouldBe("* ESEARCH (TAG \"ctx\") UID ADDTO (0 1)\r\nOK UID STORE completed".Replace("UID STORE", "STORE", StringComparison.Ordinal));
        (await Client.RunAsync("SEARCH RETURN (UPDATE (NONSENSE)) ALL")).ShouldStartWith("BAD");
    }

    [Fact]
    public async Task What_cannot_be_followed_is_said()
    {
        await SelectWithAsync(1);
        (await Client.RunAsync("SEARCH RETURN (UPDATE ALL) 1:2")).ShouldContain("* OK [NOUPDATE ");
        (await Client.RunAsync("UID SEARCH RETURN (UPDATE ALL) 1:*")).ShouldContain("* OK [NOUPDATE ");
        for (var i = 0; i < Server.Protocol.Options.MaximumSearchContexts; i++)
            (await Client.RunAsync("UID SEARCH RETURN (UPDATE COUNT) ALL")).ShouldNotContain("NOUPDATE");
        (await Client.RunAsync("UID SEARCH RETURN (UPDATE COUNT) ALL")).ShouldContain("* OK [NOUPDATE ");
    }

    [Fact]
    public async Task Searches_by_number_are_followed_too()
    {
        await SelectWithAsync(5);
        await Client.SendAsync("ctx SEARCH RETURN (UPDATE) SEEN\r\n");
        await Client.ReadToAsync("ctx");
        (await Client.RunAsync("STORE 1,2,4 +FLAGS.SILENT (\\Seen)")).ShouldContain("* ESEARCH (TAG \"ctx\") ADDTO (0 1:2,4)\r\n");
        (await Client.RunAsync("STORE 1,2 -FLAGS.SILENT (\\Seen)")).ShouldContain("* ESEARCH (TAG \"ctx\") REMOVEFROM (0 1:2)\r\n");
        await Client.RunAsync("STORE 3:5 +FLAGS.SILENT (\\Deleted)");
        (await Client.RunAsync("EXPUNGE")).ShouldStartWith("* ESEARCH (TAG \"ctx\") REMOVEFROM (0 4)\r\n* 5 EXPUNGE\r\n", Case.Sensitive, "by the number that it had until then");
        (await Client.AppendAsync(Mail("New"), flags: "\\Seen")).ShouldContain("* 3 EXISTS\r\n* 0 RECENT\r\n* ESEARCH (TAG \"ctx\") ADDTO (0 3)\r\n");
        (await Client.RunAsync("CANCELUPDATE \"ctx\"")).ShouldStartWith("OK");
        (await Client.RunAsync("STORE 1 +FLAGS.SILENT (\\Seen)")).ShouldNotContain("ESEARCH");
    }
}
