// RFC 4978.
using Rialto.MailAccess.Imap.Wire;

namespace Rialto.MailAccess.Imap.Commands;

/// <summary>Compression begins behind the tagged OK. For those who logged in only: a stranger's bytes are not worth inflating.</summary>
internal sealed class CompressCommand : ImapCommand
{
    public override void Parse(ref ImapParser parser)
    {
        parser.Space();
        if (!parser.TryTakeWord("DEFLATE"u8))
            parser.Fail("Unknown compression");
    }

    public override ValueTask<ImapReply> RunAsync(ImapSession session, CancellationToken cancel)
    {
        if (session.Transport.IsCompressed)
            return new(ImapReply.No("COMPRESSIONACTIVE", "The connection is compressed already"));
        session.AfterReply = static started =>
        {
            started.Transport.StartDeflate();
            return ValueTask.CompletedTask;
        };
        return new(ImapReply.Ok("Compression begins now"));
    }
}
