// RFC 3501 9: command = tag SP command-name …
namespace Rialto.MailAccess.Imap.Wire;

/// <summary>Where a line's tag and the command's name end.</summary>
internal static class CommandHead
{
    /// <summary>The tag, or "*" where the line begins with none.</summary>
    public static byte[] TagOf(ReadOnlySpan<byte> line)
    {
        var length = TagLength(line);
        return length is 0 or > 100 ? [(byte)'*'] : line[..length].ToArray();
    }

    public static int TagLength(ReadOnlySpan<byte> line)
    {
        var length = 0;
        while (length < line.Length && ImapCharacters.IsTag(line[length]))
            length++;
        return length;
    }

    public static int NameLength(ReadOnlySpan<byte> text)
    {
        var length = 0;
        while (length < text.Length && ImapCharacters.IsAtom(text[length]))
            length++;
        return length;
    }
}
