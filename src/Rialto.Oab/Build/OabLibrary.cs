using System.Collections.Frozen;
using Microsoft.Extensions.Logging;
using Rialto.Oab.Wire;

namespace Rialto.Oab.Build;

/// <summary>A book as it can be downloaded: immutable, replaced as a whole.</summary>
public sealed class PublishedBook
{
    private readonly string directory;
    private readonly FrozenDictionary<string, OabFile> files;

    internal PublishedBook(string directory, OabState state)
    {
        this.directory = directory;
        State = state;
        files = state.Files().ToFrozenDictionary(f => f.Name, StringComparer.OrdinalIgnoreCase);
        Manifest = OabManifest.Write(state.Lists.Select(l => new OabManifestList(l.Id, l.Dn, l.Name, l.Full, l.Templates, [.. l.Differences.Select(d => d.File)])));
        ManifestTag = Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(Manifest).AsSpan(0, 16));
        Made = state.Lists.Count > 0 ? state.Lists.Max(l => l.Made) : DateTimeOffset.UnixEpoch;
    }

    public OabState State { get; }

    public byte[] Manifest { get; }

    /// <summary>Changes with the manifest.</summary>
    public string ManifestTag { get; }

    public DateTimeOffset Made { get; }

    /// <summary>A file of the book, opened: it can be read to its end whatever is published meanwhile. Null for a name that is none of the book's.</summary>
    public (OabFile File, FileStream Stream)? Open(string name)
    {
        if (!files.TryGetValue(name, out var file))
            return null;
        try
        {
            return (file, new FileStream(Path.Combine(directory, file.Name), FileMode.Open, FileAccess.Read, FileShare.Read | FileShare.Delete, 1, FileOptions.Asynchronous));
        }
        catch (FileNotFoundException)
        {
            return null;
        }
    }
}

/// <summary>
/// The books' files: a directory each with the files of the generations that are published and <c>state.json</c>, which says what they are. New files are written
/// beside the old ones and the state is replaced last, so that a cut leaves the earlier generation whole. Several servers may serve one directory, of which one makes the books:
/// what it publishes the others see within seconds.
/// </summary>
public sealed partial class OabLibrary
{
    /// <summary>How long what another process publishes may go unseen.</summary>
    private static readonly TimeSpan s_lookAgain = TimeSpan.FromSeconds(10);

    private readonly string root;
    private readonly OabOptions options;
    private readonly TimeProvider time;
    private readonly ILogger logger;
    private readonly SemaphoreSlim building = new(1, 1);
    private readonly Lock publishing = new();
    private volatile FrozenDictionary<Guid, PublishedBook> books = FrozenDictionary<Guid, PublishedBook>.Empty;
    private string seen = "";
    private long looked;

    private OabLibrary(string root, OabOptions options, TimeProvider time, ILogger logger)
    {
        this.root = root;
        this.options = options;
        this.time = time;
        this.logger = logger;
    }

    /// <summary>Opens what is there; a book whose state cannot be read is left out, and made anew when its time comes.</summary>
    public static OabLibrary Open(string root, OabOptions options, TimeProvider time, ILogger logger)
    {
        var library = new OabLibrary(root, options, time, logger) { looked = time.GetTimestamp() };
        library.Refresh();
        return library;
    }

    /// <summary>The books that can be downloaded.</summary>
    public IReadOnlyCollection<PublishedBook> Books
    {
        get
        {
            LookAgain();
            return books.Values;
        }
    }

    public PublishedBook? Find(Guid book)
    {
        LookAgain();
        return books.GetValueOrDefault(book);
    }

    /// <summary>Reads what is published now.</summary>
    private void Refresh()
    {
        // What is read here must not replace what this process publishes meanwhile.
        lock (publishing)
        {
            seen = Stamp();
            var found = new Dictionary<Guid, PublishedBook>();
            foreach (var directory in Directories())
            {
                var id = Guid.ParseExact(Path.GetFileName(directory), "D");
                if (Load(directory, id) is { } book)
                    found[id] = book;
            }
            books = found.ToFrozenDictionary();
        }
    }

    /// <summary>Reads what is published where another process changed it, once in a while.</summary>
    private void LookAgain()
    {
        var last = Interlocked.Read(ref looked);
        if (time.GetElapsedTime(last) < s_lookAgain || Interlocked.CompareExchange(ref looked, time.GetTimestamp(), last) != last)
            return;
        try
        {
            if (Stamp() != seen)
                Refresh();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // A directory that is shared may be away for a moment; what was read stays.
            LogUnreadable(root, e);
        }
    }

    /// <summary>Another one when any book's state was replaced.</summary>
    private string Stamp() =>
        string.Join('\n', Directories().Select(d => new FileInfo(Path.Combine(d, OabState.FileName))).Where(f => f.Exists).Select(f => $"{f.FullName} {f.Length} {f.LastWriteTimeUtc.Ticks}").Order(StringComparer.Ordinal));

    private IEnumerable<string> Directories() =>
        System.IO.Directory.Exists(root) ? System.IO.Directory.EnumerateDirectories(root).Where(d => Guid.TryParseExact(Path.GetFileName(d), "D", out _)) : [];

