// RFC 3501 6.3.8: "*" matches anything, "%" anything but the separator.
namespace Rialto.MailAccess.Imap;

/// <summary>Matches mailbox names against LIST patterns, case aside, in time bounded by the product of their lengths.</summary>
internal static class MailboxPattern
{
    public static bool Matches(string name, string pattern)
    {
        // One row of the table "the first i characters of the pattern match the first j of the name".
        Span<bool> row = name.Length < 512 ? stackalloc bool[name.Length + 1] : new bool[name.Length + 1];
        row.Clear();
        row[0] = true;
        foreach (var p in pattern)
        {
            if (p is '*' or '%')
            {
                for (var j = 1; j <= name.Length; j++)
                    row[j] |= row[j - 1] && (p == '*' || name[j - 1] != MailboxNames.Separator);
                continue;
            }
            for (var j = name.Length; j > 0; j--)
                row[j] = row[j - 1] && char.ToUpperInvariant(name[j - 1]) == char.ToUpperInvariant(p);
            row[0] = false;
        }
        return row[name.Length];
    }
}
