// [MS-PATCH] 2.2 to 2.7: the stream of chunks and blocks.
//
//   chunk: | size 16 | [E8 flag 1, first chunk] | block header | symbols … | block header | symbols … | padding to 16 |
//   block: | type 3 | length 24 | [aligned tree 8 x 3] | main tree, literals | main tree, matches | length tree |
//   uncompressed block: | type 3 | length 24 | padding to 16 | R0, R1, R2 (32 each) | bytes |
using System.Buffers;

namespace Rialto.Content.Lzx;

/// <summary>
/// Packs data as LZX DELTA, over reference data where there is some. An encoder keeps its tables, so that packing many pieces takes no more memory than one; it serves
/// one caller at a time. The same data gives the same bytes.
/// </summary>
public sealed class LzxEncoder
{
    private readonly LzxBitWriter writer = new();
    private readonly LzxParser parser = new();
    private readonly LzxTokens tokens = new();
    private readonly LzxBlock block = new();
    private readonly LzxBlock candidate = new();
    private readonly LzxBlockWriter blocks;

    private int chunkStart = -1;

    public LzxEncoder() => blocks = new(writer);

    /// <summary>
    /// Packs the data; the result is valid until the next call. It is never much longer than the data: what does not get shorter is stored as it is, with 18 bytes a chunk.
    /// </summary>
    /// <param name="data">At least one byte. With the reference data no more than <see cref="LzxFormat.MaxWindow"/>.</param>
    /// <param name="reference">Bytes that the reader has already, thought to stand before the data.</param>
    public ReadOnlySpan<byte> Encode(ReadOnlySpan<byte> data, ReadOnlySpan<byte> reference = default)
    {
        ArgumentOutOfRangeException.ThrowIfZero(data.Length);
        ArgumentOutOfRangeException.ThrowIfGreaterThan((long)data.Length + (reference.Length + LzxFormat.ChunkSize - 1) / LzxFormat.ChunkSize * LzxFormat.ChunkSize, LzxFormat.MaxWindow);
        var bits = LzxFormat.WindowBits(reference.Length, data.Length);
        var length = reference.Length + data.Length;
        var window = reference.Length == 0 ? null : ArrayPool<byte>.Shared.Rent(length);
        try
        {
            if (window is not null)
            {
                reference.CopyTo(window);
                data.CopyTo(window.AsSpan(reference.Length));
            }
            parser.Parse(window is null ? data : window.AsSpan(0, length), reference.Length, bits, tokens);
        }
        finally
        {
            if (window is not null)
                ArrayPool<byte>.Shared.Return(window);
        }

        writer.Clear();
        blocks.Begin(LzxFormat.SlotCount(bits));
        chunkStart = -1;
        var position = 0;
        for (var chunk = 0; chunk < tokens.Chunks;)
        {
            var size = Math.Min(LzxFormat.ChunkSize, data.Length - position);
            block.Clear();
            block.Count(tokens, chunk, size);
            if (block.IsIncompressible)
            {
                WriteUncompressed(data.Slice(position, size), chunk++, position == 0);
                position += size;
                continue;
            }

            // The block goes on over the next chunks as long as one code for all is no dearer than a new one.
            var end = chunk + 1;
            for (; end < tokens.Chunks; end++)
            {
                candidate.Clear();
                candidate.Count(tokens, end, Math.Min(LzxFormat.ChunkSize, data.Length - position - block.Length));
                if (candidate.IsIncompressible || !block.TryAdd(candidate))
                    break;
            }
            WriteCompressed(chunk, end, ref position, data.Length);
            chunk = end;
        }
        return writer.Written;
    }

    private void WriteCompressed(int first, int end, ref int position, int total)
    {
        for (var chunk = first; chunk < end; chunk++)
        {
            OpenChunk(position == 0);
            if (chunk == first)
                blocks.WriteHeader(block);
            var (from, to) = tokens.Chunk(chunk);
            for (var i = from; i < to; i++)
                blocks.WriteToken(tokens.LengthAt(i), tokens.ValueAt(i));
            position += Math.Min(LzxFormat.ChunkSize, total - position);
            CloseChunk();
        }
    }

    private void WriteUncompressed(ReadOnlySpan<byte> data, int chunk, bool first)
    {
        OpenChunk(first);
        writer.Write(LzxFormat.Uncompressed, 3);
        writer.Write((uint)data.Length, 24);
        writer.Align();
        // What the parse remembers behind this chunk: its matches count even though they are not written.
        var (r0, r1, r2) = tokens.RepeatsBehind(chunk);
        writer.WriteInt32(r0);
        writer.WriteInt32(r1);
        writer.WriteInt32(r2);
        writer.WriteBytes(data);
        if ((data.Length & 1) == 1)
            writer.WriteBytes([0]);
        CloseChunk();
    }

    private void OpenChunk(bool first)
    {
        chunkStart = writer.Length;
        writer.WriteWord(0);
        if (first)
            writer.Write(0, 1);
    }

    private void CloseChunk()
    {
        writer.Align();
        writer.SetWord(chunkStart, (ushort)(writer.Length - chunkStart - 2));
    }
}
