using Microsoft.Extensions.Logging;
using Rialto.Store.Backend;
using Rialto.Store.Searching.Text;
using Rialto.Store.Sqlite.Native;
using Rialto.Store.Sqlite.Search;
using Rialto.Testing;

namespace Rialto.Store.Sqlite.Tests;

public sealed class TextIndexTests : IDisposable
{
    private readonly TempDirectory _directory = new();

    public void Dispose() => _directory.Dispose();

    private static TextDocument Document(long id, string header, string body = "") => new(new(id), header, body);

    private static async Task<long[]> SearchAsync(IMailboxStorage mailbox, string text, TextField field = TextField.Any) =>
        [.. (await mailbox.SearchTextAsync(new TextQuery(field, text), default)).Ids!.Select(i => i.Value)];

    /// <summary>The file of the only index.</summary>
    private string IndexPath => System.IO.Directory.GetFiles(_directory.Path, "*.fts", SearchOption.AllDirectories).Single();

    /// <summary>A mailbox with one message, which is indexed.</summary>
    private async Task<Guid> IndexOneAsync()
    {
        var id = Guid.NewGuid();
        await using var backend = TestData.Open(_directory.Path);
        var mailbox = await backend.NewMailboxAsync(id);
        await mailbox.ApplyDurablyAsync(TestData.Insert(0x402, TestData.Row(0x403, 1)));
        await mailbox.IndexAsync([Document(0x403, "one")], new(0x403), default);
        return id;
    }

    /// <summary>Of the message nothing is known any more, and it can be indexed again.</summary>
    private async Task BeginsAnewAsync(Guid id)
    {
        await using var again = TestData.Open(_directory.Path);
        var mailbox = (await again.OpenMailboxAsync(id, default))!;
        (await mailbox.ReadIndexedUpToAsync(default)).Value.ShouldBe(0);
        await mailbox.IndexAsync([Document(0x403, "one")], new(0x403), default);
        (await SearchAsync(mailbox, "one")).ShouldBe([0x403]);
    }

    /// <summary>Changes the index behind the server's back.</summary>
    private void Damage(string sql)
    {
        using var other = SqliteConnection.Open(IndexPath, SqliteApi.OpenReadWrite);
        other.Execute(sql);
    }

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
    public async Task AReplacedTextIsFoundNoMore()
    {
        await using var backend = TestData.Open(_directory.Path);
        var mailbox = await backend.NewMailboxAsync(Guid.NewGuid());
        await mailbox.IndexAsync([Document(1, "one"), Document(2, "two")], new(2), default);
        (await SearchAsync(mailbox, "two")).ShouldBe([2]);
        await mailbox.IndexAsync([Document(1, "three")], new(2), default);
        var hits = await mailbox.SearchTextAsync(new TextQuery(TextField.Any, "hre"), default);
        hits.Ids!.Select(i => i.Value).ShouldBe([1]);
        hits.Doubtful.ShouldBeEmpty();
        hits.IsExact.ShouldBeTrue();
        (await SearchAsync(mailbox, "one")).ShouldBeEmpty();
        // In one that is opened anew, and after many that are merged with it.
        for (var i = 3; i < 100; i++)
            await mailbox.IndexAsync([Document(i, "next " + i)], new(i), default);
        (await SearchAsync(mailbox, "one")).ShouldBeEmpty();
        (await SearchAsync(mailbox, "three")).ShouldBe([1]);
        await mailbox.IndexAsync([Document(1, "four"), Document(50, "five"), Document(1, "six")], new(99), default);
        (await SearchAsync(mailbox, "three")).ShouldBeEmpty();
        (await SearchAsync(mailbox, "four")).ShouldBeEmpty();
        (await SearchAsync(mailbox, "six")).ShouldBe([1]);
        (await SearchAsync(mailbox, "50")).ShouldBeEmpty();
        (await SearchAsync(mailbox, "next 4")).ShouldBe([4, 40, 41, 42, 43, 44, 45, 46, 47, 48, 49]);
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
        var id = await IndexOneAsync();
        if (damaged)
            File.WriteAllBytes(IndexPath, [.. Enumerable.Range(0, 9000).Select(i => (byte)(i * 7))]);
        else
            File.Delete(IndexPath);
        await BeginsAnewAsync(id);
    }

