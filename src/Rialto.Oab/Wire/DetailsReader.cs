// [MS-OXOAB] 2.9, reading.
using System.Buffers.Binary;
using System.Collections.Immutable;
using System.Text;
using Rialto.Model;

namespace Rialto.Oab.Wire;

/// <summary>Why a file could not be read.</summary>
public enum OabFileError
{
    None,

    /// <summary>It ends too early.</summary>
    Truncated,

    /// <summary>It is no file of this kind or version.</summary>
    NotThisKind,

    /// <summary>A size or count in it cannot be.</summary>
    Malformed,

    /// <summary>A check sum is another than what it is of.</summary>
    Checksum,

    /// <summary>Larger than the caller allows.</summary>
    TooLarge,
}

/// <summary>Reads a version 4 file, record by record; any bytes give records or an error, in the memory of one record.</summary>
public sealed class DetailsReader
{
    /// <summary>Properties of a schema; address books have some sixty.</summary>
    private const int MaxColumns = 4_096;

    /// <summary>Bytes of a record: all properties at their limits stay below.</summary>
    private const int MaxRecord = 16 << 20;

    private readonly Stream stream;
    private byte[] record = new byte[4_096];
    private uint crc = OabCrc.Seed;

    private DetailsReader(Stream stream) => this.stream = stream;

    /// <summary>The sum that the file says it has behind its header.</summary>
    public uint Serial { get; private set; }

    /// <summary>Objects that it says it has.</summary>
    public uint Count { get; private set; }

    public ImmutableArray<OabColumn> HeaderColumns { get; private set; } = [];

    public ImmutableArray<OabColumn> Columns { get; private set; } = [];

    /// <summary>The record about the file itself.</summary>
    public PropertyBag Header { get; } = new();

    /// <summary>Where in the file the next record starts.</summary>
    public long Position { get; private set; }

    /// <summary>Whether the sum of what was read so far is the one that the file says: ask at the end.</summary>
    public bool IsIntact => crc == Serial;

    /// <summary>Reads what stands before the objects.</summary>
    public static OabFileError TryOpen(Stream stream, out DetailsReader reader)
    {
        reader = new DetailsReader(stream);
        Span<byte> head = stackalloc byte[12];
        if (stream.ReadAtLeast(head, 12, throwOnEndOfStream: false) < 12)
            return OabFileError.Truncated;
        if (BinaryPrimitives.ReadUInt32LittleEndian(head) != DetailsWriter.Version)
            return OabFileError.NotThisKind;
        reader.Serial = BinaryPrimitives.ReadUInt32LittleEndian(head[4..]);
        reader.Count = BinaryPrimitives.ReadUInt32LittleEndian(head[8..]);
        reader.Position = 12;
        var error = reader.ReadRecord(out var schema);
        if (error != OabFileError.None)
            return error;
        if (!TryTable(ref schema, out var header) || !TryTable(ref schema, out var objects) || schema.Length > 0)
            return OabFileError.Malformed;
        reader.HeaderColumns = header;
        reader.Columns = objects;
        error = reader.ReadRecord(out var own);
        return error != OabFileError.None ? error : TryValues(own, header, reader.Header) ? OabFileError.None : OabFileError.Malformed;
    }

    /// <summary>Reads the next object; false at the end, or with an error.</summary>
    public bool TryRead(out PropertyBag row, out OabFileError error)
    {
        row = new PropertyBag(Columns.Length);
        error = ReadRecord(out var bytes);
        if (error == OabFileError.Truncated && bytes.Length == 0)
        {
            error = OabFileError.None;
            return false;
        }
        if (error == OabFileError.None && !TryValues(bytes, Columns, row))
            error = OabFileError.Malformed;
        return error == OabFileError.None;
    }

    /// <summary>Goes over the next object, giving its first value, the key; false at the end, or with an error.</summary>
    public bool TrySkip(out ReadOnlySpan<byte> key, out OabFileError error)
    {
        key = default;
        error = ReadRecord(out var bytes);
        if (error == OabFileError.Truncated && bytes.Length == 0)
        {
            error = OabFileError.None;
            return false;
        }
        var start = (Columns.Length + 7) / 8;
        if (error != OabFileError.None || bytes.Length < start)
        {
            if (error == OabFileError.None)
                error = OabFileError.Malformed;
            return false;
        }
        var rest = bytes[start..];
        var end = rest.IndexOf((byte)0);
        key = end < 0 ? rest : rest[..end];
        return true;
    }

    /// <summary>A record without its size. At the end of the file it is empty and the error says truncated; inside a record it is what there is.</summary>
    private OabFileError ReadRecord(out ReadOnlySpan<byte> bytes)
    {
        bytes = default;
        Span<byte> head = stackalloc byte[4];
        var got = stream.ReadAtLeast(head, 4, throwOnEndOfStream: false);
        if (got == 0)
            return OabFileError.Truncated;
        bytes = record.AsSpan(0, 1);
        if (got < 4)
            return OabFileError.Truncated;
        var size = BinaryPrimitives.ReadUInt32LittleEndian(head);
        if (size < 4)
            return OabFileError.Malformed;
        if (size > MaxRecord)
            return OabFileError.TooLarge;
        // The size may lie: the buffer grows with what is there.
        var length = (int)size - 4;
        for (var at = 0; at < length;)
        {
            if (at == record.Length)
                Array.Resize(ref record, Math.Min(record.Length * 2, Math.Max(length, record.Length)));
            var part = Math.Min(length, record.Length) - at;
            var read = stream.ReadAtLeast(record.AsSpan(at, part), part, throwOnEndOfStream: false);
            at += read;
            if (read < part)
                return OabFileError.Truncated;
        }
        bytes = record.AsSpan(0, length);
        crc = OabCrc.Append(OabCrc.Append(crc, head), bytes);
        Position += size;
        return OabFileError.None;
    }

