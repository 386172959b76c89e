// RFC 8970 3.1, 3.3: at most 200 characters of text.
using System.Text;

namespace Rialto.MailAccess.Imap.Fetch;

/// <summary>The summary's preview as IMAP takes it: one line of UTF-8, no longer than the RFC says, cut between characters.</summary>
internal static class PreviewText
{
    private const int Longest = 200;

    public static byte[] Of(string preview)
    {
        var text = preview.Length > Longest ? preview[..(char.IsHighSurrogate(preview[Longest - 1]) ? Longest - 1 : Longest)] : preview;
        if (text.AsSpan().IndexOfAnyInRange('\0', '\x1F') >= 0)
            text = string.Join(' ', text.Split(['\r', '\n', '\t', '\0'], StringSplitOptions.RemoveEmptyEntries));
        return Encoding.UTF8.GetBytes(text);
    }
}
