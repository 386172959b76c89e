// [MS-OXORULE] 2.2.4.2 NamedPropertyInformation.
using Rialto.Wire;

namespace Rialto.Model;

/// <summary>
/// The table of names before the condition and the actions of an extended rule:
/// <code>number (2)  [ ids (2 each)  size of the names (4)  names ]</code>
/// </summary>
public static class NamedPropertyInformation
{
    /// <summary>The names by the id that stands for them in what follows; null when they are malformed.</summary>
    public static Dictionary<ushort, PropertyName>? Read(ref WireReader reader)
    {
        var count = reader.ReadUInt16();
        var names = new Dictionary<ushort, PropertyName>();
        if (count == 0)
            return reader.Failed ? null : names;
        ushort[] ids = [];
        reader.NumbersOf(ref ids, count);
        var size = reader.ReadCount(CountWidth.UInt32);
        if (reader.Failed || !reader.EnterRegion(size, out var outer))
            return null;
        foreach (var id in ids)
        {
            PropertyName? name = null;
            PropertyNameCodec.Name(ref reader, ref name);
            if (reader.Failed)
                return null;
            if (name is { } named)
                names[id] = named;
        }
        reader.LeaveRegion(outer);
        return names;
    }

    public static void Write(ref WireWriter writer, IReadOnlyDictionary<ushort, PropertyName> names)
    {
        var ordered = names.OrderBy(n => n.Key).ToArray();
        writer.WriteCount(ordered.Length, CountWidth.UInt16);
        if (ordered.Length == 0)
            return;
        foreach (var (id, _) in ordered)
            writer.WriteUInt16(id);
        var sizeAt = writer.Position;
        writer.WriteUInt32(0);
        foreach (var (_, value) in ordered)
        {
            PropertyName? name = value;
            PropertyNameCodec.Name(ref writer, ref name);
        }
        writer.PatchUInt32(sizeAt, (uint)(writer.Position - sizeAt - 4));
    }
}
