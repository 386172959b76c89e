// [MS-CFB] 2.6.4: how names are ordered and when they are the same.
namespace Rialto.Content.CompoundFiles;

/// <summary>Shorter names first, names of one length by their UTF-16 code units in upper case. Surrogates have no upper case here.</summary>
public sealed class CompoundNameComparer : IComparer<string>, IEqualityComparer<string>
{
    public static CompoundNameComparer Instance { get; } = new();

    private CompoundNameComparer()
    {
    }

    public int Compare(string? x, string? y)
    {
        var order = (x?.Length ?? -1).CompareTo(y?.Length ?? -1);
        for (var i = 0; order == 0 && i < x?.Length; i++)
            order = Upper(x[i]).CompareTo(Upper(y![i]));
        return order;
    }

    public bool Equals(string? x, string? y) => Compare(x, y) == 0;

    public int GetHashCode(string obj)
    {
        var hash = new HashCode();
        foreach (var c in obj)
            hash.Add(Upper(c));
        return hash.ToHashCode();
    }

    /// <summary>Unicode's simple upper case with the exceptions of [MS-CFB] 2.6.4 note 3 for Windows Vista and later.</summary>
    private static char Upper(char c) => c switch
    {
        '\u03C2' or '\u03C3' => '\u03A3',
        '\u023A' => '\u2C65',
        '\u023E' => '\u2C66',
        '\u1FCC' => '\u1FC3',
        '\u2C65' or '\u2C66' or '\u1FC3' => c,
        _ => char.ToUpperInvariant(c),
    };
}
