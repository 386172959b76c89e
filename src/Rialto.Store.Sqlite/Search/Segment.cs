namespace Rialto.Store.Sqlite.Search;

/// <summary>A part of the full-text index: some documents, which never change again. What it holds is read when it is first needed.</summary>
internal sealed class Segment(long id, int documents, long size)
{
    public long Id { get; } = id;

    public int Documents { get; } = documents;

    /// <summary>Bytes.</summary>
    public long Size { get; } = size;

    /// <summary>The messages by the numbers of their documents; 0 where a later document took the place of one.</summary>
    public long[] Messages { get; set; } = [];

    public SegmentDictionary? Head { get; set; }

    public SegmentDictionary? Body { get; set; }

    public bool IsLoaded => Head is not null;
}
