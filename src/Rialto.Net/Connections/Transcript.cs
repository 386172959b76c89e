using System.Buffers;
using System.Text;

namespace Rialto.Net;

/// <summary>Records one connection's conversation, to find out why a client and the server misunderstand each other. Called by reader and writer: from two threads at once.</summary>
public interface ITranscript : IDisposable
{
    /// <summary>A line came in; the recorder redacts it with <see cref="Redaction.Redact"/>.</summary>
    void Received(ReadOnlySpan<byte> line);

    /// <summary>Content came in that is not recorded, only counted.</summary>
    void ReceivedContent(long octets);

    /// <summary>Bytes were written.</summary>
    void Sent(ReadOnlySpan<byte> octets);
}

/// <summary>Takes secrets out of lines before they are recorded.</summary>
public static class Redaction
{
    private static readonly SearchValues<char> Space = SearchValues.Create(" \t");

    /// <summary>
    /// The line as text, with what may be a secret replaced by <c>***</c>: what follows AUTH/AUTHENTICATE mechanism, LOGIN user, PASS, and HTTP Authorization.
    /// <paramref name="inAuthentication"/>: the line is an answer to a SASL challenge, a literal of LOGIN or the like; all of it is secret.
    /// </summary>
    public static string Redact(ReadOnlySpan<byte> line, bool inAuthentication = false)
    {
        if (inAuthentication) return "***";
        var text = Encoding.UTF8.GetString(line);
        foreach (var (word, keep) in Secrets)
        {
            if (After(text, word, keep) is { } end) return string.Concat(text.AsSpan(0, end), " ***");
        }

        return text;
    }

    /// <summary>The word, and how many words after it are kept.</summary>
    private static readonly (string Word, int Keep)[] Secrets = [("AUTHENTICATE", 1), ("AUTH", 1), ("LOGIN", 0), ("PASS", 0), ("Authorization:", 1), ("Proxy-Authorization:", 1)];

    /// <summary>Where the secret begins if the word is the line's first or (behind an IMAP tag) second word, and something follows it.</summary>
    private static int? After(string text, string word, int keep)
    {
        var at = 0;
        for (var i = 0; i < 2; i++)
        {
            var end = EndOfWord(text, at);
            if (text.AsSpan(at, end - at).Equals(word, StringComparison.OrdinalIgnoreCase))
            {
                for (; keep > 0; keep--) end = EndOfWord(text, Math.Min(end + 1, text.Length));
                return end < text.Length ? end : null;
            }

            at = Math.Min(end + 1, text.Length);
        }

        return null;
    }

    private static int EndOfWord(string text, int from)
    {
        var found = text.AsSpan(from).IndexOfAny(Space);
        return found < 0 ? text.Length : from + found;
    }
}
