using Rialto.Store.Backend;

namespace Rialto.Store.Postgres;

/// <summary>The full-text index of one mailbox: tsvector with GIN where the database has them, otherwise the words as text and a scan of the mailbox's documents.</summary>
internal sealed class TextIndex(Database database, Guid mailbox, long number, bool hasTextWords)
{
    /// <summary>Whether the database does tsvector, asked by using it; makes the table at the first time.</summary>
    public static async Task<bool> ProbeAsync(Database database, CancellationToken cancel)
    {
        const string exists = "SELECT count(*) > 0 FROM information_schema.tables WHERE table_name = 'text_words' AND table_schema = current_schema()";
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
                await using (var create = new Npgsql.NpgsqlCommand(InitialSchema.TextWords, connection))
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
        new(await database.FirstAsync("SELECT up_to FROM text_mark WHERE mailbox = $1", p => p.With(mailbox), r => r.Int64(0), cancel));

    public async ValueTask IndexAsync(IReadOnlyList<TextDocument> documents, MessageId upTo, CancellationToken cancel)
    {
        // Once each: an insert cannot meet its own row again.
        var last = documents.DistinctBy(d => d.Id).OrderBy(d => d.Id).ToList();
        var vectors = hasTextWords ? last.Select(d => TextVector.Of(number, d)).ToList() : [];
        await database.BatchAsync(batch =>
        {
            Database.WithoutFlush(batch);
            if (hasTextWords)
            {
                batch.Add("""
                    INSERT INTO text_words(mailbox, id, is_long, words) SELECT $1, v.id, v.is_long, v.words::tsvector FROM unnest($2::bigint[], $3::boolean[], $4::text[]) AS v(id, is_long, words)
                    ON CONFLICT (mailbox, id) DO UPDATE SET is_long = excluded.is_long, words = excluded.words
                    """).With(mailbox).With(last.Select(d => d.Id.Value)).With(vectors.Select(v => v.IsLong)).With(vectors.Select(v => v.Vector));
            }
            else
            {
                batch.Add("""
                    INSERT INTO text_plain(mailbox, id, subject, participants, body)
                    SELECT $1, v.id, v.subject, v.participants, v.body FROM unnest($2::bigint[], $3::text[], $4::text[], $5::text[]) AS v(id, subject, participants, body)
                    ON CONFLICT (mailbox, id) DO UPDATE SET subject = excluded.subject, participants = excluded.participants, body = excluded.body
                    """).With(mailbox).With(last.Select(d => d.Id.Value)).With(last.Select(d => Plain(d.Subject))).With(last.Select(d => Plain(d.Participants))).With(last.Select(d => Plain(d.Body)));
            }
            batch.Add("INSERT INTO text_mark(mailbox, up_to) VALUES($1, $2) ON CONFLICT (mailbox) DO UPDATE SET up_to = greatest(text_mark.up_to, excluded.up_to)").With(mailbox).With(upTo.Value);
        }, cancel);
    }

    private static string Plain(string text) => $" {string.Join(' ', Words.Of(text))} ";

    /// <summary>A text without letters or digits matches nothing.</summary>
    public async ValueTask<IReadOnlyList<MessageId>> SearchAsync(TextQuery query, CancellationToken cancel)
    {
        var words = Words.Of(query.Text);
        if (words.Count == 0)
            return [];
        if (hasTextWords)
        {
            var (phrase, all) = TextVector.Query(number, query.Field, words);
            return await database.ListAsync(
                "SELECT id FROM text_words WHERE mailbox = $1 AND (words @@ $2::text::tsquery OR (is_long AND words @@ $3::text::tsquery)) ORDER BY id",
                p => p.With(mailbox).With(phrase).With(all), r => new MessageId(r.Int64(0)), cancel);
        }
        var where = query.Field switch
        {
            TextField.Subject => "subject LIKE $2",
            TextField.Participants => "participants LIKE $2",
            TextField.Body => "body LIKE $2",
            _ => "(subject LIKE $2 OR participants LIKE $2 OR body LIKE $2)",
        };
        return await database.ListAsync($"SELECT id FROM text_plain WHERE mailbox = $1 AND {where} ORDER BY id",
            p => p.With(mailbox).With($"% {string.Join(' ', words)}%"), r => new MessageId(r.Int64(0)), cancel);
    }
}
