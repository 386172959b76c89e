using System.Security.Cryptography;

namespace Rialto.Directory;

/// <summary>Generated passwords for single applications: 16 letters of a to z in four groups, 75 bits.</summary>
internal static class AppPassword
{
    private const int Letters = 16;

    public static string Generate()
    {
        var letters = RandomNumberGenerator.GetString("abcdefghijklmnopqrstuvwxyz", Letters);
        return $"{letters[..4]}-{letters[4..8]}-{letters[8..12]}-{letters[12..]}";
    }

    /// <summary>Whether it may be one, with hyphens, spaces or neither between the groups: others need not be tried.</summary>
    public static bool HasForm(ReadOnlySpan<char> text)
    {
        var letters = 0;
        foreach (var c in text)
        {
            if (char.IsAsciiLetter(c)) letters++;
            else if (c is not ('-' or ' ')) return false;
        }

        return letters == Letters;
    }

    public static string Normalise(string text) =>
        new([.. text.Where(char.IsAsciiLetter).Select(char.ToLowerInvariant)]);
}
