// [MS-OXCMAPIHTTP] 3.2.1, 3.2.2, 3.2.5.1, 3.2.6: session contexts, their cookies and their end.
using System.Collections.Concurrent;
using System.Globalization;
using Rialto.Model;

namespace Rialto.Mapi.Sessions;

/// <summary>What a client has open at one of the endpoints.</summary>
internal interface IClientSession : IDisposable
{
    Principal Principal { get; }

    /// <summary>Whether a request runs or waits: a session in use does not expire.</summary>
    bool IsInUse { get; }

    /// <summary>Begins a request; false while another one runs.</summary>
    bool TryEnter();

    /// <summary>Ends the request.</summary>
    void Leave();
}

/// <summary>What the cookies of a session must be.</summary>
internal abstract class SessionContext(string id)
{
    private readonly string _sequenceSecret = SessionCookies.NewToken();
    private long _sequence;

    /// <summary>Value of the MapiContext cookie.</summary>
    public string Id { get; } = id;

    /// <summary>Timestamp of the clock.</summary>
    public long LastUsed { get; set; }

    /// <summary>Value of the MapiSequence cookie that the next request must carry.</summary>
    public string Sequence => string.Create(CultureInfo.InvariantCulture, $"{Volatile.Read(ref _sequence)}-{_sequenceSecret}");

    public void Advance() => Interlocked.Increment(ref _sequence);
}

/// <summary>A session and what its cookies must be.</summary>
internal sealed class SessionContext<TSession>(string id, TSession session) : SessionContext(id)
    where TSession : class, IClientSession
{
    public TSession Session { get; } = session;
}

/// <summary>The sessions of one endpoint, by cookie. Thread-safe.</summary>
internal sealed class SessionTable<TSession> : IDisposable
    where TSession : class, IClientSession
{
    private readonly ConcurrentDictionary<string, SessionContext<TSession>> _sessions = new(StringComparer.Ordinal);
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

    /// <summary>A new session; an account that has too many loses the one that was idle longest.</summary>
    public SessionContext<TSession> Add(TSession session)
    {
        var context = new SessionContext<TSession>(SessionCookies.NewToken(), session) { LastUsed = _time.GetTimestamp() };
        SessionContext<TSession>? oldest = null;
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
    public SessionContext<TSession>? Find(string id, Principal principal)
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

    public void Touch(SessionContext<TSession> context) => context.LastUsed = _time.GetTimestamp();

    public void Remove(SessionContext<TSession> context)
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

    private bool IsExpired(SessionContext<TSession> context) => !context.Session.IsInUse && _time.GetElapsedTime(context.LastUsed) > _options.SessionIdle;

    private void Expire()
    {
        foreach (var context in _sessions.Values)
        {
            if (IsExpired(context))
                Remove(context);
        }
    }
}
