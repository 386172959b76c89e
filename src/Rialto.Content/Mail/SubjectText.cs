// [MS-OXCMAIL] 2.2.3.2.6.1 Normalizing the Subject; [MS-OXCMSG] 2.2.1.9, 2.2.1.10, 2.2.1.46.
using Rialto.Model;

namespace Rialto.Content.Mail;

/// <summary>A subject in its two halves.</summary>
public static class SubjectText
{
    /// <summary>Prefix and normalized subject together stay below 254 characters. [MS-OXCMSG] 2.2.1.9.</summary>
    public const int MaxLength = 253;

    /// <summary>
    /// One to three characters other than colon, blank and digits, then a colon and its blanks: those make the prefix. The halves add up to the subject.
    /// </summary>
    public static (string Prefix, string Normalized) Split(string subject) => SubjectParts.Split(subject);

    /// <summary>Cuts a subject to <see cref="MaxLength"/>, never within a surrogate pair.</summary>
    public static string Limit(string subject)
    {
        if (subject.Length <= MaxLength)
            return subject;
        return subject[..(char.IsHighSurrogate(subject[MaxLength - 1]) ? MaxLength - 1 : MaxLength)];
    }
}
