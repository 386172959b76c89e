// [MS-OXMSG] 2.1.2-2.1.4 values, 2.4 the property stream.
using System.Runtime.InteropServices;
using System.Text;
using Rialto.Content.CompoundFiles;
using Rialto.Model;
using Rialto.Wire;

namespace Rialto.Content.Msg;

/// <summary>Writes the properties of one object: its property stream, and streams beside it for what does not fit there.</summary>
internal ref struct MsgPropertyWriter
{
    /// <summary>[MS-OXMSG] 2.4.2.2: what an entry without size says of its storage.</summary>
    public const uint ReservedForMessage = 1;

    private const uint ReservedForStorage = 4;

    /// <summary>PROPATTR_READABLE and PROPATTR_WRITABLE, [MS-OXMSG] 2.4.2.1.</summary>
    private const uint Flags = 6;

    private readonly CompoundStorage _storage;
    private readonly bool _allUnicode;
    private readonly Encoding _encoding;
    private readonly Encoding _strict;
    private WireWriter _entries;

    public MsgPropertyWriter(CompoundStorage storage, ReadOnlySpan<byte> header, bool allUnicode, Encoding encoding)
    {
        _storage = storage;
        _allUnicode = allUnicode;
        _encoding = encoding;
        _strict = (Encoding)encoding.Clone();
        _strict.EncoderFallback = EncoderFallback.ExceptionFallback;
        _entries = new WireWriter(1024);
        _entries.Write(header);
    }

    public void Add(PropertyValue value)
    {
        if (value.AsExternal() is not null)
            throw new NotSupportedException($"The value of {PropertyRegistry.Describe(value.Tag)} is kept elsewhere; it is to be fetched first.");
        value = Unicode(value);
        var tag = value.Tag;
        switch (tag.Type)
        {
            case PropertyType.Null:
                Fixed(tag, 0);
                break;
            case PropertyType.Integer16:
                Fixed(tag, (ushort)value.AsInt16());
                break;
            case PropertyType.Integer32:
                Fixed(tag, (uint)value.AsInt32());
                break;
            case PropertyType.Floating32:
                Fixed(tag, BitConverter.SingleToUInt32Bits(value.AsSingle()));
                break;
            case PropertyType.Floating64 or PropertyType.FloatingTime:
                Fixed(tag, BitConverter.DoubleToUInt64Bits(value.AsDouble()));
                break;
            case PropertyType.ErrorCode:
                Fixed(tag, (uint)value.AsError());
                break;
            case PropertyType.Boolean:
                Fixed(tag, value.AsBoolean() ? 1u : 0);
                break;
            case PropertyType.Integer64 or PropertyType.Currency or PropertyType.Time:
                Fixed(tag, (ulong)value.AsInt64());
                break;
            case PropertyType.String:
                // The size counts a terminating null that the stream has not.
                Stream(tag, Utf16(value.AsString()), 2);
                break;
            case PropertyType.String8:
                Stream(tag, _encoding.GetBytes(value.AsString()), 1);
                break;
            case PropertyType.Guid:
                Stream(tag, value.AsGuid().ToByteArray(), 0);
                break;
            case PropertyType.Restriction:
                Stream(tag, Wire(value.AsRestriction()), 0);
                break;
            case PropertyType.Object when CompoundFile.IsCompoundFile(value.AsBinary()) && CompoundFile.Read(value.AsBinary(), out _) is { } file:
                _storage.TryAdd(file.Root.WithName(MsgNaming.Value(tag)));
                AddStorageEntry(tag, ReservedForStorage);
                break;
            case PropertyType.MultipleString:
                Streams(tag, value.AsArray<string>().Select(s => Utf16(s + '\0')), 4);
                break;
            case PropertyType.MultipleString8:
                var encoding = _encoding;
                Streams(tag, value.AsArray<string>().Select(s => encoding.GetBytes(s + '\0')), 4);
                break;
            case PropertyType.MultipleBinary:
                Streams(tag, value.AsArray<byte[]>(), 8);
                break;
            default:
                Stream(tag, value.Reference is byte[] bytes ? bytes : Numbers(value), 0);
                break;
        }
    }

    /// <summary>An entry whose value is a storage.</summary>
    public void AddStorageEntry(PropertyTag tag, uint reserved)
    {
        Entry(tag);
        _entries.WriteUInt32(uint.MaxValue);
        _entries.WriteUInt32(reserved);
    }

    public void Complete()
    {
        _storage.AddStream(MsgNaming.Properties, _entries.ToArray());
        _entries.Dispose();
    }

    /// <summary>Strings that the code page cannot express, or all where it is so asked, in Unicode.</summary>
    private readonly PropertyValue Unicode(PropertyValue value) => value.Type switch
    {
        PropertyType.String8 when _allUnicode || !Fits(value.AsString()) => value.WithTag(value.Tag.WithType(PropertyType.String)),
        PropertyType.MultipleString8 when _allUnicode || !Fit(value.AsArray<string>()) => value.WithTag(value.Tag.WithType(PropertyType.MultipleString)),
        _ => value,
    };

    private readonly bool Fit(IEnumerable<string> texts)
    {
        foreach (var text in texts)
        {
            if (!Fits(text))
                return false;
        }
        return true;
    }

    private readonly bool Fits(string text)
    {
        if (Ascii.IsValid(text))
            return true;
        try
        {
            return _encoding.GetString(_strict.GetBytes(text)) == text;
        }
        catch (EncoderFallbackException)
        {
            return false;
        }
    }

    private void Entry(PropertyTag tag)
    {
        _entries.WriteUInt32(tag.Value);
        _entries.WriteUInt32(Flags);
    }

    private void Fixed(PropertyTag tag, ulong value)
    {
        Entry(tag);
        _entries.WriteUInt64(value);
    }

    private void Stream(PropertyTag tag, byte[] bytes, int added)
    {
        Entry(tag);
        _entries.WriteInt32(bytes.Length + added);
        _entries.WriteUInt32(0);
        _storage.AddStream(MsgNaming.Value(tag), bytes);
    }

    /// <summary>[MS-OXMSG] 2.1.4.2: a stream of lengths, and one for each value; strings have their terminating null in both.</summary>
    private void Streams(PropertyTag tag, IEnumerable<byte[]> values, int lengthSize)
    {
        var lengths = new WireWriter(64);
        var index = 0;
        foreach (var value in values)
        {
            lengths.WriteInt32(value.Length);
            if (lengthSize == 8)
                lengths.WriteInt32(0);
            _storage.AddStream(MsgNaming.Value(tag, index++), value);
        }
        Stream(tag, lengths.ToArray(), 0);
        lengths.Dispose();
    }

    private static byte[] Utf16(string text) => MemoryMarshal.AsBytes(text.AsSpan()).ToArray();

    private static byte[] Numbers(PropertyValue value) => value.Reference switch
    {
        short[] v => MemoryMarshal.AsBytes<short>(v).ToArray(),
        int[] v => MemoryMarshal.AsBytes<int>(v).ToArray(),
        long[] v => MemoryMarshal.AsBytes<long>(v).ToArray(),
        float[] v => MemoryMarshal.AsBytes<float>(v).ToArray(),
        double[] v => MemoryMarshal.AsBytes<double>(v).ToArray(),
        FileTime[] v => MemoryMarshal.AsBytes<FileTime>(v).ToArray(),
        Guid[] v => MemoryMarshal.AsBytes<Guid>(v).ToArray(),
        _ => [],
    };

    private static byte[] Wire(Restriction? restriction)
    {
        var writer = new WireWriter(256);
        RestrictionCodec.Restriction(ref writer, ref restriction, ValueForm.Wide);
        var bytes = writer.ToArray();
        writer.Dispose();
        return bytes;
    }
}
