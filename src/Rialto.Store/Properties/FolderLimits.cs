// Limits of one folder, under the properties that Exchange's administration sets on public folders; [MS-OXPROPS] does not name them.
using Rialto.Model;

namespace Rialto.Store;

/// <summary>What a folder may hold, and for how long. Administrators set it; clients read it. Kept as the folder's properties.</summary>
public sealed record FolderLimits
{
    /// <summary>PR_STORAGE_QUOTA_LIMIT: kilobytes from which on the folder's owners are warned.</summary>
    public const ushort WarningQuotaId = 0x3FF5;

    /// <summary>PR_RETENTION_AGE_LIMIT: seconds after which messages go.</summary>
    public const ushort RetentionAgeId = 0x66C4;

    /// <summary>PR_PF_OVER_HARD_QUOTA_LIMIT: kilobytes of all messages.</summary>
    public const ushort QuotaId = 0x6721;

    /// <summary>PR_PF_MSG_SIZE_LIMIT: kilobytes of one message.</summary>
    public const ushort MessageSizeId = 0x6722;

    public static FolderLimits None { get; } = new();

    /// <summary>Bytes of all messages; null for no limit.</summary>
    public long? Quota { get; init; }

    /// <summary>Bytes from which on somebody is to be warned.</summary>
    public long? Warning { get; init; }

    /// <summary>Bytes of one message.</summary>
    public long? MessageSize { get; init; }

    /// <summary>How long messages stay.</summary>
    public TimeSpan? Retention { get; init; }

    public static bool IsLimit(ushort id) => id is WarningQuotaId or RetentionAgeId or QuotaId or MessageSizeId;

    public static FolderLimits Of(Folder folder)
    {
        if (folder.Properties is not { } stored)
            return None;
        var retention = Number(stored, RetentionAgeId);
        return new FolderLimits
        {
            Quota = Number(stored, QuotaId) * 1024L,
            Warning = Number(stored, WarningQuotaId) * 1024L,
            MessageSize = Number(stored, MessageSizeId) * 1024L,
            Retention = retention is { } seconds ? TimeSpan.FromSeconds(seconds) : null,
        };
    }

    /// <summary>The folder with these limits: whole kilobytes and seconds, rounded up.</summary>
    public Folder On(Folder folder)
    {
        var bag = folder.Properties is { } stored && PropertyBagCodec.TryRead(stored, out PropertyBag read) ? read : new PropertyBag();
        Put(bag, QuotaId, Kilobytes(Quota));
        Put(bag, WarningQuotaId, Kilobytes(Warning));
        Put(bag, MessageSizeId, Kilobytes(MessageSize));
        Put(bag, RetentionAgeId, Retention is { } age ? (long)Math.Ceiling(age.TotalSeconds) : null);
        return folder with { Properties = bag.Count == 0 ? null : PropertyBagCodec.Write(bag) };
    }

    /// <summary>Why the folder does not take so much more, made of messages of which the largest is that large.</summary>
    internal StoreError Refuse(Folder folder, long bytes, long largest) =>
        largest > MessageSize ? StoreError.TooLarge : folder.Counters.Size + bytes > Quota ? StoreError.QuotaExceeded : StoreError.None;

    private static long? Kilobytes(long? bytes) => bytes is { } some ? (some + 1023) / 1024 : null;

    private static int? Number(byte[] stored, ushort id) =>
        PropertyBagCodec.TryFind(stored, id, out var value) && value.Type == PropertyType.Integer32 && value.AsInt32() >= 0 ? value.AsInt32() : null;

    private static void Put(PropertyBag bag, ushort id, long? value)
    {
        if (value is { } number)
            bag.Set(PropertyValue.Of(new PropertyTag(id, PropertyType.Integer32), (int)Math.Min(number, int.MaxValue)));
        else
            bag.Remove(id);
    }
}
