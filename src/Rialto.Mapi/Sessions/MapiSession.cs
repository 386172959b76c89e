// [MS-OXCMAPIHTTP] 3.2.1 Session Context; [MS-OXCROPS] 3.2.1 Logon Map and Server Object Map.
using System.Text;
using Rialto.Mapi.Objects;
using Rialto.Mapi.Transcripts;
using Rialto.Model;

namespace Rialto.Mapi.Sessions;

/// <summary>What the client said of its language when it connected. [MS-OXCMAPIHTTP] 2.2.4.1.1.</summary>
internal sealed record ClientLocale(uint CodePage, uint LcidString, uint LcidSort);

/// <summary>
/// What a client has open on one connection: logons, server objects, waiting notifications. Requests run one at a time (<see cref="TryEnter"/>); only
/// notifications come in from other threads.
/// </summary>
internal sealed class MapiSession : IClientSession
{
    private readonly Dictionary<uint, ServerObject> _objects = [];
    private readonly LogonObject?[] _logons = new LogonObject?[256];
    private readonly MapiOptions _options;
    private uint _nextHandle;
    private long _reserved;
    private long _lastActive;
    private int _busy;
    private int _waiting;
    private bool _isDisposed;
    private int _isCleared;

    public MapiSession(Principal principal, ClientLocale locale, Encoding string8, MapiOptions options)
    {
        Principal = principal;
        Form = ValueForm.Rop.WithString8(string8);
        Locale = locale;
        _options = options;
        Notifications = new NotificationQueue(options.MaximumPendingNotifications);
    }

    public Principal Principal { get; }

    /// <summary>The form of values, with the code page of 8-bit strings that the client connected with.</summary>
    public ValueForm Form { get; }

    public ClientLocale Locale { get; }

    public NotificationQueue Notifications { get; }

    /// <summary>Logons by their LogonId.</summary>
    public IEnumerable<LogonObject> Logons => _logons.OfType<LogonObject>();

    public int ObjectCount => _objects.Count;

    /// <summary>What the client says of itself.</summary>
    public ClientDescription Client { get; set; } = ClientDescription.Unknown;

    /// <summary>Where every request and response is written down for people; null unless asked for.</summary>
    public SessionTranscript? Transcript { get; init; }

    /// <summary>Counts bytes that streams hold for the client; false when it would hold too much.</summary>
    public bool TryReserve(long bytes)
    {
        if (_reserved + bytes > _options.MaximumStreamBytesPerSession)
            return false;
        _reserved += bytes;
        return true;
    }

    public void Unreserve(long bytes) => _reserved -= bytes;

    /// <summary>When the client last did something, as a timestamp of the clock.</summary>
    public long LastActive
    {
        get => Volatile.Read(ref _lastActive);
        set => Volatile.Write(ref _lastActive, value);
    }

    /// <summary>Whether a request runs or waits: a session in use does not expire.</summary>
    public bool IsInUse => Volatile.Read(ref _busy) != 0 || Volatile.Read(ref _waiting) != 0;

    /// <summary>Begins a request; false while another one runs.</summary>
    public bool TryEnter() => Interlocked.CompareExchange(ref _busy, 1, 0) == 0;

    public void Leave()
    {
        Volatile.Write(ref _busy, 0);
        if (Volatile.Read(ref _isDisposed))
            DisposeObjects();
    }

    /// <summary>Begins a NotificationWait, which may run beside a request; false while another one waits.</summary>
    public bool TryBeginWait() => Interlocked.CompareExchange(ref _waiting, 1, 0) == 0;

    public void EndWait() => Volatile.Write(ref _waiting, 0);

    public bool IsPrivateLogon(byte logonId) => _logons[logonId] is not { Session.Header.IsPublic: true };

    public LogonObject? FindLogon(byte logonId) => _logons[logonId];

    /// <summary>Gives the object an unused handle, from 0 on; none when too many are open (the object is then disposed).</summary>
    public uint Add(ServerObject value)
    {
        if (_objects.Count >= _options.MaximumObjectsPerSession)
        {
            value.Dispose();
            return ServerObject.NoHandle;
        }
        while (_nextHandle == ServerObject.NoHandle || _objects.ContainsKey(_nextHandle))
            _nextHandle++;
        value.Handle = _nextHandle++;
        _objects[value.Handle] = value;
        if (value is LogonObject logon)
            _logons[logon.LogonId] = logon;
        return value.Handle;
    }

    /// <summary>The object behind a handle, in the logon that the request names. [MS-OXCROPS] 3.2.5.4.</summary>
    public ErrorCode Find(uint handle, byte logonId, out ServerObject? value)
    {
        if (!_objects.TryGetValue(handle, out value))
            return handle < _nextHandle ? ErrorCode.InvalidObject : ErrorCode.NullObject;
        return value.Logon.LogonId == logonId ? ErrorCode.Success : ErrorCode.AccessDenied;
    }

    /// <summary>The object of that handle, of whatever logon.</summary>
    public ServerObject? FindAny(uint handle) => _objects.GetValueOrDefault(handle);

    /// <summary>Closes the object; a logon with everything opened in it.</summary>
    public void Release(uint handle)
    {
        if (!_objects.Remove(handle, out var value))
            return;
        if (value is LogonObject logon)
            ReleaseLogon(logon);
        value.Dispose();
    }

    /// <summary>Closes the logon of that id, if there is one.</summary>
    public void ReleaseLogon(byte logonId)
    {
        if (_logons[logonId] is { } logon)
            Release(logon.Handle);
    }

    /// <summary>Closes everything, at once or when the request that runs is over.</summary>
    public void Dispose()
    {
        Volatile.Write(ref _isDisposed, true);
        Notifications.Close();
        if (TryEnter())
            DisposeObjects();
    }

    private void ReleaseLogon(LogonObject logon)
    {
        _logons[logon.LogonId] = null;
        foreach (var value in _objects.Values.Where(o => o.Logon == logon).ToArray())
        {
            _objects.Remove(value.Handle);
            value.Dispose();
        }
    }

    private void DisposeObjects()
    {
        // The end of the last request and the end of the session may meet here.
        if (Interlocked.Exchange(ref _isCleared, 1) != 0)
            return;
        foreach (var value in _objects.Values)
        {
            if (value is not LogonObject)
                value.Dispose();
        }
        foreach (var value in _objects.Values)
        {
            if (value is LogonObject)
                value.Dispose();
        }
        _objects.Clear();
    }
}
