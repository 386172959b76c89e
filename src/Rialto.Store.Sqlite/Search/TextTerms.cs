using System.Text;
using Rialto.Store.Searching.Text;
using Rialto.Store.Sqlite.Native;

namespace Rialto.Store.Sqlite.Search;

/// <summary>One field of the full-text index: its FTS5 table and its terms. The vocabulary is read into memory at the first search and goes with the connection.</summary>
internal sealed class TextTerms(string insert, string match, string insertTerm, string readTerms)
{
    /// <summary>First words of a phrase that are looked up one by one; with more of them the phrase is looked for without its first word, and what is found is read.</summary>
    private const int MostFirstWords = 32;

    /// <summary>With more words than this the shortest go first: they are in most messages, and when all are found it is over.</summary>
    private const int ManyWords = 64;

    private readonly HashSet<string> _new = new(StringComparer.Ordinal);
    private readonly StringBuilder _text = new();
    private Vocabulary? _vocabulary;

    public void Add(SqliteConnection connection, long row, string text)
    {
        var terms = _new.GetAlternateLookup<ReadOnlySpan<char>>();
        _text.Clear();
        var reader = new TermReader(SearchText.Fold(text));
        while (reader.MoveNext())
        {
            _text.Append(reader.Current).Append(' ');
            if (!reader.IsAlone)
                terms.Add(reader.Current);
        }
        if (_text.Length > 0)
            connection.Prepare(insert).Bind(1, row).Bind(2, _text.ToString()).Execute();
    }

    /// <summary>At the end of a batch: the terms that its documents brought.</summary>
    public void AddTerms(SqliteConnection connection)
    {
        var terms = new string[_new.Count];
        _new.CopyTo(terms);
        _new.Clear();
        Array.Sort(terms, StringComparer.Ordinal);
        var statement = connection.Prepare(insertTerm);
        foreach (var term in terms)
        {
            statement.Bind(1, term.AsSpan()).Execute();
            if (_vocabulary is not null && SqliteApi.sqlite3_changes(connection.Handle) > 0)
                _vocabulary.Add(Encoding.UTF8.GetBytes(term));
        }
    }

    public void Forget()
    {
        _new.Clear();
        _vocabulary = null;
    }

    public void Find(SqliteConnection connection, SearchPhrase phrase, FoundRows rows, CancellationToken cancel)
    {
        var terms = phrase.Terms;
        if (terms.Count == 1)
        {
            if (!phrase.FirstIsEnd && !phrase.LastIsBeginning)
            {
                Match(connection, $"\"{terms[0]}\"", rows);
                return;
            }
            FindWord(connection, phrase, rows, cancel);
            return;
        }
        // The words that the first may be the end of; the last's beginning is what FTS5 calls a prefix.
        var rest = string.Join(" + ", terms.Skip(1).Select(t => $"\"{t}\"")) + (phrase.LastIsBeginning ? " *" : "");
        if (!phrase.FirstIsEnd)
            Match(connection, $"\"{terms[0]}\" + {rest}", rows);
        else if (Words(connection).Find(Encoding.UTF8.GetBytes(terms[0]), isEnd: true, isBeginning: false, MostFirstWords) is not { } words)
            Match(connection, rest, rows, isExact: false);
        else
            words.ForEach(word => Match(connection, $"\"{Encoding.UTF8.GetString(word)}\" + {rest}", rows));
    }

    private void FindWord(SqliteConnection connection, SearchPhrase phrase, FoundRows rows, CancellationToken cancel)
    {
        var words = Words(connection).Find(Encoding.UTF8.GetBytes(phrase.Terms[0]), phrase.FirstIsEnd, phrase.LastIsBeginning)!;
        if (words.Count > ManyWords)
            words.Sort(static (a, b) => a.Length.CompareTo(b.Length));
        foreach (var word in words)
        {
            cancel.ThrowIfCancellationRequested();
            Match(connection, $"\"{Encoding.UTF8.GetString(word)}\"", rows);
            if (rows.IsAll)
                return;
        }
    }

    private void Match(SqliteConnection connection, string query, FoundRows rows, bool isExact = true)
    {
        using var s = connection.Prepare(match).Bind(1, query.AsSpan());
        while (s.Step())
            rows.Add(s.Int64(0));
        rows.IsExact &= isExact;
    }

    private Vocabulary Words(SqliteConnection connection)
    {
        if (_vocabulary is not null)
            return _vocabulary;
        var vocabulary = new Vocabulary();
        using var s = connection.Prepare(readTerms);
        while (s.Step())
            vocabulary.Add(s.Bytes(0));
        return _vocabulary = vocabulary;
    }
}
