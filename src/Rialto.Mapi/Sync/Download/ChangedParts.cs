// [MS-OXCFXICS] 3.2.5.7 what changed of which message: the change log is what keeps it.
using System.Runtime.InteropServices;
using Rialto.Store;

namespace Rialto.Mapi.Sync.Download;

/// <summary>Which parts of a folder's messages changed after a sequence and up to another.</summary>
internal sealed class ChangedParts
{
    /// <summary>Log entries looked through before the first message goes: with more of them messages go whole. They are in memory until the end.</summary>
    private const int MostEntries = 2048;

    private readonly Dictionary<MessageId, MessageParts> _parts = [];

    private ChangedParts()
    {
    }

    /// <summary>Null where there are too many changes, or the log cannot be had.</summary>
    public static async ValueTask<ChangedParts?> ReadAsync(MailboxSession mailbox, FolderId folder, long after, long upTo, CancellationToken cancel)
    {
        var log = new FolderLog(mailbox, folder, after, upTo);
        var changed = new ChangedParts();
        for (var entries = 0; !log.IsDone;)
        {
            if (await log.NextAsync(cancel) is not { } page || (entries += page.Count) > MostEntries)
                return null;
            foreach (var change in page)
                changed.Note(change);
        }
        return changed;
    }

    /// <summary><see cref="MessageParts.Unknown"/> where it may be anything, or nothing is known.</summary>
    public MessageParts Of(MessageId message) => _parts.GetValueOrDefault(message);

    private void Note(Change change)
    {
        var parts = change.Kind switch
        {
            ChangeKind.MessageModified => change.Parts,
            ChangeKind.FlagsChanged or ChangeKind.ReadStateChanged => MessageParts.State,
            _ => MessageParts.Unknown,
        };
        ref var known = ref CollectionsMarshal.GetValueRefOrAddDefault(_parts, change.Message, out var exists);
        // What is not known once remains so.
        known = !exists ? parts : known == MessageParts.Unknown || parts == MessageParts.Unknown ? MessageParts.Unknown : known | parts;
    }
}
