using Rialto.Model;

namespace Rialto.Directory;

/// <summary>How an attempt to log in ended. Clients are told no more than: wrong (<see cref="InvalidCredentials"/>, <see cref="LockedOut"/>), or come back later (the others).</summary>
public enum AuthenticationOutcome
{
    /// <summary>The principal is established.</summary>
    Success,

    /// <summary>No such account, wrong password, or log-in disabled; it is not told which.</summary>
    InvalidCredentials,

    /// <summary>Too many wrong passwords for this name lately, whether or not it exists. Answer as for wrong credentials.</summary>
    LockedOut,

    /// <summary>Too many wrong log-ins from this address lately: temporary failure.</summary>
    Throttled,

    /// <summary>Too many log-ins at once: temporary failure.</summary>
    Busy,
}

/// <summary>The result of <see cref="Authenticator.AuthenticateAsync"/>.</summary>
/// <param name="Outcome">How it ended.</param>
/// <param name="Principal">Who it is; null without success.</param>
/// <param name="Account">The account; null without success.</param>
/// <param name="RetryAfter">When to come back, for temporary failures; otherwise zero.</param>
public readonly record struct AuthenticationResult(AuthenticationOutcome Outcome, Principal? Principal, Account? Account, TimeSpan RetryAfter)
{
    /// <summary>Whether it is a success; the principal and account are then set.</summary>
    [System.Diagnostics.CodeAnalysis.MemberNotNullWhen(true, nameof(Principal), nameof(Account))]
    public bool IsSuccess => Outcome == AuthenticationOutcome.Success;

    /// <summary>Whether the same log-in may succeed later.</summary>
    public bool IsTemporary => Outcome is AuthenticationOutcome.Throttled or AuthenticationOutcome.Busy;
}
