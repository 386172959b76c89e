using Microsoft.Extensions.Logging;
using Rialto.Directory;
using Rialto.Directory.AddressBook;

namespace Rialto.Oab.Build;

/// <summary>
/// The organisation's offline address books: made when somebody asks, when the directory was changed and has come to rest, and every so often.
/// </summary>
public sealed partial class OabService : IAsyncDisposable
{
    private static readonly TimeSpan s_afterStart = TimeSpan.FromMinutes(2);

    private readonly DirectoryService directory;
    private readonly AddressBookService addressBook;
    private readonly OabOptions options;
    private readonly DirectoryContents contents;
    private readonly TimeProvider time;
    private readonly ILogger logger;
    private readonly CancellationTokenSource stopping = new();
    private readonly Lock gate = new();
    private TaskCompletionSource changed = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private Task running = Task.CompletedTask;

    /// <param name="root">Where the files are kept.</param>
    public OabService(string root, DirectoryService directory, AddressBookService addressBook, OabOptions options, TimeProvider time, ILogger<OabService> logger)
    {
        this.directory = directory;
        this.addressBook = addressBook;
        this.options = options;
        this.time = time;
        this.logger = logger;
        contents = new(directory, options);
        Library = OabLibrary.Open(root, options, time, logger);
    }

    /// <summary>What can be downloaded.</summary>
    public OabLibrary Library { get; }

    /// <summary>The templates of the books.</summary>
    public Func<IReadOnlyList<OabLanguage>> Languages { get; set; } = static () => [OabLanguages.Plain];

    /// <summary>Told after a book was published, with what is new in it.</summary>
    public Func<OabPublication, CancellationToken, Task>? Published { get; set; }

    /// <summary>The books that are configured.</summary>
    public IReadOnlyList<OabBook> Books() => OabBook.Of(options, addressBook.Current, LogNoSuchList);

    /// <summary>The book that clients are told of; null while there is no organisation.</summary>
    public Guid? DefaultBook => OabBook.DefaultOf(OabBook.Of(options, addressBook.Current))?.Id;

    /// <summary>Makes books from now on by itself.</summary>
    public void Start()
    {
        if (!options.Build || !running.IsCompleted)
            return;
        directory.Changed += OnChanged;
        running = RunAsync();
    }

    /// <summary>Makes a book now.</summary>
    public async Task<IReadOnlyList<OabListResult>> BuildAsync(OabBook book, OabBuild build, CancellationToken cancel)
    {
        var snapshot = addressBook.Current;
        IReadOnlyList<OabContents> lists = [.. book.Lists.Select(l => contents.Of(book, l, snapshot))];
        var languages = Languages();
        var results = await Library.BuildAsync(book, lists, languages, build, cancel);
        if (Published is { } published && Library.Find(book.Id) is { } now && results.Any(r => r.IsNew))
            await published(new(book, now, results, lists, languages), cancel);
        return results;
    }

    public async ValueTask DisposeAsync()
    {
        directory.Changed -= OnChanged;
        await stopping.CancelAsync();
        await running;
        stopping.Dispose();
    }

    private void OnChanged(DirectoryChanges changes)
    {
        if (changes.Objects.Length == 0)
            return;
        lock (gate)
            changed.TrySetResult();
    }

    private async Task RunAsync()
    {
        // Off the caller, who starts a server.
        await Task.Yield();
        try
        {
            // A server that starts has other things to do, unless clients would find no book.
            if (Books().All(b => Library.Find(b.Id) is not null))
                await Task.Delay(s_afterStart, time, stopping.Token);
            while (true)
            {
                await BuildAllAsync();
                await WaitAsync();
            }
        }
        catch (OperationCanceledException) when (stopping.IsCancellationRequested)
        {
            // The server stops.
        }
    }

    /// <summary>Until the time has come, or changes have come to rest.</summary>
    private async Task WaitAsync()
    {
        await WaitForChangeAsync(options.Every);
        if (!Taken())
            return;
        var latest = time.GetUtcNow() + options.AfterChangeAtMost;
        while (time.GetUtcNow() < latest && await WaitForChangeAsync(Min(options.AfterChange, latest - time.GetUtcNow())))
            Taken();
    }

    private async Task<bool> WaitForChangeAsync(TimeSpan atMost)
    {
        Task change;
        lock (gate)
            change = changed.Task;
        using var enough = CancellationTokenSource.CreateLinkedTokenSource(stopping.Token);
        var first = await Task.WhenAny(change, Task.Delay(atMost, time, enough.Token));
        await enough.CancelAsync();
        stopping.Token.ThrowIfCancellationRequested();
        return first == change;
    }

    /// <summary>Whether something changed since this was last asked.</summary>
    private bool Taken()
    {
        lock (gate)
        {
            if (!changed.Task.IsCompleted)
                return false;
            changed = new(TaskCreationOptions.RunContinuationsAsynchronously);
            return true;
        }
    }

    private async Task BuildAllAsync()
    {
        try
        {
            var books = Books();
            foreach (var book in books)
                await BuildAsync(book, OabBuild.IfChanged, stopping.Token);
            if (books.Count > 0)
                await Library.RemoveOthersAsync([.. books.Select(b => b.Id)], stopping.Token);
        }
        catch (Exception e) when (!(e is OperationCanceledException && stopping.IsCancellationRequested))
        {
            // Disk full, storage away: whatever it is, the next time may be better, and nobody else would try.
            LogFailed(e);
        }
    }

    private static TimeSpan Min(TimeSpan a, TimeSpan b) => a < b ? a : b;

    [LoggerMessage(610, LogLevel.Warning, "Offline address books could not be made; clients keep the last ones, and it is tried again later")]
    private partial void LogFailed(Exception error);

    [LoggerMessage(611, LogLevel.Warning, "Offline address book {Book}: there is no address list \"{List}\"")]
    private partial void LogNoSuchList(string book, string list);
}

/// <summary>A book that was published.</summary>
/// <param name="Book">The book.</param>
/// <param name="Published">Its files.</param>
/// <param name="Results">Its lists, and which of them are new.</param>
/// <param name="Contents">What the lists are made of, in the same order.</param>
/// <param name="Languages">The templates.</param>
public sealed record OabPublication(OabBook Book, PublishedBook Published, IReadOnlyList<OabListResult> Results, IReadOnlyList<OabContents> Contents, IReadOnlyList<OabLanguage> Languages);
