// RFC 2449 5 CAPA, 6 capabilities; RFC 3206 AUTH-RESP-CODE; RFC 5034 SASL; RFC 2595 STLS; RFC 6856 UTF8, LANG.
using Rialto.Net;

namespace Rialto.MailAccess.Pop3.Commands;

internal static class CapabilityCommand
{
    public static ValueTask RunAsync(Pop3Session session, string arguments)
    {
        session.Ok("Capabilities follow");
        var transport = session.Transport;
        transport.Write("TOP\r\nUIDL\r\nRESP-CODES\r\nAUTH-RESP-CODE\r\nPIPELINING\r\nEXPIRE NEVER\r\nUTF8 USER\r\nLANG\r\n"u8);
        if (transport.AllowsLogin)
        {
            transport.Write("USER\r\nSASL"u8);
            foreach (var mechanism in session.Protocol.Authentication.Mechanisms(SaslContext.Of(transport, session.Protocol.Name)))
            {
                transport.Write(" "u8);
                transport.Write(mechanism);
            }
            transport.Write("\r\n"u8);
        }
        if (session.State == Pop3States.Authorization && transport.CanStartTls)
            transport.Write("STLS\r\n"u8);
        transport.Write("IMPLEMENTATION Rialto\r\n.\r\n"u8);
        return ValueTask.CompletedTask;
    }
}
