// [MS-OXCFXICS] 2.2.3.2.4.7 RopGetLocalReplicaIds, 2.2.3.2.4.8 RopSetLocalReplicaMidsetDeleted, 3.1.5.3: ids are never used again.
using System.Globalization;
using System.Text;
using Rialto.Model;

namespace Rialto.Store.Engine;

/// <summary>
/// Counters that clients were given for their own folders and messages and have not used yet, kept as a setting of the mailbox. Whatever else a client presents as a
/// new id was used before, given up, or never given: of an id that no object has and that is not in here, the object is gone.
/// </summary>
internal static class ReservedIds
{
    public const string Setting = "reservedids";

    /// <summary>What may not be used in one folder any more, by the folder's id.</summary>
    public static string GoneIn(FolderId folder) => "gone." + folder;

    public static IdSet Parse(string? text)
    {
        if (string.IsNullOrEmpty(text))
            return new IdSet();
        var ranges = new List<IdRange>();
        foreach (var part in text.AsSpan().Split(','))
        {
            if (TryParse(text.AsSpan()[part], out var range))
                ranges.Add(range);
        }
        return IdSet.FromRanges(ranges);
    }

    /// <summary>The same as <see cref="Parse"/> and a look into the set, without making one.</summary>
    public static bool Contains(string? text, long id)
    {
        if (id <= 0 || string.IsNullOrEmpty(text))
            return false;
        foreach (var part in text.AsSpan().Split(','))
        {
            if (TryParse(text.AsSpan()[part], out var range) && range.Low <= (ulong)id && (ulong)id <= range.High)
                return true;
        }
        return false;
    }

    private static bool TryParse(ReadOnlySpan<char> text, out IdRange range)
    {
        range = default;
        var dash = text.IndexOf('-');
        if (dash <= 0 || !ulong.TryParse(text[..dash], NumberStyles.HexNumber, CultureInfo.InvariantCulture, out var low)
            || !ulong.TryParse(text[(dash + 1)..], NumberStyles.HexNumber, CultureInfo.InvariantCulture, out var high) || low > high)
        {
            return false;
        }
        range = new IdRange(low, high);
        return true;
    }

    /// <summary>Null for the empty set: no setting at all.</summary>
    public static string? Format(IdSet set)
    {
        if (set.IsEmpty)
            return null;
        var text = new StringBuilder();
        foreach (var range in set.Ranges)
            text.Append(text.Length == 0 ? "" : ",").Append(CultureInfo.InvariantCulture, $"{range.Low:X}-{range.High:X}");
        return text.ToString();
    }
}
