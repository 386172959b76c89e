// RFC 9208 4.1.1 GETQUOTA, 5.1 STORAGE.
using Rialto.MailAccess.Imap.Wire;

namespace Rialto.MailAccess.Imap.Commands;

/// <summary>There is one quota root, the mailbox as a whole, named "".</summary>
internal sealed class GetQuotaCommand : ImapCommand
{
    private bool _isRoot;

    public override void Parse(ref ImapParser parser)
    {
        parser.Space();
        _isRoot = parser.AString().IsEmpty;
    }

    public override ValueTask<ImapReply> RunAsync(ImapSession session, CancellationToken cancel)
    {
        if (!_isRoot)
            return new(ImapReply.No("NONEXISTENT", "No such quota root"));
        Write(session);
        return new(ImapReply.Ok("GETQUOTA completed"));
    }

    /// <summary>quota-response, in units of 1,024 octets; without a limit there is no resource to tell of.</summary>
    internal static void Write(ImapSession session)
    {
        var (used, limit) = session.Mailbox.Quota;
        var writer = session.Writer;
        writer.Raw("* QUOTA \"\" ("u8);
        if (limit > 0 && limit < long.MaxValue)
        {
            writer.Raw("STORAGE "u8);
            writer.Number((used + 1023) / 1024);
            writer.Raw(" "u8);
            writer.Number(limit / 1024);
        }
        writer.Raw(")\r\n"u8);
    }
}
