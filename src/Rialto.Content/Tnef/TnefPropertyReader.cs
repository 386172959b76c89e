// [MS-OXTNEF] 2.1.3.4: property lists.
using System.Runtime.InteropServices;
using System.Text;
using Rialto.Model;
using Rialto.Wire;

namespace Rialto.Content.Tnef;

/// <summary>
/// Reads property lists:
/// <code>
///   count (4)  { tag (4)  [ set (16)  kind (4)  number (4) | size (4) UTF-16 name, padded ]  value }
///   value: of 2 or 4 bytes (in 4), 8, 16, or  count (4) { size (4)  bytes, padded to 4 }
/// </code>
/// The properties before a broken place are kept.
/// </summary>
internal ref struct TnefPropertyReader
{
    private readonly TnefReadContext _context;
    private readonly Encoding _string8;
    private readonly int _offset;
    private WireReader _reader;

    public TnefPropertyReader(ReadOnlySpan<byte> bytes, int offset, Encoding string8, TnefReadContext context)
    {
        _reader = new WireReader(bytes);
        _offset = offset;
        _string8 = string8;
        _context = context;
    }

    /// <summary>The embedded message that the list held as an object; null without.</summary>
    public PropertyMessage? Embedded { get; private set; }

    /// <summary>The interface of the last object that was no message.</summary>
    public Guid ObjectInterface { get; private set; }

    public uint ReadCount() => _reader.ReadUInt32();

    public readonly int Remaining => _reader.Remaining;

    /// <summary>One list; false when it could not be read to its end.</summary>
    public bool ReadList(PropertyBag into)
    {
        var count = _reader.ReadUInt32();
        for (uint i = 0; i < count && !_reader.Failed; i++)
        {
            var start = _reader.Position;
            if (!_context.TakeProperty())
            {
                _context.Warn(TnefWarningKind.TooMany, _offset + start);
                return false;
            }
            var tag = new PropertyTag(_reader.ReadUInt32());
            if (tag.Id >= 0x8000)
                tag = Named(tag);
            if (_reader.Failed)
                break;
            if (!Value(tag, out var value))
            {
                _context.Warn(TnefWarningKind.UnknownPropertyType, _offset + start);
                return false;
            }
            if (!_reader.Failed && !value.IsAbsent && tag.Id != 0)
                into.Set(value);
        }
        if (_reader.Failed)
            _context.Warn(TnefWarningKind.InvalidProperties, _offset + _reader.Position);
        return !_reader.Failed;
    }

    private PropertyTag Named(PropertyTag tag)
    {
        var set = _reader.ReadGuid();
        var kind = _reader.ReadUInt32();
        PropertyName name;
        if (kind == 0)
        {
            name = new PropertyName(set, _reader.ReadUInt32());
        }
        else
        {
            var size = _reader.ReadCount(CountWidth.UInt32);
            name = new PropertyName(set, Unicode(size));
            Pad(size);
        }
        return _reader.Failed ? tag : new PropertyTag(_context.IdOf(tag.Id, name), tag.Type);
    }

    private bool Value(PropertyTag tag, out PropertyValue value)
    {
        value = default;
        switch (tag.Type)
        {
            case PropertyType.Null:
            case PropertyType.ErrorCode:
                // A value that the sender could not get: none.
                _reader.Skip(4);
                return true;
            case PropertyType.Integer16:
                value = PropertyValue.Of(tag, (short)_reader.ReadInt32());
                return true;
            case PropertyType.Boolean:
                value = PropertyValue.Of(tag, (_reader.ReadUInt32() & 0xFFFF) != 0);
                return true;
            case PropertyType.Integer32:
                value = PropertyValue.Of(tag, _reader.ReadInt32());
                return true;
            case PropertyType.Floating32:
                value = PropertyValue.Of(tag, BitConverter.Int32BitsToSingle(_reader.ReadInt32()));
                return true;
            case PropertyType.Floating64:
            case PropertyType.FloatingTime:
                value = PropertyValue.Of(tag, BitConverter.Int64BitsToDouble(_reader.ReadInt64()));
                return true;
            case PropertyType.Integer64:
            case PropertyType.Currency:
                value = PropertyValue.Of(tag, _reader.ReadInt64());
                return true;
            case PropertyType.Time:
                value = PropertyValue.Of(tag, new FileTime(_reader.ReadInt64()));
                return true;
            case PropertyType.Guid:
                value = PropertyValue.Of(tag, _reader.ReadGuid());
                return true;
            case PropertyType.String:
            case PropertyType.String8:
            case PropertyType.Binary:
            case PropertyType.ServerId:
            case PropertyType.Object:
                value = Counted(tag);
                return true;
            default:
                return (tag.Type & PropertyType.MultipleFlag) != 0 && Multiple(tag, out value);
        }
    }

    private PropertyValue Counted(PropertyTag tag)
    {
        var count = _reader.ReadUInt32();
        PropertyValue value = default;
        for (uint i = 0; i < count && !_reader.Failed; i++)
        {
            var size = _reader.ReadCount(CountWidth.UInt32);
            var start = _offset + _reader.Position;
            var bytes = _reader.ReadSpan(size);
            Pad(size);
            // A single-valued property has one value; what else is there is read over.
            if (i > 0 || _reader.Failed)
                continue;
            value = tag.Type switch
            {
                PropertyType.String => PropertyValue.Of(tag, UnicodeOf(bytes)),
                PropertyType.String8 => PropertyValue.Of(tag.WithType(PropertyType.String), CodePageOf(bytes, _string8)),
                PropertyType.Object => Object(tag, bytes, start),
                _ => PropertyValue.Of(tag, bytes.ToArray()),
            };
        }
        return value;
    }

    private PropertyValue Object(PropertyTag tag, ReadOnlySpan<byte> bytes, int offset)
    {
        if (bytes.Length < 16)
            return PropertyValue.Of(tag, bytes.ToArray());
        var id = new Guid(bytes[..16]);
        var data = bytes[16..];
        if (id != TnefInterfaces.Message || tag.Id != PropertyIds.AttachDataObject)
        {
            ObjectInterface = id;
            return PropertyValue.Of(tag, data.ToArray());
        }
        if (_context.IsTooDeep)
        {
            _context.Warn(TnefWarningKind.TooDeep, offset);
            return PropertyValue.Of(PropertyTags.AttachDataBinary, data.ToArray());
        }
        _context.Depth++;
        Embedded = TnefStreamReader.Read(data, offset + 16, _context).Message;
        _context.Depth--;
        return default;
    }

    private bool Multiple(PropertyTag tag, out PropertyValue value)
    {
        value = default;
        var least = (tag.Type & ~PropertyType.MultipleFlag) switch
        {
            PropertyType.Integer16 or PropertyType.Integer32 or PropertyType.Floating32 or PropertyType.String or PropertyType.String8 or PropertyType.Binary => 4,
            PropertyType.Floating64 or PropertyType.FloatingTime or PropertyType.Currency or PropertyType.Integer64 or PropertyType.Time => 8,
            PropertyType.Guid => 16,
            _ => 0,
        };
        if (least == 0)
            return false;
        var wide = _reader.ReadUInt32();
        if (wide > (uint)(_reader.Remaining / least))
        {
            _reader.Fail();
            return true;
        }
        var count = (int)wide;
        Array values;
        switch (tag.Type & ~PropertyType.MultipleFlag)
        {
            case PropertyType.Integer16:
            {
                var v = new short[count];
                for (var i = 0; i < count; i++)
                    v[i] = (short)_reader.ReadInt32();
                values = v;
                break;
            }
            case PropertyType.Integer32:
                values = Numbers<int>(count);
                break;
            case PropertyType.Floating32:
                values = Numbers<float>(count);
                break;
            case PropertyType.Floating64:
            case PropertyType.FloatingTime:
                values = Numbers<double>(count);
                break;
            case PropertyType.Time:
                values = Numbers<FileTime>(count);
                break;
            case PropertyType.Guid:
                values = Numbers<Guid>(count);
                break;
            case PropertyType.Binary:
            {
                var v = new byte[count][];
                for (var i = 0; i < count; i++)
                {
                    var size = _reader.ReadCount(CountWidth.UInt32);
                    v[i] = _reader.ReadBytes(size);
                    Pad(size);
                }
                values = v;
                break;
            }
            case PropertyType.String:
            case PropertyType.String8:
            {
                var v = new string[count];
                for (var i = 0; i < count; i++)
                {
                    var size = _reader.ReadCount(CountWidth.UInt32);
                    var bytes = _reader.ReadSpan(size);
                    v[i] = tag.Type == PropertyType.MultipleString ? UnicodeOf(bytes) : CodePageOf(bytes, _string8);
                    Pad(size);
                }
                values = v;
                tag = tag.WithType(PropertyType.MultipleString);
                break;
            }
            default:
                values = Numbers<long>(count);
                break;
        }
        value = PropertyValue.OfArray(tag, values);
        return true;
    }

    private T[] Numbers<T>(int count)
        where T : unmanaged
    {
        T[] v = [];
        _reader.NumbersOf(ref v, count);
        return v;
    }

    private string Unicode(int size) => UnicodeOf(_reader.ReadSpan(size));

    /// <summary>Values end on multiples of four bytes; the last one's padding is not always there.</summary>
    private void Pad(int size) => _reader.Skip(Math.Min(_reader.Remaining, -size & 3));

    private static string UnicodeOf(ReadOnlySpan<byte> bytes)
    {
        // Only the end is cut off: NULs within a string are the sender's.
        var text = MemoryMarshal.Cast<byte, char>(bytes);
        return new string(text.TrimEnd('\0'));
    }

    internal static string CodePageOf(ReadOnlySpan<byte> bytes, Encoding encoding)
    {
        var end = bytes.IndexOf((byte)0);
        return encoding.GetString(end < 0 ? bytes : bytes[..end]);
    }
}
