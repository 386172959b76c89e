// RFC 5161; RFC 7162 3.1.8, 3.2.3; RFC 6855 3 UTF8=ACCEPT; RFC 9051 6.3.1 IMAP4rev2; RFC 9586 3 UIDONLY; RFC 5464 4.4.2 METADATA.
using System.Text;
using Rialto.MailAccess.Imap.Wire;

namespace Rialto.MailAccess.Imap.Commands;

/// <summary>What is known of what the client asks for is enabled and told; the rest is passed over.</summary>
internal sealed class EnableCommand : ImapCommand
{
    private bool _modSeq;
    private bool _vanished;
    private bool _revision2;
    private bool _utf8;
    private bool _uidOnly;
    private bool _metadata;

    /// <summary>enable = "ENABLE" 1*(SP capability)</summary>
    public override void Parse(ref ImapParser parser)
    {
        do
        {
            parser.Space();
            var capability = parser.Atom();
            _modSeq |= Ascii.EqualsIgnoreCase(capability, "CONDSTORE"u8);
            _vanished |= Ascii.EqualsIgnoreCase(capability, "QRESYNC"u8);
            _revision2 |= Ascii.EqualsIgnoreCase(capability, "IMAP4rev2"u8);
            _utf8 |= Ascii.EqualsIgnoreCase(capability, "UTF8=ACCEPT"u8);
            _uidOnly |= Ascii.EqualsIgnoreCase(capability, "UIDONLY"u8);
            _metadata |= Ascii.EqualsIgnoreCase(capability, "METADATA"u8);
        }
        while (!parser.Failed && !parser.AtEnd);
    }

    public override ValueTask<ImapReply> RunAsync(ImapSession session, CancellationToken cancel)
    {
        if (_modSeq)
            session.EnableModSeq();
        session.Writer.Raw("* ENABLED"u8);
        if (_modSeq)
            session.Writer.Raw(" CONDSTORE"u8);
        if (_vanished)
        {
            session.EnableVanished();
            session.Writer.Raw(" QRESYNC"u8);
        }
        if (_revision2)
        {
            session.EnableRevision2();
            session.Writer.Raw(" IMAP4rev2"u8);
        }
        if (_utf8)
        {
            session.EnableUtf8();
            session.Writer.Raw(" UTF8=ACCEPT"u8);
        }
        if (_uidOnly)
        {
            session.EnableUidOnly();
            session.Writer.Raw(" UIDONLY"u8);
        }
        if (_metadata)
        {
            session.EnableMetadata();
            session.Writer.Raw(" METADATA"u8);
        }
        session.Writer.Crlf();
        return new(ImapReply.Ok("ENABLE completed"));
    }
}
