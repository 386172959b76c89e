// [MS-OXOAB] 2.10: which part of the old file each block sees is the writer's choice; the parts follow each other.
namespace Rialto.Oab.Wire;

/// <summary>
/// Cuts two generations of a details file for a difference. Records of the same key that keep their order are anchors; a block of the new file gets the stretch
/// of the old one that its anchors lie in.
/// </summary>
public static class PatchPlan
{
    /// <summary>New records of a block together. The old ones may be more: what was deleted stands between them.</summary>
    private const int TargetSize = PatchFile.BlockSize / 2;

    /// <summary>
    /// The pieces; null where the files cannot be read or have grown so far apart that a difference makes no sense: then clients take the whole file.
    /// </summary>
    public static List<PatchPiece>? Make(Stream source, Stream target)
    {
        if (Records(source) is not { } old || Records(target) is not { } now)
            return null;
        var anchors = Anchors(old, now);
        var pieces = new List<PatchPiece>();
        long from = 0, to = 0;
        var index = 0;
        while (to < target.Length)
        {
            // Whole records as long as they fit; a record larger than a block is cut where it has to be.
            var end = to;
            var anchored = from;
            for (; index < now.Count && End(now, index, target.Length) - to <= TargetSize; index++)
            {
                if (anchors[index] >= 0)
                    anchored = End(old, anchors[index], source.Length);
                end = End(now, index, target.Length);
            }
            if (end == to)
                end = Math.Min(to + TargetSize, End(now, index, target.Length));
            if (!TryCut(pieces, (int)(end - to), anchored - from, out var taken))
                return null;
            to = end;
            from += taken;
        }
        return pieces;
    }

    private static bool TryCut(List<PatchPiece> pieces, int target, long source, out long taken)
    {
        // Where much was deleted, blocks that make little carry the old file forward.
        taken = source;
        var blocks = (source + PatchFile.BlockSize - 1) / PatchFile.BlockSize;
        if (blocks > target)
            return false;
        for (; blocks > 1; blocks--, target--, source -= PatchFile.BlockSize)
            pieces.Add(new(PatchFile.BlockSize, 1));
        pieces.Add(new((int)source, target));
        return true;
    }

    private static List<(long Position, UInt128 Key)>? Records(Stream stream)
    {
        stream.Position = 0;
        var buffered = new BufferedStream(stream, 256 * 1024);
        if (DetailsReader.TryOpen(buffered, out var reader) != OabFileError.None)
            return null;
        // What stands before the objects goes with the first of them.
        var records = new List<(long, UInt128)>((int)Math.Min(reader.Count, 1 << 20));
        while (true)
        {
            var position = reader.Position;
            if (!reader.TrySkip(out var key, out var error))
                return error == OabFileError.None ? records : null;
            records.Add((records.Count == 0 ? 0 : position, Hash(key)));
        }
    }

    private static long End(List<(long Position, UInt128 Key)> records, int index, long length) => index + 1 < records.Count ? records[index + 1].Position : length;

    private static UInt128 Hash(ReadOnlySpan<byte> key)
    {
        Span<byte> hash = stackalloc byte[32];
        System.Security.Cryptography.SHA256.HashData(key, hash);
        return System.Buffers.Binary.BinaryPrimitives.ReadUInt128LittleEndian(hash);
    }

    /// <summary>For each new record the old one of the same key, where it lies on the longest row of such that is in order; else -1.</summary>
    private static int[] Anchors(List<(long Position, UInt128 Key)> old, List<(long Position, UInt128 Key)> now)
    {
        var places = new Dictionary<UInt128, int>(old.Count);
        for (var i = 0; i < old.Count; i++)
            places[old[i].Key] = i;
        var match = new int[now.Count];
        var before = new int[now.Count];
        var tails = new List<int>();
        for (var i = 0; i < now.Count; i++)
        {
            match[i] = places.GetValueOrDefault(now[i].Key, -1);
            if (match[i] < 0)
                continue;
            int low = 0, high = tails.Count;
            while (low < high)
            {
                var middle = (low + high) >>> 1;
                if (match[tails[middle]] < match[i])
                    low = middle + 1;
                else
                    high = middle;
            }
            before[i] = low > 0 ? tails[low - 1] : -1;
            if (low == tails.Count)
                tails.Add(i);
            else
                tails[low] = i;
        }
        var anchors = new int[now.Count];
        Array.Fill(anchors, -1);
        for (var i = tails.Count > 0 ? tails[^1] : -1; i >= 0; i = before[i])
            anchors[i] = match[i];
        return anchors;
    }
}
