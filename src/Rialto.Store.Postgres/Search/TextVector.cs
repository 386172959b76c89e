// PostgreSQL, 8.11 text search types and 12.11 their limits.
using System.Globalization;
using System.Text;
using Rialto.Store.Backend;
using Rialto.Store.Searching.Text;

namespace Rialto.Store.Postgres;

/// <summary>
/// A document as a tsvector, and a query as a tsquery, both written out by us: the database's parser would take addresses and numbers for other things than words.
/// Each lexeme is the mailbox's number, a letter for the field and the term, so that the index finds one mailbox's words without touching another's.
/// </summary>
internal static class TextVector
{
    /// <summary>A tsvector holds 1 MB; of a document that is beyond it not all is indexed, and it is read in every search.</summary>
    private const int MostBytes = 900_000;

    /// <summary>Positions end here, and a word keeps 256 of them: phrases in longer texts cannot be told.</summary>
    private const int MostPositions = 16_383;
    private const int MostOfAWord = 255;

    /// <summary>The letters are no hexadecimal digits, which the number is written in.</summary>
    public static IReadOnlyList<(TextField Field, char Letter)> Fields { get; } = [(TextField.Header, 'h'), (TextField.Body, 't')];

    /// <param name="words">Takes the words in, by the letter of their field.</param>
    public static (string Vector, bool IsLong, bool IsCut) Of(long mailbox, TextDocument document, HashSet<(char Field, string Word)> words)
    {
        var prefix = mailbox.ToString("x", CultureInfo.InvariantCulture);
        var vector = new StringBuilder();
        bool isLong = false, isCut = false;
        var bytes = 0;
        foreach (var (field, letter) in Fields)
        {
            var positions = new Dictionary<string, List<int>>(StringComparer.Ordinal);
            var known = positions.GetAlternateLookup<ReadOnlySpan<char>>();
            var position = 0;
            var reader = new TermReader(SearchText.Fold(field == TextField.Header ? document.Header : document.Body));
            while (reader.MoveNext())
            {
                position++;
                if (!known.TryGetValue(reader.Current, out var places))
                {
                    var term = reader.Current.ToString();
                    bytes += prefix.Length + 1 + Encoding.UTF8.GetByteCount(term) + 8;
                    if (bytes > MostBytes)
                    {
                        isCut = true;
                        break;
                    }
                    positions.Add(term, places = []);
                    if (!reader.IsAlone)
                        words.Add((letter, term));
                }
                if (position > MostPositions || places.Count == MostOfAWord)
                {
                    isLong = true;
                    if (places.Count > 0)
                        continue;
                }
                bytes += 2;
                places.Add(Math.Min(position, MostPositions));
            }
            foreach (var (term, places) in positions)
                vector.Append('\'').Append(prefix).Append(letter).Append(term).Append("':").AppendJoin(',', places).Append(' ');
        }
        return (vector.ToString(), isLong, isCut);
    }

    /// <summary>The phrase, for documents that know all positions, and all of its terms, for the others.</summary>
    public static (string Phrase, string AllWords) Query(long mailbox, char field, IReadOnlyList<string> terms, bool lastIsBeginning)
    {
        var prefix = mailbox.ToString("x", CultureInfo.InvariantCulture);
        return (Join(" <-> "), Join(" & "));

        string Join(string between) => "(" + string.Join(between, terms.Select((t, i) => $"'{prefix}{field}{t}'{(lastIsBeginning && i == terms.Count - 1 ? ":*" : "")}")) + ")";
    }
}
