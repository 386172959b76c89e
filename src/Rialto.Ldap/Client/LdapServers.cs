// RFC 4511 5.3 (connections), RFC 4516 2 (URLs).
using Rialto.Ldap.Wire;

namespace Rialto.Ldap.Client;

/// <summary>The other directory's servers: the first that answers is asked, one that did not answer is tried last for a while; connections are used again for log-ins.</summary>
internal sealed class LdapServers : IAsyncDisposable
{
    private readonly LdapSourceOptions options;
    private readonly TimeProvider time;
    private readonly string[] servers;
    private readonly long[] failed;
    private readonly Lock gate = new();
    private readonly Stack<(LdapConnection Connection, long Since)> idle = new();

    public LdapServers(LdapSourceOptions options, TimeProvider time)
    {
        this.options = options;
        this.time = time;
        servers = options.Url.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        failed = new long[servers.Length];
    }

    /// <summary>A new connection to the first server that takes one.</summary>
    /// <exception cref="LdapSourceException">None does; the message is the last one's.</exception>
    public async Task<LdapConnection> OpenAsync(CancellationToken cancellationToken)
    {
        if (servers.Length == 0) throw new LdapSourceException("There is no URL of the other directory.");
        LdapSourceException? last = null;
        foreach (var i in Enumerable.Range(0, servers.Length).OrderBy(i => HasFailed(i) ? 1 : 0).ToArray())
        {
            try
            {
                var connection = await LdapConnection.OpenAsync(options, LdapUrl.Parse(servers[i]), cancellationToken);
                Volatile.Write(ref failed[i], 0);
                return connection;
            }
            catch (LdapSourceException e)
            {
                Volatile.Write(ref failed[i], time.GetTimestamp());
                last = e;
            }
        }

        throw last!;
    }

    /// <summary>A connection that was used before, or null. The server may have closed it since.</summary>
    public LdapConnection? TakeIdle()
    {
        lock (gate)
        {
            while (idle.TryPop(out var kept))
            {
                if (time.GetElapsedTime(kept.Since) < options.IdleConnectionLifetime) return kept.Connection;

                // Those below lay longer still.
                _ = kept.Connection.DisposeAsync().AsTask();
            }
        }

        return null;
    }

    /// <summary>Keeps a connection for the next question, or closes it.</summary>
    public ValueTask KeepAsync(LdapConnection connection)
    {
        lock (gate)
        {
            if (idle.Count < options.MaxIdleConnections)
            {
                idle.Push((connection, time.GetTimestamp()));
                return default;
            }
        }

        return connection.DisposeAsync();
    }

    /// <summary>The server of a connection says that it cannot answer now: others are asked first for a while.</summary>
    public void Avoid(LdapConnection connection)
    {
        for (var i = 0; i < servers.Length; i++)
        {
            if (LdapUrl.TryParse(servers[i]) == connection.Url) Volatile.Write(ref failed[i], time.GetTimestamp());
        }
    }

    public async ValueTask DisposeAsync()
    {
        (LdapConnection Connection, long)[] all;
        lock (gate)
        {
            all = [.. idle];
            idle.Clear();
        }

        foreach (var (connection, _) in all) await connection.DisposeAsync();
    }

    private bool HasFailed(int server) => Volatile.Read(ref failed[server]) is not 0 and var when && time.GetElapsedTime(when) < options.RetryAfter;
}

/// <summary>Where a server is, and what part of its tree is meant (in referrals).</summary>
internal sealed record LdapUrl(string Host, int Port, bool IsTls, string BaseDn)
{
    /// <exception cref="LdapSourceException">It is none.</exception>
    public static LdapUrl Parse(string text) => TryParse(text) ?? throw new LdapSourceException($"\"{text}\" is no LDAP URL: ldap://HOST or ldaps://HOST.");

    public static LdapUrl? TryParse(string text)
    {
        if (!Uri.TryCreate(text, UriKind.Absolute, out var url) || url.Scheme is not ("ldap" or "ldaps") || url.Host.Length == 0) return null;
        var isTls = url.Scheme == "ldaps";
        return new(url.Host, url.Port > 0 ? url.Port : isTls ? 636 : 389, isTls, Uri.UnescapeDataString(url.AbsolutePath.TrimStart('/')));
    }

    public bool IsThisMachine => Host is "localhost" || (System.Net.IPAddress.TryParse(Host.Trim('[', ']'), out var address) && System.Net.IPAddress.IsLoopback(address));

    public override string ToString() => $"{(IsTls ? "ldaps" : "ldap")}://{Host}:{Port}";
}
