namespace Rialto.Store.Searching.Text;

/// <summary>
/// A text that is looked for, in the terms of an index. The first word may be the end of a longer one, the last its beginning: which terms of the index they can be is looked up in
/// its vocabulary.
/// </summary>
public sealed class SearchPhrase
{
    /// <summary>So many characters of a part of a word stand in one term whole.</summary>
    private const int LongestPart = TermReader.LongestTerm / 2;

    /// <summary>More terms in a row narrow nothing.</summary>
    private const int MostTerms = 32;

    private SearchPhrase(string folded, List<string> terms)
    {
        Folded = folded;
        Terms = terms;
    }

    /// <summary>What the folded text of a message must hold.</summary>
    public string Folded { get; }

    /// <summary>Follow each other in what matches; none where the text has nothing but punctuation and space.</summary>
    public IReadOnlyList<string> Terms { get; }

    /// <summary>The first term may stand at the end of a longer one.</summary>
    public bool FirstIsEnd { get; private init; }

    /// <summary>The last term may stand at the beginning of a longer one.</summary>
    public bool LastIsBeginning { get; private init; }

    /// <summary>What holds the terms in this order holds the text: nothing stands between them.</summary>
    public bool IsExact { get; private init; }

    /// <summary>Nothing to look for: every message matches.</summary>
    public bool IsEmpty => Folded.Length == 0;

    public static SearchPhrase Of(string text)
    {
        var folded = SearchText.Fold(text);
        var terms = new List<string>();
        var reader = new TermReader(folded);
        bool firstIsEnd = false, lastIsBeginning = false, isExact = true;
        var end = 0;
        while (reader.MoveNext())
        {
            isExact &= reader.Start == end;
            // A word too long for a term: its first part is enough to find it by, and the rest is read.
            if (!reader.IsAlone && reader.Current.Length > LongestPart)
            {
                isExact = false;
                if (terms.Count > 0)
                    break;
                return new SearchPhrase(folded, [reader.Current[..PartLength(reader.Current)].ToString()]) { FirstIsEnd = true, LastIsBeginning = true };
            }
            if (terms.Count == 0)
                firstIsEnd = !reader.IsAlone && reader.Start == 0;
            if (terms.Count == MostTerms)
            {
                isExact = false;
                break;
            }
            terms.Add(reader.Current.ToString());
            end = reader.End;
            lastIsBeginning = !reader.IsAlone && end == folded.Length;
        }
        // A gap says that something comes, which was not taken.
        if (terms.Count > 0 && terms[^1] == TermReader.Gap)
            terms.RemoveAt(terms.Count - 1);
        return new SearchPhrase(folded, terms) { FirstIsEnd = firstIsEnd, LastIsBeginning = lastIsBeginning, IsExact = isExact && terms.Count > 0 && end == folded.Length };
    }

    private static int PartLength(ReadOnlySpan<char> term) => char.IsLowSurrogate(term[LongestPart]) ? LongestPart - 1 : LongestPart;
}