    /// <summary>Makes a book's next generation where something changed, and publishes it. One book at a time is made, by one process.</summary>
    /// <param name="book">The book.</param>
    /// <param name="contents">Its lists.</param>
    /// <param name="languages">Its templates.</param>
    /// <param name="build">When a generation is made.</param>
    /// <param name="cancel">Gives up; what is published stays as it is.</param>
    public async Task<IReadOnlyList<OabListResult>> BuildAsync(OabBook book, IReadOnlyList<OabContents> contents, IReadOnlyList<OabLanguage> languages, OabBuild build, CancellationToken cancel)
    {
        await building.WaitAsync(cancel);
        try
        {
            var directory = DirectoryOf(book.Id);
            System.IO.Directory.CreateDirectory(directory, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
            using var one = OpenLock(directory);
            // Another process may have made a generation since.
            var before = Load(directory, book.Id)?.State ?? new OabState { Book = book.Id };
            Sweep(directory, before);
            var builder = new OabBuilder(directory, options, languages, time);
            var results = new List<OabListResult>();
            foreach (var list in contents)
                results.Add(await builder.MakeAsync(list, before.Lists.FirstOrDefault(l => (l.List == Guid.Empty ? l.Id : l.List) == list.ListId), build, cancel));
            await PublishAsync(directory, book, before, [.. results.Select(r => r.State)], cancel);
            foreach (var result in results)
            {
                if (result.IsNew)
                    LogBuilt(book.Name, result.State.Name, result.State.Sequence, result.State.Count, result.State.Full.Size);
            }
            return results;
        }
        finally
        {
            building.Release();
        }
    }

    /// <summary>Takes books away that are not wanted any more.</summary>
    public async Task RemoveOthersAsync(IReadOnlyCollection<Guid> wanted, CancellationToken cancel)
    {
        await building.WaitAsync(cancel);
        try
        {
            foreach (var id in books.Keys.Where(k => !wanted.Contains(k)).ToList())
            {
                lock (publishing)
                    books = books.Where(b => b.Key != id).ToFrozenDictionary();
                System.IO.Directory.Delete(DirectoryOf(id), recursive: true);
                LogRemoved(id);
            }
        }
        finally
        {
            building.Release();
        }
    }

    private async Task PublishAsync(string directory, OabBook book, OabState before, IReadOnlyList<OabListState> lists, CancellationToken cancel)
    {
        var now = time.GetUtcNow();
        var names = lists.SelectMany(l => l.Templates.Select(t => t.File.Name).Concat(l.Differences.Select(d => d.File.Name)).Append(l.Full.Name)).ToHashSet(StringComparer.OrdinalIgnoreCase);
        var retired = before.Retired.Where(r => r.Until > now).ToList();
        retired.AddRange(before.Files().Where(f => !names.Contains(f.Name) && retired.TrueForAll(r => r.File.Name != f.Name) && before.Retired.All(r => r.File.Name != f.Name))
            .Select(f => new RetiredFile(f, now + options.KeepEarlier)));
        var state = new OabState { Book = book.Id, Name = book.Name, Lists = lists, Retired = retired };
        var bytes = state.Write();
        if (books.TryGetValue(book.Id, out var published) && published.State.Write().AsSpan().SequenceEqual(bytes))
            return;
        var path = Path.Combine(directory, OabState.FileName);
        await using (var stream = new FileStream(path + OabBuilder.Unfinished, new FileStreamOptions { Mode = FileMode.Create, Access = FileAccess.Write, UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite }))
        {
            await stream.WriteAsync(bytes, cancel);
            stream.Flush(flushToDisk: true);
        }
        File.Move(path + OabBuilder.Unfinished, path, overwrite: true);
        lock (publishing)
            books = books.Where(b => b.Key != book.Id).Append(new(book.Id, new PublishedBook(directory, state))).ToFrozenDictionary();
        Sweep(directory, state);
    }

    private PublishedBook? Load(string directory, Guid id)
    {
        try
        {
            var state = OabState.Read(File.ReadAllBytes(Path.Combine(directory, OabState.FileName)));
            if (state is not null && state.Book == id && state.Lists.All(l => File.Exists(Path.Combine(directory, l.Full.Name))))
                return new PublishedBook(directory, state);
            LogUnreadable(directory, null);
        }
        catch (FileNotFoundException)
        {
            // Never finished.
        }
        catch (IOException e)
        {
            LogUnreadable(directory, e);
        }
        return null;
    }

    /// <summary>Deletes what the state does not name.</summary>
    private static void Sweep(string directory, OabState state)
    {
        var names = state.Files().Select(f => f.Name).Append(OabState.FileName).Append(LockName).ToHashSet(StringComparer.Ordinal);
        foreach (var file in System.IO.Directory.EnumerateFiles(directory))
        {
            if (!names.Contains(Path.GetFileName(file)))
                File.Delete(file);
        }
    }

    private const string LockName = "lock";

    private static FileStream OpenLock(string directory)
    {
        try
        {
            return new FileStream(Path.Combine(directory, LockName), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
        }
        catch (IOException e)
        {
            throw new OabBusyException($"Another process is making the offline address book in {directory}.", e);
        }
    }

    private string DirectoryOf(Guid book) => Path.Combine(root, book.ToString("D"));

    [LoggerMessage(600, LogLevel.Information, "Offline address book {Book}, list {List}: generation {Sequence} with {Count} entries, {Size} bytes")]
    private partial void LogBuilt(string book, string list, int sequence, uint count, long size);

    [LoggerMessage(601, LogLevel.Warning, "The offline address book in {Directory} cannot be read and will be made anew; clients will download it whole")]
    private partial void LogUnreadable(string directory, Exception? error);

    [LoggerMessage(602, LogLevel.Information, "Offline address book {Book} is not configured any more and was removed")]
    private partial void LogRemoved(Guid book);
}

/// <summary>Another process makes the same book.</summary>
public sealed class OabBusyException(string message, Exception inner) : Exception(message, inner);
