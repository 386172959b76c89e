namespace Rialto.Testing;

/// <summary>Golden bytes as people write them.</summary>
public static class Hex
{
    /// <summary>Bytes of hexadecimal digits; white space between them and everything after a # in a line is ignored.</summary>
    public static byte[] Bytes(string text)
    {
        var digits = string.Concat(text.Split('\n').Select(line => line.Split('#')[0])).Where(c => !char.IsWhiteSpace(c)).ToArray();
        return Convert.FromHexString(digits);
    }
}
