// RFC 2595 4 STLS; CVE-2011-0411.
using Rialto.Net;

namespace Rialto.MailAccess.Pop3.Commands;

internal static class StartTlsCommand
{
    public static async ValueTask RunAsync(Pop3Session session, string arguments)
    {
        var transport = session.Transport;
        // RFC 6856 2.1.
        if (session.IsUtf8)
        {
            session.Error("STLS comes before UTF8");
            return;
        }
        if (!transport.CanStartTls)
        {
            session.Error(transport.IsTls ? "TLS is already up" : "TLS is not available");
            return;
        }
        if (transport.HasPipelined())
        {
            session.Error("Nothing may follow STLS before its answer");
            session.End();
            return;
        }
        session.UserName = null;
        session.Ok("Begin TLS negotiation now");
        if (!await session.FlushAsync() || await transport.UpgradeToTlsAsync(session.Closed) != TlsUpgrade.Done)
            session.End();
    }
}
