// RFC 4422 3.7 (security layers), RFC 4752 3.1 (of GSSAPI), RFC 2743 2.3 (GSS_Wrap, GSS_Unwrap), [MS-NLMP] 3.4.6, 3.4.7 (the same for NTLM), [MS-ADTS] 5.1.2.1.
namespace Rialto.Net;

/// <summary>What a SASL mechanism protects a connection with from its success on: signed messages, or sealed ones, in order. Whoever holds it disposes of it.</summary>
public abstract class SaslLayer : IDisposable
{
    /// <summary>Octets that protection adds at most: Kerberos with its largest cipher about 80.</summary>
    private protected const int Overhead = 128;

    private protected SaslLayer(bool seals, int maxPlain)
    {
        Seals = seals;
        MaxPlain = maxPlain;
    }

    /// <summary>Whether messages are hidden too, not only signed.</summary>
    public bool Seals { get; }

    /// <summary>Octets that may be wrapped at once: the client said how much it takes.</summary>
    internal int MaxPlain { get; }

    /// <summary>The protected form; null: the context is of no use any more.</summary>
    internal abstract byte[]? Wrap(ReadOnlySpan<byte> plain);

    /// <summary>What was protected; null: it is not the client's, and the connection is over.</summary>
    internal abstract byte[]? Unwrap(ReadOnlySpan<byte> message);

    /// <inheritdoc/>
    public abstract void Dispose();
}

/// <summary>The messages of a Kerberos context.</summary>
internal sealed class KerberosLayer(KerberosAcceptor acceptor, bool seals, int maxMessage) : SaslLayer(seals, Math.Max(1, maxMessage - Overhead))
{
    internal override byte[]? Wrap(ReadOnlySpan<byte> plain) => acceptor.Wrap(plain, Seals);

    internal override byte[]? Unwrap(ReadOnlySpan<byte> message) => acceptor.Unwrap(message, Seals);

    public override void Dispose() => acceptor.Dispose();
}

/// <summary>The messages of an NTLM session: the signature, then the message.</summary>
internal sealed class NtlmLayer(NtlmSecurity security, int maxMessage) : SaslLayer(security.Seals, maxMessage - Overhead)
{
    internal override byte[] Wrap(ReadOnlySpan<byte> plain)
    {
        var message = new byte[NtlmSecurity.SignatureLength + plain.Length];
        var body = message.AsSpan(NtlmSecurity.SignatureLength);
        plain.CopyTo(body);
        if (Seals) security.Seal(body, message);
        else security.Sign(body, message);
        return message;
    }

    internal override byte[]? Unwrap(ReadOnlySpan<byte> message)
    {
        if (message.Length < NtlmSecurity.SignatureLength) return null;
        var plain = message[NtlmSecurity.SignatureLength..].ToArray();
        var signature = message[..NtlmSecurity.SignatureLength];
        return (Seals ? security.Unseal(plain, signature) : security.Verify(plain, signature)) ? plain : null;
    }

    public override void Dispose()
    {
        // Nothing is held but memory.
    }
}
