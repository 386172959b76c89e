// RFC 5092 3, 6, 7, 11: URLs that name a message or a part of one; 6.1 and RFC 4467 9 with ";EXPIRE=" and ";URLAUTH=".
using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Net;
using System.Text;
using Rialto.MailAccess.Imap.Wire;

namespace Rialto.MailAccess.Imap.Urls;

/// <summary>Who may use a URL that carries its own authorization. RFC 5092 6.1.2.</summary>
internal enum UrlAccess
{
    /// <summary>The URL carries none: it is read with the rights of who uses it.</summary>
    None,
    Anonymous,
    AuthenticatedUser,

    /// <summary>The user that it names, alone.</summary>
    User,

    /// <summary>A submission server, on behalf of the user that it names.</summary>
    Submit,
}

/// <summary>
/// A URL of a message or a part: absolute ("imap://…"), with the server ("//…") or of this server ("/…"). Such that begin with neither are refused (RFC 5092 7.2), and so are those of whole
/// mailboxes, lists and servers, which nothing here is given for.
/// </summary>
internal sealed record ImapUrl
{
    /// <summary>In whose scope the mailbox is named; null: in that of who uses the URL.</summary>
    public string? User { get; private init; }

    /// <summary>The server: a name, or an address as text, that of IPv6 without brackets; null: this one.</summary>
    public string? Host { get; private init; }

    /// <summary>The server's address, where the URL gives that in place of a name.</summary>
    public IPAddress? Address { get; private init; }

    /// <summary>The port that it gives, or null.</summary>
    public int? Port { get; private init; }

    public required string Mailbox { get; init; }

    public uint? UidValidity { get; private init; }

    public uint Uid { get; private init; }

    public required FetchItem Section { get; init; }

    /// <summary>The first octet.</summary>
    public long Offset { get; private init; }

    /// <summary>How many octets at most.</summary>
    public long Length { get; private init; } = long.MaxValue;

    /// <summary>After which it is worth nothing.</summary>
    public DateTimeOffset? Expires { get; private init; }

    public UrlAccess Access { get; private init; }

    /// <summary>The user of <see cref="UrlAccess.User"/> and <see cref="UrlAccess.Submit"/>.</summary>
    public string AccessUser { get; private init; } = "";

    /// <summary>What the token is made of: the URL as it came, up to the mechanism. RFC 4467 6.</summary>
    public string Rump { get; private init; } = "";

    /// <summary>How the token is made; null where the URL is not authorized yet.</summary>
    public string? Mechanism { get; private init; }

    public string Token { get; private init; } = "";

    public static bool TryParse(string url, ImapOptions options, [NotNullWhen(true)] out ImapUrl? parsed)
    {
        parsed = null;
        if (url.Length > options.MaximumUrl || url.AsSpan().IndexOfAnyExceptInRange('!', '~') >= 0)
            return false;
        string? user = null, host = null;
        int? port = null;
        var path = url.AsSpan();
        const string scheme = "imap:";
        if (path.StartsWith(scheme, StringComparison.OrdinalIgnoreCase))
            path = path[scheme.Length..];
        if (path.StartsWith("//"))
        {
            path = path[2..];
            var end = path.IndexOf('/');
            if (end < 0 || !TryServer(path[..end], out user, out host, out port))
                return false;
            path = path[end..];
        }
        else if (path.Length < url.Length)
        {
            return false;
        }
        if (path.IsEmpty || path[0] != '/' || !TryAuthorization(url, ref path, out var authorization) || !TryPath(path[1..], options, out var message))
            return false;
        parsed = message with
        {
            User = user,
            Host = host,
            Address = AddressOf(host),
            Port = port,
            Expires = authorization.Expires,
            Access = authorization.Access,
            AccessUser = authorization.User,
            Rump = authorization.Rump,
            Mechanism = authorization.Mechanism,
            Token = authorization.Token,
        };
        return true;
    }

