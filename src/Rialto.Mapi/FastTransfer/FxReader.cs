// [MS-OXCFXICS] 2.2.4.1 lexical structure read; 2.2.4.1.3: strings end with a NUL, which is checked.
using System.Buffers.Binary;
using System.Diagnostics.CodeAnalysis;
using System.Runtime.InteropServices;
using System.Text;
using Rialto.Model;

namespace Rialto.Mapi.FastTransfer;

/// <summary>A marker, or a property with its name where it is a named one.</summary>
/// <param name="Tag">As it stands in the stream.</param>
/// <param name="Value">Absent for a marker. Strings are of type String, in whatever form they came.</param>
/// <param name="Name">Of a property with an id from 0x8000 on.</param>
public readonly record struct FxElement(uint Tag, PropertyValue Value, PropertyName? Name)
{
    public bool IsMarker => Value.IsAbsent && FxTags.IsMarker(Tag);

    public FxMarker Marker => (FxMarker)Tag;
}

/// <summary>
/// Reads a stream that comes in portions, cut where streams may be cut or anywhere else. Total: what cannot be a stream sets <see cref="Failed"/>, and no more
/// than one element is held.
/// </summary>
/// <param name="codePage">The code page of PtypString8.</param>
/// <param name="maximumValue">Bytes of one element.</param>
public sealed class FxReader(Encoding codePage, int maximumValue)
{
    private byte[] _bytes = new byte[4096];
    private int _start;
    private int _end;
    private int _needed;

    /// <summary>Whether the stream is malformed; nothing is read from then on.</summary>
    public bool Failed { get; private set; }

    /// <summary>Bytes held that are no whole element yet.</summary>
    public int Held => _end - _start;

    public void Append(ReadOnlySpan<byte> portion)
    {
        if (Failed)
            return;
        if (_start > 0 && _bytes.Length - _end < portion.Length)
        {
            _bytes.AsSpan(_start, Held).CopyTo(_bytes);
            (_start, _end) = (0, Held);
        }
        if (_bytes.Length - _end < portion.Length)
            Array.Resize(ref _bytes, (int)Math.Min(Array.MaxLength, Math.Max((long)_bytes.Length * 2, (long)_end + portion.Length)));
        portion.CopyTo(_bytes.AsSpan(_end));
        _end += portion.Length;
    }

    /// <summary>The next element; false where it is not all there yet, or the stream is malformed.</summary>
    public bool TryRead(out FxElement element)
    {
        element = default;
        if (Failed || Held < Math.Max(4, _needed))
            return false;
        var bytes = _bytes.AsSpan(_start, Held);
        var tag = BinaryPrimitives.ReadUInt32LittleEndian(bytes);
        if (FxTags.IsMarker(tag))
        {
            element = new FxElement(tag, default, null);
            _start += 4;
            return true;
        }
        var head = FxLexicon.HeadSize(bytes);
        if (head < 0)
            Fail();
        if (head <= 0)
            return false;
        var name = head > 4 ? NameOf(bytes[4..head]) : null;
        var shape = FxLexicon.ShapeOfTag(tag, out var size);
        var reader = new Values(bytes[head..]);
        if (!TryReadValue(ref reader, tag, shape, size, out var value))
        {
            if (reader.IsMalformed || shape == FxShape.None || reader.Needed > maximumValue - head)
                Fail();
            else
                _needed = head + (int)reader.Needed;
            return false;
        }
        element = new FxElement(tag, value, name);
        _start += head + reader.Position;
        _needed = 0;
        if (_start == _end)
            (_start, _end) = (0, 0);
        return true;
    }

    private void Fail()
    {
        Failed = true;
        _bytes = [];
        (_start, _end) = (0, 0);
    }

