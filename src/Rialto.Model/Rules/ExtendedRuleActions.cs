// [MS-OXORULE] 2.2.4.1.9 PidTagExtendedRuleMessageActions.
using Rialto.Wire;

namespace Rialto.Model;

/// <summary>The actions of an extended rule, and the names behind the property ids from 0x8000 on that they use.</summary>
public sealed record ExtendedRuleActions(IReadOnlyDictionary<ushort, PropertyName> Names, RuleAction[] Actions)
{
    private const uint Version = 1;

    /// <summary>The actions in the property's bytes; null when they are none, or of another version.</summary>
    public static ExtendedRuleActions? Read(ReadOnlySpan<byte> bytes)
    {
        var reader = new WireReader(bytes);
        if (NamedPropertyInformation.Read(ref reader) is not { } names || reader.ReadUInt32() != Version)
            return null;
        RuleAction[] actions = [];
        RuleActionCodec.Actions(ref reader, ref actions, ValueForm.Wide);
        return reader.Failed ? null : new ExtendedRuleActions(names, actions);
    }

    /// <summary>The property's bytes. <see cref="InvalidOperationException"/> for actions that have no wire form.</summary>
    public byte[] ToArray()
    {
        var writer = new WireWriter(512);
        try
        {
            NamedPropertyInformation.Write(ref writer, Names);
            writer.WriteUInt32(Version);
            var actions = Actions;
            RuleActionCodec.Actions(ref writer, ref actions, ValueForm.Wide);
            return writer.Failed ? throw new InvalidOperationException("The actions do not fit their wire form.") : writer.ToArray();
        }
        finally
        {
            writer.Dispose();
        }
    }
}
