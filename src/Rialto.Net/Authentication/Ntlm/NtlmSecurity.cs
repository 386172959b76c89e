// [MS-NLMP] 3.4.2 to 3.4.4.2 (signatures and sealing, with extended session security and without), 2.2.2.9 (NTLMSSP_MESSAGE_SIGNATURE).
using System.Buffers.Binary;
using System.Security.Cryptography;

namespace Rialto.Net;

/// <summary>
/// What protects the messages of a session after NTLM: signatures and sealing, each direction with its own keys and sequence numbers. Without extended session security there is one cipher
/// and one row of numbers for both, and the two sides have to take turns. Messages have to come in order; not thread-safe.
/// </summary>
internal sealed class NtlmSecurity
{
    /// <summary>Octets of a signature.</summary>
    public const int SignatureLength = 16;

    private readonly ISide sending;
    private readonly ISide receiving;

    /// <param name="exported">The session key that both have.</param>
    /// <param name="flags">What was agreed on.</param>
    /// <param name="client">The client's side; else the server's.</param>
    public NtlmSecurity(ReadOnlySpan<byte> exported, NtlmFlags flags, bool client = false)
    {
        Flags = flags;
        SessionKey = exported.ToArray();
        if ((flags & NtlmFlags.ExtendedSessionSecurity) == 0)
        {
            sending = receiving = new BothWays(exported);
            return;
        }

        sending = new OneWay(exported, flags, client);
        receiving = new OneWay(exported, flags, !client);
    }

    public NtlmFlags Flags { get; }

    /// <summary>ExportedSessionKey: 16 octets.</summary>
    public byte[] SessionKey { get; }

    /// <summary>Whether messages are signed at all.</summary>
    public bool Signs => (Flags & (NtlmFlags.Sign | NtlmFlags.Seal)) != 0;

    /// <summary>Whether they may be sealed.</summary>
    public bool Seals => (Flags & NtlmFlags.Seal) != 0;

    /// <summary>GSS_GetMIC.</summary>
    public void Sign(ReadOnlySpan<byte> message, Span<byte> signature) => sending.Sign(message, signature);

    /// <summary>GSS_VerifyMIC.</summary>
    public bool Verify(ReadOnlySpan<byte> message, ReadOnlySpan<byte> signature) => receiving.Verify(message, signature);

    /// <summary>GSS_Wrap with confidentiality, in place.</summary>
    public void Seal(Span<byte> message, Span<byte> signature) => sending.Seal(message, signature);

    /// <summary>GSS_Unwrap with confidentiality, in place; false: the message is not the peer's, and the session is over.</summary>
    public bool Unseal(Span<byte> message, ReadOnlySpan<byte> signature) => receiving.Unseal(message, signature);

    /// <summary>After SPNEGO's integrity code the ciphers begin anew; sequence numbers go on. [MS-SPNG] 3.3.5.1.</summary>
    public void ResetCiphers()
    {
        sending.ResetCipher();
        if (receiving != sending) receiving.ResetCipher();
    }

    private interface ISide
    {
        void ResetCipher();

        void Sign(ReadOnlySpan<byte> message, Span<byte> signature);

        void Seal(Span<byte> message, Span<byte> signature);

        bool Verify(ReadOnlySpan<byte> message, ReadOnlySpan<byte> signature);

        bool Unseal(Span<byte> message, ReadOnlySpan<byte> signature);
    }

    /// <summary>
    /// Without extended session security (3.4.4.1): a CRC under the one cipher of the session. Who can alter a message may alter its checksum to fit; it is for clients that know no other, and
    /// inside TLS.
    /// </summary>
    private sealed class BothWays : ISide
    {
        // 3.4.5.3: without a key made of the LM hash, which no side has here, the sealing key is the session's.
        private readonly byte[] sealKey;
        private Rc4 cipher;
        private uint sequence;

        public BothWays(ReadOnlySpan<byte> exported)
        {
            sealKey = exported.ToArray();
            cipher = new(sealKey);
        }

