using System.Diagnostics.CodeAnalysis;

namespace Rialto.Model;

/// <summary>
/// One property: a tag and its value. Numbers, times and booleans live in the struct; strings, binaries, GUIDs and multiple
/// values are references. The CLR type of each property type:
/// Integer16 short, Integer32 int, Integer64 and Currency long, Floating32 float, Floating64 and FloatingTime double,
/// Boolean bool, ErrorCode <see cref="ErrorCode"/>, Time <see cref="FileTime"/>, String and String8 string, Binary, ServerId and Object
/// byte[], Guid <see cref="System.Guid"/>, Restriction <see cref="Model.Restriction"/>, RuleAction byte[] (until rules are built);
/// a multiple-valued type holds an array of these (MultipleBinary byte[][], MultipleTime FileTime[], …).
/// </summary>
public readonly struct PropertyValue : IEquatable<PropertyValue>
{
    private readonly long _bits;
    private readonly object? _reference;

    private PropertyValue(PropertyTag tag, long bits, object? reference)
    {
        Tag = tag;
        _bits = bits;
        _reference = reference;
    }

    public PropertyTag Tag { get; }

    public PropertyType Type => Tag.Type;

    /// <summary>Whether this stands for "no such property": the default value, and what a failed look-up gives.</summary>
    public bool IsAbsent => Tag.Value == 0;

    /// <summary>Whether the value is an error in place of the property asked for (a row's flagged error cell).</summary>
    public bool IsError => Tag.Type == PropertyType.ErrorCode;

    public static PropertyValue Of(PropertyTag tag, short value) => new(tag, value, null);

    public static PropertyValue Of(PropertyTag tag, int value) => new(tag, value, null);

    public static PropertyValue Of(PropertyTag tag, long value) => new(tag, value, null);

    public static PropertyValue Of(PropertyTag tag, bool value) => new(tag, value ? 1 : 0, null);

    public static PropertyValue Of(PropertyTag tag, float value) => new(tag, BitConverter.SingleToInt32Bits(value), null);

    public static PropertyValue Of(PropertyTag tag, double value) => new(tag, BitConverter.DoubleToInt64Bits(value), null);

    public static PropertyValue Of(PropertyTag tag, FileTime value) => new(tag, value.Ticks, null);

    public static PropertyValue Of(PropertyTag tag, string value) => new(tag, 0, value);

    public static PropertyValue Of(PropertyTag tag, byte[] value) => new(tag, 0, value);

    public static PropertyValue Of(PropertyTag tag, Guid value) => new(tag, 0, value);

    public static PropertyValue Of(PropertyTag tag, Restriction value) => new(tag, 0, value);

    /// <summary>A multiple value: an array of the CLR type given in the remarks of this struct.</summary>
    public static PropertyValue OfArray(PropertyTag tag, Array values) => new(tag, 0, values);

    /// <summary>A long value kept elsewhere: what is stored of it is a reference, to be resolved when the value is really asked for.</summary>
    public static PropertyValue OfExternal(PropertyTag tag, ExternalValue value) => new(tag, 0, value);

    /// <summary>The cell of a row whose property could not be had: the tag's id with the type ErrorCode.</summary>
    public static PropertyValue OfError(PropertyTag tag, ErrorCode error) => new(tag.WithType(PropertyType.ErrorCode), (uint)error, null);

    public short AsInt16() => (short)_bits;

    public int AsInt32() => (int)_bits;

    public long AsInt64() => _bits;

    public bool AsBoolean() => _bits != 0;

    public float AsSingle() => BitConverter.Int32BitsToSingle((int)_bits);

    public double AsDouble() => BitConverter.Int64BitsToDouble(_bits);

    public FileTime AsTime() => new(_bits);

    public ErrorCode AsError() => (ErrorCode)(uint)_bits;

    public string AsString() => _reference as string ?? "";

    public byte[] AsBinary() => _reference as byte[] ?? [];

    public Guid AsGuid() => _reference is Guid g ? g : default;

    public Restriction? AsRestriction() => _reference as Restriction;

    /// <summary>Where the value is, when it is kept elsewhere; null for a value that is here.</summary>
    public ExternalValue? AsExternal() => _reference as ExternalValue;

    public T[] AsArray<T>() => _reference as T[] ?? [];

    /// <summary>The reference part as it is; null for values that live in the struct.</summary>
    public object? Reference => _reference;

    /// <summary>The same value under another tag (a named property of another mailbox, String for String8).</summary>
    public PropertyValue WithTag(PropertyTag tag) => new(tag, _bits, _reference);

    public bool Equals(PropertyValue other)
    {
        if (Tag != other.Tag || _bits != other._bits)
            return false;
        return (_reference, other._reference) switch
        {
            (null, null) => true,
            (byte[] a, byte[] b) => a.AsSpan().SequenceEqual(b),
            (byte[][] a, byte[][] b) => a.Length == b.Length && a.Zip(b).All(p => p.First.AsSpan().SequenceEqual(p.Second)),
            (Array a, Array b) => a.Length == b.Length && a.Cast<object>().SequenceEqual(b.Cast<object>()),
            ({ } a, { } b) => a.Equals(b),
            _ => false,
        };
    }

    public override bool Equals([NotNullWhen(true)] object? obj) => obj is PropertyValue other && Equals(other);

    public override int GetHashCode() => HashCode.Combine(Tag, _bits, _reference is Array a ? a.Length : _reference);

    public static bool operator ==(PropertyValue left, PropertyValue right) => left.Equals(right);

    public static bool operator !=(PropertyValue left, PropertyValue right) => !left.Equals(right);
}
