// [MS-OXDSCLI] 2.2.4.1.1.2.6.4 AuthPackage, 2.2.2.3 X-ClientCanHandle; [MS-OXWSADISC], the settings *AuthenticationMethod(s).
using Rialto.Net;

namespace Rialto.Autodiscover;

/// <summary>What clients are told of how to log in: what the endpoints offer.</summary>
internal static class AuthenticationMethods
{
    /// <summary>The endpoint of mailboxes, as options name it.</summary>
    public const string Mailbox = "mapi";

    /// <summary>The endpoint of web services, as options name it.</summary>
    public const string WebServices = "http";

    /// <summary>
    /// The value for the first scheme that an endpoint offers and the document has a word for; null where there is none (access tokens), and the element is left out.
    /// "negotiate" is for clients that say they can handle it; others are told what it would come to.
    /// </summary>
    public static string? PackageOf(AuthenticationService service, string endpoint, bool canHandleNegotiate)
    {
        var schemes = service.HttpSchemes(endpoint);
        foreach (var scheme in schemes)
        {
            switch (scheme)
            {
                case "Negotiate" when canHandleNegotiate:
                    return "negotiate";
                case "Negotiate" when service.HasKerberos:
                    return schemes.Contains("NTLM") ? "kerbntlm" : "kerb";
                case "Negotiate" or "NTLM":
                    return "ntlm";
                case "Basic":
                    return "basic";
            }
        }

        return null;
    }

    /// <summary>All that the mailbox's endpoint offers, as the SOAP settings list it: "Negotiate, Ntlm, Basic".</summary>
    public static string? List(AuthenticationService service)
    {
        var names = service.HttpSchemes(Mailbox).Where(s => s != "Bearer").Select(s => s == "NTLM" ? "Ntlm" : s).ToList();
        return names.Count == 0 ? null : string.Join(", ", names);
    }
}
