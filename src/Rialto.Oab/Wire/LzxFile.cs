// [MS-OXOAB] 2.11: compressed OAB version 4 details files and template files.
//
//   LZX_HDR: | ulVersionHi 3 | ulVersionLo 1 | ulBlockMax | ulTargetSize |
//   LZX_BLK: | ulFlags: 1 packed | ulCompSize | ulUncompSize | ulCRC | bytes |  one after the other, each packed by itself
using System.Buffers.Binary;
using Rialto.Content.Lzx;

namespace Rialto.Oab.Wire;

/// <summary>Packs and unpacks whole files, in blocks that do not know of each other: some are packed at the same time.</summary>
public static class LzxFile
{
    /// <summary>Bytes of a block. Exchange's.</summary>
    public const int BlockSize = 262_144;

    private const int HeaderLength = 16;
    private const int BlockHeaderLength = 16;

    /// <summary>Blocks that other writers may make: a reader's memory is bounded by it.</summary>
    private const int MaxBlock = 16 << 20;

    /// <summary>Packs what is left of a stream, whose length is known.</summary>
    /// <param name="raw">The file.</param>
    /// <param name="packed">Where it goes.</param>
    /// <param name="workers">Blocks that are packed at a time.</param>
    /// <param name="cancel">Gives up between blocks.</param>
    public static async Task PackAsync(Stream raw, Stream packed, int workers, CancellationToken cancel = default)
    {
        var left = raw.Length - raw.Position;
        ArgumentOutOfRangeException.ThrowIfGreaterThan(left, uint.MaxValue);
        await packed.WriteAsync(Header((uint)left), cancel);
        var slots = Enumerable.Range(0, Math.Max(1, workers)).Select(_ => new Slot()).ToArray();
        while (left > 0)
        {
            // As many blocks as there are workers, then written in order.
            var running = new List<Task<ReadOnlyMemory<byte>>>();
            foreach (var slot in slots)
            {
                if (left == 0)
                    break;
                slot.Length = (int)Math.Min(BlockSize, left);
                await raw.ReadExactlyAsync(slot.Data.AsMemory(0, slot.Length), cancel);
                left -= slot.Length;
                running.Add(Task.Run(slot.Pack, cancel));
            }
            foreach (var task in running)
                await packed.WriteAsync(await task, cancel);
        }
    }

    /// <summary>Packs bytes.</summary>
    public static byte[] Pack(ReadOnlySpan<byte> raw)
    {
        using var packed = new MemoryStream();
        packed.Write(Header((uint)raw.Length));
        var slot = new Slot();
        for (; raw.Length > 0; raw = raw[slot.Length..])
        {
            slot.Length = Math.Min(BlockSize, raw.Length);
            raw[..slot.Length].CopyTo(slot.Data);
            packed.Write(slot.Pack().Span);
        }
        return packed.ToArray();
    }

