// [MS-OXORULE] 2.2.4.1.10 PidTagExtendedRuleMessageCondition, 2.2.4.2 NamedPropertyInformation.
using Rialto.Model;
using Rialto.Wire;

namespace Rialto.Content.Junk;

/// <summary>The condition of an extended rule: a restriction, and the names behind the property ids from 0x8000 on that it uses.</summary>
public sealed record ExtendedRuleCondition(IReadOnlyDictionary<ushort, PropertyName> Names, Restriction Restriction)
{
    /// <summary>The condition in the property's bytes; null when they are none.</summary>
    public static ExtendedRuleCondition? Read(ReadOnlySpan<byte> bytes)
    {
        var reader = new WireReader(bytes);
        if (NamedPropertyInformation.Read(ref reader) is not { } names)
            return null;
        Restriction? restriction = null;
        RestrictionCodec.Restriction(ref reader, ref restriction, ValueForm.Wide);
        return reader.Failed || restriction is null ? null : new ExtendedRuleCondition(names, restriction);
    }

    /// <summary>The property's bytes. <see cref="InvalidOperationException"/> for a restriction that has no wire form.</summary>
    public byte[] ToArray()
    {
        var writer = new WireWriter(1024);
        NamedPropertyInformation.Write(ref writer, Names);
        var restriction = (Restriction?)Restriction;
        RestrictionCodec.Restriction(ref writer, ref restriction, ValueForm.Wide);
        var failed = writer.Failed;
        var bytes = writer.ToArray();
        writer.Dispose();
        return failed ? throw new InvalidOperationException("The restriction cannot be written.") : bytes;
    }
}

/// <summary>
/// The table of names before the condition and the actions of an extended rule:
/// <code>number (2)  [ ids (2 each)  size of the names (4)  names ]</code>
/// </summary>
internal static class NamedPropertyInformation
{
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
