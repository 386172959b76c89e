// sd_notify(3): what a service tells systemd, as datagrams to the socket that NOTIFY_SOCKET names.
using System.Net.Sockets;
using System.Text;

namespace Rialto.Server.Operations;

/// <summary>Tells systemd how the server stands; nothing where it was not started by systemd.</summary>
internal static class ServiceManager
{
    public static void Ready() => Tell("READY=1");

    public static void Stopping() => Tell("STOPPING=1");

    private static void Tell(string state)
    {
        if (Environment.GetEnvironmentVariable("NOTIFY_SOCKET") is not { Length: > 1 } path)
            return;
        try
        {
            // An at sign stands for the NUL that begins a name which is in no file system.
            using var socket = new Socket(AddressFamily.Unix, SocketType.Dgram, ProtocolType.Unspecified);
            socket.SendTo(Encoding.ASCII.GetBytes(state), new UnixDomainSocketEndPoint(path[0] == '@' ? "\0" + path[1..] : path));
        }
        catch (SocketException)
        {
            // The service manager is gone: the server runs without it.
        }
    }
}
