using System.Security.Cryptography.X509Certificates;
using Rialto.Directory;
using Rialto.Model;
using Rialto.Net;

namespace Rialto.Autodiscover;

/// <summary>What the endpoints work with: the directory, who logs in, and what else this server offers.</summary>
public sealed record AutodiscoverServices
{
    public required DirectoryService Directory { get; init; }

    public required Authenticator Authenticator { get; init; }

    /// <summary>How they log in; null: Basic, over the authenticator.</summary>
    public AuthenticationService? Authentication { get; init; }

    private AuthenticationService? _signIn;

    internal AuthenticationService SignIn => Authentication ?? (_signIn ??= new AuthenticationService(Authenticator));

    public AutodiscoverOptions Options { get; init; } = new();

    public TimeProvider Time { get; init; } = TimeProvider.System;

    /// <summary>The version that clients see, as MAJOR.MINOR.BUILD.REVISION; the one that MAPI over HTTP names too.</summary>
    public Version ServerVersion { get; init; } = new(15, 1, 2507, 0);

    /// <summary>IMAP, POP3 and submission as they are served now; known once the listeners are up.</summary>
    public Func<IReadOnlyList<MailService>> MailServices { get; init; } = () => [];

    /// <summary>The port of HTTPS; null where this server has none (a proxy ends TLS).</summary>
    public Func<int?> SecurePort { get; init; } = () => null;

    /// <summary>The offline address book of a mailbox's clients; null while there is none, and they are not told of one.</summary>
    public Func<MailboxRecipient, Guid?> OfflineAddressBook { get; init; } = _ => null;

    /// <summary>Whether folders of the mailbox are shared with somebody who has no rights to it as a whole: the same answer that a log-on gives.</summary>
    public Func<MailboxRecipient, Principal, CancellationToken, ValueTask<bool>> Shares { get; init; } = (_, _, _) => new(false);

    /// <summary>The server that a mailbox has moved to, as https://host[:port]; null for one that is here.</summary>
    public Func<MailboxRecipient, CancellationToken, ValueTask<string?>> MovedTo { get; init; } = (_, _) => new((string?)null);

    /// <summary>The server's certificate with its key, and what stands between it and the root; null where there is none, and profiles go unsigned.</summary>
    public Func<(X509Certificate2 Certificate, IReadOnlyList<X509Certificate2> Chain)?> Certificate { get; init; } = () => null;
}

/// <summary>What a mail service is for.</summary>
public enum MailServiceKind
{
    Imap,
    Pop3,
    Submission,
}

/// <summary>A service that mail programs are told of.</summary>
/// <param name="Kind">What it speaks.</param>
/// <param name="Port">Its port.</param>
/// <param name="Tls">TLS from the first byte, or by STARTTLS.</param>
public sealed record MailService(MailServiceKind Kind, int Port, TlsMode Tls);
