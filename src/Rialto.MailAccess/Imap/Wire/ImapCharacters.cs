// RFC 3501 9, Formal Syntax: the character classes.
namespace Rialto.MailAccess.Imap.Wire;

/// <summary>Which bytes may stand where.</summary>
internal static class ImapCharacters
{
    private const byte AtomBit = 1;
    private const byte AStringBit = 2;
    private const byte TagBit = 4;
    private const byte ListBit = 8;
    private const byte QuotableBit = 16;

    private static readonly byte[] s_classes = BuildClasses();

    /// <summary>ATOM-CHAR.</summary>
    public static bool IsAtom(byte b) => (s_classes[b] & AtomBit) != 0;

    /// <summary>ASTRING-CHAR: atoms and "]".</summary>
    public static bool IsAString(byte b) => (s_classes[b] & AStringBit) != 0;

    /// <summary>Tags: ASTRING-CHAR but "+".</summary>
    public static bool IsTag(byte b) => (s_classes[b] & TagBit) != 0;

    /// <summary>list-char: atoms, wildcards and "]".</summary>
    public static bool IsList(byte b) => (s_classes[b] & ListBit) != 0;

    /// <summary>What a quoted string may hold as it is when we send it: printable ASCII but quote and backslash.</summary>
    public static bool IsPlainQuotable(byte b) => (s_classes[b] & QuotableBit) != 0;

    private static byte[] BuildClasses()
    {
        var classes = new byte[256];
        for (var b = 0x21; b < 0x7F; b++)
        {
            var isAtom = "(){%*\"\\]".IndexOf((char)b, StringComparison.Ordinal) < 0;
            if (isAtom)
                classes[b] |= AtomBit;
            if (isAtom || b == ']')
                classes[b] |= AStringBit;
            if ((isAtom || b == ']') && b != '+')
                classes[b] |= TagBit;
            if (isAtom || b is ']' or '%' or '*')
                classes[b] |= ListBit;
        }
        for (var b = 0x20; b < 0x7F; b++)
        {
            if (b is not ('"' or '\\'))
                classes[b] |= QuotableBit;
        }
        return classes;
    }
}
