// [MS-OXOABK] 2.2.1.1: dn grammar, 64 characters a value.
using System.Globalization;
using System.Text;

namespace Rialto.Directory;

/// <summary>The X.500-like names that recipients are known by in MAPI. Made once at creation and never changed.</summary>
public static class LegacyDn
{
    /// <summary>The administrative group's name, the same in every organisation since Exchange 2007.</summary>
    public const string AdministrativeGroup = "Exchange Administrative Group (FYDIBOHF23SPDLT)";

    private const int MaxValueLength = 64;

    /// <summary>What the names of an organisation's objects start with: <c>/o=Example/ou=Exchange Administrative Group (FYDIBOHF23SPDLT)</c>.</summary>
    public static string Base(string organisation) => $"/o={organisation}/ou={AdministrativeGroup}";

    /// <summary>A recipient's name: <c>…/cn=Recipients/cn=HEX-alias</c>, HEX being the id in 32 digits; the alias is cut so that the value fits.</summary>
    public static string ForRecipient(string organisation, Guid id, string alias)
    {
        var value = new StringBuilder(MaxValueLength).Append(id.ToString("N", CultureInfo.InvariantCulture)).Append('-');
        foreach (var c in alias)
        {
            if (value.Length == MaxValueLength) break;
            value.Append(char.IsAsciiLetterOrDigit(c) || c is '.' or '-' ? c : '_');
        }

        return $"{Base(organisation)}/cn=Recipients/cn={value}";
    }

    /// <summary>Whoever has a name that the directory made: the id stands in it.</summary>
    internal static Recipient? Packed(ReadOnlySpan<char> legacyDn, Func<Guid, DirectoryObject?> find)
    {
        var value = legacyDn[(legacyDn.LastIndexOf('=') + 1)..];
        return value.Length > 32 && value[32] == '-' && Guid.TryParseExact(value[..32], "N", out var id) && find(id) is Recipient { HasPackedLegacyDn: true } recipient
            && legacyDn.Equals(recipient.LegacyExchangeDn, StringComparison.OrdinalIgnoreCase) ? recipient : null;
    }

    /// <summary>Whether the text has the form of such a name: what further names of a recipient must have.</summary>
    public static bool IsValid(string text)
    {
        if (text.Length is < 4 or > 1_024 || !text.StartsWith("/o=", StringComparison.OrdinalIgnoreCase)) return false;
        var parts = text[1..].Split('/');
        if (parts.Length > 16) return false;
        foreach (var part in parts)
        {
            var equals = part.IndexOf('=', StringComparison.Ordinal);
            if (equals < 1 || part.Length - equals - 1 is < 1 or > MaxValueLength) return false;
            foreach (var c in part)
            {
                if (c is < ' ' or > '~') return false;
            }
        }

        return true;
    }
}
