using System.Runtime.InteropServices;
using System.Text;
using Rialto.Store.Searching.Text;

namespace Rialto.Store.Sqlite.Search;

/// <summary>Looks a phrase up in one field of a segment, and marks the documents that have it.</summary>
internal sealed class SegmentSearch(SearchPhrase phrase, CancellationToken cancel)
{
    /// <summary>First words of a phrase that are looked up; with more of them the phrase is looked for without its first word, and what is found is read.</summary>
    private const int MostFirstWords = 128;

    /// <summary>With more words than this the shortest go first: they are in most messages, and when all are found it is over.</summary>
    private const int ManyWords = 64;

    private readonly byte[][] _terms = [.. phrase.Terms.Select(Encoding.UTF8.GetBytes)];

    /// <summary>False once more may have been marked than has the phrase.</summary>
    public bool IsExact { get; private set; } = true;

    public void Find(SegmentFieldReader reader, bool[] documents, ref int marked)
    {
        if (_terms.Length == 1)
            FindWord(reader, documents, ref marked);
        else
            FindPhrase(reader, documents, ref marked);
    }

    private List<(int Term, int Length)> WordsOf(SegmentFieldReader reader, int word)
    {
        var found = new List<(int Term, int Length)>();
        reader.Dictionary.Find(_terms[word], word == 0 && phrase.FirstIsEnd, word == _terms.Length - 1 && phrase.LastIsBeginning, found);
        return found;
    }

    private void FindWord(SegmentFieldReader reader, bool[] documents, ref int marked)
    {
        var words = WordsOf(reader, 0);
        if (words.Count > ManyWords)
        {
            foreach (var (term, _) in words.OrderBy(w => w.Length).Take(ManyWords))
            {
                cancel.ThrowIfCancellationRequested();
                new PostingList(reader.ListOf(term)).Mark(documents, ref marked);
            }
        }
        foreach (var (term, _) in words)
        {
            cancel.ThrowIfCancellationRequested();
            if (marked == reader.Documents)
                return;
            new PostingList(reader.ListOf(term)).Mark(documents, ref marked);
        }
    }

    /// <summary>Begins with the word that is seldom, and keeps of its places those that the others stand beside.</summary>
    private void FindPhrase(SegmentFieldReader reader, bool[] documents, ref int marked)
    {
        var words = new List<(int Index, List<byte[]> Lists, long Size)>();
        for (var i = 0; i < _terms.Length; i++)
        {
            var found = WordsOf(reader, i);
            if (found.Count == 0)
                return;
            if (i == 0 && found.Count > MostFirstWords)
            {
                IsExact = false;
                continue;
            }
            cancel.ThrowIfCancellationRequested();
            var lists = found.ConvertAll(word => reader.ListOf(word.Term).ToArray());
            words.Add((i, lists, lists.Sum(static list => (long)list.Length)));
        }
        words.Sort(static (a, b) => a.Size.CompareTo(b.Size));
        var places = new List<long>();
        foreach (var list in words[0].Lists)
            new PostingList(list).AddTo(places, words[0].Index, reader.Documents);
        // Of several words the places come word by word; no two words stand in one place.
        if (words[0].Lists.Count > 1)
            places.Sort();
        var candidates = CollectionsMarshal.AsSpan(places);
        var kept = new bool[candidates.Length];
        foreach (var (index, lists, _) in words.Skip(1))
        {
            kept.AsSpan(0, candidates.Length).Clear();
            foreach (var list in lists)
            {
                cancel.ThrowIfCancellationRequested();
                new PostingList(list).Keep(candidates, kept, index, reader.Documents);
            }
            var count = 0;
            for (var i = 0; i < candidates.Length; i++)
            {
                if (kept[i])
                    candidates[count++] = candidates[i];
            }
            candidates = candidates[..count];
        }
        foreach (var place in candidates)
        {
            var document = (int)(place >> 32);
            if (documents[document])
                continue;
            documents[document] = true;
            marked++;
        }
    }
}
