using Rialto.Model;
using Rialto.Store.Backend;

namespace Rialto.Store.Sqlite.Mailboxes;

/// <summary>What can be read of a mailbox to which nobody has written: the batch that created it, folded.</summary>
internal static class PristineMailbox
{
    /// <summary>Whether the batch holds only what can be answered from memory; otherwise the mailbox gets its file when it is created.</summary>
    public static bool Suits(WriteBatch batch) =>
        batch.Mutations.TrueForAll(static m => m is PutFolder or PutFolderCounters or AddNamedProperty or PutSetting { Value: not null } or AppendChange);

    public static MailboxImage Load(MailboxHeader header, WriteBatch batch)
    {
        var folders = new Dictionary<FolderId, Folder>();
        var names = new List<(ushort, PropertyName)>();
        var settings = new Dictionary<string, string>();
        foreach (var mutation in batch.Mutations)
        {
            switch (mutation)
            {
                case PutFolder m:
                    folders[m.Folder.Id] = folders.TryGetValue(m.Folder.Id, out var old) ? m.Folder with { Counters = old.Counters } : m.Folder;
                    break;
                case PutFolderCounters m when folders.TryGetValue(m.Folder, out var folder):
                    folders[m.Folder] = folder with { Counters = m.Counters };
                    break;
                case AddNamedProperty m:
                    names.Add((m.Id, m.Name));
                    break;
                case PutSetting { Value: { } value } m:
                    settings[m.Name] = value;
                    break;
                default:
                    break;
            }
        }
        return new MailboxImage
        {
            Header = header,
            Sequence = batch.NewSequence,
            Folders = [.. folders.Values],
            NamedProperties = names,
            Settings = settings,
            OldestChange = 0,
        };
    }

    public static List<Change> Changes(WriteBatch batch, long afterSequence, FolderId? folder, int limit) =>
        [.. batch.Mutations.OfType<AppendChange>().Select(m => m.Change)
            .Where(c => c.Sequence > afterSequence && (folder is null || c.Folder == folder || c.OldFolder == folder))
            .OrderBy(c => c.Sequence).Take(limit)];
}
