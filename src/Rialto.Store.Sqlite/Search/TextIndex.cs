using Rialto.Store.Backend;
using Rialto.Store.Searching.Text;
using Rialto.Store.Sqlite.Databases;
using Rialto.Store.Sqlite.Native;

namespace Rialto.Store.Sqlite.Search;

/// <summary>
/// The full-text index of one mailbox: a file of its own with FTS5 tables that keep no text (https://sqlite.org/fts5.html, 4.4.1 contentless tables), and the terms in them, so that
/// parts of words are found. Terms are made here (<see cref="TermReader"/>); FTS5 is left to split at spaces.
/// It is derived data: not in the commit log, and begun anew when it is missing, damaged, or of another version. Messages that are gone stay in it until then;
/// whoever asks intersects with what is there.
/// </summary>
internal sealed class TextIndex(string path, StorageContext context)
{
    /// <summary>Message ids have 48 bits; above them stand later texts of messages, by the number of their revision.</summary>
    private const long Revisions = 1L << 48;

    private const int Version = 2;

    private const string Creation = """
        PRAGMA page_size=4096;
        PRAGMA journal_mode=WAL;
        CREATE TABLE progress(up_to INTEGER NOT NULL, messages INTEGER NOT NULL);
        INSERT INTO progress(up_to, messages) VALUES(0, 0);
        CREATE TABLE revision(number INTEGER PRIMARY KEY, id INTEGER NOT NULL);
        CREATE TABLE head_term(term TEXT PRIMARY KEY) WITHOUT ROWID;
        CREATE TABLE body_term(term TEXT PRIMARY KEY) WITHOUT ROWID;
        CREATE VIRTUAL TABLE head USING fts5(text, content='', columnsize=0, detail=full, tokenize='ascii');
        CREATE VIRTUAL TABLE body USING fts5(text, content='', columnsize=0, detail=full, tokenize='ascii');
        INSERT INTO head(head, rank) VALUES('automerge', 8);
        INSERT INTO head(head, rank) VALUES('hashsize', 4194304);
        INSERT INTO body(body, rank) VALUES('automerge', 8);
        INSERT INTO body(body, rank) VALUES('hashsize', 4194304);
        """;

    private readonly Lock _lock = new();
    private readonly TextTerms _head = new("INSERT INTO head(rowid, text) VALUES(?1, ?2)", "SELECT rowid FROM head WHERE head MATCH ?1", "INSERT OR IGNORE INTO head_term(term) VALUES(?1)", "SELECT term FROM head_term");
    private readonly TextTerms _body = new("INSERT INTO body(rowid, text) VALUES(?1, ?2)", "SELECT rowid FROM body WHERE body MATCH ?1", "INSERT OR IGNORE INTO body_term(term) VALUES(?1)", "SELECT term FROM body_term");
    private SqliteConnection? _connection;
    private Dictionary<long, long>? _revised;
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

    public TextHits Search(TextQuery query, CancellationToken cancel)
    {
        var phrase = SearchPhrase.Of(query.Text);
        if (phrase.Terms.Count == 0)
            return new TextHits(null, phrase.IsEmpty, TextHits.None);
        lock (_lock)
        {
            if (_connection is null && !File.Exists(path))
                return TextHits.Nothing;
            return Run(c =>
            {
                using var s = c.Prepare("SELECT messages FROM progress");
                s.Step();
                var rows = new FoundRows(s.Int64(0), Revised(c));
                if (query.Field != TextField.Body)
                    _head.Find(c, phrase, rows, cancel);
                if (query.Field != TextField.Header)
                    _body.Find(c, phrase, rows, cancel);
                return rows.ToHits(phrase.IsExact);
            });
        }
    }

    /// <summary>The messages by the numbers of their revisions.</summary>
    private Dictionary<long, long> Revised(SqliteConnection connection)
    {
        if (_revised is not null)
            return _revised;
        var revised = new Dictionary<long, long>();
        using var s = connection.Prepare("SELECT number, id FROM revision");
        while (s.Step())
            revised.Add(Revisions + s.Int64(0), s.Int64(1));
        return _revised = revised;
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

    private bool Add(SqliteConnection connection, IReadOnlyList<TextDocument> documents, long upTo)
    {
        connection.Begin();
        try
        {
            var from = ReadProgress(connection);
            var messages = 0;
            foreach (var document in documents)
            {
                // A document that is in the index already has new text. FTS5 cannot take the old words out again without knowing them, so both stand there, the
                // newer under a row id of its own: a search finds too much of it, never too little, and says that it has to be looked at.
                var row = document.Id.Value;
                if (row <= from)
                {
                    connection.Prepare("INSERT INTO revision(id) VALUES(?1)").Bind(1, row).Execute();
                    row = Revisions + connection.LastRowId;
                    _revised = null;
                }
                else
                {
                    messages++;
                }
                _head.Add(connection, row, document.Header);
                _body.Add(connection, row, document.Body);
            }
            _head.AddTerms(connection);
            _body.AddTerms(connection);
            connection.Prepare("UPDATE progress SET up_to=max(up_to, ?1), messages=messages+?2").Bind(1, upTo).Bind(2, messages).Execute();
            connection.Commit();
        }
        catch
        {
            connection.Rollback();
            Forget();
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
        Forget();
        context.OpenTexts.TryRemove(this, out _);
    }

    private void Forget()
    {
        _head.Forget();
        _body.Forget();
        _revised = null;
    }
}
