// [MS-OXCMSG] 2.2.1.9 PidTagSubjectPrefix, 2.2.1.10 PidTagNormalizedSubject, 2.2.1.46 PidTagSubject.
namespace Rialto.Model;

/// <summary>The two halves of a subject, which add up to it.</summary>
public static class SubjectParts
{
    /// <summary>One to three characters other than colon, blank and digits, then a colon and its blanks: those make the prefix.</summary>
    public static (string Prefix, string Normalized) Split(string subject)
    {
        var colon = subject.AsSpan(0, Math.Min(subject.Length, 4)).IndexOf(':');
        if (colon is < 1 or > 3 || subject.AsSpan(0, colon).ContainsAny(" 0123456789"))
            return ("", subject);
        // Without the blank "c:\file" would be one too.
        if (colon + 1 < subject.Length && subject[colon + 1] != ' ')
            return ("", subject);
        var normalized = subject[(colon + 1)..].TrimStart(' ');
        return (subject[..^normalized.Length], normalized);
    }
}