        public void ResetCipher() => cipher = new(sealKey);

        public void Sign(ReadOnlySpan<byte> message, Span<byte> signature) => Finish(NtlmCryptography.Crc32(message), signature);

        public void Seal(Span<byte> message, Span<byte> signature)
        {
            var checksum = NtlmCryptography.Crc32(message);
            cipher.Transform(message);
            Finish(checksum, signature);
        }

        public bool Verify(ReadOnlySpan<byte> message, ReadOnlySpan<byte> signature)
        {
            Span<byte> expected = stackalloc byte[SignatureLength];
            Sign(message, expected);

            // What the pad holds is the sender's affair; some leave it zero.
            return signature.Length == SignatureLength && CryptographicOperations.FixedTimeEquals(expected[..4], signature[..4]) && CryptographicOperations.FixedTimeEquals(expected[8..], signature[8..]);
        }

        public bool Unseal(Span<byte> message, ReadOnlySpan<byte> signature)
        {
            cipher.Transform(message);
            return Verify(message, signature);
        }

        /// <summary>Version, pad, checksum, number; all but the first encrypted.</summary>
        private void Finish(uint checksum, Span<byte> signature)
        {
            BinaryPrimitives.WriteUInt32LittleEndian(signature, 1);
            BinaryPrimitives.WriteUInt32LittleEndian(signature[4..], 0);
            BinaryPrimitives.WriteUInt32LittleEndian(signature[8..], checksum);
            BinaryPrimitives.WriteUInt32LittleEndian(signature[12..], sequence++);
            cipher.Transform(signature[4..SignatureLength]);
        }
    }

    /// <summary>One way that messages go, with extended session security.</summary>
    private sealed class OneWay(ReadOnlySpan<byte> exported, NtlmFlags flags, bool client) : ISide
    {
        private readonly byte[] signKey = NtlmCryptography.SignKey(exported, client);
        private readonly byte[] sealKey = NtlmCryptography.SealKey(exported, flags, client);
        private Rc4 cipher = new(NtlmCryptography.SealKey(exported, flags, client));
        private readonly bool encryptsChecksum = (flags & NtlmFlags.KeyExchange) != 0;
        private uint sequence;

        public void ResetCipher() => cipher = new(sealKey);

        public void Sign(ReadOnlySpan<byte> message, Span<byte> signature)
        {
            Span<byte> number = stackalloc byte[4];
            BinaryPrimitives.WriteUInt32LittleEndian(number, sequence++);
            var checksum = NtlmCryptography.Hmac(signKey, number, message).AsSpan(0, 8);
            Finish(checksum, number, signature);
        }

        public void Seal(Span<byte> message, Span<byte> signature)
        {
            // The checksum is of the plain text, and is encrypted after it.
            Span<byte> number = stackalloc byte[4];
            BinaryPrimitives.WriteUInt32LittleEndian(number, sequence++);
            var checksum = NtlmCryptography.Hmac(signKey, number, message).AsSpan(0, 8);
            cipher.Transform(message);
            Finish(checksum, number, signature);
        }

        public bool Verify(ReadOnlySpan<byte> message, ReadOnlySpan<byte> signature)
        {
            Span<byte> expected = stackalloc byte[SignatureLength];
            Sign(message, expected);
            return CryptographicOperations.FixedTimeEquals(expected, signature);
        }

        public bool Unseal(Span<byte> message, ReadOnlySpan<byte> signature)
        {
            cipher.Transform(message);
            return Verify(message, signature);
        }

        private void Finish(Span<byte> checksum, ReadOnlySpan<byte> number, Span<byte> signature)
        {
            if (encryptsChecksum) cipher.Transform(checksum);
            BinaryPrimitives.WriteUInt32LittleEndian(signature, 1);
            checksum.CopyTo(signature[4..]);
            number.CopyTo(signature[12..]);
        }
    }
}
