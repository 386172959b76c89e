// RFC 8460 4.4 (what a report says of a policy), 4.3 (why a session failed).
namespace Rialto.Smtp.Client;

/// <summary>The policy that a session was under, as reports say it.</summary>
/// <param name="Type">tlsa, sts or no-policy-found.</param>
/// <param name="Lines">The records, or the lines of the policy.</param>
/// <param name="Hosts">For sts, the patterns of its hosts.</param>
internal sealed record TlsPolicyFact(string Type, IReadOnlyList<string> Lines, IReadOnlyList<string> Hosts)
{
    public static readonly TlsPolicyFact None = new("no-policy-found", [], []);

    public string Key => Type + "\n" + string.Join('\n', Lines);

    public static TlsPolicyFact Of(StsPolicy policy) => new(
        "sts",
        ["version: STSv1", $"mode: {policy.Mode.ToString().ToLowerInvariant()}", .. policy.Hosts.Select(h => "mx: " + h), string.Create(System.Globalization.CultureInfo.InvariantCulture, $"max_age: {(long)policy.MaximumAge.TotalSeconds}")],
        policy.Hosts);
}

/// <summary>What was found wrong with a server's certificate while a connection was made; the connection may be up all the same.</summary>
internal sealed class TlsFinding
{
    public const string NotSupported = "starttls-not-supported";
    public const string HostMismatch = "certificate-host-mismatch";
    public const string Expired = "certificate-expired";
    public const string NotTrusted = "certificate-not-trusted";
    public const string Invalid = "validation-failure";
    public const string TlsaInvalid = "tlsa-invalid";
    public const string DnssecInvalid = "dnssec-invalid";
    public const string FetchFailed = "sts-policy-fetch-error";
    public const string PolicyInvalid = "sts-policy-invalid";
    public const string PolicyCertificate = "sts-webpki-invalid";

    /// <summary>A result type of RFC 8460 4.3; null for nothing.</summary>
    public string? Type { get; set; }
}
