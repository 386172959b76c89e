// [MS-OXOSFLD] 3.1.4.1 the Reminders folder: what it shows where no client has said otherwise. The criteria of the other search folders are their clients' alone.
using Rialto.Model;
using Rialto.Store.Engine;

namespace Rialto.Store.Searching;

/// <summary>Criteria of the search folders that a mailbox is born with, over the mailbox's ids of named properties.</summary>
internal static class DefaultSearches
{
    private const uint Submitted = 0x00000004;

    private static readonly PropertyName s_reminderSet = new(PropertySets.Common, 0x8503);
    private static readonly PropertyName s_recurring = new(PropertySets.Appointment, 0x8223);

    /// <summary>Where items do not remind: deleted, not yet sent, or in nobody's sight.</summary>
    private static readonly SpecialFolder[] s_silent =
    [
        SpecialFolder.DeletedItems, SpecialFolder.JunkEmail, SpecialFolder.Drafts, SpecialFolder.Outbox, SpecialFolder.Conflicts, SpecialFolder.LocalFailures,
        SpecialFolder.ServerFailures, SpecialFolder.SyncIssues,
    ];

    /// <summary>Null for folders without, and while neither name has an id: then nothing can remind. The generation tells which names have.</summary>
    public static SearchCriteria? Of(FolderId id, Backend.MailboxHeader header, MailboxState state)
    {
        if (!state.Folders.TryGet(id, out var folder) || folder.Special != SpecialFolder.Reminders || state.Folders.Special(SpecialFolder.IpmSubtree) is not { } top)
            return null;
        var reminds = new List<Restriction>();
        var generation = 0;
        if (state.Names.TryGetId(s_reminderSet, out var reminderSet))
        {
            reminds.Add(IsTrue(reminderSet));
            generation |= 1;
        }
        if (state.Names.TryGetId(s_recurring, out var recurring))
        {
            reminds.Add(new AndRestriction([new ExistRestriction(Tag(recurring)), IsTrue(recurring)]));
            generation |= 2;
        }
        if (generation == 0)
            return null;
        var places = s_silent.Select(f => (Restriction)new PropertyRestriction(
            RelationalOperator.NotEqual, PropertyTags.ParentEntryId, PropertyValue.Of(PropertyTags.ParentEntryId, StoreKeys.EntryIdOf(header, SpecialFolders.IdOf(f)))));
        var meetingRequests = new AndRestriction(
        [
            new ExistRestriction(PropertyTags.MessageClass),
            new ContentRestriction(FuzzyLevel.Prefix, PropertyTags.MessageClass, PropertyValue.Of(PropertyTags.MessageClass, "IPM.Schedule")),
        ]);
        var restriction = new AndRestriction(
        [
            new AndRestriction([.. places]),
            new AndRestriction(
            [
                new NotRestriction(meetingRequests),
                new BitmaskRestriction(false, PropertyTags.MessageFlags, Submitted),
                new OrRestriction(reminds),
            ]),
        ]);
        return new SearchCriteria(restriction, [top.Id]) { IsRecursive = true, IsNotIndexed = true, Candidates = MayRemind, Generation = generation };

        static PropertyTag Tag(ushort id) => new(id, PropertyType.Boolean);

        static Restriction IsTrue(ushort id) => new PropertyRestriction(RelationalOperator.Equal, Tag(id), PropertyValue.Of(Tag(id), true));
    }

    /// <summary>Mail as it came in has no reminder until somebody sets one beside it: it need not be opened to know.</summary>
    private static bool MayRemind(MessageRow row) => row.Kind == ContentKind.Properties || row.Overlay is not null || row.CalendarUid.Length > 0;
}
