// RFC 5256 2.1 base subject, 5 formal syntax of what is taken off.
namespace Rialto.MailAccess.Imap.Search;

/// <summary>What of a subject is the same throughout a conversation: without Re:, Fwd:, list tags in brackets and (fwd).</summary>
internal static class BaseSubject
{
    /// <param name="subject">Decoded.</param>
    /// <param name="isReplyOrForward">Whether something was taken off that says so.</param>
    public static string Of(string subject, out bool isReplyOrForward)
    {
        isReplyOrForward = false;
        ReadOnlySpan<char> text = Folded(subject);
        while (true)
        {
            // (2) trailers
            text = text.TrimEnd(' ');
            while (text.EndsWith("(fwd)", StringComparison.OrdinalIgnoreCase))
            {
                text = text[..^5].TrimEnd(' ');
                isReplyOrForward = true;
            }
            // (3) to (5) leaders and blobs
            while (TryLeader(ref text, ref isReplyOrForward) || TryBlob(ref text))
            {
            }
            // (6) a forward that wraps the whole subject
            if (!text.StartsWith("[fwd:", StringComparison.OrdinalIgnoreCase) || !text.EndsWith("]", StringComparison.Ordinal))
                return text.ToString();
            text = text[5..^1];
            isReplyOrForward = true;
        }
    }

    /// <summary>(1): tabs and line ends are blanks, and runs of them one.</summary>
    private static string Folded(string subject)
    {
        if (!subject.AsSpan().ContainsAny('\t', '\r', '\n') && !subject.Contains("  ", StringComparison.Ordinal))
            return subject;
        return string.Join(' ', subject.Split([' ', '\t', '\r', '\n'], StringSplitOptions.RemoveEmptyEntries));
    }

    /// <summary>subj-leader = (*subj-blob subj-refwd) / WSP; subj-refwd = ("re" / ("fw" ["d"])) *WSP [subj-blob] ":"</summary>
    private static bool TryLeader(ref ReadOnlySpan<char> text, ref bool isReplyOrForward)
    {
        if (text.StartsWith(" ", StringComparison.Ordinal))
        {
            text = text.TrimStart(' ');
            return true;
        }
        var rest = text;
        while (TrySkipBlob(ref rest))
        {
        }
        if (rest.StartsWith("re", StringComparison.OrdinalIgnoreCase))
            rest = rest[2..];
        else if (rest.StartsWith("fwd", StringComparison.OrdinalIgnoreCase))
            rest = rest[3..];
        else if (rest.StartsWith("fw", StringComparison.OrdinalIgnoreCase))
            rest = rest[2..];
        else
            return false;
        rest = rest.TrimStart(' ');
        TrySkipBlob(ref rest);
        if (!rest.StartsWith(":", StringComparison.Ordinal))
            return false;
        text = rest[1..];
        isReplyOrForward = true;
        return true;
    }

    /// <summary>(4): a blob goes where something is left of the subject.</summary>
    private static bool TryBlob(ref ReadOnlySpan<char> text)
    {
        var rest = text;
        if (!TrySkipBlob(ref rest) || rest.IsEmpty)
            return false;
        text = rest;
        return true;
    }

    /// <summary>subj-blob = "[" *BLOBCHAR "]" *WSP</summary>
    private static bool TrySkipBlob(ref ReadOnlySpan<char> text)
    {
        if (!text.StartsWith("[", StringComparison.Ordinal))
            return false;
        var end = text[1..].IndexOfAny('[', ']');
        if (end < 0 || text[end + 1] == '[')
            return false;
        text = text[(end + 2)..].TrimStart(' ');
        return true;
    }
}
