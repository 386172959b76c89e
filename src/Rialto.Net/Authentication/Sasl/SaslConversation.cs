// RFC 4422 3 (exchange), RFC 4648 4 (base64), RFC 4954 4, RFC 4959 3 and RFC 5034 4 (initial response).
using System.Buffers;
using System.Buffers.Text;
using System.Net;
using Rialto.Directory;

namespace Rialto.Net;

/// <summary>Where somebody logs in.</summary>
/// <param name="Protocol">For logs, counters and what is offered: <c>imap</c>, <c>pop3</c>, <c>smtp</c>, <c>ldap</c>.</param>
/// <param name="Remote">Where it comes from; null for none.</param>
/// <param name="Bindings">What ties it to the TLS connection; null without TLS.</param>
/// <param name="Closed">Cancelled when the connection is gone.</param>
public sealed record SaslContext(string Protocol, IPEndPoint? Remote, ChannelBindings? Bindings, CancellationToken Closed)
{
    /// <summary>
    /// Whether the protocol protects its messages by security layers: LDAP, whose clients ask for them without TLS and with it. Mail programs have TLS.
    /// </summary>
    internal bool TakesLayers => Protocol == "ldap";

    /// <summary>The context of a connection.</summary>
    public static SaslContext Of(SessionTransport transport, string protocol) => new(protocol, transport.RemoteEndPoint, transport.ChannelBindings, transport.Closed);
}

/// <summary>Where a conversation stands.</summary>
public enum SaslOutcome
{
    /// <summary>Send <see cref="SaslAnswer.Challenge"/> as the protocol does, and hand the next line to <see cref="SaslConversation.StepAsync"/>.</summary>
    Challenge,

    /// <summary>Somebody is logged in: see <see cref="SaslAnswer.Result"/>.</summary>
    Success,

    /// <summary>Nobody is; clients are not told why.</summary>
    Refused,

    /// <summary>It may go well later.</summary>
    Temporary,

    /// <summary>The client gave up with <c>*</c>.</summary>
    Cancelled,

    /// <summary>Not base64, too long, or not what the mechanism says.</summary>
    Malformed,
}

/// <summary>A step's answer.</summary>
/// <param name="Outcome">Where the conversation stands.</param>
/// <param name="Octets">What to send, for a challenge.</param>
/// <param name="Result">Who it is or why not, once that is decided.</param>
/// <param name="Login">The name that was given, for logs.</param>
/// <param name="AuthorisationId">Whom the client wants to act as; empty: itself.</param>
/// <param name="Layer">What protects the connection from the success on; null for nothing. Only where <see cref="SaslContext.TakesLayers"/>.</param>
/// <param name="Mechanism">Once it is decided, for logs: the mechanism, or the protocol's own command.</param>
public readonly record struct SaslAnswer(
    SaslOutcome Outcome, byte[]? Octets = null, AuthenticationResult Result = default, string Login = "", string AuthorisationId = "", SaslLayer? Layer = null, string Mechanism = "")
{
    /// <summary>What to send in base64, after <c>334 </c> or <c>+ </c>; may be empty.</summary>
    public string Challenge => Octets is null ? "" : Convert.ToBase64String(Octets);

    /// <summary>What an outcome of the authenticator is in SASL.</summary>
    internal static SaslAnswer Of(AuthenticationResult result, string login, string authorisationId) =>
        new(result.IsSuccess ? SaslOutcome.Success : result.IsTemporary ? SaslOutcome.Temporary : SaslOutcome.Refused, null, result, login, authorisationId);
}

/// <summary>The server's side of one SASL exchange, as SMTP AUTH, IMAP AUTHENTICATE and POP3 AUTH carry it (lines of base64), or LDAP (octets). Bad input ends this exchange alone.</summary>
public abstract class SaslConversation
{
    /// <summary>Octets of a base64 line: the largest Kerberos ticket that the protocols' own lines let through.</summary>
    private const int MaxLine = 128 * 1024;

    private bool ended;

    private protected SaslConversation(AuthenticationService service, SaslContext context)
    {
        Service = service;
        Context = context;
    }

    private protected AuthenticationService Service { get; }

    private protected SaslContext Context { get; }

    /// <summary>Octets of a base64 line that this mechanism has use for.</summary>
    private protected virtual int MaxLength => MaxLine;

    /// <summary>The mechanism's registered name.</summary>
    public string Mechanism { get; internal set; } = "";

    internal static bool IsKnown(string mechanism) => mechanism is "PLAIN" or "LOGIN" or "SCRAM-SHA-256" or "SCRAM-SHA-256-PLUS" or "NTLM" or "GSSAPI" or "OAUTHBEARER" or "XOAUTH2";

    /// <summary>The first step, with the initial response as it stands in the command: base64, <c>=</c> for an empty one, or nothing for none.</summary>
    public ValueTask<SaslAnswer> BeginAsync(ReadOnlyMemory<byte> initialResponse) =>
        initialResponse.IsEmpty ? Guarded(OpenAsync()) : initialResponse.Span.SequenceEqual("="u8) ? AnswerAsync(ReadOnlyMemory<byte>.Empty) : StepAsync(initialResponse);

    /// <summary>The next step, with a line of the client without its CRLF.</summary>
    public ValueTask<SaslAnswer> StepAsync(ReadOnlyMemory<byte> line)
    {
        var text = line.Span;

        // Clients of [MS-OXIMAP4] 2.2.1 put a space after it.
        if (text.SequenceEqual("*"u8) || text.SequenceEqual("* "u8)) return End(new(SaslOutcome.Cancelled));

        // The decoder skips white space; on the wire there is none.
        if (text.Length > MaxLength || text.Length % 4 != 0 || text.IndexOfAny(" \t\r\n"u8) >= 0) return End(new(SaslOutcome.Malformed));
        var octets = new byte[Base64.GetMaxDecodedFromUtf8Length(text.Length)];
        return Base64.DecodeFromUtf8(text, octets, out _, out var length) == OperationStatus.Done ? AnswerAsync(octets.AsMemory(0, length)) : End(new(SaslOutcome.Malformed));
    }

    /// <summary>The next step, with the octets themselves.</summary>
    public ValueTask<SaslAnswer> AnswerAsync(ReadOnlyMemory<byte> octets) => ended ? new(new SaslAnswer(SaslOutcome.Malformed)) : Guarded(ReadAsync(octets));

    /// <summary>What the server says before it has heard anything: nothing, for mechanisms in which the client begins.</summary>
    private protected virtual ValueTask<SaslAnswer> OpenAsync() => new(new SaslAnswer(SaslOutcome.Challenge, []));

    private protected abstract ValueTask<SaslAnswer> ReadAsync(ReadOnlyMemory<byte> octets);

    private async ValueTask<SaslAnswer> Guarded(ValueTask<SaslAnswer> step)
    {
        var answer = await step;
        ended = answer.Outcome != SaslOutcome.Challenge;
        return ended ? answer with { Mechanism = Mechanism } : answer;
    }

    private ValueTask<SaslAnswer> End(SaslAnswer answer)
    {
        ended = true;
        return new(answer);
    }
}
