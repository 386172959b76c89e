using System.Text;
using Rialto.Store.Backend;
using Rialto.Store.Sqlite.Databases;
using Rialto.Store.Sqlite.Native;

namespace Rialto.Store.Sqlite.Search;

/// <summary>
/// The full-text index of one mailbox: a file of its own with an FTS5 table that keeps no text (https://sqlite.org/fts5.html, 4.4.1 contentless tables).
/// It is derived data: not in the commit log, and begun anew when it is missing, damaged, or of another version. Messages that are gone stay in it until then;
/// whoever asks intersects with what is there.
/// </summary>
internal sealed class TextIndex(string path, StorageContext context)
{
    /// <summary>Message ids have 48 bits; above them a row id counts the later texts of messages.</summary>
    private const int RevisionShift = 48;

    private const int Version = 1;

    /// <summary>Words for one query: more cannot narrow a search that a person typed.</summary>
    private const int MaximumWords = 64;

    private const string Creation = """
        PRAGMA page_size=4096;
        PRAGMA journal_mode=WAL;
        CREATE TABLE progress(up_to INTEGER NOT NULL);
        INSERT INTO progress(up_to) VALUES(0);
        CREATE VIRTUAL TABLE words USING fts5(subject, participants, body, content='', columnsize=0, detail=full, tokenize="unicode61 remove_diacritics 2");
        INSERT INTO words(words, rank) VALUES('automerge', 8);
        INSERT INTO words(words, rank) VALUES('hashsize', 4194304);
        """;

    private readonly Lock _lock = new();
    private SqliteConnection? _connection;
    private long _lastUsed;

    public MessageId ReadWatermark()
    {
        lock (_lock)
            return _connection is null && !File.Exists(path) ? default : Run(static c => new MessageId(ReadProgress(c)));
    }

    public ValueTask IndexAsync(IReadOnlyList<TextDocument> documents, MessageId upTo, CancellationToken cancel)
    {
        cancel.ThrowIfCancellationRequested();
        lock (_lock)
            Run(c => Add(c, documents, upTo.Value));
        return ValueTask.CompletedTask;
    }

    public IReadOnlyList<MessageId> Search(TextQuery query)
    {
        var match = Match(query);
        lock (_lock)
        {
            if (match.Length == 0 || (_connection is null && !File.Exists(path)))
                return [];
            return Run(c =>
            {
                using var s = c.Prepare("SELECT rowid FROM words WHERE words MATCH ?1 ORDER BY rowid").Bind(1, match.AsSpan());
                var rows = new List<long>();
                var isRevised = false;
                while (s.Step())
                {
                    var row = s.Int64(0);
                    isRevised |= row >> RevisionShift != 0;
                    rows.Add(row & ((1L << RevisionShift) - 1));
                }
                // Later revisions stand behind all first ones.
                if (isRevised)
                    rows.Sort();
                var ids = new List<MessageId>(rows.Count);
                for (var i = 0; i < rows.Count; i++)
                {
                    if (i == 0 || rows[i] != rows[i - 1])
                        ids.Add(new MessageId(rows[i]));
                }
                return ids;
            });
        }
    }

    /// <summary>Closes the file if nobody has used it since.</summary>
    public void CloseIdle(long unusedSince)
    {
        if (_connection is null)
            return;
        lock (_lock)
        {
            if (_lastUsed < unusedSince)
                Close();
        }
    }

    public void Delete()
    {
        lock (_lock)
        {
            Close();
            if (!System.IO.Directory.Exists(Path.GetDirectoryName(path)))
                return;
            File.Delete(path);
            File.Delete(path + "-wal");
            File.Delete(path + "-shm");
        }
    }

    /// <summary>
    /// The query in FTS5's language: one phrase of quoted words, the last a prefix. Quoting leaves no way for the text to mean anything but words;
    /// a text without letters or digits matches nothing.
    /// </summary>
    internal static string Match(TextQuery query)
    {
        var words = Words(query.Text);
        if (words.Count == 0)
            return "";
        var match = new StringBuilder(query.Field switch
        {
            TextField.Subject => "subject : ",
            TextField.Participants => "participants : ",
            TextField.Body => "body : ",
            _ => "",
        });
        for (var i = 0; i < words.Count; i++)
            match.Append(i == 0 ? "" : " + ").Append('"').Append(words[i]).Append('"');
        return match.Append(" *").ToString();
    }

