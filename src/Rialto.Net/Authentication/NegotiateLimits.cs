namespace Rialto.Net;

/// <summary>Limits of NTLM and Negotiate, with their reasons.</summary>
public sealed class NegotiateLimits
{
    /// <summary>How far an NTLM client's clock may be off: what Windows takes ([MS-NLMP] 3.1.1.1, note 39: 36 hours). Answers belong to one challenge anyway.</summary>
    public TimeSpan MaxClockSkew { get; set; } = TimeSpan.FromHours(36);

    /// <summary>Refuses NTLM without a message integrity code. curl and older clients send none; with TLS the connection is whole without it.</summary>
    public bool RequireMic { get; set; }

    /// <summary>
    /// Takes NTLM version 1 too, and LMv2 alone, for appliances and old programs that know no other. Who listens to one log-in has the NT hash after a day of computing, which is as good as the password, and
    /// nothing binds it to its connection: only where it runs inside TLS. Never with <see cref="RequireMic"/> or bindings required.
    /// </summary>
    public bool AllowVersion1 { get; set; }

    /// <summary>Characters of a name in NTLM.</summary>
    public int MaxNameLength { get; set; } = 512;

    /// <summary>Octets of a token of Negotiate: a Kerberos ticket with many groups has up to 64 KB, HTTP headers and SASL lines are bounded by themselves.</summary>
    public int MaxToken { get; set; } = 96 * 1024;

    /// <summary>Steps of one Negotiate exchange: NTLM takes three, Kerberos two.</summary>
    public int MaxSteps { get; set; } = 6;

    /// <summary>How long a begun exchange over HTTP is waited for on its connection.</summary>
    public TimeSpan ExchangeTimeout { get; set; } = TimeSpan.FromMinutes(1);
}
