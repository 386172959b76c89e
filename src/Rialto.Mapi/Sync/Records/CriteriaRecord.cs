using Rialto.Model;
using Rialto.Store;
using Rialto.Store.Searching;

namespace Rialto.Mapi.Sync.Records;

/// <summary>What a search folder looks for, as another server is told: ids of folders are those of the mailbox that it comes from, and names go with the ids of named properties.</summary>
internal static class CriteriaRecord
{
    private static readonly PropertyTag s_restriction = PropertyTags.RuleCondition;
    private static readonly PropertyTag s_folders = new(0x66E01014);
    private static readonly PropertyTag s_flags = new(0x66E10003);

    [Flags]
    private enum Bits
    {
        Recursive = 1,
        Static = 2,
        Foreground = 4,
        NotIndexed = 8,
    }

    public static byte[] Write(MailboxSession mailbox, SearchCriteria criteria)
    {
        var message = new PropertyMessage();
        if (criteria.Restriction is { } restriction)
        {
            message.Properties.Set(PropertyValue.Of(s_restriction, restriction));
            RuleRecord.AddNames(mailbox, restriction, message.NamedProperties);
        }
        message.Properties.Set(PropertyValue.OfArray(s_folders, criteria.Folders.Select(f => f.Value).ToArray()));
        var bits = (criteria.IsRecursive ? Bits.Recursive : 0) | (criteria.IsStatic ? Bits.Static : 0) | (criteria.IsForeground ? Bits.Foreground : 0) | (criteria.IsNotIndexed ? Bits.NotIndexed : 0);
        message.Properties.Set(PropertyValue.Of(s_flags, (int)bits));
        return PropertyBagCodec.Write(message);
    }

    /// <summary>The criteria with the ids that they came with; the names of those of named properties.</summary>
    public static (SearchCriteria Criteria, Dictionary<ushort, PropertyName> Names)? Read(byte[] stored)
    {
        if (!PropertyBagCodec.TryRead(stored, out PropertyMessage message) || !message.Properties.TryGet(s_folders.Id, out var folders) || folders.Reference is not long[] ids)
            return null;
        var bits = (Bits)message.Properties.GetInt32(s_flags);
        var criteria = new SearchCriteria(message.Properties.Get(s_restriction).AsRestriction(), [.. ids.Select(id => new FolderId(id))])
        {
            IsRecursive = (bits & Bits.Recursive) != 0,
            IsStatic = (bits & Bits.Static) != 0,
            IsForeground = (bits & Bits.Foreground) != 0,
            IsNotIndexed = (bits & Bits.NotIndexed) != 0,
        };
        return (criteria, message.NamedProperties);
    }
}
