namespace Rialto.Store.Sqlite.Blobs;

/// <summary>What a reference's key says: a pack (from 1 on) and an offset in it, or the number of a large blob's file.</summary>
internal static class BlobKey
{
    private const int OffsetBits = 28;
    private const long Large = 1L << 62;

    /// <summary>Packs must stay below this for offsets to fit.</summary>
    public const int MaximumPackSize = 1 << OffsetBits;

    public static long InPack(int pack, long offset) => ((long)pack << OffsetBits) | offset;

    public static long OfLarge(long number) => Large | number;

    public static bool IsLarge(long key) => (key & Large) != 0;

    public static long LargeNumber(long key) => key & (Large - 1);

    public static int Pack(long key) => (int)(key >> OffsetBits);

    public static uint Offset(long key) => (uint)(key & (MaximumPackSize - 1));
}
