// RFC 5464 4.4.2: unsolicited METADATA responses, for who has enabled them.
using System.Text;
using Rialto.MailAccess.Imap.Wire;
using Rialto.Store;

namespace Rialto.MailAccess.Imap;

/// <summary>Tells of annotations of the user's own store that other sessions change: names of entries, without values.</summary>
internal sealed class AnnotationNews : IDisposable
{
    private readonly ImapSession _session;
    private readonly Queue<ClientChange> _news = [];
    private readonly IDisposable _subscription;

    public AnnotationNews(ImapSession session)
    {
        _session = session;
        _subscription = session.Protocol.Changes.Subscribe(session.Mailbox.MailboxId, Note);
    }

    public void Dispose() => _subscription.Dispose();

    public bool Write()
    {
        var wrote = false;
        while (TryTake() is { } change)
        {
            if (change.Folder is null)
                Write(_session.Writer, "", change.Entries);
            else if (_session.Mailbox.Folders.TryGet(change.Folder.Value, out var folder) && _session.Namespaces.Own.IsShown(folder))
                Write(_session.Writer, _session.Namespaces.Own.NameOf(folder), change.Entries);
            else
                continue;
            wrote = true;
        }
        return wrote;
    }

    /// <summary>"* METADATA" SP mailbox SP entry *(SP entry)</summary>
    public static void Write(ImapWriter writer, string mailbox, IReadOnlyList<string> entries)
    {
        writer.Raw("* METADATA "u8);
        writer.Mailbox(mailbox);
        foreach (var entry in entries)
        {
            writer.Raw(" "u8);
            writer.AString(Encoding.ASCII.GetBytes(entry));
        }
        writer.Crlf();
    }

    private ClientChange? TryTake()
    {
        lock (_news)
            return _news.TryDequeue(out var change) ? change : null;
    }

    private void Note(ClientChange change)
    {
        if (change.Name is not null || change.MadeBy == _session || change.User is { } user && user != _session.Mailbox.Principal.Id)
            return;
        lock (_news)
        {
            // Who does not read is not told all: the client reads what there is when it wants to know.
            if (_news.Count == _session.Options.MaximumAnnotationNews)
                _news.Dequeue();
            _news.Enqueue(change);
        }
        _session.Transport.Interrupt();
    }
}
