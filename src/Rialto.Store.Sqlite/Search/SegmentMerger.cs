using System.Runtime.InteropServices;

namespace Rialto.Store.Sqlite.Search;

/// <summary>
/// Makes one segment of several, so that searches look into few: eight of about a size at a time. The lists of places are put one behind the other as they are, but for the first number
/// of each.
/// </summary>
internal static class SegmentMerger
{
    private const int AtOnce = 8;

    /// <summary>Bytes of a segment that is not merged further: to write so much takes a tenth of a second, for which a search may have to wait.</summary>
    private const long Largest = 32 * 1024 * 1024;

    /// <summary>Merges what there is too much of; false when there is nothing.</summary>
    public static bool MergeSome(SegmentTables tables)
    {
        var many = tables.Segments.Where(s => s.Size <= Largest / 2).GroupBy(s => LevelOf(s.Documents)).FirstOrDefault(level => level.Count() >= AtOnce);
        if (many is null)
            return false;
        var size = 0L;
        Merge(tables, [.. many.TakeWhile(s => (size += s.Size) <= Largest)]);
        return true;
    }

    /// <summary>1 to 7 documents, 8 to 63, and so on.</summary>
    private static int LevelOf(int documents) => int.Log2(Math.Max(documents, 1)) / 3;

    private static void Merge(SegmentTables tables, Segment[] segments)
    {
        var firsts = new int[segments.Length];
        var messages = new List<long>();
        for (var i = 0; i < segments.Length; i++)
        {
            firsts[i] = messages.Count;
            messages.AddRange(tables.MessagesOf(segments[i]));
        }
        tables.Add(CollectionsMarshal.AsSpan(messages),
            writer => MergeField([.. segments.Select((s, i) => new Cursor(tables.Open(s, SegmentField.Header), firsts[i]))], writer),
            writer => MergeField([.. segments.Select((s, i) => new Cursor(tables.Open(s, SegmentField.Body), firsts[i]))], writer));
        foreach (var segment in segments)
            tables.Remove(segment);
    }

    private static void MergeField(Cursor[] cursors, SegmentFieldWriter writer)
    {
        using var list = new ByteList();
        using var documents = new ByteList();
        using var positions = new ByteList();
        while (Least(cursors) is { } least)
        {
            documents.Clear();
            positions.Clear();
            var last = -1;
            var term = least.Term;
            foreach (var cursor in cursors)
            {
                cursor.IsTaken = cursor.IsAtTerm && cursor.Key == least.Key && (cursor == least || cursor.Term.SequenceEqual(term));
                if (cursor.IsTaken)
                    new PostingList(cursor.List).Append(documents, positions, cursor.First, cursor.Documents, ref last);
            }
            list.Clear();
            list.Add((uint)last);
            list.Add((uint)documents.Length);
            list.Add(documents.Span);
            list.Add(positions.Span);
            writer.Add(term, list.Span);
            foreach (var cursor in cursors)
            {
                if (cursor.IsTaken)
                    cursor.MoveNext();
            }
        }
    }

    private static Cursor? Least(Cursor[] cursors)
    {
        Cursor? least = null;
        foreach (var cursor in cursors)
        {
            if (cursor.IsAtTerm && (least is null || cursor.Key < least.Key || cursor.Key == least.Key && cursor.Term.SequenceCompareTo(least.Term) < 0))
                least = cursor;
        }
        return least;
    }

    /// <summary>Goes through the terms of a segment.</summary>
    private sealed class Cursor
    {
        private readonly SegmentFieldReader _reader;
        private int _term = -1;
        private int _name;
        private int _next;
        private int _at;
        private int _list;

        public Cursor(SegmentFieldReader reader, int first)
        {
            _reader = reader;
            First = first;
            MoveNext();
        }

        /// <summary>What its document 0 is in the whole.</summary>
        public int First { get; }

        public int Documents => _reader.Documents;

        public bool IsAtTerm => _term < _reader.Dictionary.Count;

        public bool IsTaken { get; set; }

        public ulong Key { get; private set; }

        public ReadOnlySpan<byte> Term => _reader.Dictionary.NameAt(_name);

        public ReadOnlySpan<byte> List
        {
            get
            {
                var at = _list;
                return _reader.Next(ref at);
            }
        }

        public void MoveNext()
        {
            _term++;
            if (!IsAtTerm)
                return;
            if (_term % SegmentDictionary.Group == 0)
            {
                _next = _reader.Dictionary.GroupAt(_term / SegmentDictionary.Group).Name;
                _at = _reader.Seek(_term / SegmentDictionary.Group);
            }
            _name = _next;
            _list = _at;
            _reader.Next(ref _at);
            var term = Term;
            _next += term.Length + 1;
            Key = TermTable.KeyOf(term);
        }
    }
}
