// RFC 5321 3 and 4.1 (the client's side); RFC 1870, 2852 4.1.4, 2920, 3030, 3207, 3461 5.1, 4954, 6152, 6531, 8689 4.2.
using System.Globalization;
using System.Net;
using System.Net.Security;
using System.Text;
using Rialto.Delivery;

namespace Rialto.Smtp.Client;

/// <summary>How a connection is to be protected, and how one knows.</summary>
/// <param name="Required">No mail without TLS.</param>
/// <param name="Implicit">TLS from the first octet on.</param>
/// <param name="Options">For the handshake.</param>
/// <param name="Description">For the log: dane, mta-sts, verified, opportunistic, off.</param>
internal sealed record TlsPlan(bool Wanted, bool Required, bool Implicit, SslClientAuthenticationOptions? Options, string Description)
{
    public static readonly TlsPlan Off = new(false, false, false, null, "off");

    /// <summary>For reports: the policy that it is under; null where nobody is reported to.</summary>
    public TlsPolicyFact? Policy { get; init; }

    /// <summary>For reports: what was wrong with the certificate.</summary>
    public TlsFinding Finding { get; init; } = new();
}

/// <summary>A log-in. Never printed.</summary>
internal sealed record ClientCredentials(string User, string Password)
{
    public override string ToString() => User;
}

/// <summary>One conversation with another server, for any number of messages.</summary>
internal sealed class ClientSession(SmtpLink link, string server, IPEndPoint endPoint, OutboundOptions options) : IAsyncDisposable
{
    public string Server => server;

    public IPEndPoint EndPoint => endPoint;

    private readonly HashSet<string> domains = new(StringComparer.Ordinal);

    public ServerFeatures Features { get; private set; } = ServerFeatures.None;

    public SmtpLink Link => link;

    /// <summary>Messages that went over it.</summary>
    public int Messages { get; private set; }

    /// <summary>The server said goodbye, or lost the thread: nothing more goes over it.</summary>
    public bool IsSpent { get; private set; }

    /// <summary>Greets, and brings up TLS and the log-in.</summary>
    /// <exception cref="LinkException">The server cannot be used now.</exception>
    /// <exception cref="TlsLostException">TLS was tried and did not come up, and without it might do.</exception>
    public async Task BeginAsync(string ownName, TlsPlan tls, ClientCredentials? credentials)
    {
        if (tls.Implicit) await link.StartTlsAsync(tls.Options!, options.ConnectTimeout);
        var greeting = await link.ReadAsync(options.CommandTimeout);
        if (greeting.Code != 220) throw Refused(greeting, "4.3.2");
        await HelloAsync(ownName);
        if (tls is { Wanted: true, Implicit: false })
        {
            if (!Features.StartTls)
            {
                if (tls.Required) throw new LinkException("4.7.4", $"TLS is required ({tls.Description}) and the server does not offer it.");
            }
            else
            {
                await StartTlsAsync(tls);
                await HelloAsync(ownName);
            }
        }

        if (credentials is not null) await LogInAsync(credentials);
    }

