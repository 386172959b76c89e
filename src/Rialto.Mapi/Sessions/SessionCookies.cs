// [MS-OXCMAPIHTTP] 2.2.3.2.3 Cookie, 2.2.3.3.3 response codes of cookies; 3.2.5.1 how they are checked.
using System.Buffers.Text;
using System.Security.Cryptography;
using Rialto.Mapi.Http;
using Rialto.Model;

namespace Rialto.Mapi.Sessions;

/// <summary>The cookies that a session is known by.</summary>
internal static class SessionCookies
{
    private const int TokenBytes = 24;

    /// <summary>Whether the text could be a cookie of ours; one that cannot be is invalid rather than not found.</summary>
    public static bool IsWellFormed(string id) => id.Length == 32 && Base64Url.IsValid(id);

    public static string NewToken() => Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(TokenBytes));

    /// <summary>The session that the cookies name. 2.2.3.3.3: each thing wrong with them has its code.</summary>
    public static ResponseCode Find<TSession>(
        SessionTable<TSession> sessions, MapiHttpExchange exchange, Principal principal, bool checkSequence, out SessionContext<TSession>? context)
        where TSession : class, IClientSession
    {
        context = null;
        if (Value(exchange, MapiHttpHeaders.ContextCookie) is not { } id)
            return ResponseCode.MissingCookie;
        if (!IsWellFormed(id))
            return ResponseCode.InvalidContextCookie;
        context = sessions.Find(id, principal);
        if (context is null)
            return ResponseCode.ContextNotFound;
        if (!checkSequence)
            return ResponseCode.Success;
        if (Value(exchange, MapiHttpHeaders.SequenceCookie) is not { } sequence)
            return ResponseCode.MissingCookie;
        return sequence == context.Sequence ? ResponseCode.Success : ResponseCode.InvalidSequence;
    }

    /// <summary>
    /// The cookie's value. Read here, since the framework passes over a value that has characters no cookie may have: such a one is invalid, not missing.
    /// </summary>
    public static string? Value(MapiHttpExchange exchange, string name)
    {
        foreach (var header in exchange.Context.Request.Headers.Cookie)
        {
            foreach (var range in header.AsSpan().Split(';'))
            {
                var pair = header.AsSpan()[range].Trim();
                if (pair.Length > name.Length + 1 && pair[name.Length] == '=' && pair.StartsWith(name, StringComparison.Ordinal))
                    return pair[(name.Length + 1)..].Trim().Trim('"').ToString();
            }
        }
        return null;
    }
}
