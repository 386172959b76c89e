// RFC 3501 7.2.1; each extension by the document that names it.
using Rialto.MailAccess.Imap.Wire;

namespace Rialto.MailAccess.Imap;

/// <summary>What the server says it can do, as the connection stands now.</summary>
internal static class Capabilities
{
    private static readonly byte[] s_always = " IMAP4rev1 IMAP4rev2 LITERAL+ SASL-IR ID ENABLE IDLE"u8.ToArray();

    private static readonly byte[] s_loggedIn =
        " NAMESPACE CHILDREN SPECIAL-USE LIST-EXTENDED LIST-STATUS LIST-MYRIGHTS ACL RIGHTS=texk OBJECTID PREVIEW SAVEDATE BINARY CATENATE REPLACE PARTIAL UIDONLY UTF8=ACCEPT METADATA NOTIFY COMPRESS=DEFLATE UIDPLUS UNSELECT MOVE MULTIAPPEND ESEARCH CONDSTORE QRESYNC SORT SORT=DISPLAY THREAD=REFERENCES THREAD=ORDEREDSUBJECT ESORT CONTEXT=SEARCH CONTEXT=SORT SEARCHRES WITHIN STATUS=SIZE QUOTA QUOTA=RES-STORAGE QUOTASET UNAUTHENTICATE"u8.ToArray();

    /// <summary>Writes them, each after a space.</summary>
    public static void Write(ImapWriter writer, ImapSession session)
    {
        writer.Raw(s_always);
        if (session.State != ImapStates.NotAuthenticated)
        {
            writer.Raw(s_loggedIn);
            if (session.Protocol.HostNames.Count > 0)
                writer.Raw(" URLAUTH URLAUTH=BINARY"u8); // RFC 4467, RFC 5524 5
            writer.Raw(" APPENDLIMIT="u8); // RFC 7889
            writer.Number(session.Engine.Options.MaximumMessageSize);
            return;
        }
        if (session.Transport.CanStartTls)
            writer.Raw(" STARTTLS"u8);
        if (!session.Transport.AllowsLogin)
        {
            writer.Raw(" LOGINDISABLED"u8);
            return;
        }
        foreach (var mechanism in session.Protocol.Authentication.Mechanisms(Rialto.Net.SaslContext.Of(session.Transport, session.Protocol.Name)))
        {
            writer.Raw(" AUTH="u8);
            writer.Ascii(mechanism);
        }
    }

    /// <summary>The same as a response code.</summary>
    public static string Code(ImapSession session)
    {
        var buffer = new System.Buffers.ArrayBufferWriter<byte>(256);
        Write(new ImapWriter(buffer), session);
        return "CAPABILITY" + System.Text.Encoding.ASCII.GetString(buffer.WrittenSpan);
    }
}