    // iserver = [iuserinfo "@"] host [":" port]; iuserinfo = enc-user [iauth] / [enc-user] iauth. How to log in is for clients to look at.
    private static bool TryServer(ReadOnlySpan<char> server, out string? user, [NotNullWhen(true)] out string? host, out int? port)
    {
        (user, host, port) = (null, null, null);
        var at = server.LastIndexOf('@');
        if (at >= 0)
        {
            var info = server[..at];
            var auth = info.IndexOf(";AUTH=", StringComparison.OrdinalIgnoreCase);
            if (auth >= 0)
                info = info[..auth];
            if (info.Contains(';') || !TryDecode(info, out var name) || name.Length == 0 && auth < 0)
                return false;
            user = name.Length > 0 ? name : null;
            server = server[(at + 1)..];
        }
        var colon = server.LastIndexOf(':');
        if (colon > server.LastIndexOf(']'))
        {
            if (colon + 1 < server.Length)
            {
                if (!int.TryParse(server[(colon + 1)..], NumberStyles.None, CultureInfo.InvariantCulture, out var number) || number is 0 or > 65_535)
                    return false;
                port = number;
            }
            server = server[..colon];
        }
        if (server is ['[', .. var literal, ']'])
        {
            host = literal.ToString();
            return literal.Contains(':') && AddressOf(host) is not null;
        }
        return !server.IsEmpty && !server.ContainsAny('[', ']', ':') && TryDecode(server, out host);
    }

    // RFC 3986 3.2.2: IPv4 is four decimal numbers, IPv6 has no zone here.
    private static IPAddress? AddressOf(string? host) =>
        host is not null && IPAddress.TryParse(host, out var address) && (host.Contains(':') ? !host.ContainsAny('%', '[') : address.ToString() == host) ? address : null;

    private readonly record struct Authorization(UrlAccess Access, string User, DateTimeOffset? Expires, string Rump, string? Mechanism, string Token);

    // [expire] ";URLAUTH=" access [":" uauth-mechanism ":" enc-urlauth]: taken off the path's end.
    private static bool TryAuthorization(string url, ref ReadOnlySpan<char> path, out Authorization authorization)
    {
        const string marker = ";URLAUTH=", expire = ";EXPIRE=";
        authorization = default;
        var at = path.LastIndexOf(marker, StringComparison.OrdinalIgnoreCase);
        if (at < 0)
            return !path.Contains(expire, StringComparison.OrdinalIgnoreCase);
        var rest = path[(at + marker.Length)..];
        path = path[..at];
        DateTimeOffset? expires = null;
        var expireAt = path.LastIndexOf(expire, StringComparison.OrdinalIgnoreCase);
        if (expireAt >= 0)
        {
            if (!TryTime(path[(expireAt + expire.Length)..], out var time))
                return false;
            expires = time;
            path = path[..expireAt];
        }
        string? mechanism = null;
        var token = "";
        var colon = rest.IndexOf(':');
        var rump = url;
        if (colon >= 0)
        {
            var verifier = rest[(colon + 1)..];
            var between = verifier.IndexOf(':');
            if (between <= 0)
                return false;
            mechanism = verifier[..between].ToString();
            token = verifier[(between + 1)..].ToString();
            rump = url[..^(verifier.Length + 1)];
            rest = rest[..colon];
        }
        if (!TryAccess(rest, out var access, out var user))
            return false;
        authorization = new Authorization(access, user, expires, rump, mechanism, token);
        return true;
    }

    private static bool TryAccess(ReadOnlySpan<char> text, out UrlAccess access, out string user)
    {
        user = "";
        access = UrlAccess.None;
        if (text.Equals("anonymous", StringComparison.OrdinalIgnoreCase))
            access = UrlAccess.Anonymous;
        else if (text.Equals("authuser", StringComparison.OrdinalIgnoreCase))
            access = UrlAccess.AuthenticatedUser;
        else if (text.StartsWith("user+", StringComparison.OrdinalIgnoreCase) && TryDecode(text[5..], out user) && user.Length > 0)
            access = UrlAccess.User;
        else if (text.StartsWith("submit+", StringComparison.OrdinalIgnoreCase) && TryDecode(text[7..], out user) && user.Length > 0)
            access = UrlAccess.Submit;
        return access != UrlAccess.None;
    }

    // RFC 3339 date-time.
    private static bool TryTime(ReadOnlySpan<char> text, out DateTimeOffset time) => DateTimeOffset.TryParseExact(
        text,
        ["yyyy-MM-ddTHH:mm:ssZ", "yyyy-MM-ddTHH:mm:sszzz", "yyyy-MM-ddTHH:mm:ss.FFFFFFFZ", "yyyy-MM-ddTHH:mm:ss.FFFFFFFzzz"],
        CultureInfo.InvariantCulture,
        DateTimeStyles.AssumeUniversal,
        out time);

