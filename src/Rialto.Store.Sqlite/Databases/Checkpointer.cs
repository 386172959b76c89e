using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;
using Rialto.Store.Sqlite.Log;

namespace Rialto.Store.Sqlite.Databases;

/// <summary>
/// The background work on the databases: commits what nobody has asked for since it was written, frees full log segments by making their databases durable, keeps a segment in reserve, shortens long
/// write-ahead logs, closes idle databases, and brings the log back after a failure. One thread, so that it never takes more than one core from those who serve.
/// </summary>
internal sealed class Checkpointer : IDisposable
{
    private static readonly TimeSpan Tick = TimeSpan.FromSeconds(1);

    private readonly StorageContext _context;
    private readonly ILogger _logger;
    private readonly Action _segmentDurable;
    private readonly ConcurrentDictionary<JournaledDatabase, bool> _long = new();
    private readonly SemaphoreSlim _wake = new(0);
    private readonly CancellationTokenSource _stop = new();
    private readonly Thread _thread;
    private long _records;
    private long _recordsSince;
    private long _settled;
    private bool _failing;

    /// <param name="segmentDurable">Called when databases were made durable, before log records of theirs are given up.</param>
    public Checkpointer(StorageContext context, Action segmentDurable, ILogger logger)
    {
        _context = context;
        _logger = logger;
        _segmentDurable = segmentDurable;
        _thread = new Thread(Run) { IsBackground = true, Name = "checkpoint" };
        context.Log.WorkAvailable = Wake;
        context.Open.TooMany = Wake;
        context.LongWriteAhead = database =>
        {
            if (_long.TryAdd(database, true))
                Wake();
        };
    }

    public void Start() => _thread.Start();

    public void Dispose()
    {
        if (_stop.IsCancellationRequested)
            return;
        _context.Log.WorkAvailable = static () => { };
        _context.Open.TooMany = static () => { };
        _context.LongWriteAhead = static _ => { };
        _stop.Cancel();
        _wake.Release();
        _thread.Join();
        _stop.Dispose();
    }

    private void Wake()
    {
        if (_wake.CurrentCount == 0)
            _wake.Release();
    }

    private void Run()
    {
        while (!_stop.IsCancellationRequested)
        {
            try
            {
                Round();
                if (_failing)
                    StorageLog.BackgroundWorkGoesOn(_logger);
                _failing = false;
            }
            catch (Exception e)
            {
                // A full or broken disk: writers are told by the commit log, reading goes on, and the next round tries again.
                if (!_failing)
                    StorageLog.BackgroundWorkFailed(_logger, e);
                _failing = true;
                _stop.Token.WaitHandle.WaitOne(Tick);
            }
            _wake.Wait(Tick);
        }
    }

    private void Round()
    {
        if (_context.Log.HasFailed)
            _context.Log.Recover();
        _context.Log.Reserve();
        FreeSegments();
        SettleAll();
        foreach (var database in _long.Keys)
        {
            _long.TryRemove(database, out _);
            Checkpoint(database);
        }
        SealWhenIdle();
        var unusedSince = _context.Time.GetTimestamp() - Ticks(_context.Options.DatabaseIdle);
        foreach (var database in _context.Open.ToClose(unusedSince))
            database.TryClose();
        foreach (var text in _context.OpenTexts.Keys)
            text.CloseIdle(_context.OpenTexts.Count > _context.Options.MaximumOpenDatabases ? long.MaxValue : unusedSince);
        _segmentDurable();
    }

    /// <summary>Once a tick, however often there is other work: whoever writes all the time shares commits.</summary>
    private void SettleAll()
    {
        var now = _context.Time.GetTimestamp();
        if (now - _settled < Ticks(Tick))
            return;
        _settled = now;
        foreach (var database in _context.Open.All())
            database.Settle();
    }

    private void FreeSegments()
    {
        while (!_stop.IsCancellationRequested && _context.Log.OldestSealed() is { } segment)
        {
            foreach (var (target, lsn) in segment.Targets)
            {
                if (target.DurableLsn < lsn)
                    target.MakeDurable();
            }
            _segmentDurable();
            _context.Log.FreeOldest();
        }
    }

    private static void Checkpoint(JournaledDatabase database)
    {
        var work = database.CheckpointAsync(CancellationToken.None);
        if (!work.IsCompletedSuccessfully)
            work.AsTask().GetAwaiter().GetResult();
    }

    private void SealWhenIdle()
    {
        var now = _context.Time.GetTimestamp();
        var records = _context.Log.Records;
        if (records != _records || _recordsSince == 0)
        {
            _records = records;
            _recordsSince = now;
        }
        else if (now - _recordsSince > Ticks(_context.Options.LogIdle))
        {
            _context.Log.SealIdle();
        }
    }

    private long Ticks(TimeSpan time) => (long)(time.TotalSeconds * _context.Time.TimestampFrequency);
}
