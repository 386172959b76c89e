// [MS-OXORULE] 2.2.4.1.10 PidTagExtendedRuleMessageCondition.
using Rialto.Wire;

namespace Rialto.Model;

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
