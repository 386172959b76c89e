// [MS-OXCSTOR] 3.2.1 REPLID/REPLGUID mapping table; 3.2.5.8, 3.2.5.9.
using System.Collections.Immutable;
using System.Globalization;

namespace Rialto.Store.Engine;

/// <summary>The short ids that stand for replicas in a mailbox: kept as settings, one for each direction.</summary>
internal static class ReplicaMap
{
    private const string IdPrefix = "replid.";
    private const string GuidPrefix = "replguid.";

    /// <summary>[MS-OXCSTOR] allows 32,768; a client that asks for more replicas than this has made them up.</summary>
    public const int Maximum = 1_000;

    private const string Last = "replid";

    public static Guid? GuidOf(ImmutableDictionary<string, string> settings, ushort id) =>
        settings.TryGetValue(IdPrefix + Text(id), out var text) && Guid.TryParseExact(text, "N", out var guid) ? guid : null;

    public static ushort? IdOf(ImmutableDictionary<string, string> settings, Guid guid) =>
        settings.TryGetValue(GuidPrefix + guid.ToString("N"), out var text) && ushort.TryParse(text, CultureInfo.InvariantCulture, out var id) ? id : null;

    /// <summary>All but the mailbox's own.</summary>
    public static IEnumerable<(ushort Id, Guid Guid)> All(ImmutableDictionary<string, string> settings)
    {
        for (var id = StoreKeys.OwnReplica + 1; GuidOf(settings, (ushort)id) is { } guid; id++)
            yield return ((ushort)id, guid);
    }

    public static StoreResult<ushort> Add(Draft draft, Guid guid)
    {
        if (draft.Setting(GuidPrefix + guid.ToString("N")) is { } known && ushort.TryParse(known, CultureInfo.InvariantCulture, out var old))
            return old;
        var last = ushort.TryParse(draft.Setting(Last), CultureInfo.InvariantCulture, out var given) ? given : StoreKeys.OwnReplica;
        if (last >= StoreKeys.OwnReplica + Maximum)
            return StoreError.TooLarge;
        var id = (ushort)(last + 1);
        // Another server must see it: ids are for ever.
        draft.Next();
        draft.Set(Last, Text(id));
        draft.Set(IdPrefix + Text(id), guid.ToString("N"));
        draft.Set(GuidPrefix + guid.ToString("N"), Text(id));
        return id;
    }

    private static string Text(ushort id) => id.ToString(CultureInfo.InvariantCulture);
}