    /// <summary>The runs of letters and digits, split where FTS5's tokenizer splits; everything else, quotes above all, is a separator.</summary>
    private static List<string> Words(string text)
    {
        var words = new List<string>();
        var word = new StringBuilder();
        foreach (var rune in text.EnumerateRunes())
        {
            if (Rune.IsLetterOrDigit(rune) || Rune.GetUnicodeCategory(rune) is System.Globalization.UnicodeCategory.NonSpacingMark or System.Globalization.UnicodeCategory.SpacingCombiningMark
                or System.Globalization.UnicodeCategory.OtherNumber or System.Globalization.UnicodeCategory.LetterNumber or System.Globalization.UnicodeCategory.PrivateUse)
            {
                word.Append(rune.ToString());
            }
            else if (word.Length > 0)
            {
                words.Add(word.ToString());
                word.Clear();
                if (words.Count == MaximumWords)
                    return words;
            }
        }
        if (word.Length > 0)
            words.Add(word.ToString());
        return words;
    }

    private static bool Add(SqliteConnection connection, IReadOnlyList<TextDocument> documents, long upTo)
    {
        connection.Begin();
        try
        {
            var from = ReadProgress(connection);
            foreach (var document in documents)
            {
                // A document that is in the index already has new text. FTS5 cannot take the old words out again without knowing them, so both stand there, the
                // newer under a row id of its own: a search may find too much of it, never too little.
                var row = document.Id.Value;
                if (row <= from)
                {
                    using var known = connection.Prepare("SELECT coalesce(max(rowid), 0) FROM words WHERE rowid>=?1").Bind(1, 1L << RevisionShift);
                    known.Step();
                    row |= ((known.Int64(0) >> RevisionShift) + 1) << RevisionShift;
                }
                connection.Prepare("INSERT INTO words(rowid, subject, participants, body) VALUES(?1, ?2, ?3, ?4)")
                    .Bind(1, row).Bind(2, document.Subject.AsSpan()).Bind(3, document.Participants.AsSpan()).Bind(4, document.Body.AsSpan()).Execute();
            }
            connection.Prepare("UPDATE progress SET up_to=?1 WHERE up_to<?1").Bind(1, upTo).Execute();
            connection.Commit();
        }
        catch
        {
            connection.Rollback();
            throw;
        }
        if (new FileInfo(connection.Path + "-wal") is { Exists: true, Length: > 4 * 1024 * 1024 })
            connection.Checkpoint(SqliteApi.CheckpointTruncate, out _);
        return true;
    }

    private static long ReadProgress(SqliteConnection connection)
    {
        using var s = connection.Prepare("SELECT up_to FROM progress");
        return s.Step() ? s.Int64(0) : 0;
    }

    /// <summary>Runs with the connection; a damaged index is deleted and begun anew, empty.</summary>
    private TResult Run<TResult>(Func<SqliteConnection, TResult> work)
    {
        _lastUsed = context.Time.GetTimestamp();
        try
        {
            try
            {
                return work(Open());
            }
            catch (SqliteException e) when (e.IsDamage || e.Primary == 1)
            {
                Delete();
                return work(Open());
            }
        }
        catch (Exception e) when (e is SqliteException or IOException)
        {
            Close();
            throw new StorageUnavailableException("The full-text index cannot be used.", e);
        }
    }

    private SqliteConnection Open()
    {
        if (_connection is not null)
            return _connection;
        DataFiles.CreateDirectory(Path.GetDirectoryName(path)!);
        var isNew = !File.Exists(path);
        var connection = SqliteConnection.Open(path, SqliteApi.OpenReadWrite | SqliteApi.OpenCreate);
        try
        {
            if (isNew)
                File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserWrite);
            connection.Execute("PRAGMA synchronous=NORMAL; PRAGMA wal_autocheckpoint=0; PRAGMA cache_size=-4096; PRAGMA mmap_size=268435456; PRAGMA temp_store=MEMORY;");
            var version = connection.Scalar("PRAGMA user_version");
            if (version != Version)
            {
                if (version != 0 || !isNew && connection.Scalar("SELECT count(*) FROM sqlite_schema") > 0)
                {
                    connection.Dispose();
                    Delete();
                    connection = SqliteConnection.Open(path, SqliteApi.OpenReadWrite | SqliteApi.OpenCreate);
                }
                connection.Execute(Creation);
                connection.Execute($"PRAGMA user_version={Version}");
            }
            context.OpenTexts.TryAdd(this, true);
            return _connection = connection;
        }
        catch
        {
            connection.Dispose();
            throw;
        }
    }

    private void Close()
    {
        _connection?.Dispose();
        _connection = null;
        context.OpenTexts.TryRemove(this, out _);
    }
}
