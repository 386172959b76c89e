using Rialto.Store.Backend;
using Rialto.Store.Searching.Text;

namespace Rialto.Store.Postgres;

/// <summary>
/// The full-text index of one mailbox: tsvector with GIN where the database has them, otherwise the folded texts and a scan of the mailbox's documents.
/// Each way has a watermark of its own, so that a change of way indexes anew.
/// </summary>
internal sealed class TextIndex(Database database, Guid mailbox, long number, bool hasTextWords)
{
    /// <summary>First words of a phrase that are looked up; with more of them the phrase is looked for without its first word, and what is found is read.</summary>
    private const int MostFirstWords = 32;

    /// <summary>Words of one query.</summary>
    private const int WordsAtOnce = 500;

    /// <summary>Whether the database does tsvector, asked by using it; makes the table at the first time.</summary>
    public static async Task<bool> ProbeAsync(Database database, CancellationToken cancel)
    {
        const string exists = "SELECT count(*) > 0 FROM information_schema.tables WHERE table_name = 'text_vector' AND table_schema = current_schema()";
        try
        {
            if (!await database.FirstAsync("SELECT 'a:1 b:2'::tsvector @@ '''a'' <-> ''b'':*'::tsquery", p => { }, r => r.GetBoolean(0), cancel))
                return false;
            if (await database.FirstAsync(exists, p => { }, r => r.GetBoolean(0), cancel))
                return true;
            await database.RunAsync(async connection =>
            {
                await using var transaction = await connection.BeginTransactionAsync(cancel);
                await using (var take = new Npgsql.NpgsqlCommand("LOCK TABLE schema_version IN ACCESS EXCLUSIVE MODE", connection))
                    await take.ExecuteNonQueryAsync(cancel);
                await using (var create = new Npgsql.NpgsqlCommand(InitialSchema.TextVectors, connection))
                    await create.ExecuteNonQueryAsync(cancel);
                await transaction.CommitAsync(cancel);
                return true;
            }, cancel);
            return true;
        }
        catch (Npgsql.PostgresException e) when (e.SqlState.StartsWith("42", StringComparison.Ordinal) || e.SqlState.StartsWith("0A", StringComparison.Ordinal))
        {
            // No such type, operator or index method, or not supported.
            return false;
        }
    }

    public async ValueTask<MessageId> ReadIndexedUpToAsync(CancellationToken cancel) =>
        new(await database.FirstAsync("SELECT up_to FROM text_mark WHERE mailbox = $1 AND in_words = $2", p => p.With(mailbox).With(hasTextWords), r => r.Int64(0), cancel));

    public async ValueTask IndexAsync(IReadOnlyList<TextDocument> documents, MessageId upTo, CancellationToken cancel)
    {
        // Once each: an insert cannot meet its own row again.
        var last = documents.DistinctBy(d => d.Id).OrderBy(d => d.Id).ToList();
        var words = new HashSet<(char Field, string Word)>();
        var vectors = hasTextWords ? last.Select(d => TextVector.Of(number, d, words)).ToList() : [];
        await database.BatchAsync(batch =>
        {
            Database.WithoutFlush(batch);
            if (hasTextWords)
            {
                batch.Add("""
                    INSERT INTO text_vector(mailbox, id, is_long, is_cut, words)
                    SELECT $1, v.id, v.is_long, v.is_cut, v.words::tsvector FROM unnest($2::bigint[], $3::boolean[], $4::boolean[], $5::text[]) AS v(id, is_long, is_cut, words)
                    ON CONFLICT (mailbox, id) DO UPDATE SET is_long = excluded.is_long, is_cut = excluded.is_cut, words = excluded.words
                    """).With(mailbox).With(last.Select(d => d.Id.Value)).With(vectors.Select(v => v.IsLong)).With(vectors.Select(v => v.IsCut)).With(vectors.Select(v => v.Vector));
                // In one order, so that servers that index the same mailbox wait for each other instead of deadlocking.
                var inOrder = words.OrderBy(w => w.Field).ThenBy(w => w.Word, StringComparer.Ordinal).ToList();
                batch.Add("""
                    INSERT INTO text_term(mailbox, field, term) SELECT $1, v.field::"char", v.term FROM unnest($2::text[], $3::text[]) AS v(field, term) ON CONFLICT DO NOTHING
                    """).With(mailbox).With(inOrder.Select(w => w.Field.ToString())).With(inOrder.Select(w => w.Word));
            }
            else
            {
                batch.Add("""
                    INSERT INTO text_plain(mailbox, id, header, body)
                    SELECT $1, v.id, v.header, v.body FROM unnest($2::bigint[], $3::text[], $4::text[]) AS v(id, header, body)
                    ON CONFLICT (mailbox, id) DO UPDATE SET header = excluded.header, body = excluded.body
                    """).With(mailbox).With(last.Select(d => d.Id.Value)).With(last.Select(d => SearchText.Fold(d.Header))).With(last.Select(d => SearchText.Fold(d.Body)));
            }
            batch.Add("INSERT INTO text_mark(mailbox, in_words, up_to) VALUES($1, $2, $3) ON CONFLICT (mailbox, in_words) DO UPDATE SET up_to = greatest(text_mark.up_to, excluded.up_to)")
                .With(mailbox).With(hasTextWords).With(upTo.Value);
        }, cancel);
    }

