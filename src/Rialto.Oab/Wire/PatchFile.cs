// [MS-OXOAB] 2.10: OAB version 4 Differential Patch file.
//
//   PATCH_HDR: | ulVersionHi 3 | ulVersionLo 2 | ulBlockMax | ulSourceSize | ulTargetSize | ulSourceCRC | ulTargetCRC |
//   PATCH_BLK: | ulPatchSize | ulTargetSize | ulSourceSize | ulCRC | bytes |
//
// Each block takes the next bytes of the old file as reference data and makes the next bytes of the new one.
using System.Buffers.Binary;
using Rialto.Content.Lzx;

namespace Rialto.Oab.Wire;

/// <summary>Makes the difference of two generations of a file, and applies it.</summary>
public static class PatchFile
{
    /// <summary>Most bytes that a block takes of either file.</summary>
    public const int BlockSize = 262_144;

    private const int HeaderLength = 28;
    private const int BlockHeaderLength = 16;
    private const int MaxBlock = 8 << 20;

    /// <summary>Writes the difference. The files are read from their start.</summary>
    /// <param name="source">The old file.</param>
    /// <param name="target">The new file.</param>
    /// <param name="pieces">How the files are cut: what of the one is made over what of the other, in order and without gaps. See <see cref="PatchPlan"/>.</param>
    /// <param name="patch">Where the difference goes; it can seek.</param>
    public static void Write(Stream source, Stream target, IEnumerable<PatchPiece> pieces, Stream patch)
    {
        patch.Write(stackalloc byte[HeaderLength]);
        var encoder = new LzxEncoder();
        var old = new byte[BlockSize];
        var data = new byte[BlockSize];
        uint sourceCrc = OabCrc.Seed, targetCrc = OabCrc.Seed;
        source.Position = target.Position = 0;
        Span<byte> head = stackalloc byte[BlockHeaderLength];
        foreach (var piece in pieces)
        {
            var from = old.AsSpan(0, piece.SourceLength);
            var to = data.AsSpan(0, piece.TargetLength);
            source.ReadExactly(from);
            target.ReadExactly(to);
            sourceCrc = OabCrc.Append(sourceCrc, from);
            targetCrc = OabCrc.Append(targetCrc, to);
            var bytes = encoder.Encode(to, from);
            BinaryPrimitives.WriteInt32LittleEndian(head, bytes.Length);
            BinaryPrimitives.WriteInt32LittleEndian(head[4..], to.Length);
            BinaryPrimitives.WriteInt32LittleEndian(head[8..], from.Length);
            BinaryPrimitives.WriteUInt32LittleEndian(head[12..], OabCrc.Compute(to));
            patch.Write(head);
            patch.Write(bytes);
        }

        // What of the old file no block needed still counts in its sum.
        for (int read; (read = source.ReadAtLeast(old, old.Length, throwOnEndOfStream: false)) > 0;)
            sourceCrc = OabCrc.Append(sourceCrc, old.AsSpan(0, read));
        Span<byte> header = stackalloc byte[HeaderLength];
        BinaryPrimitives.WriteUInt32LittleEndian(header, 3);
        BinaryPrimitives.WriteUInt32LittleEndian(header[4..], 2);
        BinaryPrimitives.WriteUInt32LittleEndian(header[8..], BlockSize);
        BinaryPrimitives.WriteUInt32LittleEndian(header[12..], (uint)source.Length);
        BinaryPrimitives.WriteUInt32LittleEndian(header[16..], (uint)target.Length);
        BinaryPrimitives.WriteUInt32LittleEndian(header[20..], sourceCrc);
        BinaryPrimitives.WriteUInt32LittleEndian(header[24..], targetCrc);
        var end = patch.Position;
        patch.Position = 0;
        patch.Write(header);
        patch.Position = end;
    }

    /// <summary>Makes the new file of the old one and the difference. The sums of the blocks and of both files are compared.</summary>
    public static OabFileError Apply(Stream source, Stream patch, Stream target, long maxLength = uint.MaxValue)
    {
        Span<byte> head = stackalloc byte[HeaderLength];
        if (patch.ReadAtLeast(head, HeaderLength, throwOnEndOfStream: false) < HeaderLength)
            return OabFileError.Truncated;
        if (BinaryPrimitives.ReadUInt32LittleEndian(head) != 3 || BinaryPrimitives.ReadUInt32LittleEndian(head[4..]) != 2)
            return OabFileError.NotThisKind;
        long blockMax = BinaryPrimitives.ReadUInt32LittleEndian(head[8..]);
        long sourceSize = BinaryPrimitives.ReadUInt32LittleEndian(head[12..]);
        long left = BinaryPrimitives.ReadUInt32LittleEndian(head[16..]);
        var wantedSource = BinaryPrimitives.ReadUInt32LittleEndian(head[20..]);
        var wantedTarget = BinaryPrimitives.ReadUInt32LittleEndian(head[24..]);
        if (left > maxLength || blockMax > MaxBlock)
            return OabFileError.TooLarge;
        if (source.Length != sourceSize)
            return OabFileError.Checksum;
        var decoder = new LzxDecoder();
        byte[] packed = [], old = [], data = [];
        uint sourceCrc = OabCrc.Seed, targetCrc = OabCrc.Seed;
        while (left > 0)
        {
            if (patch.ReadAtLeast(head[..BlockHeaderLength], BlockHeaderLength, throwOnEndOfStream: false) < BlockHeaderLength)
                return OabFileError.Truncated;
            var packedSize = BinaryPrimitives.ReadUInt32LittleEndian(head);
            var size = BinaryPrimitives.ReadUInt32LittleEndian(head[4..]);
            var from = BinaryPrimitives.ReadUInt32LittleEndian(head[8..]);
            if (size == 0 || size > blockMax || size > left || from > blockMax || packedSize > LzxFile.MaxPacked(size))
                return OabFileError.Malformed;
            if (!LzxFile.TryRead(source, ref old, (int)from) || !LzxFile.TryRead(patch, ref packed, (int)packedSize))
                return OabFileError.Truncated;
            if (data.Length < size)
                data = new byte[size];
            var made = data.AsSpan(0, (int)size);
            if (decoder.Decode(packed.AsSpan(0, (int)packedSize), old.AsSpan(0, (int)from), made) != LzxError.None)
                return OabFileError.Malformed;
            if (OabCrc.Compute(made) != BinaryPrimitives.ReadUInt32LittleEndian(head[12..]))
                return OabFileError.Checksum;
            sourceCrc = OabCrc.Append(sourceCrc, old.AsSpan(0, (int)from));
            targetCrc = OabCrc.Append(targetCrc, made);
            target.Write(made);
            left -= size;
        }
        var rest = new byte[64 * 1024];
        for (int read; (read = source.ReadAtLeast(rest, rest.Length, throwOnEndOfStream: false)) > 0;)
            sourceCrc = OabCrc.Append(sourceCrc, rest.AsSpan(0, read));
        return sourceCrc == wantedSource && targetCrc == wantedTarget ? OabFileError.None : OabFileError.Checksum;
    }
}

/// <summary>The next bytes of the old file, and what of the new one is made over them. Neither is longer than <see cref="PatchFile.BlockSize"/>.</summary>
public readonly record struct PatchPiece(int SourceLength, int TargetLength);