    // enc-mailbox [uidvalidity] iuid [isection] [ipartial]
    private static bool TryPath(ReadOnlySpan<char> path, ImapOptions options, [NotNullWhen(true)] out ImapUrl? message)
    {
        message = null;
        var uidAt = path.IndexOf("/;UID=", StringComparison.OrdinalIgnoreCase);
        if (uidAt < 0)
            return false;
        var mailbox = path[..uidAt];
        uint? validity = null;
        var validityAt = mailbox.IndexOf(";UIDVALIDITY=", StringComparison.OrdinalIgnoreCase);
        if (validityAt >= 0)
        {
            if (!TryNumber(mailbox[(validityAt + 13)..], out var number))
                return false;
            validity = number;
            mailbox = mailbox[..validityAt];
        }
        // Dots as whole parts are ways through the path, and no message's (RFC 5092 7).
        foreach (var part in mailbox.Split('/'))
        {
            if (mailbox[part] is "." or ".." or "")
                return false;
        }
        if (mailbox.ContainsAny(';', '?') || !TryDecode(mailbox, out var name))
            return false;
        var rest = path[(uidAt + 6)..];
        var end = rest.IndexOf("/;", StringComparison.Ordinal);
        if (!TryNumber(end < 0 ? rest : rest[..end], out var uid))
            return false;
        rest = end < 0 ? default : rest[(end + 2)..];
        var section = "";
        if (rest.StartsWith("SECTION=", StringComparison.OrdinalIgnoreCase))
        {
            end = rest.IndexOf("/;", StringComparison.Ordinal);
            if (!TryDecode(end < 0 ? rest[8..] : rest[8..end], out section) || section.Length == 0)
                return false;
            rest = end < 0 ? default : rest[(end + 2)..];
        }
        long offset = 0, length = long.MaxValue;
        if (!rest.IsEmpty && (!rest.StartsWith("PARTIAL=", StringComparison.OrdinalIgnoreCase) || !TryRange(rest[8..], out offset, out length)))
            return false;
        var parser = new ImapParser(Encoding.UTF8.GetBytes($"BODY.PEEK[{section}]"), options);
        var items = FetchItem.ParseAll(ref parser);
        parser.End();
        if (parser.Failed || items is not [{ Kind: FetchItemKind.Section, PartialOffset: < 0 } item])
            return false;
        message = new ImapUrl { Mailbox = name, UidValidity = validity, Uid = uid, Section = item, Offset = offset, Length = length };
        return true;
    }

    // partial-range = number ["." nz-number]
    private static bool TryRange(ReadOnlySpan<char> text, out long offset, out long length)
    {
        length = long.MaxValue;
        var dot = text.IndexOf('.');
        return long.TryParse(dot < 0 ? text : text[..dot], NumberStyles.None, CultureInfo.InvariantCulture, out offset)
            && (dot < 0 || long.TryParse(text[(dot + 1)..], NumberStyles.None, CultureInfo.InvariantCulture, out length) && length > 0);
    }

    private static bool TryNumber(ReadOnlySpan<char> text, out uint number) => uint.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out number) && number > 0;

    /// <summary>Percent-encoding of UTF-8, strictly: what is neither is no URL.</summary>
    private static bool TryDecode(ReadOnlySpan<char> text, out string decoded)
    {
        decoded = "";
        var bytes = new byte[text.Length];
        var length = 0;
        for (var i = 0; i < text.Length; i++)
        {
            if (text[i] != '%')
            {
                bytes[length++] = (byte)text[i];
                continue;
            }
            if (i + 2 >= text.Length || !byte.TryParse(text.Slice(i + 1, 2), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out bytes[length]) || bytes[length] is < 0x20 or 0x7F)
                return false;
            length++;
            i += 2;
        }
        if (!System.Text.Unicode.Utf8.IsValid(bytes.AsSpan(0, length)))
            return false;
        decoded = Encoding.UTF8.GetString(bytes, 0, length);
        return true;
    }
}