    /// <summary>Sends one message to recipients.</summary>
    /// <returns>A status for each, in their order.</returns>
    /// <exception cref="LinkException">The connection was lost in between: nobody is known to have it.</exception>
    public async Task<TransactionResult> SendAsync(OutboundJob job, IReadOnlyList<QueuedRecipient> recipients, OutgoingContent content, DateTimeOffset now)
    {
        var statuses = new DeliveryStatus[recipients.Count];
        if (Prepare(job, recipients, content, now, out var body, out var parameters, out var octets) is { } unfit)
        {
            statuses.AsSpan().Fill(unfit);
            return new(statuses, false);
        }

        Messages++;
        var chunk = Features.Chunking && (content.HasCleanLines || octets);
        // A refused message whose content went along costs its octets: small ones only.
        var whole = chunk && Features.Pipelining && content.Length <= 64 * 1024;
        var limit = options.CommandTimeout;
        link.Write($"MAIL FROM:<{job.Sender}>{parameters}\r\n");
        if (!Features.Pipelining)
        {
            await link.FlushAsync(limit);
            var answer = await link.ReadAsync(limit);
            if (!answer.IsPositive) return await EndAsync(statuses, answer);
        }

        var accepted = 0;
        ClientReply? closing = null;
        for (var i = 0; i < recipients.Count; i++)
        {
            link.Write($"RCPT TO:<{recipients[i].Address}>{ParametersOf(job, recipients[i])}\r\n");
            if (Features.Pipelining) continue;
            await link.FlushAsync(limit);
            Take(await link.ReadAsync(limit), i);
        }

        if (Features.Pipelining)
        {
            if (whole) await content.SendChunkAsync(link, body, options.BlockTimeout);
            else if (!chunk) link.Write("DATA\r\n"u8);
            await link.FlushAsync(limit);
            var mail = await link.ReadAsync(limit);
            for (var i = 0; i < recipients.Count; i++) Take(await link.ReadAsync(limit), i);
            if (!mail.IsPositive)
            {
                accepted = 0;
                statuses.AsSpan().Fill(StatusOf(mail));
            }
        }

        if (whole) return await FinishAsync(statuses, accepted);
        if (accepted == 0 && (chunk || !Features.Pipelining)) return await EndAsync(statuses, closing);
        if (chunk)
        {
            await content.SendChunkAsync(link, body, options.BlockTimeout);
            return await FinishAsync(statuses, accepted);
        }

        if (!Features.Pipelining)
        {
            link.Write("DATA\r\n"u8);
            await link.FlushAsync(limit);
        }

        var go = await link.ReadAsync(options.DataTimeout);
        if (go.Code != 354)
        {
            if (accepted > 0) FillAccepted(statuses, StatusOf(go));
            return await EndAsync(statuses, go, mustReset: accepted > 0);
        }

        if (accepted == 0)
        {
            // Nobody to send it to, and the server waits for it: RFC 2920 3.1 asks for an empty message.
            link.Write(".\r\n"u8);
            await link.FlushAsync(options.BlockTimeout);
            await link.ReadAsync(options.EndTimeout);
            return new(statuses, Features.Dsn);
        }

        await content.SendDataAsync(link, body, options.BlockTimeout);
        return await FinishAsync(statuses, accepted);

        void Take(ClientReply reply, int index)
        {
            if (reply.Closes) closing = reply;
            if (reply.IsPositive) accepted++;
            // RFC 5321 4.5.3.1.10: 552 behind others that were taken is an old server's "too many recipients".
            else statuses[index] = reply is { Code: 552 } && accepted > 0 && StatusOf(reply) is { Code: "5.0.0" or "5.5.3" } many ? new(452, "4.5.3", many.Text) : StatusOf(reply);
        }
    }

    /// <summary>Whether a recipient of the domain may be named over this connection: with RCPTDOMAINMAX, one of so many domains.</summary>
    public bool MayName(string domain)
    {
        if (Features.MaximumDomains == 0 || domains.Contains(domain)) return true;
        return domains.Count < Features.MaximumDomains && domains.Add(domain);
    }

    /// <summary>Says goodbye, if the other side still listens.</summary>
    public async Task QuitAsync()
    {
        try
        {
            link.Write("QUIT\r\n"u8);
            await link.FlushAsync(TimeSpan.FromSeconds(5));
            await link.ReadAsync(TimeSpan.FromSeconds(5));
        }
        catch (Exception e) when (e is LinkException or OperationCanceledException)
        {
            // It is over either way.
        }
    }

    public ValueTask DisposeAsync() => link.DisposeAsync();

    /// <summary>4xx and 5xx as they are; anything else that is no answer to the question is for another time.</summary>
    private static DeliveryStatus StatusOf(ClientReply reply) => reply.Code >= 400 ? reply.ToStatus() : new(451, "4.5.0", $"The server answered out of turn: {reply.ToStatus()}");

    private static LinkException Refused(ClientReply reply, string code) => new(code, $"The server takes no mail now: {reply.ToStatus()}");

    private async Task<TransactionResult> FinishAsync(DeliveryStatus[] statuses, int accepted)
    {
        var reply = await link.ReadAsync(options.EndTimeout);
        if (reply.Closes) IsSpent = true;
        if (accepted > 0) FillAccepted(statuses, reply.IsPositive ? reply.ToStatus() : StatusOf(reply));
        return new(statuses, Features.Dsn);
    }

    private static void FillAccepted(DeliveryStatus[] statuses, DeliveryStatus status)
    {
        for (var i = 0; i < statuses.Length; i++) statuses[i] ??= status;
    }

