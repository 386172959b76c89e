using System.Text.Json;
using Microsoft.Extensions.Logging;
using Rialto.Directory;
using Rialto.Ldap.Client;
using Rialto.Store.Backend;

namespace Rialto.Server.Hosting;

/// <summary>The other directory that accounts come from: synchronises on schedule and on command, remembers where it was in the data directory.</summary>
internal sealed partial class ExternalDirectory : IAsyncDisposable
{
    private readonly RialtoServices _services;
    private readonly ILogger _logger;
    private readonly CancellationTokenSource _stop = new();
    private Task _running = Task.CompletedTask;

    public ExternalDirectory(RialtoServices services, ILogger logger)
    {
        _services = services;
        _logger = logger;
    }

    /// <summary>One run at a time in a process: a command and the schedule would get in each other's way.</summary>
    private static readonly SemaphoreSlim s_turn = new(1, 1);

    public static bool IsConfigured(RialtoServices services) => services.Options.ExternalDirectory.Url.Length > 0;

    /// <summary>Logs in the accounts that come from there.</summary>
    public static void Connect(RialtoServices services, Authenticator authenticator)
    {
        if (IsConfigured(services))
            authenticator.External = new LdapSource(Options(services), services.Time).CheckAsync;
    }

    public void Start()
    {
        if (IsConfigured(_services))
            _running = RunAsync();
    }

    /// <summary>What the last run did; null before the first.</summary>
    public static SyncReport? Last(RialtoServices services)
    {
        try
        {
            return JsonSerializer.Deserialize<SyncReport>(File.ReadAllBytes(StateFile(services)));
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException or JsonException)
        {
            return null;
        }
    }

    /// <summary>When all was last read; kept apart, as the runs between do not say it.</summary>
    private static DateTimeOffset LastFull(RialtoServices services) => File.Exists(FullFile(services)) ? File.GetLastWriteTimeUtc(FullFile(services)) : DateTimeOffset.MinValue;

    public static async Task<SyncReport> SyncAsync(RialtoServices services, bool full, CancellationToken cancel)
    {
        await s_turn.WaitAsync(cancel);
        try
        {
            await using var source = new LdapSource(Options(services), services.Time);
            var sync = new DirectorySync(source, services.Directory, services.Time);
            var all = full || Last(services)?.Mark is null || services.Time.GetUtcNow() - LastFull(services) > services.Options.ExternalDirectory.FullInterval;
            var report = await sync.RunAsync(all ? null : Last(services)!.Mark, cancel);
            var missing = new List<(Guid Mailbox, Guid Owner)>();
            if (report.Added > 0)
                missing.AddRange(services.Directory.Current.Recipients.OfType<Account>().Where(a => a is { External: not null, MailboxEnabled: true }).Select(a => (a.MailboxGuid, a.Id)));
            if (missing.Count > 0)
                await services.Engine.CreateMailboxesAsync(missing, cancel);
            var state = StateFile(services);
            await File.WriteAllBytesAsync(state + ".new", JsonSerializer.SerializeToUtf8Bytes(report), cancel);
            File.Move(state + ".new", state, overwrite: true);
            if (report.IsFull)
                await File.WriteAllBytesAsync(FullFile(services), [], cancel);
            return report;
        }
        finally
        {
            s_turn.Release();
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _running;
        _stop.Dispose();
    }

    private static string StateFile(RialtoServices services) => Path.Combine(services.Options.Data, "external-directory.json");

    private static string FullFile(RialtoServices services) => Path.Combine(services.Options.Data, "external-directory.full");

    private static LdapSourceOptions Options(RialtoServices services)
    {
        var options = services.Options.ExternalDirectory;
        if (options.PasswordFile.Length > 0)
            options.PasswordFile = Path.GetFullPath(options.PasswordFile, services.Options.Data);
        if (options.CertificateAuthorities.Length > 0)
            options.CertificateAuthorities = Path.GetFullPath(options.CertificateAuthorities, services.Options.Data);
        return options;
    }

    private async Task RunAsync()
    {
        while (!_stop.IsCancellationRequested)
        {
            try
            {
                var report = await SyncAsync(_services, full: false, _stop.Token);
                if (report.Added + report.Changed + report.Disabled + report.Problems.Length > 0)
                    LogDone(report.Read, report.Added, report.Changed, report.Disabled, report.Problems.Length);
            }
            catch (OperationCanceledException) when (_stop.IsCancellationRequested)
            {
                return;
            }
            catch (Exception e) when (e is LdapSourceException or IOException or UnauthorizedAccessException or DirectoryException or StorageUnavailableException)
            {
                LogFailed(e);
            }
            try
            {
                await Task.Delay(_services.Options.ExternalDirectory.Interval, _services.Time, _stop.Token);
            }
            catch (OperationCanceledException)
            {
                return;
            }
        }
    }

    [LoggerMessage(1, LogLevel.Information, "External directory: {Read} entries read, {Added} added, {Changed} changed, {Disabled} disabled, {Problems} problems")]
    private partial void LogDone(int read, int added, int changed, int disabled, int problems);

    [LoggerMessage(2, LogLevel.Warning, "External directory: not synchronised")]
    private partial void LogFailed(Exception exception);
}
