// [MS-OXMSG] 2.1.2-2.1.4 values, 2.4 the property stream.
using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Text;
using Rialto.Content.CompoundFiles;
using Rialto.Model;
using Rialto.Wire;

namespace Rialto.Content.Msg;

/// <summary>The properties of one object: what its property stream lists, and values that it does not.</summary>
internal sealed class MsgPropertyReader
{
    private const int EntrySize = 16;

    private readonly CompoundStorage _storage;
    private readonly string _where;
    private readonly MsgWarnings _warnings;
    private readonly byte[] _stream;
    private readonly List<(PropertyTag Tag, int Offset)> _entries = [];

    public MsgPropertyReader(CompoundStorage storage, int headerSize, string where, MsgWarnings warnings)
    {
        _storage = storage;
        _where = where;
        _warnings = warnings;
        _stream = storage.FindStream(MsgNaming.Properties)?.ToArray() ?? [];
        if (_stream.Length < headerSize || (_stream.Length - headerSize) % EntrySize != 0)
            warnings.Add(MsgWarningKind.BadPropertyStream, where);
        for (var at = headerSize; at + EntrySize <= _stream.Length; at += EntrySize)
            _entries.Add((new PropertyTag(BinaryPrimitives.ReadUInt32LittleEndian(_stream.AsSpan(at))), at + 8));
        var listed = _entries.Select(e => e.Tag).ToHashSet();
        foreach (var entry in storage.Entries)
        {
            // Without an entry only what needs none can be read.
            if (entry is CompoundStream && MsgNaming.IsValue(entry.Name, out var tag) && !listed.Contains(tag) && IsKnown(tag.Type) && !IsFixed(tag.Type))
            {
                _entries.Add((tag, -1));
                warnings.Add(MsgWarningKind.UnlistedProperty, where, tag);
            }
        }
        // By id, so that the bag is filled in its own order; of one id Unicode comes first, then what the file has first.
        var order = _entries.Select((e, i) => (e.Tag, e.Offset, Index: i)).OrderBy(e => e.Tag.Id).ThenBy(e => e.Tag.Type is PropertyType.String or PropertyType.MultipleString ? 0 : 1).ThenBy(e => e.Index);
        _entries = [.. order.Select(e => (e.Tag, e.Offset))];
    }

    /// <summary>A number that is needed before the strings can be read; zero when it is not there.</summary>
    public int Integer(PropertyTag tag)
    {
        var entry = _entries.Find(e => e.Tag == tag);
        return entry.Offset > 0 ? BinaryPrimitives.ReadInt32LittleEndian(_stream.AsSpan(entry.Offset)) : 0;
    }

    public PropertyBag Read(Encoding encoding)
    {
        var bag = new PropertyBag(Math.Max(4, _entries.Count));
        foreach (var (tag, offset) in _entries)
        {
            if (bag.Count > 0 && bag.Span[^1].Tag.Id == tag.Id)
            {
                _warnings.Add(MsgWarningKind.DuplicateProperty, _where, tag);
                continue;
            }
            if (!IsKnown(tag.Type) || tag.Id == 0)
            {
                // Zeros fill the end of the stream in files of some writers.
                if (tag.Value != 0)
                    _warnings.Add(MsgWarningKind.UnknownType, _where, tag);
                continue;
            }
            var value = IsFixed(tag.Type) ? Fixed(tag, _stream.AsSpan(offset, 8)) : Variable(tag, encoding);
            if (!value.IsAbsent)
                bag.Set(value);
        }
        return bag;
    }

    private static bool IsKnown(PropertyType type) =>
        Enum.IsDefined(type) && type is not (PropertyType.Unspecified or PropertyType.MultipleFlag or PropertyType.MultipleInstance);

    /// <summary>[MS-OXMSG] 2.1.2: types whose value stands in the entry.</summary>
    private static bool IsFixed(PropertyType type) => type is PropertyType.Null or PropertyType.Integer16 or PropertyType.Integer32 or PropertyType.Floating32
        or PropertyType.Floating64 or PropertyType.Currency or PropertyType.FloatingTime or PropertyType.ErrorCode or PropertyType.Boolean or PropertyType.Integer64
        or PropertyType.Time;