    /// <summary>The transaction is over before any content: the server is told, where it has begun one.</summary>
    private async Task<TransactionResult> EndAsync(DeliveryStatus[] statuses, ClientReply? reply, bool mustReset = true)
    {
        if (reply is not null) FillAccepted(statuses, StatusOf(reply));
        if (reply is { Closes: true })
        {
            IsSpent = true;
        }
        else if (mustReset)
        {
            link.Write("RSET\r\n"u8);
            await link.FlushAsync(options.CommandTimeout);
            if ((await link.ReadAsync(options.CommandTimeout)).Closes) IsSpent = true;
        }

        return new(statuses, Features.Dsn);
    }

    /// <summary>What the message needs and the server lacks is told to the sender, or done without where nothing is lost. Null when it can go.</summary>
    private DeliveryStatus? Prepare(OutboundJob job, IReadOnlyList<QueuedRecipient> recipients, OutgoingContent content, DateTimeOffset now, out ReadOnlyMemory<byte> body, out string parameters, out bool octets)
    {
        octets = content.IsBinary && Features is { BinaryMime: true, Chunking: true };
        body = content.Body;
        parameters = "";
        if (Features.MaximumSize > 0 && content.Length > Features.MaximumSize) return new(552, "5.3.4", "The message is larger than the recipient's server takes.");
        var international = content.HasEightBitHeader || !Ascii.IsValid(job.Sender) || recipients.Any(r => !Ascii.IsValid(r.Address));
        if (international && !Features.SmtpUtf8) return new(553, "5.6.7", "The recipient's server does not take addresses or headers beyond ASCII.");
        // RFC 8689 5: a report on such a message is protected where it can be, and not lost where it cannot.
        var promises = Features.RequireTls && link.IsTls;
        if (job.Message is { Tls: TlsDemand.Required, Sender.Length: > 0 } && !promises) return new(550, "5.7.30", "The message requires TLS all the way, and the recipient's server does not promise that.");
        var by = job.Message.DeliverBy;
        var secondsLeft = by?.SecondsLeft(now) ?? 0;
        if (by is { Returns: true })
        {
            // RFC 2852 4.1.4.1; 7: no other host is looked for that would promise it.
            if (secondsLeft <= 0) return DeliveryStatus.NotInTime;
            if (!Features.DeliverBy) return new(550, "5.3.3", "The message is to be delivered by a certain time or returned, and the recipient's server does not promise that.");
            if (secondsLeft < Features.MinimumByTime) return new(550, "5.3.3", "The message is to be delivered sooner or returned than the recipient's server promises.");
        }

        var eightBit = content.IsEightBit && !octets;
        if (content.IsBinary && !octets)
        {
            if (content.WithoutOctets() is not { } converted) return new(554, "5.6.3", "The recipient's server takes lines only, and the message cannot be converted without breaking it.");
            body = converted;
            eightBit = false;
        }
        else if (eightBit && !Features.EightBitMime)
        {
            if (content.ToSevenBit() is not { } encoded) return new(554, "5.6.3", "The recipient's server takes seven bits only, and the message cannot be converted without breaking it.");
            body = encoded;
            eightBit = false;
        }

        var text = new StringBuilder();
        if (Features.Size) text.Append(CultureInfo.InvariantCulture, $" SIZE={content.Length}");
        if (octets) text.Append(" BODY=BINARYMIME");
        else if (eightBit) text.Append(" BODY=8BITMIME");
        if (job.Message.Tls == TlsDemand.Required && promises) text.Append(" REQUIRETLS");
        if (by is not null && Features.DeliverBy) text.Append(CultureInfo.InvariantCulture, $" BY={secondsLeft};{(by.Returns ? 'R' : 'N')}{(by.Traces ? "T" : "")}");
        if (international) text.Append(" SMTPUTF8");
        if (Features.Dsn)
        {
            if (job.Message.Return is { } returned) text.Append(" RET=").Append(returned);
            if (job.Message.EnvelopeId is { } id) text.Append(" ENVID=").Append(id);
        }

        parameters = text.ToString();
        return null;
    }

