// RFC 2971.
using Rialto.MailAccess.Imap.Wire;

namespace Rialto.MailAccess.Imap.Commands;

internal sealed class IdCommand : ImapCommand
{
    // RFC 2971 3.3: at most 30 pairs.
    private const int MaximumPairs = 30;

    /// <summary>id = "ID" SP id-params-list; id-params-list = "(" *(string SP nstring) ")" / nil. What the client says of itself is checked and not kept.</summary>
    public override void Parse(ref ImapParser parser)
    {
        parser.Space();
        if (parser.TryTakeWord("NIL"u8))
            return;
        parser.Expect((byte)'(', "Parameter list expected");
        for (var pairs = 0; !parser.Failed && !parser.TryTake((byte)')'); pairs++)
        {
            if (pairs == MaximumPairs)
                parser.Fail("Too many parameters");
            if (pairs > 0)
                parser.Space();
            parser.String();
            parser.Space();
            parser.NString(out _);
        }
    }

    public override ValueTask<ImapReply> RunAsync(ImapSession session, CancellationToken cancel)
    {
        session.Writer.Raw("* ID (\"name\" \"Rialto\")\r\n"u8);
        return new(ImapReply.Ok("ID completed"));
    }
}
