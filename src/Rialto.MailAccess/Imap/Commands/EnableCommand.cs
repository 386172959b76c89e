// RFC 5161. No extension that is here needs enabling: what a client asks for is accepted where it is known, and none is.
// todo [RFC 7162] 3.1.8: ENABLE CONDSTORE and QRESYNC
using Rialto.MailAccess.Imap.Wire;

namespace Rialto.MailAccess.Imap.Commands;

internal sealed class EnableCommand : ImapCommand
{
    /// <summary>enable = "ENABLE" 1*(SP capability)</summary>
    public override void Parse(ref ImapParser parser)
    {
        do
        {
            parser.Space();
            parser.Atom();
        }
        while (!parser.Failed && !parser.AtEnd);
    }

    public override ValueTask<ImapReply> RunAsync(ImapSession session, CancellationToken cancel)
    {
        session.Writer.Raw("* ENABLED\r\n"u8);
        return new(ImapReply.Ok("ENABLE completed"));
    }
}