    private static PropertyName? NameOf(ReadOnlySpan<byte> bytes)
    {
        var set = new Guid(bytes[..16]);
        return bytes[16] == 0
            ? new PropertyName(set, BinaryPrimitives.ReadUInt32LittleEndian(bytes[17..]))
            : new PropertyName(set, new string(MemoryMarshal.Cast<byte, char>(bytes[17..^2])));
    }

    private bool TryReadValue(ref Values reader, uint tag, FxShape shape, int size, out PropertyValue value)
    {
        value = default;
        var type = (ushort)tag;
        var isText = TryFormOf(type, out var encoding);
        var stored = new PropertyTag((ushort)(tag >> 16), !isText ? (PropertyType)type : shape == FxShape.MultipleVariable ? PropertyType.MultipleString : PropertyType.String);
        switch (shape)
        {
            case FxShape.Fixed:
                return reader.TryTake(size, out var bytes) && TryFixed(stored, bytes, out value);
            case FxShape.Variable:
                if (!reader.TryTakeCounted(out bytes))
                    return false;
                if (!isText)
                {
                    value = PropertyValue.Of(tag == Sync.State.SyncState.IdsetGivenTag ? new PropertyTag(Sync.State.SyncState.IdsetGivenBinaryTag) : stored, bytes.ToArray());
                    return true;
                }
                if (!TryText(bytes, encoding!, out var text))
                    return reader.Fail();
                value = PropertyValue.Of(stored, text);
                return true;
            case FxShape.MultipleFixed or FxShape.MultipleVariable:
                return TryMultiple(ref reader, stored, isText ? encoding : null, size, out value);
            default:
                return reader.Fail();
        }
    }

    private static bool TryFixed(PropertyTag tag, ReadOnlySpan<byte> bytes, out PropertyValue value)
    {
        value = tag.Type switch
        {
            PropertyType.Boolean => PropertyValue.Of(tag, BinaryPrimitives.ReadUInt16LittleEndian(bytes) != 0),
            PropertyType.Integer16 => PropertyValue.Of(tag, BinaryPrimitives.ReadInt16LittleEndian(bytes)),
            PropertyType.Integer32 => PropertyValue.Of(tag, BinaryPrimitives.ReadInt32LittleEndian(bytes)),
            PropertyType.Floating32 => PropertyValue.Of(tag, BinaryPrimitives.ReadSingleLittleEndian(bytes)),
            PropertyType.Floating64 or PropertyType.FloatingTime => PropertyValue.Of(tag, BinaryPrimitives.ReadDoubleLittleEndian(bytes)),
            PropertyType.ErrorCode => PropertyValue.OfError(tag, (ErrorCode)BinaryPrimitives.ReadUInt32LittleEndian(bytes)),
            PropertyType.Time => PropertyValue.Of(tag, new FileTime(BinaryPrimitives.ReadInt64LittleEndian(bytes))),
            PropertyType.Guid => PropertyValue.Of(tag, new Guid(bytes)),
            _ => PropertyValue.Of(tag, BinaryPrimitives.ReadInt64LittleEndian(bytes)),
        };
        return true;
    }

    private static bool TryMultiple(ref Values reader, PropertyTag tag, Encoding? encoding, int size, out PropertyValue value)
    {
        value = default;
        if (!reader.TryTakeCount(Math.Max(size, 4), out var count))
            return false;
        if (size > 0)
        {
            if (!reader.TryTake(count * size, out var bytes))
                return false;
            value = tag.Type switch
            {
                PropertyType.MultipleInteger16 => Numbers<short>(tag, bytes),
                PropertyType.MultipleInteger32 => Numbers<int>(tag, bytes),
                PropertyType.MultipleFloating32 => Numbers<float>(tag, bytes),
                PropertyType.MultipleFloating64 or PropertyType.MultipleFloatingTime => Numbers<double>(tag, bytes),
                PropertyType.MultipleTime => Numbers<FileTime>(tag, bytes),
                PropertyType.MultipleGuid => Numbers<Guid>(tag, bytes),
                PropertyType.MultipleInteger64 or PropertyType.MultipleCurrency => Numbers<long>(tag, bytes),
                _ => default,
            };
            return !value.IsAbsent || reader.Fail();
        }
        // Every value has a length of its own: the count is no more than a promise.
        var texts = encoding is null ? null : new List<string>();
        var binaries = encoding is null ? new List<byte[]>() : null;
        for (var i = 0; i < count; i++)
        {
            if (!reader.TryTakeCounted(out var bytes))
                return false;
            if (encoding is null)
                binaries!.Add(bytes.ToArray());
            else if (TryText(bytes, encoding, out var text))
                texts!.Add(text);
            else
                return reader.Fail();
        }
        value = texts is not null ? PropertyValue.OfArray(tag, texts.ToArray()) : PropertyValue.OfArray(tag, binaries!.ToArray());
        return true;
    }

