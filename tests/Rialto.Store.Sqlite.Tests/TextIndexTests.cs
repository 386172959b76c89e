using Rialto.Store.Backend;
using Rialto.Testing;

namespace Rialto.Store.Sqlite.Tests;

public sealed class TextIndexTests : IDisposable
{
    private readonly TempDirectory _directory = new();

    public void Dispose() => _directory.Dispose();

    private static TextDocument Document(long id, string header, string body = "") => new(new(id), header, body);

    private static async Task<long[]> SearchAsync(IMailboxStorage mailbox, string text, TextField field = TextField.Any) =>
        [.. (await mailbox.SearchTextAsync(new TextQuery(field, text), default)).Ids!.Select(i => i.Value)];

    [Fact]
    public async Task PartsOfWordsAndPhrasesAreFoundInTheirField()
    {
        await using var backend = TestData.Open(_directory.Path);
        var mailbox = await backend.NewMailboxAsync(Guid.NewGuid());
        (await mailbox.ReadIndexedUpToAsync(default)).Value.ShouldBe(0);
        (await SearchAsync(mailbox, "anything")).ShouldBeEmpty();
        await mailbox.IndexAsync([Document(1, "Quarterly report Ann Ångström ann@example.com", "the quick brown fox"), Document(2, "Fox hunting", body: "report of the brown quick")], new(5), default);
        (await mailbox.ReadIndexedUpToAsync(default)).Value.ShouldBe(5);
        (await SearchAsync(mailbox, "report")).ShouldBe([1, 2]);
        (await SearchAsync(mailbox, "port", TextField.Header)).ShouldBe([1]);
        (await SearchAsync(mailbox, "QUICK bro")).ShouldBe([1]);
        (await SearchAsync(mailbox, "uick bro")).ShouldBe([1]);
        (await SearchAsync(mailbox, "angstrom", TextField.Header)).ShouldBe([1]);
        (await SearchAsync(mailbox, "ann@example.com")).ShouldBe([1]);
        (await SearchAsync(mailbox, "ox")).ShouldBe([1, 2]);
        (await SearchAsync(mailbox, " ox")).ShouldBeEmpty();
        // What was indexed after the vocabulary was read belongs to it.
        await mailbox.IndexAsync([Document(6, "", "oxen")], new(6), default);
        (await SearchAsync(mailbox, "xe")).ShouldBe([6]);
    }

    [Theory]
    [InlineData("\"")]
    [InlineData("fox\" OR \"brown")]
    [InlineData("subject : fox")]
    [InlineData("fox NOT quick")]
    [InlineData("NEAR(a b)")]
    [InlineData("*")]
    [InlineData("{a b} : c")]
    [InlineData("a\0b")]
    [InlineData("²₂½ Ⅷ \uE000 x̱ \uD800")]
    public async Task NoTextIsTakenForTheLanguageOfQueries(string text)
    {
        await using var backend = TestData.Open(_directory.Path);
        var mailbox = await backend.NewMailboxAsync(Guid.NewGuid());
        await mailbox.IndexAsync([Document(1, "quick brown fox")], new(1), default);
        // Of mere punctuation the index knows nothing.
        (await mailbox.SearchTextAsync(new TextQuery(TextField.Any, text), default)).Ids?.ShouldBeEmpty();
    }

    [Fact]
    public async Task AReplacedTextIsDoubtful()
    {
        await using var backend = TestData.Open(_directory.Path);
        var mailbox = await backend.NewMailboxAsync(Guid.NewGuid());
        await mailbox.IndexAsync([Document(1, "one"), Document(2, "two")], new(2), default);
        (await mailbox.SearchTextAsync(new TextQuery(TextField.Any, "two"), default)).Doubtful.ShouldBeEmpty();
        await mailbox.IndexAsync([Document(1, "three")], new(2), default);
        var hits = await mailbox.SearchTextAsync(new TextQuery(TextField.Any, "hre"), default);
        hits.Ids!.Select(i => i.Value).ShouldBe([1]);
        hits.Doubtful.Select(i => i.Value).ShouldBe([1]);
    }

    [Fact]
    public async Task ADocumentIsIndexedOnce()
    {
        await using var backend = TestData.Open(_directory.Path);
        var mailbox = await backend.NewMailboxAsync(Guid.NewGuid());
        await mailbox.IndexAsync([Document(1, "one")], new(1), default);
        await mailbox.IndexAsync([Document(1, "one"), Document(2, "two")], new(2), default);
        (await SearchAsync(mailbox, "one")).ShouldBe([1]);
        (await SearchAsync(mailbox, "two")).ShouldBe([2]);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task ADamagedOrMissingIndexBeginsAnew(bool damaged)
    {
        var id = Guid.NewGuid();
        await using (var backend = TestData.Open(_directory.Path))
        {
            var mailbox = await backend.NewMailboxAsync(id);
            await mailbox.ApplyDurablyAsync(TestData.Insert(0x402, TestData.Row(0x403, 1)));
            await mailbox.IndexAsync([Document(0x403, "one")], new(0x403), default);
        }
        var path = System.IO.Directory.GetFiles(_directory.Path, "*.fts", SearchOption.AllDirectories).Single();
        if (damaged)
            File.WriteAllBytes(path, [.. Enumerable.Range(0, 9000).Select(i => (byte)(i * 7))]);
        else
            File.Delete(path);
        await using var again = TestData.Open(_directory.Path);
        var reopened = (await again.OpenMailboxAsync(id, default))!;
        (await reopened.ReadIndexedUpToAsync(default)).Value.ShouldBe(0);
        await reopened.IndexAsync([Document(0x403, "one")], new(0x403), default);
        (await SearchAsync(reopened, "one")).ShouldBe([0x403]);
    }
}
