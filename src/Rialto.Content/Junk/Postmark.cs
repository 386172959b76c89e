// [MS-OXPSVAL] 2.1, 2.2: the X-CR-PuzzleID and X-CR-HashedPuzzle header fields.
using System.Globalization;
using System.Text;

namespace Rialto.Content.Junk;

/// <summary>
/// A postmark: the answer to a puzzle over a message's recipients, sender, date and subject, which took its sender some seconds of computing. As header text:
/// <code>solution solution …;number of recipients;recipients;Sosha1_v1;degree;{id};from;date;subject</code>
/// with recipients (joined by ';'), from and subject in UTF-16 and base64.
/// </summary>
public sealed record Postmark
{
    public const string HashedPuzzleHeader = "X-CR-HashedPuzzle";
    public const string PuzzleIdHeader = "X-CR-PuzzleID";

    /// <summary>The one algorithm there is. The spelling goes into the hash and this one is what clients write.</summary>
    public const string Algorithm = "Sosha1_v1";

    private const int Fields = 9;

    /// <summary>Solutions longer than this are none that a client makes; it bounds what is hashed.</summary>
    private const int MaxSolutionSize = 32;

    /// <summary>The sixteen documents that solve the puzzle, a few bytes each.</summary>
    public IReadOnlyList<byte[]> Solutions { get; init; } = [];

    public IReadOnlyList<string> Recipients { get; init; } = [];

    public int Degree { get; init; }

    /// <summary>A GUID in braces; the X-CR-PuzzleID field repeats it.</summary>
    public string Id { get; init; } = "";

    public string From { get; init; } = "";

    /// <summary>As RFC 5322 writes it, in GMT.</summary>
    public string Date { get; init; } = "";

    public string Subject { get; init; } = "";

    /// <summary>The puzzle as it was hashed: all fields but the solutions, each without the white space around it, joined by ';'.</summary>
    public string Document { get; private init; } = "";

    /// <summary>The postmark in a header field's value, folded or not; null when it is none.</summary>
    public static Postmark? Parse(string value)
    {
        if (value.Length > 1_000_000)
            return null;
        var fields = value.Split(';');
        if (fields.Length != Fields)
            return null;
        for (var i = 0; i < fields.Length; i++)
            fields[i] = Unfold(fields[i]);
        if (!int.TryParse(fields[1], NumberStyles.None, CultureInfo.InvariantCulture, out var count) || !fields[3].Equals(Algorithm, StringComparison.OrdinalIgnoreCase)
            || !int.TryParse(fields[4], NumberStyles.None, CultureInfo.InvariantCulture, out var degree) || degree > SonOfSha1.Size * 8)
        {
            return null;
        }
        var solutions = new List<byte[]>();
        foreach (var text in fields[0].Split(' ', StringSplitOptions.RemoveEmptyEntries))
        {
            if (solutions.Count == PostmarkPuzzle.SolutionCount || text.Length > MaxSolutionSize || Decode(text) is not { Length: > 0 } solution)
                return null;
            solutions.Add(solution);
        }
        if (Text(fields[2]) is not { } recipients || Text(fields[6]) is not { } from || Text(fields[8]) is not { } subject)
            return null;
        var addresses = recipients.Split(';', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        if (addresses.Length != count)
            return null;
        return new Postmark
        {
            Solutions = solutions,
            Recipients = addresses,
            Degree = degree,
            Id = fields[5],
            From = from,
            Date = fields[7],
            Subject = subject,
            Document = string.Join(';', fields[1..]),
        };
    }

    /// <summary>A puzzle that is yet to be solved. Addresses are SMTP addresses; <paramref name="date"/> is written in GMT.</summary>
    public static Postmark Puzzle(IReadOnlyList<string> recipients, int degree, Guid id, string from, DateTimeOffset date, string subject)
    {
        var postmark = new Postmark
        {
            Recipients = recipients,
            Degree = degree,
            Id = id.ToString("B").ToUpperInvariant(),
            From = from,
            Date = date.UtcDateTime.ToString("ddd, dd MMM yyyy HH':'mm':'ss 'GMT'", CultureInfo.InvariantCulture),
            Subject = subject,
        };
        var fields = (string[])
        [
            recipients.Count.ToString(CultureInfo.InvariantCulture), Base64(string.Join(';', recipients)), Algorithm, degree.ToString(CultureInfo.InvariantCulture),
            postmark.Id, Base64(from), postmark.Date, Base64(subject),
        ];
        return postmark with { Document = string.Join(';', fields) };
    }

    /// <summary>The header field's value, with places to fold at.</summary>
    public override string ToString() => string.Join(' ', Solutions.Select(Convert.ToBase64String)) + "; " + string.Join("; ", Document.Split(';'));

    private static string Unfold(string field) => string.Join(' ', field.Split([' ', '\t', '\r', '\n'], StringSplitOptions.RemoveEmptyEntries));

    private static string Base64(string text) => Convert.ToBase64String(Encoding.Unicode.GetBytes(text));

    private static string? Text(string base64) =>
        Decode(base64.Replace(" ", "", StringComparison.Ordinal)) is { } bytes ? Encoding.Unicode.GetString(bytes.AsSpan(0, bytes.Length & ~1)).TrimEnd('\0') : null;

    private static byte[]? Decode(string base64)
    {
        var bytes = new byte[base64.Length];
        return Convert.TryFromBase64String(base64, bytes, out var written) ? bytes[..written] : null;
    }
}
