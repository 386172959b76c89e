using Rialto.Store.Backend;
using Rialto.Store.Searching.Text;
using Rialto.Store.Sqlite.Databases;
using Rialto.Store.Sqlite.Native;

namespace Rialto.Store.Sqlite.Search;

/// <summary>
/// The full-text index of one mailbox: a database of its own with segments, each the terms of some documents with their places (<see cref="SegmentTables"/>).
/// It is derived data: not in the commit log, and begun anew when it is missing, damaged, or of another version. Messages that are gone stay in it until then;
/// whoever asks intersects with what is there.
/// </summary>
internal sealed class TextIndex(string path, StorageContext context)
{
    private const int Version = 3;

    /// <summary>Bytes of the write-ahead log that are moved into the database, which takes syncs.</summary>
    private const long LongWriteAhead = 16 * 1024 * 1024;

    private const string Creation = $"""
        PRAGMA page_size=4096;
        PRAGMA journal_mode=WAL;
        CREATE TABLE progress(up_to INTEGER NOT NULL);
        INSERT INTO progress(up_to) VALUES(0);
        {SegmentTables.Creation}
        """;

    private readonly Lock _lock = new();
    private SqliteConnection? _connection;
    private SegmentTables? _tables;
    private long _lastUsed;

    public MessageId ReadWatermark()
    {
        lock (_lock)
            return _connection is null && !File.Exists(path) ? default : Run(static c => new MessageId(ReadProgress(c)));
    }

    public ValueTask IndexAsync(IReadOnlyList<TextDocument> documents, MessageId upTo, CancellationToken cancel)
    {
        cancel.ThrowIfCancellationRequested();
        using var head = new SegmentFieldBuilder();
        using var body = new SegmentFieldBuilder();
        foreach (var document in documents)
        {
            head.Add(document.Header);
            body.Add(document.Body);
        }
        lock (_lock)
            Run(c => Add(c, documents, head, body, upTo.Value));
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
            // Of what is damaged nothing is known: every message is read, and the next search finds the index made anew.
            return Run(c => Find(Tables(c), query.Field, phrase, cancel), static _ => new TextHits(null, false, TextHits.None));
        }
    }

    private static TextHits Find(SegmentTables tables, TextField field, SearchPhrase phrase, CancellationToken cancel)
    {
        var search = new SegmentSearch(phrase, cancel);
        var found = new List<long>();
        foreach (var segment in tables.Segments)
        {
            // Of a damaged segment it is found here that the number of documents is wrong, before anything is made of that length.
            var messages = tables.MessagesOf(segment);
            var documents = new bool[messages.Length];
            var marked = 0;
            if (field != TextField.Body)
                search.Find(tables.Open(segment, SegmentField.Header), documents, ref marked);
            if (field != TextField.Header)
                search.Find(tables.Open(segment, SegmentField.Body), documents, ref marked);
            for (var i = 0; i < documents.Length && marked > 0; i++)
            {
                if (documents[i] && messages[i] != 0)
                    found.Add(messages[i]);
            }
        }
        found.Sort();
        return new TextHits([.. found.Select(static id => new MessageId(id))], phrase.IsExact && search.IsExact, TextHits.None);
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

    private bool Add(SqliteConnection connection, IReadOnlyList<TextDocument> documents, SegmentFieldBuilder head, SegmentFieldBuilder body, long upTo)
    {
        connection.Begin();
        try
        {
            var tables = Tables(connection);
            var from = ReadProgress(connection);
            var messages = new long[documents.Count];
            var seen = new HashSet<long>();
            for (var i = messages.Length - 1; i >= 0; i--)
            {
                var message = documents[i].Id.Value;
                if (!seen.Add(message))
                    continue;
                messages[i] = message;
                if (message <= from)
                    tables.Replace(message);
            }
            if (messages.Length > 0)
            {
                tables.Add(messages, head.Write, body.Write);
                while (SegmentMerger.MergeSome(tables));
            }
            connection.Prepare("UPDATE progress SET up_to=max(up_to, ?1)").Bind(1, upTo).Execute();
            connection.Commit();
        }
        catch
        {
            connection.Rollback();
            _tables = null;
            throw;
        }
        if (new FileInfo(connection.Path + "-wal") is { Exists: true, Length: > LongWriteAhead })
            connection.Checkpoint(SqliteApi.CheckpointTruncate, out _);
        return true;
    }

    private SegmentTables Tables(SqliteConnection connection) => _tables ??= new SegmentTables(connection);

    private static long ReadProgress(SqliteConnection connection)
    {
        using var s = connection.Prepare("SELECT up_to FROM progress");
        return s.Step() ? s.Int64(0) : 0;
    }

    /// <summary>Runs with the connection; a damaged index is deleted and begun anew, empty, and the work, or what is in its place then, is done with that.</summary>
    private TResult Run<TResult>(Func<SqliteConnection, TResult> work, Func<SqliteConnection, TResult>? afterDamage = null)
    {
        _lastUsed = context.Time.GetTimestamp();
        try
        {
            try
            {
                return work(Open());
            }
            catch (Exception e) when (e is SqliteException { IsDamage: true } or SqliteException { Primary: 1 } or InvalidDataException)
            {
                Delete();
                return (afterDamage ?? work)(Open());
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
        var connection = Connect();
        try
        {
            var version = connection.Scalar("PRAGMA user_version");
            if (version != Version)
            {
                if (version != 0 || connection.Scalar("SELECT count(*) FROM sqlite_schema") > 0)
                {
                    connection.Dispose();
                    Delete();
                    connection = Connect();
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

    private SqliteConnection Connect()
    {
        var isNew = !File.Exists(path);
        var connection = SqliteConnection.Open(path, SqliteApi.OpenReadWrite | SqliteApi.OpenCreate);
        try
        {
            if (isNew)
                File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserWrite);
            connection.Execute("PRAGMA synchronous=NORMAL; PRAGMA wal_autocheckpoint=0; PRAGMA cache_size=-4096; PRAGMA mmap_size=268435456; PRAGMA temp_store=MEMORY;");
            return connection;
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
        _tables = null;
        context.OpenTexts.TryRemove(this, out _);
    }
}
