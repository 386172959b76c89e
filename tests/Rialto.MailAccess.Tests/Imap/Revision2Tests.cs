using Rialto.MailAccess.Tests.Imap.Commands;
using Rialto.Model;
using Rialto.Store;

namespace Rialto.MailAccess.Tests.Imap;

/// <summary>Statements of RFC 9051 that no command has for itself.</summary>
public sealed class Revision2Tests : SharedMailboxTest
{
    /// <summary>5.1: names are made in normalization form C, and found in any.</summary>
    [Fact]
    public async Task Names_are_composed()
    {
        await Client.RunAsync("ENABLE IMAP4rev2");
        const string composed = "Gr\u00fc\u00dfe", decomposed = "Gru\u0308\u00dfe";

        (await Client.RunAsync(Latin($"CREATE \"{decomposed}/{decomposed}\""))).ShouldStartWith(Latin($"* LIST (\\HasNoChildren) \"/\" \"{composed}/{composed}\" (\"OLDNAME\" (\"{decomposed}/{decomposed}\"))\r\nOK [MAILBOXID"));
        (await Client.RunAsync(Latin($"SELECT \"{decomposed}\""))).ShouldContain(Latin($"* LIST (\\HasChildren) \"/\" \"{composed}\" (\"OLDNAME\" (\"{decomposed}\"))\r\n"));
        (await Client.RunAsync(Latin($"STATUS \"{decomposed}/{composed}\" (MESSAGES)"))).ShouldStartWith(Latin($"* STATUS \"{composed}/{composed}\" (MESSAGES 0)"));
        (await Client.RunAsync(Latin($"CREATE \"{decomposed}\""))).ShouldStartWith("NO [ALREADYEXISTS]");
        (await Client.RunAsync(Latin($"DELETE \"{composed}/{decomposed}\""))).ShouldStartWith(Latin($"* LIST (\\NonExistent) \"/\" \"{composed}/{composed}\" (\"OLDNAME\" (\"{composed}/{decomposed}\"))\r\nOK"));
        (await Client.RunAsync(Latin("CREATE \"a\u0085b\""))).ShouldStartWith("NO [CANNOT]");
        (await Client.RunAsync(Latin("CREATE \"a\u2028b\""))).ShouldStartWith("NO [CANNOT]");
        (await Client.RunAsync(Latin("CREATE \"a\uFFFEb\""))).ShouldStartWith("NO [CANNOT]");
    }

    /// <summary>The client's text is bytes in Latin-1.</summary>
    private static string Latin(string text) => System.Text.Encoding.Latin1.GetString(System.Text.Encoding.UTF8.GetBytes(text));

    /// <summary>6.3.12, 6.4.7: who may put messages into a mailbox and not look at it is told nothing of it; 6.3.9.2: nor can it be selected.</summary>
    [Fact]
    public async Task A_mailbox_to_drop_mail_in_tells_nothing()
    {
        await GrantAsync(2, SpecialFolder.Inbox, 1, FolderRights.FolderVisible | FolderRights.Create);
        const string box = "\"Other Users/user2/INBOX\"";
        await SelectWithAsync(2);
        (await Client.RunWithLiteralsAsync($"APPEND {box} {{{Mail("x").Length}}}", Mail("x"), "")).ShouldBe("OK APPEND completed");
        (await Client.RunAsync($"COPY 1 {box}")).ShouldBe("OK COPY completed");
        (await Client.RunAsync($"MOVE 1 {box}")).ShouldNotContain("COPYUID");
        (await Client.RunAsync($"SELECT {box}")).ShouldStartWith("NO");
        (await Client.RunAsync($"LIST \"\" {box} RETURN (STATUS (MESSAGES))")).ShouldBe($"* LIST (\\Noselect \\HasNoChildren) \"/\" {box}\r\nOK LIST completed");
    }

    [Theory]
    [InlineData("LIST (SUBSCRIBED ) \"\" *")]
    [InlineData("LIST ( SUBSCRIBED) \"\" *")]
    [InlineData("LIST (SUBSCRIBEDREMOTE) \"\" *")]
    [InlineData("LIST \"\" * RETURN (CHILDREN )")]
    [InlineData("LIST \"\" * RETURN (NONSENSE)")]
    [InlineData("LIST (RECURSIVEMATCH REMOTE) \"\" *")]
    [InlineData("SEARCH RETURN (NONSENSE) ALL")]
    [InlineData("STARTTLS")]
    [InlineData("ENABLE")]
    public async Task Syntax_is_enforced(string command)
    {
        await Client.RunAsync("SELECT INBOX");
        (await Client.RunAsync(command)).ShouldStartWith("BAD");
    }

    [Theory]
    [InlineData("LIST () \"\" Drafts RETURN ()", "* LIST ")]
    [InlineData("LIST (SUBSCRIBED SUBSCRIBED REMOTE) \"\" Drafts RETURN (CHILDREN CHILDREN)", "* LIST ")]
    [InlineData("LIST \"\" \"[nothing/of/this]\"", "OK")]
    public async Task Options_may_be_none_or_repeated(string command, string answer) => (await Client.RunAsync(command)).ShouldStartWith(answer);
}
