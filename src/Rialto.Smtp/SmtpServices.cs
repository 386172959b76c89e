using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Rialto.Delivery;
using Rialto.Delivery.Trace;
using Rialto.Directory;
using Rialto.Net;
using Rialto.Store;

namespace Rialto.Smtp;

/// <summary>The parts of the server that SMTP works with.</summary>
public sealed class SmtpServices
{
    public required SmtpOptions Options { get; init; }

    public required DirectoryService Directory { get; init; }

    public required Authenticator Authenticator { get; init; }

    /// <summary>The mechanisms of AUTH; null: those that need nothing but the authenticator.</summary>
    public AuthenticationService? Authentication { get; init; }

    internal AuthenticationService SignIn => field ??= Authentication ?? new AuthenticationService(Authenticator);

    public required StoreEngine Store { get; init; }

    public required IMailQueueStorage Queue { get; init; }

    /// <summary>Told of each message; null for nobody.</summary>
    public MessageTrace? Trace { get; init; }

    /// <summary>How much accounts may send; null: as they like.</summary>
    public SendingLimits? Limits { get; init; }
    /// <summary>Who has come again; null: nobody is asked to.</summary>
    public Greylist? Greylist { get; init; }

    /// <summary>Judges mail from outside; null: nobody does.</summary>
    public Rspamd? Filter { get; init; }

    /// <summary>Reads URLs of messages in the mailboxes here (BURL); null: none are taken.</summary>
    public Commands.SubmittedUrl? Urls { get; init; }

    public TimeProvider Time { get; init; } = TimeProvider.System;

    public ILogger Logger { get; init; } = NullLogger.Instance;
}
