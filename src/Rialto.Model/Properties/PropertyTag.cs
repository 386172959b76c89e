using System.Globalization;

namespace Rialto.Model;

/// <summary>
/// A property tag: the property's 16-bit id in the high half, its type in the low half. [MS-OXCDATA] 2.9.
/// Ids from 0x8000 on stand for named properties and mean something only within one mailbox (or one file).
/// </summary>
public readonly record struct PropertyTag(uint Value) : IComparable<PropertyTag>
{
    public PropertyTag(ushort id, PropertyType type) : this((uint)id << 16 | (ushort)type)
    {
    }

    public ushort Id => (ushort)(Value >> 16);

    public PropertyType Type => (PropertyType)(ushort)Value;

    /// <summary>Whether the id belongs to the range that a mailbox maps to property names. [MS-OXCDATA] 2.9.</summary>
    public bool IsNamed => Id is >= 0x8000 and < 0xFFFF;

    public bool IsMultiple => (Type & PropertyType.MultipleFlag) != 0;

    public PropertyTag WithType(PropertyType type) => new(Id, type);

    public int CompareTo(PropertyTag other) => Value.CompareTo(other.Value);

    public static bool operator <(PropertyTag left, PropertyTag right) => left.Value < right.Value;

    public static bool operator >(PropertyTag left, PropertyTag right) => left.Value > right.Value;

    public static bool operator <=(PropertyTag left, PropertyTag right) => left.Value <= right.Value;

    public static bool operator >=(PropertyTag left, PropertyTag right) => left.Value >= right.Value;

    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"0x{Value:X8}");
}