    private static PropertyValue Fixed(PropertyTag tag, ReadOnlySpan<byte> bytes)
    {
        var number = BinaryPrimitives.ReadInt64LittleEndian(bytes);
        return tag.Type switch
        {
            PropertyType.Integer16 => PropertyValue.Of(tag, (short)number),
            PropertyType.Integer32 => PropertyValue.Of(tag, (int)number),
            PropertyType.Floating32 => PropertyValue.Of(tag, BitConverter.Int32BitsToSingle((int)number)),
            PropertyType.Floating64 or PropertyType.FloatingTime => PropertyValue.Of(tag, BitConverter.Int64BitsToDouble(number)),
            PropertyType.ErrorCode => PropertyValue.OfError(tag, (ErrorCode)(uint)number),
            PropertyType.Boolean => PropertyValue.Of(tag, (ushort)number != 0),
            PropertyType.Time => PropertyValue.Of(tag, new FileTime(number)),
            PropertyType.Null => PropertyValue.Of(tag, 0),
            _ => PropertyValue.Of(tag, number),
        };
    }

    private PropertyValue Variable(PropertyTag tag, Encoding encoding)
    {
        var name = MsgNaming.Value(tag);
        if (_storage.FindStream(name)?.ToArray() is not { } bytes)
        {
            // The storage of an attachment's object is read by whoever knows what it is.
            if (_storage.FindStorage(name) is null)
                _warnings.Add(MsgWarningKind.MissingValue, _where, tag);
            return default;
        }
        switch (tag.Type)
        {
            case PropertyType.String:
                Expect(bytes.Length % 2 == 0, tag);
                return PropertyValue.Of(tag, Utf16(bytes));
            case PropertyType.String8:
                return PropertyValue.Of(tag, encoding.GetString(bytes).TrimEnd('\0'));
            case PropertyType.Guid:
                Expect(bytes.Length == 16, tag);
                return bytes.Length < 16 ? default : PropertyValue.Of(tag, new Guid(bytes.AsSpan(0, 16)));
            case PropertyType.Restriction:
                return RestrictionOf(tag, bytes);
            case PropertyType.MultipleInteger16:
                return Numbers<short>(tag, bytes);
            case PropertyType.MultipleInteger32:
                return Numbers<int>(tag, bytes);
            case PropertyType.MultipleFloating32:
                return Numbers<float>(tag, bytes);
            case PropertyType.MultipleFloating64 or PropertyType.MultipleFloatingTime:
                return Numbers<double>(tag, bytes);
            case PropertyType.MultipleInteger64 or PropertyType.MultipleCurrency:
                return Numbers<long>(tag, bytes);
            case PropertyType.MultipleTime:
                return Numbers<FileTime>(tag, bytes);
            case PropertyType.MultipleGuid:
                return Numbers<Guid>(tag, bytes);
            case PropertyType.MultipleString:
                return Values(tag, bytes.Length / 4, Utf16);
            case PropertyType.MultipleString8:
                return Values(tag, bytes.Length / 4, b => encoding.GetString(b).TrimEnd('\0'));
            case PropertyType.MultipleBinary:
                return Values(tag, bytes.Length / 8, b => b);
            default:
                return PropertyValue.Of(tag, bytes);
        }
    }

    private static string Utf16(byte[] bytes) => new(MemoryMarshal.Cast<byte, char>(bytes).TrimEnd('\0'));

    private PropertyValue Numbers<T>(PropertyTag tag, byte[] bytes) where T : unmanaged
    {
        var values = MemoryMarshal.Cast<byte, T>(bytes).ToArray();
        Expect(values.Length * System.Runtime.CompilerServices.Unsafe.SizeOf<T>() == bytes.Length, tag);
        return PropertyValue.OfArray(tag, values);
    }

    /// <summary>[MS-OXMSG] 2.1.4.2: as many values as the stream of lengths has, each in a stream of its own, whose length is the true one.</summary>
    private PropertyValue Values<T>(PropertyTag tag, int count, Func<byte[], T> read)
    {
        var values = new List<T>();
        for (var i = 0; i < count; i++)
        {
            if (_storage.FindStream(MsgNaming.Value(tag, i)) is not { } stream)
            {
                _warnings.Add(MsgWarningKind.MissingValue, _where, tag);
                break;
            }
            values.Add(read(stream.ToArray()));
        }
        return PropertyValue.OfArray(tag, values.ToArray());
    }

    private PropertyValue RestrictionOf(PropertyTag tag, byte[] bytes)
    {
        var reader = new WireReader(bytes);
        Restriction? restriction = null;
        RestrictionCodec.Restriction(ref reader, ref restriction, ValueForm.Wide);
        if (restriction is not null && !reader.Failed)
            return PropertyValue.Of(tag, restriction);
        Expect(false, tag);
        return default;
    }

    private void Expect(bool isSo, PropertyTag tag)
    {
        if (!isSo)
            _warnings.Add(MsgWarningKind.BadValue, _where, tag);
    }
}
