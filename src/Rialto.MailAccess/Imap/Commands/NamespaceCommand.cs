// RFC 2342.
using Rialto.MailAccess.Imap.Wire;

namespace Rialto.MailAccess.Imap.Commands;

/// <summary>todo [RFC 2342] 5: other users' mailboxes and public folders are not shown yet.</summary>
internal sealed class NamespaceCommand : ImapCommand
{
    public override ValueTask<ImapReply> RunAsync(ImapSession session, CancellationToken cancel)
    {
        session.Writer.Raw("* NAMESPACE ((\"\" \"/\")) NIL NIL\r\n"u8);
        return new(ImapReply.Ok("NAMESPACE completed"));
    }
}
