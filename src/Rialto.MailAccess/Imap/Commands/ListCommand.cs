// RFC 3501 6.3.8, 7.2.2; RFC 3348 CHILDREN; RFC 5258 LIST-EXTENDED; RFC 5819 LIST-STATUS; RFC 6154 SPECIAL-USE; RFC 8440 LIST-MYRIGHTS.
using Rialto.MailAccess.Imap.Wire;
using Rialto.Store;

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
    private bool _returnRights;
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
        if (parser.TryTake((byte)')'))
            return;
        do
        {
            if (parser.TryTakeWord("SUBSCRIBED"u8))
                _selectSubscribed = true;
            else if (parser.TryTakeWord("SPECIAL-USE"u8))
                _selectSpecialUse = true;
            else if (parser.TryTakeWord("RECURSIVEMATCH"u8))
                _recursiveMatch = true;
            else if (!parser.TryTakeWord("REMOTE"u8)) // there are no remote mailboxes: listing them too changes nothing
                parser.Fail("Unknown selection option");
        }
        while (!parser.Failed && parser.TryTake((byte)' '));
        parser.Expect((byte)')', "Closing bracket of the selection options expected");
        if (_recursiveMatch && !_selectSubscribed)
            parser.Fail("RECURSIVEMATCH needs another option");
    }

    private void ParseReturn(ref ImapParser parser)
    {
        _isExtended = true;
        parser.Expect((byte)'(', "Return options expected");
        if (parser.TryTake((byte)')'))
            return;
        do
        {
            if (parser.TryTakeWord("SUBSCRIBED"u8))
                _returnSubscribed = true;
            else if (parser.TryTakeWord("MYRIGHTS"u8))
                _returnRights = true;
            else if (parser.TryTakeWord("STATUS"u8))
            {
                parser.Space();
                _status = StatusCommand.ParseItems(ref parser);
            }
            else if (!parser.TryTakeWord("CHILDREN"u8) && !parser.TryTakeWord("SPECIAL-USE"u8)) // said in any case
                parser.Fail("Unknown return option");
        }
        while (!parser.Failed && parser.TryTake((byte)' '));
        parser.Expect((byte)')', "Closing bracket of the return options expected");
    }

    public override async ValueTask<ImapReply> RunAsync(ImapSession session, CancellationToken cancel)
    {
        // An empty pattern asks for the separator.
        if (!_isExtended && _patterns is [""])
        {
            session.Writer.Raw("* LIST (\\Noselect) \"/\" \"\"\r\n"u8);
            return ImapReply.Ok("LIST completed");
        }
        if (_status.HasFlag(StatusItems.HighestModSeq))
            session.EnableModSeq();
        var patterns = _patterns.ConvertAll(p => _reference + p);
        var goesBeyond = patterns.Exists(Namespaces.AreShared);
        var subscriptions = _selectSubscribed || _returnSubscribed || goesBeyond ? await Subscriptions.ReadAsync(session.Mailbox, cancel) : null;
        var all = session.Namespaces.Own.All();
        if (goesBeyond)
            all.AddRange(await session.Namespaces.SharedAsync(patterns, subscriptions!.Explicit, cancel));
        var below = _recursiveMatch ? SubscribedBelow(all, subscriptions!) : null;
        foreach (var listed in all)
        {
            if (Matches(listed.Name))
            {
                await WriteAsync(session, listed, _selectSubscribed || _returnSubscribed ? subscriptions : null, below, cancel);
                if (session.Transport.Output.UnflushedBytes >= session.Options.FlushSize)
                    await session.FlushAsync();
            }
        }
        if (_selectSubscribed)
            await WriteOthersAsync(session, subscriptions!, all, cancel);
        return ImapReply.Ok("LIST completed");
    }

    /// <summary>Names that have subscribed ones below them which the patterns leave out. RFC 5258 3.5.</summary>
    private HashSet<string> SubscribedBelow(List<ListedMailbox> all, Subscriptions subscriptions)
    {
        var names = new HashSet<string>(StringComparer.OrdinalIgnoreCase);
        foreach (var listed in all)
        {
            if (!subscriptions.Contains(listed.Name) || Matches(listed.Name))
                continue;
            for (var end = listed.Name.LastIndexOf(MailboxNames.Separator); end > 0 && names.Add(listed.Name[..end]); end = listed.Name.LastIndexOf(MailboxNames.Separator, end - 1))
            {
            }
        }
        return names;
    }

    private bool Matches(string name) => _patterns.Exists(pattern => MailboxPattern.Matches(name, _reference + pattern));

    private async ValueTask WriteAsync(ImapSession session, ListedMailbox listed, Subscriptions? subscriptions, HashSet<string>? below, CancellationToken cancel)
    {
        var isSubscribed = subscriptions?.Contains(listed.Name) ?? false;
        var hasSubscribedBelow = below?.Contains(listed.Name) ?? false;
        if (_selectSubscribed && !isSubscribed && !hasSubscribedBelow || _selectSpecialUse && MailboxNames.SpecialUse(listed.Folder) is null)
            return;
        // RFC 5819 2: what STATUS would not say anything of cannot be selected.
        if (_status != StatusItems.None && listed.Folder is { } found && (listed.Mailbox.RightsOn(found.Id) & FolderRights.ReadAny) == 0)
            listed = listed with { Selectable = false };
        WriteResponse(session.Writer, "* LIST ("u8, listed, isSubscribed);
        WriteExtendedData(session.Writer, hasSubscribedBelow, session.IsRevision2 ? OldNameOf(listed.Name) : null);
        if (!listed.Selectable || listed.Folder is not { } folder)
            return;
        var place = new MailboxPlace(listed.Mailbox, folder, listed.Name);
        if (_returnRights)
            MyRightsCommand.Write(session.Writer, place);
        if (_status != StatusItems.None)
            await StatusCommand.WriteAsync(session, place, _status, cancel);
    }

    private static void WriteExtendedData(ImapWriter writer, bool hasSubscribedBelow, string? oldName)
    {
        if (hasSubscribedBelow || oldName is not null)
            writer.Raw(" ("u8);
        if (hasSubscribedBelow)
            writer.Raw("\"CHILDINFO\" (\"SUBSCRIBED\")"u8);
        if (oldName is not null)
        {
            writer.Raw(hasSubscribedBelow ? " \"OLDNAME\" ("u8 : "\"OLDNAME\" ("u8);
            writer.Mailbox(oldName);
            writer.Raw(")"u8);
        }
        writer.Raw(hasSubscribedBelow || oldName is not null ? ")\r\n"u8 : "\r\n"u8);
    }

    /// <summary>RFC 9051 6.3.9.7: what the client calls a mailbox, where it asked for one by a name that is written otherwise here.</summary>
    private string? OldNameOf(string name)
    {
        if (name == MailboxNames.Inbox)
            return null;
        string? asked = null;
        foreach (var pattern in _patterns)
        {
            var whole = _reference + pattern;
            if (whole.AsSpan().ContainsAny('*', '%') || whole.Equals(name, StringComparison.Ordinal))
            {
                if (MailboxPattern.Matches(name, whole))
                    return null;
            }
            else if (whole.Equals(name, StringComparison.OrdinalIgnoreCase))
            {
                asked = whole;
            }
        }
        return asked;
    }

    // RFC 5258 3: names that are subscribed to and no longer exist are listed as such. Those in other namespaces are looked up by name.
    private async ValueTask WriteOthersAsync(ImapSession session, Subscriptions subscriptions, List<ListedMailbox> all, CancellationToken cancel)
    {
        var known = all.Select(l => l.Name).ToHashSet(StringComparer.OrdinalIgnoreCase);
        var writer = session.Writer;
        foreach (var name in subscriptions.Explicit)
        {
            if (!Matches(name) || known.Contains(name))
                continue;
            if (Namespaces.IsShared(name) && await session.Namespaces.FindAsync(name, cancel) is { } place)
            {
                var hasChildren = place.Mailbox.Folders.HasChildren(place.Folder.Id);
                await WriteAsync(session, new ListedMailbox(place.Folder, place.Name, Selectable: true, hasChildren) { Mailbox = place.Mailbox }, subscriptions, null, cancel);
                continue;
            }
            writer.Raw("* LIST (\\NonExistent \\Subscribed) \"/\" "u8);
            writer.Mailbox(name);
            writer.Crlf();
        }
    }

    /// <summary>RFC 9051 6.3.9.7: a mailbox under its name, with the one that the client knows it by where that is another.</summary>
    internal static void WriteOldName(ImapWriter writer, ListedMailbox listed, string old, bool isSubscribed = false)
    {
        WriteResponse(writer, "* LIST ("u8, listed, isSubscribed);
        // INBOX is one name however it is written.
        if (listed.Name != MailboxNames.Inbox && !old.Equals(listed.Name, StringComparison.Ordinal))
        {
            writer.Raw(" (\"OLDNAME\" ("u8);
            writer.Mailbox(old);
            writer.Raw("))"u8);
        }
        writer.Crlf();
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
