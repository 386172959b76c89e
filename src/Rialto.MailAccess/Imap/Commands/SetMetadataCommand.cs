// RFC 5464 4.3 SETMETADATA.
using System.Globalization;
using Rialto.MailAccess.Imap.Wire;
using Rialto.Store;

namespace Rialto.MailAccess.Imap.Commands;

/// <summary>Private entries need the right to see the mailbox, shared ones its owner; shared ones of the server are for nobody to set.</summary>
internal sealed class SetMetadataCommand : ImapCommand
{
    private readonly List<(string Entry, byte[]? Value)> _changes = [];
    private string _name = "";
    private int _longest;

    /// <summary>setmetadata = "SETMETADATA" SP mailbox SP "(" entry SP value *(SP entry SP value) ")"; value = nstring / literal8</summary>
    public override void Parse(ref ImapParser parser)
    {
        parser.Space();
        _name = parser.Mailbox();
        parser.Space();
        parser.Expect((byte)'(', "Entries expected");
        do
        {
            if (_changes.Count == parser.Options.MaximumMetadataEntries)
                parser.Fail("Too many entries");
            var entry = parser.Text();
            parser.Space();
            parser.TryTake((byte)'~');
            var isThere = parser.NString(out var value);
            _longest = Math.Max(_longest, value.Length);
            _changes.Add((entry, isThere ? value.ToArray() : null));
        }
        while (!parser.Failed && parser.TryTake((byte)' '));
        parser.Expect((byte)')', "Closing bracket of the entries expected");
    }

    public override async ValueTask<ImapReply> RunAsync(ImapSession session, CancellationToken cancel)
    {
        if (!_changes.TrueForAll(c => MailboxMetadata.IsName(c.Entry)))
            return ImapReply.Bad("No such entry can be");
        if (_longest > session.Options.MaximumMetadataValue)
            return ImapReply.No(string.Create(CultureInfo.InvariantCulture, $"METADATA MAXSIZE {session.Options.MaximumMetadataValue}"), "Value is too long");
        MailboxPlace? place = null;
        if (_name.Length > 0 && (place = await session.Namespaces.FindAsync(_name, cancel)) is null)
            return ImapErrors.NoMailbox;
        if (_changes.Exists(c => !MailboxMetadata.IsPrivate(c.Entry))
            && (place is null || (place.Mailbox.RightsOn(place.Folder.Id) & FolderRights.FolderOwner) == 0))
        {
            return ImapErrors.From(StoreError.AccessDenied);
        }
        var metadata = new MailboxMetadata(place?.Mailbox ?? session.Mailbox, place?.Folder, session.Mailbox.Principal.Id);
        var kept = await metadata.ReadAsync(cancel);
        if (kept.Count + _changes.Count(c => c.Value is not null && !kept.ContainsKey(c.Entry)) > session.Options.MaximumMetadataEntries)
            return ImapReply.No("METADATA TOOMANY", "Mailbox has too many entries");
        var error = await metadata.WriteAsync(_changes, cancel);
        if (error != StoreError.None)
            return ImapErrors.From(error);
        Publish(session, place, isPrivate: true);
        Publish(session, place, isPrivate: false);
        return ImapReply.Ok("SETMETADATA completed");
    }

    // A folder's comment is told as a change of the folder, which it is.
    private void Publish(ImapSession session, MailboxPlace? place, bool isPrivate)
    {
        var entries = _changes.Select(c => c.Entry.ToLowerInvariant()).Where(e => MailboxMetadata.IsPrivate(e) == isPrivate && (place is null || e != MailboxMetadata.Comment)).ToList();
        if (entries.Count > 0)
            session.Protocol.Changes.Publish(new ClientChange(session, (place?.Mailbox ?? session.Mailbox).MailboxId, isPrivate ? session.Mailbox.Principal.Id : null, place?.Folder.Id, null, entries));
    }
}
