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
    private const int Version = 4;

    /// <summary>Bytes of the write-ahead log that are moved into the database, which takes syncs.</summary>
    private const long LongWriteAhead = 16 * 1024 * 1024;

    /// <summary>Damage found one after the other, with nothing added in between, by which the disk is at fault: beginning anew does not help.</summary>
    private const int MostDamage = 3;

    /// <summary>Of what is damaged nothing is known: every message is read, and the next search finds the index made anew.</summary>
    private static readonly TextHits Unknown = new(null, false, TextHits.None);

    private readonly Lock _lock = new();
    private SqliteConnection? _connection;
    private SegmentTables? _tables;
    private long _lastUsed;

    /// <summary>The watermark that was asked for last: what is added follows it.</summary>
    private long _toldUpTo;

    private int _damage;

    public MessageId ReadWatermark()
    {
        lock (_lock)
        {
            _toldUpTo = _connection is null && !File.Exists(path) ? 0 : Run(c => Tables(c).UpTo);
            return new MessageId(_toldUpTo);
        }
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
            Run(c => Add(c, documents, head, body, upTo.Value), static _ => false);
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
                return query.IndexedUpTo.Value == 0 ? TextHits.Nothing : Unknown;
            return Run(c => Find(Tables(c), query, phrase, cancel), static _ => Unknown);
        }
    }

    private static TextHits Find(SegmentTables tables, TextQuery query, SearchPhrase phrase, CancellationToken cancel)
    {
        if (tables.UpTo < query.IndexedUpTo.Value)
            return Unknown;
        var search = new SegmentSearch(phrase, cancel);
        var found = new List<long>();
        foreach (var segment in tables.Segments)
        {
            var messages = tables.MessagesOf(segment);
            var documents = new bool[messages.Length];
            var marked = 0;
            if (query.Field != TextField.Body)
                search.Find(tables.Open(segment, SegmentField.Header), documents, ref marked);
            if (query.Field != TextField.Header)
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

    /// <summary>Reads all of the index, a segment at a time and beside whoever uses it; what is wrong with it, or null.</summary>
    public string? Check()
    {
        SqliteConnection? connection = null;
        try
        {
            lock (_lock)
            {
                if (!File.Exists(path))
                    return null;
                connection = SqliteConnection.Open(path, SqliteApi.OpenReadWrite);
                connection.Execute("PRAGMA query_only=1; PRAGMA mmap_size=268435456;");
                // An earlier form is made anew by who asks next, whatever is in it.
                if (connection.Scalar("PRAGMA user_version") != Version)
                    return null;
            }
            for (var last = 0L; CheckNext(connection, ref last);) ;
            return null;
        }
        catch (Exception e) when (e is SqliteException or InvalidDataException or IOException)
        {
            return e.Message;
        }
        finally
        {
            // Should the index have been begun anew meanwhile, SQLite would delete the new one's write-ahead log.
            connection?.Abandon();
        }
    }

    /// <summary>The next segment, in a transaction of its own: a long one would keep the write-ahead log from being moved. What segments were merged into comes behind them.</summary>
    private static bool CheckNext(SqliteConnection connection, ref long last)
    {
        connection.Prepare("BEGIN").Execute();
        try
        {
            var tables = new SegmentTables(connection);
            var before = last;
            if (tables.Segments.FirstOrDefault(s => s.Id > before) is not { } segment)
                return false;
            tables.Verify(segment);
            last = segment.Id;
            return true;
        }
        finally
        {
            connection.Rollback();
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

    /// <summary>False when the documents follow something that the index does not have any more.</summary>
    private bool Add(SqliteConnection connection, IReadOnlyList<TextDocument> documents, SegmentFieldBuilder head, SegmentFieldBuilder body, long upTo)
    {
        var tables = Tables(connection);
        var from = tables.UpTo;
        if (from < _toldUpTo)
            return false;
        connection.Begin();
        try
        {
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
            tables.Save(Math.Max(from, upTo));
            connection.Commit();
            _damage = 0;
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
            catch (Exception e) when (IsDamage(e))
            {
                StorageLog.TextIndexDamaged(context.Logger, path, e);
                Delete();
                if (++_damage > MostDamage)
                    throw new StorageUnavailableException("The full-text index is damaged again and again.", e);
                return (afterDamage ?? work)(Open());
            }
        }
        catch (Exception e) when (e is SqliteException or IOException or UnauthorizedAccessException)
        {
            Close();
            throw new StorageUnavailableException("The full-text index cannot be used.", e);
        }
    }

    /// <summary>
    /// Of a database whose bytes were changed SQLite says that it is malformed, or what that makes of it: statements that do not fit it, rows too large or there already, a file that is
    /// for reading alone. https://sqlite.org/rescode.html
    /// </summary>
    private static bool IsDamage(Exception error) => error is InvalidDataException or SqliteException { IsDamage: true }
        or SqliteException { Primary: SqliteApi.Error or SqliteApi.ReadOnly or SqliteApi.TooBig or SqliteApi.Constraint or SqliteApi.Mismatch };

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
                connection.Execute("PRAGMA page_size=4096; PRAGMA journal_mode=WAL;");
                SegmentTables.Create(connection);
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