    [Fact]
    public async Task AnIndexOfTheEarlierFormBeginsAnew()
    {
        var id = await IndexOneAsync();
        var path = IndexPath;
        File.Delete(path);
        using (var earlier = SqliteConnection.Open(path, SqliteApi.OpenReadWrite | SqliteApi.OpenCreate))
        {
            earlier.Execute("""
                PRAGMA journal_mode=WAL;
                CREATE TABLE progress(up_to INTEGER NOT NULL, messages INTEGER NOT NULL);
                INSERT INTO progress(up_to, messages) VALUES(1027, 1);
                CREATE TABLE revision(number INTEGER PRIMARY KEY, id INTEGER NOT NULL);
                CREATE TABLE head_term(term TEXT PRIMARY KEY) WITHOUT ROWID;
                CREATE VIRTUAL TABLE head USING fts5(text, content='', columnsize=0, detail=full, tokenize='ascii');
                INSERT INTO head(rowid, text) VALUES(1027, 'one');
                PRAGMA user_version=2;
                """);
        }
        File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserWrite);
        await BeginsAnewAsync(id);
        File.GetUnixFileMode(path).ShouldBe(UnixFileMode.UserRead | UnixFileMode.UserWrite);
    }

    [Theory]
    [InlineData("UPDATE chunk SET bytes = x'FFFFFFFFFF'")]
    [InlineData("UPDATE chunk SET bytes = x'7F'")]
    [InlineData("DELETE FROM chunk")]
    [InlineData("UPDATE segment SET head = x'00'")]
    [InlineData("UPDATE segment SET messages = x'00'")]
    [InlineData("UPDATE segment SET messages = x'0200000000000000'")]
    [InlineData("DELETE FROM segment")]
    [InlineData("DELETE FROM root")]
    [InlineData("UPDATE root SET bytes = x'00'")]
    [InlineData("UPDATE root SET bytes = zeroblob(16)")]
    [InlineData("UPDATE segment SET id = 2")]
    [InlineData("UPDATE chunk SET id = id + 1")]
    public async Task OfADamagedIndexNothingIsBelieved(string damage)
    {
        var id = Guid.NewGuid();
        await using (var before = TestData.Open(_directory.Path))
            await (await before.NewMailboxAsync(id)).IndexAsync([Document(1, "one two", "three")], new(1), default);
        Damage(damage);
        await using var backend = TestData.Open(_directory.Path);
        var mailbox = (await backend.OpenMailboxAsync(id, default))!;
        (await mailbox.SearchTextAsync(new TextQuery(TextField.Header, "one two"), default)).Ids.ShouldBeNull("any message may hold it");
        (await mailbox.ReadIndexedUpToAsync(default)).Value.ShouldBe(0);
        await mailbox.IndexAsync([Document(1, "one two")], new(1), default);
        (await SearchAsync(mailbox, "one two")).ShouldBe([1]);
    }

    /// <summary>Whatever became of the bytes: what is asked is answered, or every message may hold it; merging gives segments or begins anew.</summary>
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    public async Task NoDamageIsAnErrorOfTheSearch(int seed)
    {
        var random = new Random(seed);
        (string Table, string Column)[] blobs = [("chunk", "bytes"), ("segment", "head"), ("segment", "body"), ("segment", "messages")];
        await using var backend = TestData.Open(_directory.Path);
        for (var round = 0; round < 25; round++)
        {
            var id = 0;
            var mailbox = await backend.NewMailboxAsync(Guid.NewGuid());
            for (var i = 0; i < 7; i++)
                await IndexAsync();
            var path = System.IO.Directory.GetFiles(_directory.Path, "*.fts", SearchOption.AllDirectories).MaxBy(File.GetLastWriteTimeUtc)!;
            using (var other = SqliteConnection.Open(path, SqliteApi.OpenReadWrite))
            {
                for (var i = 0; i < 3; i++)
                    Spoil(other, blobs[random.Next(blobs.Length)]);
            }
            foreach (var text in (string[])["a", "ab", "b c", "c ab a", "cc bb", "x"])
                await mailbox.SearchTextAsync(new TextQuery(TextField.Any, text), default);
            // The eighth merges them.
            await IndexAsync();
            await IndexAsync();
            await mailbox.SearchTextAsync(new TextQuery(TextField.Any, "ab c"), default);

            async Task IndexAsync() => await mailbox.IndexAsync([.. Enumerable.Range(0, 3).Select(_ => Document(++id, Text(), Text()))], new(id), default);
        }

        string Text() => string.Join(' ', Enumerable.Range(0, 30).Select(_ => new string((char)('a' + random.Next(3)), 1 + random.Next(2)) + (random.Next(3) == 0 ? "b" : "")));

        void Spoil(SqliteConnection other, (string Table, string Column) blob)
        {
            var (table, column) = blob;
            var row = other.Scalar($"SELECT rowid FROM {table} ORDER BY rowid LIMIT 1 OFFSET {random.Next((int)other.Scalar($"SELECT count(*) FROM {table}"))}");
            var bytes = Convert.FromHexString(other.Texts($"SELECT hex({column}) FROM {table} WHERE rowid={row}")[0]);
            if (random.Next(5) == 0)
                bytes = bytes[..random.Next(bytes.Length + 1)];
            else if (bytes.Length > 0)
                bytes[random.Next(bytes.Length)] = random.Next(3) switch { 0 => 0xFF, 1 => 0, _ => (byte)random.Next(256) };
            other.Execute($"UPDATE {table} SET {column}=x'{Convert.ToHexString(bytes)}' WHERE rowid={row}");
        }
    }

    /// <summary>Whatever byte of the file another one stands for: what is found is right, or any message may hold the text, or the search fails; and then the index is made anew.</summary>
    [Fact]
    public async Task NoByteOfAnIndexCanBeChangedUnnoticed()
    {
        TextDocument[] documents = [Document(1, "one two", "three four"), Document(2, "two three", "five"), Document(3, "gone", "gone"), Document(5, "one", "two five"), Document(6, "six", "six six seven")];
        (string Text, long[] Found)[] searches = [("one", [1, 5]), ("two", [1, 2, 5]), ("one two", [1]), ("six", [6]), ("hre", [1, 2]), ("gone", []), ("new", [3]), ("x", [6])];
        var id = Guid.NewGuid();
        await using (var before = TestData.Open(_directory.Path))
        {
            var mailbox = await before.NewMailboxAsync(id);
            await mailbox.IndexAsync(documents[..3], new(3), default);
            await mailbox.IndexAsync(documents[3..], new(6), default);
            documents[2] = Document(3, "new", "new");
            await mailbox.IndexAsync([documents[2]], new(6), default);
        }
        var bytes = File.ReadAllBytes(IndexPath);
        await using var backend = TestData.Open(_directory.Path);
        var path = _directory.File("changed.fts");
        var (changed, noticed) = (0, 0);
        for (var at = 0; at < bytes.Length; at++)
        {
            // Most of it is room that nothing uses.
            if (bytes[at] == 0 && at % 61 != 0)
                continue;
            var other = bytes.ToArray();
            other[at] ^= (byte)(at % 3 == 0 ? 0xFF : 1 << at % 8);
            File.WriteAllBytes(path, other);
            var index = new TextIndex(path, backend.Context);
            noticed += await AskAsync(index, at) ? 0 : 1;
            await AskAsync(index, at);
            (await AskAsync(index, at)).ShouldBeTrue($"byte {at}");
            index.Delete();
            changed++;
        }
        noticed.ShouldBeGreaterThan(changed / 8);

        async Task<bool> AskAsync(TextIndex index, int at)
        {
            try
            {
                var upTo = index.ReadWatermark();
                if (upTo.Value < 6)
                    await index.IndexAsync([.. documents.Where(d => d.Id.Value > upTo.Value)], new(6), default);
                foreach (var (text, found) in searches)
                {
                    if (index.Search(new TextQuery(TextField.Any, text) { IndexedUpTo = new(6) }, default).Ids is not { } ids)
                        return false;
                    ids.Select(i => i.Value).ShouldBe(found, customMessage: $"{text}, byte {at}");
                }
                return upTo.Value == 6;
            }
            catch (StorageUnavailableException)
            {
                return false;
            }
        }
    }

    /// <summary>Nothing is missing from an index that lost what was in it between two steps of bringing it up to date.</summary>
    [Fact]
    public async Task AnIndexThatIsBegunAnewMeanwhileHasNoGap()
    {
        await using var backend = TestData.Open(_directory.Path);
        var mailbox = await backend.NewMailboxAsync(Guid.NewGuid());
        await mailbox.IndexAsync([Document(1, "one")], new(1), default);
        (await mailbox.ReadIndexedUpToAsync(default)).Value.ShouldBe(1);
        Damage("UPDATE chunk SET bytes = x'00'");
        var query = new TextQuery(TextField.Any, "one") { IndexedUpTo = new(1) };
        (await mailbox.SearchTextAsync(query, default)).Ids.ShouldBeNull();
        await mailbox.IndexAsync([Document(2, "one")], new(2), default);
        (await mailbox.SearchTextAsync(query, default)).Ids.ShouldBeNull();
        (await mailbox.ReadIndexedUpToAsync(default)).Value.ShouldBe(0);
        await mailbox.IndexAsync([Document(1, "one"), Document(2, "one")], new(2), default);
        (await mailbox.SearchTextAsync(query, default)).Ids!.Select(i => i.Value).ShouldBe([1, 2]);
    }

    [Fact]
    public async Task TheCheckReadsAllOfAnIndexAndTheLogTellsOfDamageOnce()
    {
        var id = Guid.NewGuid();
        var log = new Warnings();
        await using (var before = TestData.Open(_directory.Path))
        {
            var mailbox = await before.NewMailboxAsync(id);
            await mailbox.ApplyDurablyAsync(TestData.Insert(0x402, TestData.Row(0x403, 1)));
            // Some are merged.
            for (var i = 1; i <= 20; i++)
                await mailbox.IndexAsync([Document(i, "one" + i, "two " + i)], new(i), default);
        }
        await using var backend = SqliteStoreBackend.Open(TestData.Options(_directory.Path), TimeProvider.System, log);
        (await IndexDefectsAsync()).ShouldBeEmpty();
        Damage("UPDATE chunk SET bytes = substr(bytes, 1, 4) || x'01' || substr(bytes, 6) WHERE id = (SELECT min(id) FROM chunk)");
        (await IndexDefectsAsync()).ShouldHaveSingleItem().ShouldContain(id.ToString());
        log.Messages.ShouldBeEmpty();
        var opened = (await backend.OpenMailboxAsync(id, default))!;
        for (var i = 0; i < 3; i++)
            await opened.SearchTextAsync(new TextQuery(TextField.Any, "ne"), default);
        log.Messages.ShouldHaveSingleItem().ShouldContain(".fts");
        (await IndexDefectsAsync()).ShouldBeEmpty();

        async Task<List<string>> IndexDefectsAsync() => [.. (await CrashTests.Defects(backend)).Where(d => d.Contains("full-text", StringComparison.Ordinal))];
    }

    private sealed class Warnings : ILogger
    {
        public List<string> Messages { get; } = [];

        public IDisposable? BeginScope<TState>(TState state) where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => logLevel >= LogLevel.Warning;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            if (IsEnabled(logLevel))
                Messages.Add(formatter(state, exception));
        }
    }

    [Fact]
    public async Task AReplacedMessageIsFoundWithoutTheTermsOfOthers()
    {
        await using var backend = TestData.Open(_directory.Path);
        var mailbox = await backend.NewMailboxAsync(Guid.NewGuid());
        await mailbox.IndexAsync([Document(1, "one", "two"), Document(2, "one")], new(2), default);
        // Whoever reads these finds that they are damaged.
        Damage("UPDATE segment SET head = x'00', body = x'00'");
        await mailbox.IndexAsync([Document(1, "three")], new(2), default);
        (await mailbox.ReadIndexedUpToAsync(default)).Value.ShouldBe(2, "the index did not begin anew");
        (await mailbox.SearchTextAsync(new TextQuery(TextField.Any, "three"), default)).Ids.ShouldBeNull();
    }

    /// <summary>Words by the hundred thousand that begin alike, beside a word that stands in 500,000 places: the places of each are not looked for among all of those. Takes a tenth of a second.</summary>
    [Fact]
    public async Task APhraseThatEndsInOneLetterIsFoundSoon()
    {
        await using var backend = TestData.Open(_directory.Path);
        var mailbox = await backend.NewMailboxAsync(Guid.NewGuid());
        var body = new System.Text.StringBuilder();
        for (var i = 0; i < 500_000; i++)
            body.Append("the ").Append(i % 3 == 0 ? $"a{i}x{i} " : "");
        await mailbox.IndexAsync([Document(1, "", body.ToString())], new(1), default);
        var found = Task.Run(() => SearchAsync(mailbox, "the a", TextField.Body));
        (await found.WaitAsync(TimeSpan.FromSeconds(10))).ShouldBe([1]);
    }

    /// <summary>Batches of all sizes, whose segments are merged and merged again: parts of texts are found in the documents that hold them.</summary>
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public async Task MergedSegmentsFindWhatAllDocumentsHold(int seed)
    {
        var random = new Random(seed);
        var letters = "abcdefghijklmnopqrstuvwxyz0123456789éß日本";
        var words = Enumerable.Range(0, 3000).Select(_ => string.Concat(Enumerable.Range(0, 1 + random.Next(9)).Select(_ => letters[random.Next(letters.Length)]))).ToArray();
        var texts = new Dictionary<long, (string Header, string Body)>();
        await using var backend = TestData.Open(_directory.Path);
        var mailbox = await backend.NewMailboxAsync(Guid.NewGuid());
        for (var id = 1L; id <= 1500;)
        {
            var batch = new List<TextDocument>();
            for (var count = random.Next(4) == 0 ? random.Next(200) : 1 + random.Next(5); count > 0; count--)
                batch.Add(Document(id++, Text(20), Text(120)));
            if (id > 20 && random.Next(5) == 0)
            {
                var replaced = Document(1 + random.Next((int)id - 1), Text(20), Text(120));
                batch.RemoveAll(d => d.Id == replaced.Id);
                batch.Add(replaced);
            }
            foreach (var document in batch)
                texts[document.Id.Value] = (SearchText.Fold(document.Header), SearchText.Fold(document.Body));
            await mailbox.IndexAsync(batch, new(id - 1), default);
            if (random.Next(10) == 0)
                await CheckAsync();
        }
        for (var i = 0; i < 300; i++)
            await CheckAsync();

        string Text(int most) => string.Join(random.Next(6) == 0 ? "-" : " ", Enumerable.Range(0, random.Next(most)).Select(_ => words[(int)(words.Length * Math.Pow(random.NextDouble(), 3))]));

        async Task CheckAsync()
        {
            var field = (TextField)random.Next(3);
            var (header, body) = texts.ElementAt(random.Next(texts.Count)).Value;
            var text = field == TextField.Header ? header : body;
            if (text.Length == 0)
                return;
            var start = random.Next(text.Length);
            var part = text.Substring(start, Math.Min(text.Length - start, 1 + random.Next(18)));
            var hits = await mailbox.SearchTextAsync(new TextQuery(field, part), default);
            if (hits.Ids is null)
                return;
            var expected = texts.Where(t => field != TextField.Body && t.Value.Header.Contains(part, StringComparison.Ordinal) || field != TextField.Header && t.Value.Body.Contains(part, StringComparison.Ordinal))
                .Select(t => t.Key).Order().ToList();
            var found = hits.Ids.Select(i => i.Value).ToList();
            if (hits.IsExact)
                found.ShouldBe(expected, customMessage: part);
            else
                expected.Except(found).ShouldBeEmpty(customMessage: part);
            found.ShouldBe(found.Distinct().Order());
        }
    }
}
