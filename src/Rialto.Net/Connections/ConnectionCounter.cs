using System.Net;
using System.Net.Sockets;

namespace Rialto.Net;

/// <summary>Counts connections in all and by address, against <see cref="ConnectionLimits"/>.</summary>
internal sealed class ConnectionCounter(ConnectionLimits limits)
{
    private readonly Lock gate = new();
    private readonly Dictionary<IPAddress, int> byAddress = [];
    private int total;

    /// <summary>Counts one more unless a limit is reached; null when it was counted.</summary>
    public ConnectionRefusal? TryAdd(IPAddress? address)
    {
        lock (gate)
        {
            if (total >= limits.MaxConnections) return ConnectionRefusal.TooManyConnections;
            if (address is not null)
            {
                var unit = Unit(address);
                var count = byAddress.GetValueOrDefault(unit);
                if (count >= limits.MaxConnectionsPerAddress) return ConnectionRefusal.TooManyFromAddress;
                byAddress[unit] = count + 1;
            }

            total++;
            return null;
        }
    }

    public void Remove(IPAddress? address)
    {
        lock (gate)
        {
            total--;
            if (address is null) return;
            var unit = Unit(address);
            if (byAddress[unit] == 1) byAddress.Remove(unit);
            else byAddress[unit]--;
        }
    }

    /// <summary>An IPv6 host has a whole /64.</summary>
    private static IPAddress Unit(IPAddress address)
    {
        if (address.AddressFamily != AddressFamily.InterNetworkV6) return address;
        if (address.IsIPv4MappedToIPv6) return address.MapToIPv4();
        Span<byte> octets = stackalloc byte[16];
        address.TryWriteBytes(octets, out _);
        octets[8..].Clear();
        return new IPAddress(octets);
    }
}
