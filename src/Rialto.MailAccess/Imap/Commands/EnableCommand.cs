// RFC 5161; RFC 7162 3.1.8, 3.2.3.
using System.Text;
using Rialto.MailAccess.Imap.Wire;

namespace Rialto.MailAccess.Imap.Commands;

/// <summary>What is known of what the client asks for is enabled and told; the rest is passed over.</summary>
internal sealed class EnableCommand : ImapCommand
{
    private bool _modSeq;
    private bool _vanished;

    /// <summary>enable = "ENABLE" 1*(SP capability)</summary>
    public override void Parse(ref ImapParser parser)
    {
        do
        {
            parser.Space();
            var capability = parser.Atom();
            _modSeq |= Ascii.EqualsIgnoreCase(capability, "CONDSTORE"u8);
            _vanished |= Ascii.EqualsIgnoreCase(capability, "QRESYNC"u8);
        }
        while (!parser.Failed && !parser.AtEnd);
    }

    public override ValueTask<ImapReply> RunAsync(ImapSession session, CancellationToken cancel)
    {
        session.Writer.Raw("* ENABLED"u8);
        if (_modSeq)
        {
            session.EnableModSeq();
            session.Writer.Raw(" CONDSTORE"u8);
        }
        if (_vanished)
        {
            session.EnableVanished();
            session.Writer.Raw(" QRESYNC"u8);
        }
        session.Writer.Crlf();
        return new(ImapReply.Ok("ENABLE completed"));
    }
}
