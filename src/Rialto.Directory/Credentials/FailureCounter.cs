using System.Net;
using System.Net.Sockets;

namespace Rialto.Directory;

/// <summary>Counts wrong log-ins by account and by address, in bounded memory.</summary>
internal sealed class FailureCounter(AuthenticationOptions options, TimeProvider time)
{
    private readonly Lock gate = new();
    private readonly Dictionary<string, AccountFailures> accounts = new(StringComparer.Ordinal);
    private readonly Dictionary<IPAddress, AddressFailures> addresses = [];

    private struct AccountFailures
    {
        public int Count;
        public long Last;
        public long LockedUntil;
        public int Lockouts;
    }

    private struct AddressFailures
    {
        public double Count;
        public long Last;
        public long NextTurn;
    }

    /// <summary>The unit that is counted: an IPv4 address, an IPv6 /64 (one host has all of it).</summary>
    public static IPAddress Unit(IPAddress address)
    {
        if (address.AddressFamily != AddressFamily.InterNetworkV6) return address;
        if (address.IsIPv4MappedToIPv6) return address.MapToIPv4();
        Span<byte> octets = stackalloc byte[16];
        address.TryWriteBytes(octets, out _);
        octets[8..].Clear();
        return new IPAddress(octets);
    }

    /// <summary>Names and addresses remembered.</summary>
    public int Tracked
    {
        get
        {
            lock (gate) return accounts.Count + addresses.Count;
        }
    }

    public bool IsLocked(string account)
    {
        lock (gate) return accounts.TryGetValue(account, out var failures) && failures.LockedUntil > time.GetTimestamp();
    }

    /// <summary>How long an attempt from there has to wait for its turn; the turn is taken unless the wait is longer than allowed.</summary>
    public TimeSpan TakeTurn(IPAddress? address)
    {
        if (address is null) return TimeSpan.Zero;
        lock (gate)
        {
            if (!addresses.TryGetValue(address, out var failures)) return TimeSpan.Zero;
            var now = time.GetTimestamp();
            Forgive(ref failures, now);
            var wait = failures.NextTurn > now ? Time(failures.NextTurn - now) : TimeSpan.Zero;
            if (wait > options.MaxWait) return wait;
            var delay = DelayOf(failures.Count);
            if (delay > TimeSpan.Zero) failures.NextTurn = Math.Max(now, failures.NextTurn) + Ticks(delay);
            addresses[address] = failures;
            return wait;
        }
    }

    public void Failed(string account, IPAddress? address)
    {
        var now = time.GetTimestamp();
        lock (gate)
        {
            accounts.TryGetValue(account, out var failures);
            if (now - failures.Last > Ticks(options.LockoutWindow)) failures.Count = 0;
            if (now - failures.LockedUntil > Ticks(options.LockoutWindow)) failures.Lockouts = 0;
            failures.Count++;
            failures.Last = now;
            if (failures.Count >= options.LockoutThreshold)
            {
                var duration = options.LockoutDuration.TotalSeconds * Math.Pow(2, Math.Min(failures.Lockouts++, 30));
                failures.LockedUntil = now + Ticks(TimeSpan.FromSeconds(Math.Min(duration, Math.Max(options.LockoutDuration.TotalSeconds, options.LockoutMaxDuration.TotalSeconds))));
                failures.Count = 0;
            }

            accounts[account] = failures;
            Trim(accounts, f => Math.Max(f.Last, f.LockedUntil) + Ticks(options.LockoutWindow), now);

            if (address is null) return;
            addresses.TryGetValue(address, out var from);
            if (from.Last != 0) Forgive(ref from, now);
            from.Count++;
            from.Last = now;
            if (DelayOf(from.Count) is var delay && delay > TimeSpan.Zero) from.NextTurn = Math.Max(from.NextTurn, now + Ticks(delay));
            addresses[address] = from;
            Trim(addresses, f => Math.Max(f.Last + (long)(f.Count * Ticks(options.AddressForgiveOneEvery)), f.NextTurn), now);
        }
    }

    /// <summary>Forgets an account's failures. Its address's stay: a right password of one account says nothing about guesses at others.</summary>
    public void Succeeded(string account)
    {
        lock (gate)
        {
            if (accounts.Count > 0) accounts.Remove(account);
        }
    }

    private TimeSpan DelayOf(double failures)
    {
        var beyond = failures - options.AddressFreeFailures;
        if (beyond < 1) return TimeSpan.Zero;
        var delay = options.AddressBaseDelay.TotalSeconds * Math.Pow(2, Math.Min(beyond - 1, 30));
        return TimeSpan.FromSeconds(Math.Min(delay, options.AddressMaxDelay.TotalSeconds));
    }

    private void Forgive(ref AddressFailures failures, long now)
    {
        var passed = now - failures.Last;
        if (passed <= 0) return;
        failures.Count = Math.Max(0, failures.Count - (double)passed / Ticks(options.AddressForgiveOneEvery));
        failures.Last = now;
    }

    /// <summary>When full: drops what has run out, and if that is not a quarter, what runs out soonest, down to three quarters. So a full table costs a sort once in many failures.</summary>
    private void Trim<TKey, TValue>(Dictionary<TKey, TValue> table, Func<TValue, long> runsOut, long now)
        where TKey : notnull
    {
        if (table.Count <= options.MaxTracked) return;
        var keep = options.MaxTracked * 3 / 4;
        foreach (var (key, _) in table.OrderBy(e => runsOut(e.Value)).ToList())
        {
            if (table.Count <= keep && runsOut(table[key]) > now) break;
            table.Remove(key);
        }
    }

    private long Ticks(TimeSpan span) => (long)(span.TotalSeconds * time.TimestampFrequency);

    private TimeSpan Time(long ticks) => TimeSpan.FromSeconds((double)ticks / time.TimestampFrequency);
}