    /// <summary>Unpacks a file of at most that length.</summary>
    public static OabFileError Unpack(Stream packed, Stream raw, long maxLength = uint.MaxValue)
    {
        Span<byte> head = stackalloc byte[HeaderLength];
        if (packed.ReadAtLeast(head, HeaderLength, throwOnEndOfStream: false) < HeaderLength)
            return OabFileError.Truncated;
        if (BinaryPrimitives.ReadUInt32LittleEndian(head) != 3 || BinaryPrimitives.ReadUInt32LittleEndian(head[4..]) != 1)
            return OabFileError.NotThisKind;
        long blockMax = BinaryPrimitives.ReadUInt32LittleEndian(head[8..]);
        long left = BinaryPrimitives.ReadUInt32LittleEndian(head[12..]);
        if (left > maxLength || Math.Min(blockMax, left) > MaxBlock)
            return OabFileError.TooLarge;
        var decoder = new LzxDecoder();
        byte[] source = [];
        byte[] target = [];
        while (left > 0)
        {
            if (packed.ReadAtLeast(head, BlockHeaderLength, throwOnEndOfStream: false) < BlockHeaderLength)
                return OabFileError.Truncated;
            var flags = BinaryPrimitives.ReadUInt32LittleEndian(head);
            var packedSize = BinaryPrimitives.ReadUInt32LittleEndian(head[4..]);
            var size = BinaryPrimitives.ReadUInt32LittleEndian(head[8..]);
            if (size == 0 || size > blockMax || size > left || flags > 1 || (flags == 0 && packedSize != size) || packedSize > MaxPacked(size))
                return OabFileError.Malformed;
            // The buffers grow with what the file really has: first the packed bytes, then what they can stand for.
            if (!TryRead(packed, ref source, (int)packedSize))
                return OabFileError.Truncated;
            if (target.Length < size)
                target = new byte[size];
            var data = target.AsSpan(0, (int)size);
            if (flags == 0)
                source.AsSpan(0, (int)size).CopyTo(data);
            else if (decoder.Decode(source.AsSpan(0, (int)packedSize), default, data) != LzxError.None)
                return OabFileError.Malformed;
            if (OabCrc.Compute(data) != BinaryPrimitives.ReadUInt32LittleEndian(head[12..]))
                return OabFileError.Checksum;
            raw.Write(data);
            left -= size;
        }
        return OabFileError.None;
    }

    /// <summary>Most that packing may make of a block: the worst is stored as it is, with headers.</summary>
    internal static long MaxPacked(long size) => size + size / 16 + 4_096;

    /// <summary>Fills a buffer that grows as bytes come, so that a size that lies costs nothing.</summary>
    internal static bool TryRead(Stream stream, ref byte[] buffer, int length)
    {
        for (var at = 0; at < length;)
        {
            if (at == buffer.Length)
                Array.Resize(ref buffer, Math.Min(Math.Max(64 * 1024, buffer.Length * 2), Math.Max(length, buffer.Length)));
            var part = Math.Min(length, buffer.Length) - at;
            var read = stream.ReadAtLeast(buffer.AsSpan(at, part), part, throwOnEndOfStream: false);
            at += read;
            if (read < part)
                return false;
        }
        return true;
    }

    private static byte[] Header(uint size)
    {
        var head = new byte[HeaderLength];
        BinaryPrimitives.WriteUInt32LittleEndian(head, 3);
        BinaryPrimitives.WriteUInt32LittleEndian(head.AsSpan(4), 1);
        BinaryPrimitives.WriteUInt32LittleEndian(head.AsSpan(8), BlockSize);
        BinaryPrimitives.WriteUInt32LittleEndian(head.AsSpan(12), size);
        return head;
    }

    /// <summary>What one worker keeps: a block, its packed form, an encoder.</summary>
    private sealed class Slot
    {
        private readonly LzxEncoder encoder = new();
        private readonly byte[] output = new byte[BlockHeaderLength + BlockSize];

        public byte[] Data { get; } = new byte[BlockSize];

        public int Length { get; set; }

        public ReadOnlyMemory<byte> Pack()
        {
            var data = Data.AsSpan(0, Length);
            var packed = encoder.Encode(data);
            // A block that does not get shorter goes as it is.
            var isPacked = packed.Length < data.Length;
            var bytes = isPacked ? packed : data;
            BinaryPrimitives.WriteUInt32LittleEndian(output, isPacked ? 1u : 0u);
            BinaryPrimitives.WriteUInt32LittleEndian(output.AsSpan(4), (uint)bytes.Length);
            BinaryPrimitives.WriteUInt32LittleEndian(output.AsSpan(8), (uint)data.Length);
            BinaryPrimitives.WriteUInt32LittleEndian(output.AsSpan(12), OabCrc.Compute(data));
            bytes.CopyTo(output.AsSpan(BlockHeaderLength));
            return output.AsMemory(0, BlockHeaderLength + bytes.Length);
        }
    }
}
