// RFC 3501 6.3.9, 7.2.3.
using Rialto.MailAccess.Imap.Wire;

namespace Rialto.MailAccess.Imap.Commands;

internal sealed class LsubCommand : ImapCommand
{
    private string _reference = "";
    private string _pattern = "";

    public override void Parse(ref ImapParser parser)
    {
        parser.Space();
        _reference = parser.Mailbox();
        parser.Space();
        _pattern = parser.Pattern();
    }

    public override async ValueTask<ImapReply> RunAsync(ImapSession session, CancellationToken cancel)
    {
        var subscriptions = await Subscriptions.ReadAsync(session.Mailbox, cancel);
        var all = session.Namespaces.Own.All();
        if (Namespaces.AreShared(_reference + _pattern))
            all.AddRange(await session.Namespaces.SharedAsync([_reference + _pattern], subscriptions.Explicit, cancel));
        var names = all.Where(l => subscriptions.Contains(l.Name)).Select(l => l.Name)
            .Concat(subscriptions.Explicit)
            .Distinct(StringComparer.OrdinalIgnoreCase);
        var pattern = _reference + _pattern;
        var told = new HashSet<string>(StringComparer.OrdinalIgnoreCase);
        foreach (var name in names)
        {
            if (MailboxPattern.Matches(name, pattern))
                Write(session, name, all, told);
            else if (_pattern.Contains('%', StringComparison.Ordinal))
                WriteParents(session, name, pattern, subscriptions, told);
        }
        return ImapReply.Ok("LSUB completed");
    }

    private static void Write(ImapSession session, string name, List<ListedMailbox> all, HashSet<string> told)
    {
        if (!told.Add(name))
            return;
        var at = all.FindIndex(l => l.Name.Equals(name, StringComparison.OrdinalIgnoreCase));
        if (at >= 0)
        {
            ListCommand.WriteResponse(session.Writer, "* LSUB ("u8, all[at], isSubscribed: false);
        }
        else
        {
            session.Writer.Raw("* LSUB () \"/\" "u8);
            session.Writer.Mailbox(name);
        }
        session.Writer.Crlf();
    }

    // "A special situation occurs when using LSUB with the % wildcard": foo is told as \Noselect when only foo/bar is subscribed to.
    private static void WriteParents(ImapSession session, string name, string pattern, Subscriptions subscriptions, HashSet<string> told)
    {
        for (var end = name.LastIndexOf(MailboxNames.Separator); end > 0; end = name.LastIndexOf(MailboxNames.Separator, end - 1))
        {
            var parent = name[..end];
            if (!MailboxPattern.Matches(parent, pattern) || subscriptions.Contains(parent) && session.Namespaces.Own.Find(parent) is not null || !told.Add(parent))
                continue;
            session.Writer.Raw("* LSUB (\\Noselect) \"/\" "u8);
            session.Writer.Mailbox(parent);
            session.Writer.Crlf();
        }
    }
}