    private string ParametersOf(OutboundJob job, QueuedRecipient recipient)
    {
        if (!Features.Dsn) return "";
        // RFC 2852 4.1.4.2: a server that cannot be told until when can at least tell of a delay.
        var wanted = recipient.Notify;
        if (job.Message.DeliverBy is { Returns: false } && !Features.DeliverBy)
            wanted = wanted is null ? "FAILURE,DELAY" : wanted.Contains("NEVER", StringComparison.OrdinalIgnoreCase) || wanted.Contains("DELAY", StringComparison.OrdinalIgnoreCase) ? wanted : wanted + ",DELAY";
        var notify = wanted is null ? "" : " NOTIFY=" + wanted;
        // Said once, the original address goes all the way: RFC 3461 5.2.1. In eight bits it is for servers that take such.
        var original = recipient.OriginalRecipient is { } known ? OriginalRecipients.ParameterOf(known) : recipient.Notify is null ? null : OriginalRecipients.Encode(recipient.Address);
        return original is null || (!Features.SmtpUtf8 && !Ascii.IsValid(original)) ? notify : $"{notify} ORCPT={original}";
    }

    private async Task HelloAsync(string ownName)
    {
        link.Write($"EHLO {ownName}\r\n");
        await link.FlushAsync(options.CommandTimeout);
        var reply = await link.ReadAsync(options.CommandTimeout);
        if (reply.IsPositive)
        {
            Features = ServerFeatures.Read(reply);
            return;
        }

        if (reply.Code is not (500 or 502 or 504 or 550)) throw Refused(reply, "4.3.2");
        Features = ServerFeatures.None;
        link.Write($"HELO {ownName}\r\n");
        await link.FlushAsync(options.CommandTimeout);
        var plain = await link.ReadAsync(options.CommandTimeout);
        if (!plain.IsPositive) throw Refused(plain, "4.3.2");
    }

    private async Task StartTlsAsync(TlsPlan tls)
    {
        link.Write("STARTTLS\r\n"u8);
        await link.FlushAsync(options.CommandTimeout);
        var reply = await link.ReadAsync(options.CommandTimeout);
        try
        {
            if (reply.Code != 220) throw new LinkException("4.7.5", $"The server offers TLS and refuses it: {reply.ToStatus()}");
            await link.StartTlsAsync(tls.Options!, options.ConnectTimeout);
        }
        catch (LinkException e) when (!tls.Required)
        {
            throw new TlsLostException(e);
        }
    }

    private async Task LogInAsync(ClientCredentials credentials)
    {
        // A password goes over TLS, or stays on this machine.
        if (!link.IsTls && !IPAddress.IsLoopback(endPoint.Address)) throw new LinkException("4.7.0", "The log-in needs TLS.");
        ClientReply reply;
        if (Features.Mechanisms.Contains("PLAIN"))
        {
            link.Write("AUTH PLAIN " + Convert.ToBase64String(Encoding.UTF8.GetBytes($"\0{credentials.User}\0{credentials.Password}")) + "\r\n");
            await link.FlushAsync(options.CommandTimeout);
            reply = await link.ReadAsync(options.CommandTimeout);
        }
        else if (Features.Mechanisms.Contains("LOGIN"))
        {
            link.Write("AUTH LOGIN\r\n"u8);
            reply = null!;
            foreach (var answer in (string[])["", credentials.User, credentials.Password])
            {
                if (answer.Length > 0) link.Write(Convert.ToBase64String(Encoding.UTF8.GetBytes(answer)) + "\r\n");
                await link.FlushAsync(options.CommandTimeout);
                reply = await link.ReadAsync(options.CommandTimeout);
                if (reply.Code != 334) break;
            }
        }
        else
        {
            throw new LinkException("4.7.0", "The server offers no log-in that is known here (PLAIN, LOGIN).");
        }

        // The account may be mended: nobody's mail fails for it before its time.
        if (reply.Code != 235) throw new LinkException("4.7.8", $"The log-in was refused: {reply.ToStatus()}");
    }
}

/// <summary>What became of a transaction.</summary>
/// <param name="Statuses">For each recipient, in order.</param>
/// <param name="TakesNotifications">The server was told what the sender wants to hear.</param>
internal sealed record TransactionResult(DeliveryStatus[] Statuses, bool TakesNotifications);

/// <summary>TLS was offered and did not come up; the server may be asked again without.</summary>
internal sealed class TlsLostException(LinkException inner) : Exception(inner.Message, inner)
{
    public DeliveryStatus Status => ((LinkException)InnerException!).Status;
}
