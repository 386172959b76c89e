// [MS-OXCDATA] 2.2.5 EntryIDs of recipients; [MS-OXCMAIL] 2.1.3.1.8 encapsulated addresses.
using System.Globalization;
using System.Text;
using Rialto.Directory;
using Rialto.Model;

namespace Rialto.Delivery;

/// <summary>SMTP addresses of those whom MAPI names by other types: address book objects (EX) and one-off recipients.</summary>
internal static class PartyAddress
{
    /// <summary>
    /// The address that mail for the party goes to. One that the directory does not know is encapsulated, so that its sender hears of it by a report;
    /// null when there is nothing that could be an address.
    /// </summary>
    public static string? Resolve(byte[]? entryId, string? type, string? email, string? smtp, DirectorySnapshot directory)
    {
        switch (entryId is { Length: > 0 } ? EntryId.Parse(entryId) : null)
        {
            case AddressBookEntryId entry when string.IsNullOrEmpty(email) || IsExchange(type):
                type = "EX";
                email = entry.X500Dn;
                break;
            case OneOffEntryId entry when string.IsNullOrEmpty(email):
                type = entry.AddressType;
                email = entry.EmailAddress;
                break;
        }

        if (IsExchange(type) && !string.IsNullOrEmpty(email))
        {
            if (directory.FindByLegacyDn(email) is { PrimaryAddress.Length: > 0 } known) return known.PrimaryAddress;
            return HasDomain(smtp) ? smtp : Encapsulate("EX", email, directory);
        }

        if (HasDomain(smtp)) return smtp;
        if (string.IsNullOrEmpty(email) || string.Equals(type, "MAPIPDL", StringComparison.OrdinalIgnoreCase)) return null;
        if (string.IsNullOrEmpty(type) || type.Equals("SMTP", StringComparison.OrdinalIgnoreCase)) return HasDomain(email) ? email : null;
        return Encapsulate(type, email, directory);
    }

    private static bool IsExchange(string? type) => string.Equals(type, "EX", StringComparison.OrdinalIgnoreCase);

    private static bool HasDomain(string? address) => address is not null && address.LastIndexOf('@') is > 0 and var at && at < address.Length - 1;

    private static string Encapsulate(string type, string address, DirectorySnapshot directory)
    {
        var result = new StringBuilder("IMCEA").Append(type).Append('-');
        foreach (var b in Encoding.UTF8.GetBytes(address))
        {
            if (char.IsAsciiLetterOrDigit((char)b) || b is (byte)'=' or (byte)'-') result.Append((char)b);
            else if (b == (byte)'/') result.Append('_');
            else result.Append('+').Append(b.ToString("X2", CultureInfo.InvariantCulture));
        }

        return result.Append('@').Append(directory.DefaultDomain?.Name ?? "localhost").ToString();
    }
}
