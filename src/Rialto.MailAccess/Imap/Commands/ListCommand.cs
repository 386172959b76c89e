// RFC 3501 6.3.8, 7.2.2; RFC 3348 CHILDREN; RFC 5258 LIST-EXTENDED; RFC 5819 LIST-STATUS; RFC 6154 SPECIAL-USE.
using Rialto.MailAccess.Imap.Wire;

namespace Rialto.MailAccess.Imap.Commands;

internal sealed class ListCommand : ImapCommand
{
    private readonly List<string> _patterns = [];
    private string _reference = "";
    private bool _isExtended;
    private bool _selectSubscribed;
    private bool _selectSpecialUse;
    private bool _recursiveMatch;
    private bool _returnSubscribed;
    private StatusItems _status;

    /// <summary>list = "LIST" [SP list-select-opts] SP mailbox SP mbox-or-pat [SP list-return-opts]</summary>
    public override void Parse(ref ImapParser parser)
    {
        parser.Space();
        if (parser.TryTake((byte)'('))
        {
            ParseSelection(ref parser);
            parser.Space();
        }
        _reference = parser.Mailbox();
        parser.Space();
        if (parser.TryTake((byte)'('))
        {
            _isExtended = true;
            do
            {
                if (_patterns.Count == parser.Options.MaximumListPatterns)
                    parser.Fail("Too many patterns");
                _patterns.Add(parser.Pattern());
            }
            while (!parser.Failed && parser.TryTake((byte)' '));
            parser.Expect((byte)')', "Closing bracket of the patterns expected");
        }
        else
        {
            _patterns.Add(parser.Pattern());
        }
        if (!parser.TryTake((byte)' '))
            return;
        if (!parser.TryTakeWord("RETURN"u8))
            parser.Fail("RETURN expected");
        parser.Space();
        ParseReturn(ref parser);
    }

    private void ParseSelection(ref ImapParser parser)
    {
        _isExtended = true;
        while (!parser.Failed && !parser.TryTake((byte)')'))
        {
            if (parser.TryTakeWord("SUBSCRIBED"u8))
                _selectSubscribed = true;
            else if (parser.TryTakeWord("SPECIAL-USE"u8))
                _selectSpecialUse = true;
            else if (parser.TryTakeWord("RECURSIVEMATCH"u8))
                _recursiveMatch = true;
            else if (!parser.TryTakeWord("REMOTE"u8)) // there are no remote mailboxes: listing them too changes nothing
                parser.Fail("Unknown selection option");
            parser.TryTake((byte)' ');
        }
        if (_recursiveMatch && !_selectSubscribed)
            parser.Fail("RECURSIVEMATCH needs another option");
    }

    private void ParseReturn(ref ImapParser parser)
    {
        _isExtended = true;
        parser.Expect((byte)'(', "Return options expected");
        while (!parser.Failed && !parser.TryTake((byte)')'))
        {
            if (parser.TryTakeWord("SUBSCRIBED"u8))
                _returnSubscribed = true;
            else if (parser.TryTakeWord("STATUS"u8))
            {
                parser.Space();
                _status = StatusCommand.ParseItems(ref parser);
            }
            else if (!parser.TryTakeWord("CHILDREN"u8) && !parser.TryTakeWord("SPECIAL-USE"u8)) // said in any case
                parser.Fail("Unknown return option");
            parser.TryTake((byte)' ');
        }
    }

    public override async ValueTask<ImapReply> RunAsync(ImapSession session, CancellationToken cancel)
    {
        // An empty pattern asks for the separator.
        if (!_isExtended && _patterns is [""])
        {
            session.Writer.Raw("* LIST (\\Noselect) \"/\" \"\"\r\n"u8);
            return ImapReply.Ok("LIST completed");
        }
        var subscriptions = _selectSubscribed || _returnSubscribed ? await Subscriptions.ReadAsync(session.Mailbox, cancel) : null;
        var all = session.Names.All();
        foreach (var listed in all)
        {
            if (Matches(listed.Name))
            {
                Write(session, listed, subscriptions, all);
                if (session.Transport.Output.UnflushedBytes >= session.Options.FlushSize)
                    await session.FlushAsync();
            }
        }
        if (_selectSubscribed)
            WriteMissing(session.Writer, subscriptions!, all);
        return ImapReply.Ok("LIST completed");
    }

    private bool Matches(string name) => _patterns.Exists(pattern => MailboxPattern.Matches(name, _reference + pattern));

    private void Write(ImapSession session, ListedMailbox listed, Subscriptions? subscriptions, List<ListedMailbox> all)
    {
        var isSubscribed = subscriptions?.Contains(listed.Name) ?? false;
        var hasSubscribedBelow = _recursiveMatch
            && all.Exists(l => l.Name.StartsWith(listed.Name + MailboxNames.Separator, StringComparison.OrdinalIgnoreCase) && !Matches(l.Name) && subscriptions!.Contains(l.Name));
        if (_selectSubscribed && !isSubscribed && !hasSubscribedBelow || _selectSpecialUse && MailboxNames.SpecialUse(listed.Folder) is null)
            return;
        WriteResponse(session.Writer, "* LIST ("u8, listed, isSubscribed);
        session.Writer.Raw(hasSubscribedBelow ? " (\"CHILDINFO\" (\"SUBSCRIBED\"))\r\n"u8 : "\r\n"u8);
        if (_status != StatusItems.None && listed.Selectable)
            StatusCommand.Write(session, listed.Folder, listed.Name, _status);
    }

    // RFC 5258 3: names that are subscribed to and no longer exist are listed as such.
    private void WriteMissing(ImapWriter writer, Subscriptions subscriptions, List<ListedMailbox> all)
    {
        foreach (var name in subscriptions.Explicit)
        {
            if (!Matches(name) || all.Exists(l => l.Name.Equals(name, StringComparison.OrdinalIgnoreCase)))
                continue;
            writer.Raw("* LIST (\\NonExistent \\Subscribed) \"/\" "u8);
            writer.Mailbox(name);
            writer.Crlf();
        }
    }

    /// <summary>The response up to and with the name.</summary>
    internal static void WriteResponse(ImapWriter writer, ReadOnlySpan<byte> begin, ListedMailbox listed, bool isSubscribed)
    {
        writer.Raw(begin);
        if (!listed.Selectable)
            writer.Raw("\\Noselect "u8);
        writer.Raw(listed.HasChildren ? "\\HasChildren"u8 : "\\HasNoChildren"u8);
        if (MailboxNames.SpecialUse(listed.Folder) is { } use)
        {
            writer.Raw(" "u8);
            writer.Ascii(use);
        }
        if (isSubscribed)
            writer.Raw(" \\Subscribed"u8);
        writer.Raw(") \"/\" "u8);
        writer.Mailbox(listed.Name);
    }
}