    public async ValueTask<TextHits> SearchAsync(TextQuery query, CancellationToken cancel)
    {
        var phrase = SearchPhrase.Of(query.Text);
        if (!hasTextWords)
            return new TextHits(await SearchPlainAsync(query.Field, phrase.Folded, cancel), true, TextHits.None);
        if (phrase.Terms.Count == 0)
            return new TextHits(null, phrase.IsEmpty, TextHits.None);
        var found = new HashSet<MessageId>();
        // The order of terms is not known of long texts.
        var isExact = phrase.IsExact && phrase.Terms.Count == 1;
        foreach (var (field, letter) in TextVector.Fields.Where(f => query.Field == TextField.Any || f.Field == query.Field))
        {
            if (phrase.Terms.Count == 1)
            {
                await FindTermAsync(letter, phrase, found, cancel);
                continue;
            }
            var firsts = phrase.FirstIsEnd ? await WordsAsync(letter, "%" + phrase.Terms[0], MostFirstWords + 1, cancel) : [phrase.Terms[0]];
            if (firsts.Count > MostFirstWords)
                await MatchAsync([TextVector.Query(number, letter, [.. phrase.Terms.Skip(1)], phrase.LastIsBeginning)], found, cancel);
            else
                await MatchAsync([.. firsts.Select(f => TextVector.Query(number, letter, [f, .. phrase.Terms.Skip(1)], phrase.LastIsBeginning))], found, cancel);
        }
        var cut = await database.ListAsync("SELECT id FROM text_vector WHERE mailbox = $1 AND is_cut", p => p.With(mailbox), r => new MessageId(r.Int64(0)), cancel);
        found.UnionWith(cut);
        var ids = found.ToArray();
        Array.Sort(ids);
        return new TextHits(ids, isExact, cut.ToHashSet());
    }

    /// <summary>LIKE's wildcards stand in no term.</summary>
    private Task<List<string>> WordsAsync(char letter, string pattern, int most, CancellationToken cancel) => database.ListAsync(
        "SELECT term FROM text_term WHERE mailbox = $1 AND field = $2::\"char\" AND term LIKE $3 LIMIT $4", p => p.With(mailbox).With(letter.ToString()).With(pattern).With(most), r => r.GetString(0), cancel);

    private async Task FindTermAsync(char letter, SearchPhrase phrase, HashSet<MessageId> found, CancellationToken cancel)
    {
        if (!phrase.FirstIsEnd)
        {
            await MatchAsync([TextVector.Query(number, letter, phrase.Terms, phrase.LastIsBeginning)], found, cancel);
            return;
        }
        var words = await WordsAsync(letter, $"%{phrase.Terms[0]}{(phrase.LastIsBeginning ? "%" : "")}", int.MaxValue, cancel);
        foreach (var some in words.Chunk(WordsAtOnce))
            await MatchAsync([.. some.Select(w => TextVector.Query(number, letter, [w], lastIsBeginning: false))], found, cancel);
    }

    private async Task MatchAsync(List<(string Phrase, string AllWords)> queries, HashSet<MessageId> found, CancellationToken cancel)
    {
        if (queries.Count == 0)
            return;
        found.UnionWith(await database.ListAsync(
            "SELECT id FROM text_vector WHERE mailbox = $1 AND (words @@ $2::text::tsquery OR (is_long AND words @@ $3::text::tsquery))",
            p => p.With(mailbox).With(string.Join(" | ", queries.Select(q => q.Phrase))).With(string.Join(" | ", queries.Select(q => q.AllWords))), r => new MessageId(r.Int64(0)), cancel));
    }

    private Task<List<MessageId>> SearchPlainAsync(TextField field, string folded, CancellationToken cancel)
    {
        var where = field switch
        {
            TextField.Header => "position($2 in header) > 0",
            TextField.Body => "position($2 in body) > 0",
            _ => "(position($2 in header) > 0 OR position($2 in body) > 0)",
        };
        return database.ListAsync($"SELECT id FROM text_plain WHERE mailbox = $1 AND {where} ORDER BY id", p => p.With(mailbox).With(folded), r => new MessageId(r.Int64(0)), cancel);
    }
}
