using System.Buffers;
using System.Buffers.Binary;
using System.Net;
using System.Security.Cryptography;
using System.Text;
using Rialto.Model;

namespace Rialto.Directory;

/// <summary>
/// Remembers which passwords were verified, so that a client that logs in with each request costs microseconds. Keys are HMAC-SHA-256 under a key that lives in this process
/// only, of account and password (and of hash and password, where accounts created together share a hash). Two generations bound it: when the young one is full it becomes the old one.
/// </summary>
internal sealed class VerifiedPasswords(int capacity, TimeSpan lifetime, TimeProvider time)
{
    private readonly byte[] processKey = RandomNumberGenerator.GetBytes(32);
    private readonly Lock gate = new();
    private Dictionary<Key, Entry> young = [];
    private Dictionary<Key, Entry> old = [];

    internal readonly record struct Key(UInt128 High, UInt128 Low);

    internal sealed record KnownPrincipal(DirectorySnapshot Snapshot, Principal Principal);

    /// <summary>What is remembered. Good only while the account still has these very credentials.</summary>
    internal sealed class Entry(AccountCredentials credentials, Credential? credential, long expires)
    {
        private readonly IPAddress?[] origins = new IPAddress?[4];
        private int nextOrigin;

        public AccountCredentials Credentials { get; } = credentials;
        public Credential? Credential { get; } = credential;
        public long Expires { get; } = expires;

        /// <summary>The principal as of that snapshot.</summary>
        public KnownPrincipal? Known { get; set; }

        /// <summary>Whether this password was right from that address before: then lock-outs, which others may have caused, do not concern it.</summary>
        public bool CameFrom(IPAddress? address)
        {
            lock (origins) return address is not null && Array.IndexOf(origins, address) >= 0;
        }

        public void AddOrigin(IPAddress? address)
        {
            lock (origins)
            {
                if (address is null || Array.IndexOf(origins, address) >= 0) return;
                origins[nextOrigin++ % origins.Length] = address;
            }
        }
    }

    /// <summary>Verifications remembered, those that ran out included.</summary>
    public int Count
    {
        get
        {
            lock (gate) return young.Count + old.Count;
        }
    }

    public Key KeyOf(Guid account, ReadOnlySpan<char> password)
    {
        Span<byte> id = stackalloc byte[16];
        account.TryWriteBytes(id);
        return KeyOf(id, [], password);
    }

    public Key KeyOf(PasswordHash hash, ReadOnlySpan<char> password) => KeyOf(hash.Salt, hash.Hash, password);

    public Entry? Find(in Key key)
    {
        lock (gate)
        {
            if (!young.TryGetValue(key, out var entry) && !old.TryGetValue(key, out entry)) return null;
            return entry.Expires > time.GetTimestamp() ? entry : null;
        }
    }

    public Entry Add(in Key key, AccountCredentials credentials, Credential? credential, TimeSpan? goodFor = null)
    {
        var entry = new Entry(credentials, credential, time.GetTimestamp() + (long)((goodFor ?? lifetime).TotalSeconds * time.TimestampFrequency));
        lock (gate)
        {
            if (young.Count >= Math.Max(1, capacity / 2))
            {
                old = young;
                young = [];
            }

            young[key] = entry;
        }

        return entry;
    }

    private Key KeyOf(ReadOnlySpan<byte> first, ReadOnlySpan<byte> second, ReadOnlySpan<char> password)
    {
        var length = first.Length + second.Length + Encoding.UTF8.GetMaxByteCount(password.Length);
        byte[]? rented = null;
        var buffer = length <= 512 ? stackalloc byte[512] : rented = ArrayPool<byte>.Shared.Rent(length);
        try
        {
            first.CopyTo(buffer);
            second.CopyTo(buffer[first.Length..]);
            var used = first.Length + second.Length;
            used += Encoding.UTF8.GetBytes(password, buffer[used..]);
            Span<byte> digest = stackalloc byte[32];
            HMACSHA256.HashData(processKey, buffer[..used], digest);
            return new(BinaryPrimitives.ReadUInt128BigEndian(digest), BinaryPrimitives.ReadUInt128BigEndian(digest[16..]));
        }
        finally
        {
            CryptographicOperations.ZeroMemory(buffer);
            if (rented is not null) ArrayPool<byte>.Shared.Return(rented);
        }
    }
}
