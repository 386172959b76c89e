using System.Buffers;
using Rialto.Store.Searching.Text;
using Rialto.Wire;

namespace Rialto.Store.Sqlite.Search;

/// <summary>
/// One field of documents that become a segment. The terms of all documents are noted down in their order, by number; at the end they are sorted by term, by counting them.
/// </summary>
internal sealed class SegmentFieldBuilder : ITermSink, IDisposable
{
    private readonly TermTable _terms = new();
    private readonly List<int> _documents = [];
    private int[] _tokens = ArrayPool<int>.Shared.Rent(16 * 1024);
    private int _count;

    /// <summary>The next document.</summary>
    public void Add(string text)
    {
        _documents.Add(_count);
        TextTerms.Read(text, this);
    }

    void ITermSink.Add(ReadOnlySpan<byte> term)
    {
        PooledArray.Reserve(ref _tokens, _count, 1);
        _tokens[_count++] = _terms.Add(term);
    }

    /// <summary>Hands all terms and their places over.</summary>
    public void Write(SegmentFieldWriter writer)
    {
        var order = _terms.Sort();
        var ends = new int[order.Length];
        foreach (var term in _tokens.AsSpan(0, _count))
            ends[term]++;
        var sum = 0;
        foreach (var term in order)
        {
            var count = ends[term];
            ends[term] = sum;
            sum += count;
        }
        var places = ArrayPool<long>.Shared.Rent(_count);
        try
        {
            Place(places, ends);
            using var list = new ByteList();
            using var documents = new ByteList();
            var from = 0;
            foreach (var term in order)
            {
                PostingList.Write(places.AsSpan(from, ends[term] - from), list, documents);
                writer.Add(_terms[term], list.Span);
                from = ends[term];
            }
        }
        finally
        {
            ArrayPool<long>.Shared.Return(places);
        }
    }

    /// <summary>Puts each place, document &lt;&lt; 32 | position, where its term's next one belongs.</summary>
    /// <param name="next">Of each term; behind its last place in the end.</param>
    private void Place(Span<long> places, int[] next)
    {
        for (var document = 0; document < _documents.Count; document++)
        {
            var start = _documents[document];
            var end = document + 1 < _documents.Count ? _documents[document + 1] : _count;
            for (var i = start; i < end; i++)
                places[next[_tokens[i]]++] = (long)document << 32 | (uint)(i - start);
        }
    }

    public void Dispose()
    {
        _terms.Dispose();
        ArrayPool<int>.Shared.Return(_tokens);
        _tokens = [];
    }
}
