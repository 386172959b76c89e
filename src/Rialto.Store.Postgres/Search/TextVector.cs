// PostgreSQL, 8.11 text search types and 12.11 their limits.
using System.Globalization;
using System.Text;
using Rialto.Store.Backend;

namespace Rialto.Store.Postgres;

/// <summary>
/// A document as a tsvector, and a query as a tsquery, both written out by us: the database's parser would take addresses and numbers for other things than words.
/// Each lexeme is the mailbox's number, a letter for the field and the word, so that the index finds one mailbox's words without touching another's.
/// </summary>
internal static class TextVector
{
    /// <summary>A tsvector holds 1 MB; what of a document is beyond is not indexed.</summary>
    private const int MostBytes = 900_000;

    /// <summary>Positions end here, and a word keeps 256 of them: phrases in longer texts cannot be told.</summary>
    private const int MostPositions = 16_383;
    private const int MostOfAWord = 255;

    /// <summary>The letters are no hexadecimal digits, which the number is written in.</summary>
    private static readonly (TextField Field, char Letter)[] Fields = [(TextField.Subject, 's'), (TextField.Participants, 'p'), (TextField.Body, 't')];

    public static (string Vector, bool IsLong) Of(long mailbox, TextDocument document)
    {
        var prefix = mailbox.ToString("x", CultureInfo.InvariantCulture);
        var vector = new StringBuilder();
        var isLong = false;
        var bytes = 0;
        foreach (var (field, letter) in Fields)
        {
            var positions = new Dictionary<string, List<int>>(StringComparer.Ordinal);
            var position = 0;
            foreach (var word in Words.Of(TextOf(document, field)))
            {
                position++;
                if (!positions.TryGetValue(word, out var places))
                {
                    bytes += prefix.Length + 1 + Encoding.UTF8.GetByteCount(word) + 8;
                    if (bytes > MostBytes)
                        break;
                    positions.Add(word, places = []);
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
            foreach (var (word, places) in positions)
                vector.Append(prefix).Append(letter).Append(word).Append(':').AppendJoin(',', places).Append(' ');
        }
        return (vector.ToString(), isLong);
    }

    /// <summary>The phrase, for documents that know all positions, and all of its words, for the others. The last word is a prefix.</summary>
    public static (string Phrase, string AllWords) Query(long mailbox, TextField field, List<string> words)
    {
        var prefix = mailbox.ToString("x", CultureInfo.InvariantCulture);
        var fields = Fields.Where(f => field == TextField.Any || f.Field == field).ToList();
        return (Join(" <-> "), Join(" & "));

        string Join(string between) => string.Join(" | ", fields.Select(f => "(" + string.Join(between, words.Select((w, i) => $"'{prefix}{f.Letter}{w}'{(i == words.Count - 1 ? ":*" : "")}")) + ")"));
    }

    public static string TextOf(TextDocument document, TextField field) => field switch
    {
        TextField.Subject => document.Subject,
        TextField.Participants => document.Participants,
        _ => document.Body,
    };
}
