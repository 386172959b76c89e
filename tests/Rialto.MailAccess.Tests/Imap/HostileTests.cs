using System.Globalization;
using System.Text;

namespace Rialto.MailAccess.Tests.Imap;

/// <summary>Clients that want more than a client may: what they get is an answer, and others notice nothing.</summary>
public sealed class HostileTests : ImapTest
{
    [Fact]
    public async Task A_search_of_100_000_terms_is_refused_and_the_session_goes_on()
    {
        await SelectWithAsync(1);
        var terms = new StringBuilder("SEARCH");
        for (var i = 0; i < 100_000; i++)
            terms.Append(CultureInfo.InvariantCulture, $" SUBJECT a{i}");

        await Client.SendAsync($"x {terms}\r\n");
        (await Client.ReadLineAsync()).ShouldBe("* BAD Line is too long");
        (await Client.RunAsync("SEARCH" + string.Concat(Enumerable.Repeat(" SUBJECT a", 201)))).ShouldBe("BAD Too many search keys");
        (await Client.RunAsync("SEARCH " + string.Concat(Enumerable.Repeat("NOT ", 5000)) + "ALL")).ShouldStartWith("BAD ");
        (await Client.RunAsync("SEARCH " + new string('(', 5000) + "ALL" + new string(')', 5000))).ShouldBe("BAD Search keys are nested too deeply");
        (await Client.RunAsync("SEARCH " + string.Concat(Enumerable.Repeat("OR ALL ", 199)) + "ALL")).ShouldStartWith("BAD ");
        (await Client.RunWithLiteralsAsync("SEARCH SUBJECT {100000000}")).ShouldContain("NO [TOOBIG]");
        (await Client.RunAsync("SEARCH ALL")).ShouldStartWith("* SEARCH 1\r\n");
    }

    [Fact]
    public async Task Sets_and_lists_are_bounded_by_the_line()
    {
        await SelectWithAsync(1);

        (await Client.RunAsync("UID FETCH " + string.Join(',', Enumerable.Range(0, 10_000).Select(i => i * 2 + 1)) + " FLAGS")).ShouldStartWith("* 1 FETCH");
        (await Client.RunAsync("FETCH 1 (" + string.Join(' ', Enumerable.Repeat("FLAGS", 200)) + ")")).ShouldStartWith("BAD ");
        (await Client.RunAsync("FETCH 1 BODY[" + string.Join('.', Enumerable.Repeat("1", 500)) + "]")).ShouldStartWith("BAD ");
        (await Client.RunAsync("LIST \"\" (" + string.Join(' ', Enumerable.Repeat("*", 500)) + ")")).ShouldStartWith("BAD ");
        (await Client.RunAsync("LIST \"\" \"" + new string('*', 20_000) + "\"")).ShouldContain("OK LIST completed");
        (await Client.RunAsync("STORE 1 +FLAGS (" + string.Join(' ', Enumerable.Range(0, 100).Select(i => $"k{i}")) + ")")).ShouldStartWith("BAD ");
    }

    [Fact]
    public async Task A_flood_of_commands_is_answered_in_order()
    {
        const int count = 20_000;
        var sending = Task.Run(async () =>
        {
            for (var i = 0; i < count; i += 100)
                await Client.SendAsync(string.Concat(Enumerable.Range(i, 100).Select(n => $"f{n} NOOP\r\n")));
        });
        for (var i = 0; i < count; i++)
            (await Client.ReadLineAsync()).ShouldBe($"f{i} OK NOOP completed");
        await sending;
    }

    /// <summary>Who sends and does not read is not read either: what it makes the server hold is bounded.</summary>
    [Fact]
    public async Task Who_does_not_read_answers_is_read_no_further()
    {
        const int count = 150_000;
        var sending = Task.Run(async () =>
        {
            try
            {
                for (var i = 0; i < count; i += 1000)
                    await Client.SendAsync(string.Concat(Enumerable.Range(i, 1000).Select(n => $"f{n} NOOP\r\n")));
            }
            catch (OperationCanceledException)
            {
                // The client's own patience.
            }
        });
        await Task.WhenAny(sending, Task.Delay(TimeSpan.FromSeconds(3)));
        sending.IsCompleted.ShouldBeFalse();

        for (var i = 0; i < count; i++)
            (await Client.ReadLineAsync()).ShouldBe($"f{i} OK NOOP completed");
        await sending;
    }

    [Fact]
    public async Task Nonsense_without_end_ends_the_connection()
    {
        await Client.SendAsync(string.Concat(Enumerable.Range(0, 1000).Select(n => $"f{n} NONSENSE\r\n")));
        var told = 0;
        while (await Client.ReadLineAsync() is { } line)
            told += line.Contains(" BAD ", StringComparison.Ordinal) ? 1 : 0;

        told.ShouldBe(Server.Protocol.Options.MaximumConsecutiveErrors);
        await using var other = await Server.LogInAsync(2);
        (await other.RunAsync("NOOP")).ShouldStartWith("OK");
    }
}
