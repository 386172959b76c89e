// RFC 2342.
using System.Text;
using Rialto.MailAccess.Imap.Wire;

namespace Rialto.MailAccess.Imap.Commands;

internal sealed class NamespaceCommand : ImapCommand
{
    public override ValueTask<ImapReply> RunAsync(ImapSession session, CancellationToken cancel)
    {
        var writer = session.Writer;
        writer.Raw("* NAMESPACE ((\"\" \"/\")) "u8);
        Write(writer, session.Namespaces.HasOthers ? Namespaces.OtherUsers : null);
        writer.Raw(" "u8);
        Write(writer, session.Namespaces.HasPublic ? Namespaces.PublicFolders : null);
        writer.Crlf();
        return new(ImapReply.Ok("NAMESPACE completed"));
    }

    private static void Write(ImapWriter writer, string? top)
    {
        if (top is null)
        {
            writer.Raw("NIL"u8);
            return;
        }
        writer.Raw("(("u8);
        writer.String(Encoding.ASCII.GetBytes(top + MailboxNames.Separator));
        writer.Raw(" \"/\"))"u8);
    }
}
