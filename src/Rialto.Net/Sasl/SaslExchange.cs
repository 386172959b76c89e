// RFC 4422 3 (exchange), RFC 4616 (PLAIN), draft-murchison-sasl-login (LOGIN), RFC 4648 4 (base64), RFC 4954 4 and RFC 4959 3 (initial response).
using System.Buffers;
using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;

namespace Rialto.Net;

/// <summary>Where a SASL exchange stands.</summary>
public enum SaslStatus
{
    /// <summary>Send <see cref="SaslStep.Challenge"/> as the protocol does, and hand the next line to <see cref="SaslExchange.Continue"/>.</summary>
    Challenge,

    /// <summary>Name and password are known: authenticate.</summary>
    Credentials,

    /// <summary>The client gave up with <c>*</c>.</summary>
    Cancelled,

    /// <summary>Not base64, too long, or not what the mechanism says.</summary>
    Malformed,
}

/// <summary>A step's result.</summary>
/// <param name="Status">Where the exchange stands.</param>
/// <param name="Challenge">In base64, to be sent after <c>334 </c> or <c>+ </c>; may be empty.</param>
/// <param name="Login">The name that logs in.</param>
/// <param name="Password">Its password.</param>
/// <param name="AuthorisationId">Whom the client wants to act as; empty: itself. A server that knows no proxying refuses any other than the login's own account.</param>
public readonly record struct SaslStep(SaslStatus Status, string Challenge = "", string Login = "", string Password = "", string AuthorisationId = "")
{
    /// <summary>Without the password.</summary>
    public override string ToString() => $"{Status} {Login}";
}

/// <summary>The server's side of SASL PLAIN or LOGIN, as SMTP AUTH, IMAP AUTHENTICATE and POP3 AUTH carry it: lines of base64.</summary>
public sealed class SaslExchange
{
    /// <summary>Octets of a base64 line: RFC 4616 gives 255 octets to each of three parts, and a password may be 512 characters.</summary>
    public const int MaxLine = 4_096;

    private static readonly UTF8Encoding Strict = new(false, throwOnInvalidBytes: true);

    private readonly bool isPlain;
    private string? login;

    private SaslExchange(bool isPlain) => this.isPlain = isPlain;

    /// <summary>The mechanisms' names, in the order to be offered.</summary>
    public static IReadOnlyList<string> Mechanisms { get; } = ["PLAIN", "LOGIN"];

    /// <summary>Begins an exchange; null when the mechanism is not known. The name ignores case.</summary>
    public static SaslExchange? For(ReadOnlySpan<byte> mechanism)
    {
        if (Ascii.EqualsIgnoreCase(mechanism, "PLAIN"u8)) return new(true);
        if (Ascii.EqualsIgnoreCase(mechanism, "LOGIN"u8)) return new(false);
        return null;
    }

    /// <summary>The first step, without an initial response.</summary>
    public SaslStep Begin() => isPlain ? new(SaslStatus.Challenge) : new(SaslStatus.Challenge, "VXNlcm5hbWU6");

    /// <summary>The first step, with an initial response as it stands in the command: base64, or <c>=</c> for an empty one.</summary>
    public SaslStep Begin(ReadOnlySpan<byte> initialResponse)
    {
        if (initialResponse.SequenceEqual("="u8)) return Answer([]);
        return initialResponse.IsEmpty ? Begin() : Continue(initialResponse);
    }

    /// <summary>The next step, with a line of the client without its CRLF.</summary>
    public SaslStep Continue(ReadOnlySpan<byte> line)
    {
        if (line.SequenceEqual("*"u8)) return new(SaslStatus.Cancelled);
        if (line.Length > MaxLine || line.Length % 4 != 0) return new(SaslStatus.Malformed);

        var buffer = ArrayPool<byte>.Shared.Rent(Base64.GetMaxDecodedFromUtf8Length(line.Length) + 1);
        try
        {
            // The decoder skips white space; on the wire there is none.
            if (line.IndexOfAny(" \t\r\n"u8) >= 0) return new(SaslStatus.Malformed);
            if (Base64.DecodeFromUtf8(line, buffer, out _, out var length) != OperationStatus.Done) return new(SaslStatus.Malformed);
            return Answer(buffer.AsSpan(0, length));
        }
        finally
        {
            CryptographicOperations.ZeroMemory(buffer);
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    /// <summary>The next step, with the octets themselves.</summary>
    public SaslStep Answer(ReadOnlySpan<byte> octets) => isPlain ? AnswerPlain(octets) : AnswerLogin(octets);

    /// <summary>message = [authzid] NUL authcid NUL passwd</summary>
    private static SaslStep AnswerPlain(ReadOnlySpan<byte> octets)
    {
        var first = octets.IndexOf((byte)0);
        if (first < 0) return new(SaslStatus.Malformed);
        var rest = octets[(first + 1)..];
        var second = rest.IndexOf((byte)0);
        if (second < 1 || rest[(second + 1)..].Contains((byte)0)) return new(SaslStatus.Malformed);
        return Text(octets[..first]) is { } authorisation && Text(rest[..second]) is { } name && Text(rest[(second + 1)..]) is { } password
            ? new(SaslStatus.Credentials, "", name, password, authorisation)
            : new(SaslStatus.Malformed);
    }

    private SaslStep AnswerLogin(ReadOnlySpan<byte> octets)
    {
        if (Text(octets) is not { } text || text.Contains('\0', StringComparison.Ordinal)) return new(SaslStatus.Malformed);
        if (login is not null) return new(SaslStatus.Credentials, "", login, text);
        if (text.Length == 0) return new(SaslStatus.Malformed);
        login = text;
        return new(SaslStatus.Challenge, "UGFzc3dvcmQ6");
    }

    private static string? Text(ReadOnlySpan<byte> octets)
    {
        try
        {
            return Strict.GetString(octets);
        }
        catch (DecoderFallbackException)
        {
            return null;
        }
    }
}
