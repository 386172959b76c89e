using System.Net;
using System.Net.NetworkInformation;

namespace Rialto.Server.Hosting;

/// <summary>Whether mail sent to an address would come back to this server. RFC 5321 5.1.</summary>
internal static class OwnAddresses
{
    public static bool Include(IPEndPoint endPoint, IReadOnlyList<PlannedListener> listeners)
    {
        foreach (var listener in listeners)
        {
            if (listener.Port != endPoint.Port)
                continue;
            if (listener.Address.Equals(endPoint.Address))
                return true;
            if ((listener.Address.Equals(IPAddress.Any) || listener.Address.Equals(IPAddress.IPv6Any)) && IsLocal(endPoint.Address))
                return true;
        }
        return false;
    }

    private static bool IsLocal(IPAddress address) =>
        IPAddress.IsLoopback(address)
        || NetworkInterface.GetAllNetworkInterfaces().SelectMany(i => i.GetIPProperties().UnicastAddresses).Any(a => a.Address.Equals(address));
}
