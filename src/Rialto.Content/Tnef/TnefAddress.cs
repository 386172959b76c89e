// [MS-OXTNEF] 2.1.3.3.2 attFrom (TRP structure), 2.1.3.3.16 attOwner, 2.1.3.3.17 attSentFor.
using System.Text;
using Rialto.Model;
using Rialto.Wire;

namespace Rialto.Content.Tnef;

/// <summary>An address in a legacy attribute: a display name and TYPE:address.</summary>
internal readonly record struct TnefAddress(string Name, string Type, string Address)
{
    private const ushort TrpidOneOff = 4;
    private const int TrpSize = 8;

    /// <summary>attFrom: kind, size of all, size of the name, size of the address (16 bits each), then name and address.</summary>
    public static TnefAddress? ReadTriple(ReadOnlySpan<byte> data, Encoding encoding)
    {
        var reader = new WireReader(data);
        var kind = reader.ReadUInt16();
        reader.ReadUInt16();
        var nameSize = reader.ReadUInt16();
        var addressSize = reader.ReadUInt16();
        var name = reader.ReadSpan(nameSize);
        var address = reader.ReadSpan(addressSize);
        return reader.Failed || kind != TrpidOneOff ? null : Of(name, address, encoding);
    }

    /// <summary>attOwner and attSentFor: each string preceded by its size with the NUL.</summary>
    public static TnefAddress? ReadCounted(ReadOnlySpan<byte> data, Encoding encoding)
    {
        var reader = new WireReader(data);
        var name = reader.ReadCounted(CountWidth.UInt16);
        var address = reader.ReadCounted(CountWidth.UInt16);
        return reader.Failed ? null : Of(name, address, encoding);
    }

    public void WriteTriple(ref WireWriter writer, Encoding encoding)
    {
        var name = Terminated(Name, encoding);
        if ((name.Length & 1) != 0)
            name = [.. name, 0];
        var address = Terminated($"{Type}:{Address}", encoding);
        var size = TrpSize * 2 + name.Length + address.Length;
        writer.WriteUInt16(TrpidOneOff);
        writer.WriteUInt16((ushort)size);
        writer.WriteUInt16((ushort)name.Length);
        writer.WriteUInt16((ushort)address.Length);
        writer.Write(name);
        writer.Write(address);
        // An empty structure ends the list, and padding fills up to the size of one.
        writer.Reserve(TrpSize + (-(name.Length + address.Length) & TrpSize - 1)).Clear();
    }

    public void WriteCounted(ref WireWriter writer, Encoding encoding)
    {
        writer.WriteCounted(Terminated(Name, encoding), CountWidth.UInt16);
        writer.WriteCounted(Terminated($"{Type}:{Address}", encoding), CountWidth.UInt16);
    }

    /// <summary>Whether the sizes fit their 16 bits.</summary>
    public bool Fits => Name.Length + Type.Length + Address.Length < 10_000;

    public static TnefAddress? Of(PropertyBag bag, PropertyTag name, PropertyTag type, PropertyTag address) =>
        bag.GetString(type) is { Length: > 0 } t && bag.GetString(address) is { Length: > 0 } a ? new TnefAddress(bag.GetString(name) ?? "", t, a) : null;

    public void Set(PropertyBag bag, PropertyTag name, PropertyTag type, PropertyTag address, PropertyTag entryId)
    {
        bag.Set(PropertyValue.Of(name, Name));
        if (Address.Length == 0)
            return;
        bag.Set(PropertyValue.Of(type, Type));
        bag.Set(PropertyValue.Of(address, Address));
        bag.Set(PropertyValue.Of(entryId, new OneOffEntryId(Name, Type, Address).ToArray()));
    }

    private static TnefAddress Of(ReadOnlySpan<byte> name, ReadOnlySpan<byte> address, Encoding encoding)
    {
        var text = TnefPropertyReader.CodePageOf(address, encoding);
        var colon = text.IndexOf(':', StringComparison.Ordinal);
        return new TnefAddress(TnefPropertyReader.CodePageOf(name, encoding), colon < 0 ? "SMTP" : text[..colon].ToUpperInvariant(), colon < 0 ? text : text[(colon + 1)..]);
    }

    private static byte[] Terminated(string text, Encoding encoding) => [.. encoding.GetBytes(text.Replace("\0", "", StringComparison.Ordinal)), 0];
}
