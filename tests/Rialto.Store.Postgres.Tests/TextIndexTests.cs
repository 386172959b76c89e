using Rialto.Store.Backend;

namespace Rialto.Store.Postgres.Tests;

[Collection(PostgresCollection.Name)]
public sealed class TextIndexTests(PostgresFixture postgres)
{
    private static readonly CancellationToken None = CancellationToken.None;

    private static WriteBatch Nothing => new() { ExpectedSequence = 0, NewSequence = 1 };

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task WordsAreFoundInTheirMailboxAndField(bool useTextSearch)
    {
        await using var storage = await postgres.CreateStorageAsync(new PostgresOptions { UseTextSearch = useTextSearch });
        var mailboxes = new List<IMailboxStorage>();
        for (var i = 0; i < 2; i++)
        {
            var header = new MailboxHeader(Guid.NewGuid(), Guid.NewGuid(), false, Guid.NewGuid(), 1);
            (await storage.Store.CreateMailboxAsync(header, Nothing, None)).ShouldBeTrue();
            mailboxes.Add((await storage.Store.OpenMailboxAsync(header.Id, None))!);
        }
        var mailbox = mailboxes[0];
        await mailbox.IndexAsync(
        [
            new TextDocument(new(10), "Grüße aus Köln Anna <anna@example.com>", "the quick brown fox\0jumps 'over' a \\ lazy:dog 日本語 \ud800 x"),
            new TextDocument(new(11), "brown the quick fox@example.com", "nothing of note & more | less ! 100%_"),
            new TextDocument(new(12), "", string.Join(' ', Enumerable.Range(0, 30_000).Select(i => "w" + i)) + " needle in haystack"),
        ], new(12), None);
        await mailboxes[1].IndexAsync([new TextDocument(new(20), "quick", "")], new(20), None);
        (await mailbox.ReadIndexedUpToAsync(None)).ShouldBe(new MessageId(12));

        await FindsAsync(TextField.Any, "QUICK", 10, 11);
        await FindsAsync(TextField.Body, "quick", 10);
        await FindsAsync(TextField.Header, "quick", 11);
        await FindsAsync(TextField.Body, "quick bro", 10);
        await FindsAsync(TextField.Body, "brown quick");
        await FindsAsync(TextField.Header, "example.com", 10, 11);
        await FindsAsync(TextField.Header, "fox@exa", 11);
        await FindsAsync(TextField.Header, "KÖLN", 10);
        await FindsAsync(TextField.Header, "grusse");
        await FindsAsync(TextField.Header, "gruße koln");
        await FindsAsync(TextField.Header, "aus koln", 10);
        await FindsAsync(TextField.Body, "日本", 10);
        await FindsAsync(TextField.Body, "ox jumps 'over'", 10);
        await FindsAsync(TextField.Body, "needle in hay", 12);
        await FindsAsync(TextField.Body, "w29999", 12);
        await FindsAsync(TextField.Any, "'quick' | fox:* & !a");
        await FindsAsync(TextField.Body, "eedle in hay", 12);
        await FindsAsync(TextField.Header, "rown", 11);
        await FindsAsync(TextField.Body, "本語", 10);
        await FindsAsync(TextField.Header, " rown");
        // Folded texts know punctuation, words do not.
        (await mailbox.SearchTextAsync(new TextQuery(TextField.Any, "%"), None)).Ids.ShouldBe(useTextSearch ? null : [new MessageId(11)]);
        (await mailbox.SearchTextAsync(new TextQuery(TextField.Any, "quick"), None)).IsExact.ShouldBeTrue();
        (await mailbox.SearchTextAsync(new TextQuery(TextField.Any, "the, quick"), None)).IsExact.ShouldBe(!useTextSearch);
        await FindsAsync(TextField.Any, "100", 11, 12);
        await FindsAsync(TextField.Any, " 100", 11);

        await mailbox.IndexAsync([new TextDocument(new(11), "replaced", "")], new(12), None);
        await FindsAsync(TextField.Any, "note");
        await FindsAsync(TextField.Any, "replaced", 11);

        async Task FindsAsync(TextField field, string text, params long[] ids) =>
            (await mailbox.SearchTextAsync(new TextQuery(field, text), None)).Ids!.Select(m => m.Value).ShouldBe(ids, $"{field} {text}");
    }
}
