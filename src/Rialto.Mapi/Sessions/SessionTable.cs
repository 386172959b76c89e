// [MS-OXCMAPIHTTP] 3.2.1, 3.2.2, 3.2.5.1, 3.2.6: session contexts, their cookies and their end.
using System.Buffers.Text;
using System.Collections.Concurrent;
using System.Globalization;
using System.Security.Cryptography;
using Rialto.Model;

namespace Rialto.Mapi.Sessions;

/// <summary>A session and what its cookies must be.</summary>
internal sealed class SessionContext(string id, MapiSession session)
{
    private readonly string _sequenceSecret = SessionTable.NewToken();
    private long _sequence;

    /// <summary>Value of the MapiContext cookie.</summary>
    public string Id { get; } = id;

    public MapiSession Session { get; } = session;

    /// <summary>Timestamp of the clock.</summary>
    public long LastUsed { get; set; }

    /// <summary>Value of the MapiSequence cookie that the next request must carry.</summary>
    public string Sequence => string.Create(CultureInfo.InvariantCulture, $"{Volatile.Read(ref _sequence)}-{_sequenceSecret}");

    public void Advance() => Interlocked.Increment(ref _sequence);
}

/// <summary>The sessions of the server, by cookie. Thread-safe.</summary>
internal sealed class SessionTable : IDisposable
{
    private const int TokenBytes = 24;
    private readonly ConcurrentDictionary<string, SessionContext> _sessions = new(StringComparer.Ordinal);
    private readonly Lock _lock = new();
    private readonly MapiOptions _options;
    private readonly TimeProvider _time;
    private readonly ITimer _timer;

    public SessionTable(MapiOptions options, TimeProvider time)
    {
        _options = options;
        _time = time;
        var period = TimeSpan.FromTicks(Math.Max(options.SessionIdle.Ticks / 10, TimeSpan.TicksPerSecond));
        _timer = time.CreateTimer(_ => Expire(), null, period, period);
    }

    public int Count => _sessions.Count;

    /// <summary>Whether the text could be a cookie of ours; one that cannot be is invalid rather than not found.</summary>
    public static bool IsWellFormed(string id) => id.Length == 32 && Base64Url.IsValid(id);

    public static string NewToken() => Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(TokenBytes));

    /// <summary>A new session; an account that has too many loses the one that was idle longest.</summary>
    public SessionContext Add(MapiSession session)
    {
        var context = new SessionContext(NewToken(), session) { LastUsed = _time.GetTimestamp() };
        SessionContext? oldest = null;
        lock (_lock)
        {
            var own = _sessions.Values.Where(c => c.Session.Principal.Id == session.Principal.Id).ToList();
            if (own.Count >= _options.MaximumSessionsPerAccount)
                oldest = own.MinBy(c => (c.Session.IsInUse, c.LastUsed));
            _sessions[context.Id] = context;
        }
        if (oldest is not null)
            Remove(oldest);
        return context;
    }

    /// <summary>The session of that cookie if it is that principal's; null when it is unknown, expired or another's.</summary>
    public SessionContext? Find(string id, Principal principal)
    {
        if (!_sessions.TryGetValue(id, out var context) || context.Session.Principal.Id != principal.Id)
            return null;
        if (IsExpired(context))
        {
            Remove(context);
            return null;
        }
        return context;
    }

    public void Touch(SessionContext context) => context.LastUsed = _time.GetTimestamp();

    public void Remove(SessionContext context)
    {
        if (_sessions.TryRemove(context.Id, out _))
            context.Session.Dispose();
    }

    public void Dispose()
    {
        _timer.Dispose();
        foreach (var context in _sessions.Values)
            Remove(context);
    }

    private bool IsExpired(SessionContext context) => !context.Session.IsInUse && _time.GetElapsedTime(context.LastUsed) > _options.SessionIdle;

    private void Expire()
    {
        foreach (var context in _sessions.Values)
        {
            if (IsExpired(context))
                Remove(context);
        }
    }
}
