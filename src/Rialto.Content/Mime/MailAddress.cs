// RFC 5322 3.4; RFC 2047, RFC 6532 in display names.
using System.Buffers;
using System.Text;

namespace Rialto.Content.Mime;

/// <summary>One mailbox of an address field: decoded display name (may be empty), addr-spec (may lack its domain), and the group it stood in.</summary>
public sealed record MailAddress(string Name, string Address, string? Group = null)
{
    /// <summary>What a list of recipients shows: the name, else the address.</summary>
    public string Display => Name.Length > 0 ? Name : Address;

    /// <summary>Parses an address list. Any bytes give a list, at worst an empty one; at most limit mailboxes are taken.</summary>
    public static List<MailAddress> ParseList(ReadOnlySpan<byte> raw, int limit = 100_000)
    {
        var result = new List<MailAddress>();
        Parse(raw, limit, result);
        return result;
    }

    /// <summary>The mailboxes of all fields of that name.</summary>
    public static List<MailAddress> ParseAll(MimePart message, MimeHeaderId id, int limit = 100_000)
    {
        var result = new List<MailAddress>();
        foreach (ref readonly var field in message.Headers)
        {
            if (field.Id == id)
                Parse(message.RawValue(field), limit, result);
        }
        return result;
    }

    private static void Parse(ReadOnlySpan<byte> raw, int limit, List<MailAddress> result)
    {
        if (raw.IsEmpty)
            return;
        var scratch = ArrayPool<byte>.Shared.Rent(checked(raw.Length * 3));
        var reader = new MailAddressReader(raw, scratch);
        string? group = null;
        while (result.Count < limit && reader.Read())
        {
            switch (reader.Kind)
            {
                case MailAddressKind.GroupStart:
                    group = Clean(HeaderText.Decode(reader.Name));
                    break;
                case MailAddressKind.GroupEnd:
                    group = null;
                    break;
                default:
                    var address = Join(reader.Local, reader.Domain);
                    var name = Clean(HeaderText.Decode(reader.Name));
                    if (address.Length > 0 || name.Length > 0)
                        result.Add(new MailAddress(name, address, group));
                    break;
            }
        }
        ArrayPool<byte>.Shared.Return(scratch);
    }

    private static string Join(ReadOnlySpan<byte> local, ReadOnlySpan<byte> domain)
    {
        if (domain.IsEmpty)
            return Clean(HeaderText.Decode(local));
        var text = MailCharset.DecodeUndeclared(local);
        // A local part that is no dot-atom goes back into its quotes.
        if (text.AsSpan().ContainsAny("()<>[]:;@\\,\" "))
            text = '"' + text.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal) + '"';
        return Clean(text + "@" + MailCharset.DecodeUndeclared(domain));
    }

    internal static string Clean(string text)
    {
        foreach (var c in text)
        {
            if (char.IsControl(c))
                return CleanSlowly(text);
        }
        return text.Trim();
    }

    private static string CleanSlowly(string text)
    {
        var result = new StringBuilder(text.Length);
        foreach (var c in text)
        {
            if (!char.IsControl(c))
                result.Append(c);
            else if (c is '\t' or '\n' or '\r')
                result.Append(' ');
        }
        return result.ToString().Trim();
    }
}
