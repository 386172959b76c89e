namespace Rialto.Store.Sqlite.Search;

/// <summary>
/// The places of one term in one field of a segment: the number of the last document; the length of what says the documents; of each document how far it is from the one before, and
/// how often the term is in it; of each document the term's positions. Documents are numbered within the segment.
/// </summary>
internal readonly ref struct PostingList
{
    private readonly ReadOnlySpan<byte> _documents;
    private readonly ReadOnlySpan<byte> _positions;

    public PostingList(ReadOnlySpan<byte> list)
    {
        var at = 0;
        Last = Varint.Read(list, ref at);
        var length = Varint.Read(list, ref at);
        _documents = Varint.Take(list, ref at, length);
        _positions = list[at..];
    }

    public uint Last { get; }

    /// <summary>Writes places, which are document &lt;&lt; 32 | position, ascending.</summary>
    public static void Write(ReadOnlySpan<long> places, ByteList list, ByteList documents)
    {
        documents.Clear();
        var previous = -1;
        for (var i = 0; i < places.Length;)
        {
            var document = (int)(places[i] >> 32);
            var start = i;
            do
                i++;
            while (i < places.Length && (int)(places[i] >> 32) == document);
            var count = (uint)(i - start);
            documents.Add((uint)(document - previous - 1) << 1 | (count > 1 ? 1u : 0));
            if (count > 1)
                documents.Add(count - 2);
            previous = document;
        }
        list.Clear();
        list.Add((uint)previous);
        list.Add((uint)documents.Length);
        list.Add(documents.Span);
        long last = -1;
        var position = 0u;
        foreach (var place in places)
        {
            var next = (uint)place;
            list.Add(place >> 32 == last ? next - position : next);
            last = place >> 32;
            position = next;
        }
    }

    /// <summary>Writes the parts of a list whose documents follow each other, as one.</summary>
    /// <param name="documents">Takes the documents; empty before the first part.</param>
    /// <param name="positions">Takes the positions; empty before the first part.</param>
    /// <param name="first">What the part's document 0 is in the whole.</param>
    /// <param name="count">Documents that the part may speak of.</param>
    /// <param name="last">The last document so far; -1 before the first part.</param>
    /// <exception cref="InvalidDataException">The part speaks of others.</exception>
    public void Append(ByteList documents, ByteList positions, int first, int count, ref int last)
    {
        var at = 0;
        var delta = Varint.Read(_documents, ref at);
        if (Last >= count || delta >> 1 > Last)
            throw Varint.Damaged();
        documents.Add((uint)(first + (int)(delta >> 1) - last - 1) << 1 | (delta & 1));
        documents.Add(_documents[at..]);
        positions.Add(_positions);
        last = first + (int)Last;
    }

    /// <summary>Marks the documents.</summary>
    public void Mark(bool[] documents, ref int marked)
    {
        var document = -1;
        for (var at = 0; at < _documents.Length;)
        {
            var delta = Varint.Read(_documents, ref at);
            if ((delta & 1) != 0)
                Varint.Skip(_documents, ref at, 1);
            document = Next(document, delta, documents.Length);
            if (documents[document])
                continue;
            documents[document] = true;
            marked++;
        }
    }

    /// <summary>All places, as if the term were so many positions before where it is.</summary>
    public void AddTo(List<long> places, int before, int documents)
    {
        var document = -1;
        var positions = 0;
        for (var at = 0; at < _documents.Length;)
        {
            var delta = Varint.Read(_documents, ref at);
            var count = (delta & 1) != 0 ? Varint.Read(_documents, ref at) + 2 : 1;
            document = Next(document, delta, documents);
            var position = 0u;
            for (var i = 0u; i < count; i++)
            {
                position += Varint.Read(_positions, ref positions);
                if (position >= before)
                    places.Add((long)document << 32 | (position - (uint)before));
            }
        }
    }

    /// <summary>Marks the candidates that have this term so many positions further on. Documents without candidates are passed over.</summary>
    public void Keep(ReadOnlySpan<long> candidates, Span<bool> kept, int behind, int documents)
    {
        var document = -1;
        var positions = 0;
        var next = 0;
        for (var at = 0; at < _documents.Length;)
        {
            var delta = Varint.Read(_documents, ref at);
            var count = (delta & 1) != 0 ? Varint.Read(_documents, ref at) + 2 : 1;
            document = Next(document, delta, documents);
            next = FirstFrom(candidates, next, (long)document << 32);
            if (next == candidates.Length)
                return;
            if (candidates[next] >> 32 > document)
            {
                Varint.Skip(_positions, ref positions, count);
                continue;
            }
            var position = 0u;
            for (var i = 0u; i < count; i++)
            {
                position += Varint.Read(_positions, ref positions);
                if (position < behind)
                    continue;
                var place = (long)document << 32 | (position - (uint)behind);
                next = FirstFrom(candidates, next, place);
                if (next < candidates.Length && candidates[next] == place)
                    kept[next] = true;
            }
        }
    }

    /// <summary>The first candidate that is not before a place, looked for from one that may be, in steps that grow: of many lists each has few places, far apart.</summary>
    private static int FirstFrom(ReadOnlySpan<long> candidates, int from, long place)
    {
        if (from >= candidates.Length || candidates[from] >= place)
            return from;
        // The one at low is before the place, the one at high is not, or is behind the last.
        var (low, step) = (from, 1);
        while (step < candidates.Length - low && candidates[low + step] < place)
        {
            low += step;
            step = Math.Min(step, int.MaxValue / 2) * 2;
        }
        var high = low + Math.Min(step, candidates.Length - low);
        while (high - low > 1)
        {
            var middle = low + (high - low) / 2;
            if (candidates[middle] < place)
                low = middle;
            else
                high = middle;
        }
        return high;
    }

    private static int Next(int document, uint delta, int documents)
    {
        var next = document + 1 + (long)(delta >> 1);
        return next < documents ? (int)next : throw Varint.Damaged();
    }
}
