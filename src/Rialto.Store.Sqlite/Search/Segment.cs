namespace Rialto.Store.Sqlite.Search;

/// <summary>A part of the full-text index: some documents, which never change again. What it holds is read when it is first needed, each thing for itself.</summary>
internal sealed class Segment(long id, int documents, long size, SegmentSums sums)
{
    public long Id { get; } = id;

    public int Documents { get; } = documents;

    /// <summary>Bytes.</summary>
    public long Size { get; } = size;

    /// <summary>Checksums of what it holds; its chunks have their own.</summary>
    public SegmentSums Sums { get; } = sums;

    /// <summary>Checksum of the list of documents that later ones took the place of; 0 without one.</summary>
    public uint GoneSum { get; set; }

    /// <summary>The messages by the numbers of their documents; 0 where a later document took the place of one. Null until it is read.</summary>
    public long[]? Messages { get; set; }

    /// <summary>Documents that later ones took the place of. Read with the messages.</summary>
    public List<int> Gone { get; } = [];

    /// <summary>More are gone than is written.</summary>
    public bool IsGoneNew { get; set; }

    /// <summary>By <see cref="SegmentField"/>; null until it is read.</summary>
    public SegmentDictionary?[] Dictionaries { get; } = new SegmentDictionary?[2];
}

/// <summary>Checksums of a segment's messages and dictionaries.</summary>
internal readonly record struct SegmentSums(uint Messages, uint Header, uint Body);

/// <summary>What of messages is indexed apart. Numbers on disk.</summary>
internal enum SegmentField
{
    Header = 0,
    Body = 1,
}
