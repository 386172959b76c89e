// [MS-OXORMDR] 2.2.3 Reminders, [MS-OXOSFLD] 2.2.1 To-Do and Tracked Mail Processing: what these folders show where no client has said otherwise.
using Rialto.Model;
using Rialto.Store.Engine;

namespace Rialto.Store.Searching;

/// <summary>Criteria of the search folders that a mailbox is born with, over the mailbox's ids of named properties.</summary>
internal static class DefaultSearches
{
    public static SearchCriteria? Of(FolderId id, MailboxState state)
    {
        if (!state.Folders.TryGet(id, out var folder))
            return null;
        return folder.Special switch
        {
            _ => null,
        };
    }
}
