// RFC 5321 (relay), RFC 6409 (submission), RFC 8314 (submission over TLS).
namespace Rialto.Smtp;

/// <summary>What a listener is for.</summary>
public enum SmtpRole
{
    /// <summary>Port 25: other servers' mail for our recipients.</summary>
    Relay,

    /// <summary>Ports 587 and 465: our users' mail to anybody, after a log-in.</summary>
    Submission,
}
