// [MS-OXOAB] 2.9.6: how values stand in a record.
using System.Buffers;
using System.Text;
using Rialto.Model;

namespace Rialto.Oab.Wire;

/// <summary>Writes values, cutting what is too long and saying what it cut.</summary>
internal sealed class OabValueWriter(OabLimits limits)
{
    private byte[] buffer = new byte[4_096];

    public int Length { get; private set; }

    public ReadOnlySpan<byte> Written => buffer.AsSpan(0, Length);

    public void Clear() => Length = 0;

    /// <summary>2.9.6.1: up to 127 a byte; else 0x80 and the number of bytes that follow, the lowest first.</summary>
    public void WriteInteger(uint value)
    {
        if (value <= 0x7F)
        {
            WriteByte((byte)value);
            return;
        }
        var bytes = value > 0xFFFFFF ? 4 : value > 0xFFFF ? 3 : value > 0xFF ? 2 : 1;
        WriteByte((byte)(0x80 + bytes));
        for (; bytes > 0; bytes--, value >>= 8)
            WriteByte((byte)value);
    }

    /// <summary>Text in UTF-8 and a null. Text ends at a null of its own.</summary>
    public bool WriteText(string text, int limit)
    {
        var span = text.AsSpan();
        var end = span.IndexOf('\0');
        if (end >= 0)
            span = span[..end];
        Reserve(Encoding.UTF8.GetMaxByteCount(span.Length) + 1);
        var status = System.Text.Unicode.Utf8.FromUtf16(span, buffer.AsSpan(Length, Math.Min(limit, buffer.Length - Length - 1)), out _, out var written);
        Length += written;
        buffer[Length++] = 0;
        return status == OperationStatus.Done;
    }

    /// <summary>
    /// The value as the column's type wants it; nothing (and false) for one that is empty or of another type. <paramref name="isCut"/>: it is not all there, or too large to be there.
    /// </summary>
    public bool TryWrite(PropertyTag column, PropertyValue value, out bool isCut)
    {
        isCut = false;
        var start = Length;
        switch (column.Type)
        {
            case PropertyType.Integer32 when value.Type == PropertyType.Integer32:
                WriteInteger((uint)value.AsInt32());
                return true;
            case PropertyType.Boolean when value.Type == PropertyType.Boolean:
                WriteByte(value.AsBoolean() ? (byte)1 : (byte)0);
                return true;
            case PropertyType.String or PropertyType.String8 when value.Reference is string { Length: > 0 } text:
                isCut = !WriteText(text, limits.MaximumText);
                break;
            case PropertyType.Binary when value.Reference is byte[] { Length: > 0 } bytes:
                if (bytes.Length > limits.MaximumBinary)
                {
                    isCut = true;
                    return false;
                }
                WriteBinary(bytes);
                return true;
            case PropertyType.MultipleString or PropertyType.MultipleString8 when value.Reference is string[] texts:
                return WriteTexts(texts, out isCut);
            case PropertyType.MultipleBinary when value.Reference is byte[][] list:
                return WriteBinaries(list, out isCut);
            case PropertyType.MultipleInteger32 when value.Reference is int[] { Length: > 0 } numbers:
                WriteInteger((uint)numbers.Length);
                foreach (var number in numbers)
                    WriteInteger((uint)number);
                return true;
            default:
                return false;
        }
        // An empty text is none.
        if (Length == start + 1)
        {
            Length = start;
            return false;
        }
        return true;
    }

    public void WriteByte(byte value)
    {
        Reserve(1);
        buffer[Length++] = value;
    }

    private bool WriteTexts(string[] texts, out bool isCut)
    {
        // Values are unique without regard to case, and none is empty.
        var kept = new List<string>(texts.Length);
        var seen = new HashSet<string>(StringComparer.OrdinalIgnoreCase);
        var size = 0;
        isCut = false;
        foreach (var text in texts)
        {
            var end = text.IndexOf('\0', StringComparison.Ordinal);
            var clean = end >= 0 ? text[..end] : text;
            if (clean.Length == 0 || !seen.Add(clean))
                continue;
            var bytes = Encoding.UTF8.GetByteCount(clean) + 1;
            if (size + bytes > limits.MaximumTexts)
            {
                isCut = true;
                continue;
            }
            size += bytes;
            kept.Add(clean);
        }
        if (kept.Count == 0)
            return false;
        WriteInteger((uint)kept.Count);
        foreach (var text in kept)
            isCut |= !WriteText(text, limits.MaximumTexts);
        return true;
    }

    private bool WriteBinaries(byte[][] list, out bool isCut)
    {
        isCut = false;
        var kept = new List<byte[]>(list.Length);
        var size = 0;
        foreach (var bytes in list)
        {
            if (bytes.Length == 0)
                continue;
            if (size + bytes.Length > limits.MaximumBinaries)
            {
                isCut = true;
                continue;
            }
            size += bytes.Length;
            kept.Add(bytes);
        }
        if (kept.Count == 0)
            return false;
        WriteInteger((uint)kept.Count);
        foreach (var bytes in kept)
            WriteBinary(bytes);
        return true;
    }

    private void WriteBinary(ReadOnlySpan<byte> bytes)
    {
        WriteInteger((uint)bytes.Length);
        Reserve(bytes.Length);
        bytes.CopyTo(buffer.AsSpan(Length));
        Length += bytes.Length;
    }

    private void Reserve(int more)
    {
        if (Length + more > buffer.Length)
            Array.Resize(ref buffer, Math.Max(buffer.Length * 2, Length + more));
    }
}