    private static PropertyValue Numbers<T>(PropertyTag tag, ReadOnlySpan<byte> bytes)
        where T : unmanaged => PropertyValue.OfArray(tag, MemoryMarshal.Cast<byte, T>(bytes).ToArray());

    private static bool TryText(ReadOnlySpan<byte> bytes, Encoding encoding, out string text)
    {
        text = "";
        if (encoding == Encoding.Unicode)
        {
            if (bytes.Length < 2 || bytes.Length % 2 != 0 || bytes[^1] != 0 || bytes[^2] != 0)
                return false;
            text = new string(MemoryMarshal.Cast<byte, char>(bytes[..^2]));
            return true;
        }
        if (bytes.IsEmpty || bytes[^1] != 0)
            return false;
        text = encoding.GetString(bytes[..^1]);
        return true;
    }

    /// <summary>Whether values of the type are text, and in which encoding; a code page that is not known reads as Latin-1.</summary>
    private bool TryFormOf(ushort type, [NotNullWhen(true)] out Encoding? encoding)
    {
        encoding = (type & FxLexicon.CodePageFlag) != 0
            ? (type & ~FxLexicon.CodePageFlag) == 1200 ? Encoding.Unicode : Rops.CodePages.Find((uint)(type & ~FxLexicon.CodePageFlag))
            : (PropertyType)type switch
            {
                PropertyType.String or PropertyType.MultipleString => Encoding.Unicode,
                PropertyType.String8 or PropertyType.MultipleString8 => codePage,
                _ => null,
            };
        return encoding is not null;
    }

    /// <summary>Bytes behind a tag, of which not all may be there.</summary>
    private ref struct Values(ReadOnlySpan<byte> bytes)
    {
        private readonly ReadOnlySpan<byte> _bytes = bytes;

        public int Position { get; private set; }

        public bool IsMalformed { get; private set; }

        /// <summary>Bytes that there must be before it is worth to try again.</summary>
        public long Needed { get; private set; }

        public bool Fail()
        {
            IsMalformed = true;
            return false;
        }

        public bool TryTake(int count, out ReadOnlySpan<byte> taken)
        {
            taken = default;
            if (count > _bytes.Length - Position)
            {
                Needed = (long)Position + count;
                return false;
            }
            taken = _bytes.Slice(Position, count);
            Position += count;
            return true;
        }

        public bool TryTakeCounted(out ReadOnlySpan<byte> taken)
        {
            taken = default;
            if (!TryTake(4, out var count))
                return false;
            var length = BinaryPrimitives.ReadUInt32LittleEndian(count);
            return length <= int.MaxValue ? TryTake((int)length, out taken) : Fail();
        }

        /// <summary>A count of values that take so many bytes each at least.</summary>
        public bool TryTakeCount(int least, out int count)
        {
            count = 0;
            if (!TryTake(4, out var bytes))
                return false;
            var number = BinaryPrimitives.ReadUInt32LittleEndian(bytes);
            if (number > int.MaxValue / (uint)least)
                return Fail();
            count = (int)number;
            return true;
        }
    }
}