    private static bool TryTable(ref ReadOnlySpan<byte> bytes, out ImmutableArray<OabColumn> columns)
    {
        columns = [];
        if (bytes.Length < 4)
            return false;
        var count = BinaryPrimitives.ReadUInt32LittleEndian(bytes);
        bytes = bytes[4..];
        if (count > MaxColumns || bytes.Length < count * 8)
            return false;
        var builder = ImmutableArray.CreateBuilder<OabColumn>((int)count);
        for (var i = 0; i < count; i++, bytes = bytes[8..])
            builder.Add(new(new PropertyTag(BinaryPrimitives.ReadUInt32LittleEndian(bytes)), (OabColumnUse)BinaryPrimitives.ReadUInt32LittleEndian(bytes[4..])));
        columns = builder.MoveToImmutable();
        return true;
    }

    private static bool TryValues(ReadOnlySpan<byte> bytes, ImmutableArray<OabColumn> columns, PropertyBag into)
    {
        var start = (columns.Length + 7) / 8;
        if (bytes.Length < start)
            return false;
        var presence = bytes[..start];
        bytes = bytes[start..];
        for (var i = 0; i < columns.Length; i++)
        {
            if ((presence[i >> 3] & (0x80 >> (i & 7))) == 0)
                continue;
            if (!TryValue(ref bytes, columns[i].Tag, out var value))
                return false;
            into.Set(value);
        }
        return bytes.Length == 0;
    }

    private static bool TryValue(ref ReadOnlySpan<byte> bytes, PropertyTag tag, out PropertyValue value)
    {
        value = default;
        switch (tag.Type)
        {
            case PropertyType.Integer32:
                if (!TryInteger(ref bytes, out var number))
                    return false;
                value = PropertyValue.Of(tag, (int)number);
                return true;
            case PropertyType.Boolean:
                if (bytes.Length < 1)
                    return false;
                value = PropertyValue.Of(tag, bytes[0] != 0);
                bytes = bytes[1..];
                return true;
            case PropertyType.String or PropertyType.String8:
                if (!TryText(ref bytes, out var text))
                    return false;
                value = PropertyValue.Of(tag, text);
                return true;
            case PropertyType.Binary:
                if (!TryBinary(ref bytes, out var binary))
                    return false;
                value = PropertyValue.Of(tag, binary);
                return true;
            case PropertyType.MultipleInteger32:
                return TryMany<int>(ref bytes, tag, (ref ReadOnlySpan<byte> b, out int n) => { var ok = TryInteger(ref b, out var u); n = (int)u; return ok; }, out value);
            case PropertyType.MultipleString or PropertyType.MultipleString8:
                return TryMany<string>(ref bytes, tag, TryText, out value);
            case PropertyType.MultipleBinary:
                return TryMany<byte[]>(ref bytes, tag, TryBinary, out value);
            default:
                return false;
        }
    }

    private delegate bool Reader<T>(ref ReadOnlySpan<byte> bytes, out T value);

    private static bool TryMany<T>(ref ReadOnlySpan<byte> bytes, PropertyTag tag, Reader<T> reader, out PropertyValue value)
    {
        value = default;
        // Each takes at least a byte.
        if (!TryInteger(ref bytes, out var count) || count > (uint)bytes.Length)
            return false;
        var list = new T[count];
        for (var i = 0; i < list.Length; i++)
        {
            if (!reader(ref bytes, out list[i]))
                return false;
        }
        value = PropertyValue.OfArray(tag, list);
        return true;
    }

    private static bool TryInteger(ref ReadOnlySpan<byte> bytes, out uint value)
    {
        value = 0;
        if (bytes.Length == 0)
            return false;
        int first = bytes[0];
        bytes = bytes[1..];
        if (first <= 0x7F)
        {
            value = (uint)first;
            return true;
        }
        var length = first - 0x80;
        if (length is < 1 or > 4 || bytes.Length < length)
            return false;
        for (var i = 0; i < length; i++)
            value |= (uint)bytes[i] << (8 * i);
        bytes = bytes[length..];
        return true;
    }

    private static bool TryText(ref ReadOnlySpan<byte> bytes, out string value)
    {
        value = "";
        var end = bytes.IndexOf((byte)0);
        if (end < 0)
            return false;
        value = Encoding.UTF8.GetString(bytes[..end]);
        bytes = bytes[(end + 1)..];
        return true;
    }

    private static bool TryBinary(ref ReadOnlySpan<byte> bytes, out byte[] value)
    {
        value = [];
        if (!TryInteger(ref bytes, out var length) || length > (uint)bytes.Length)
            return false;
        value = bytes[..(int)length].ToArray();
        bytes = bytes[(int)length..];
        return true;
    }
}
