// [MS-NLMP] 3.2.5.1.1 (NEGOTIATE_MESSAGE received), 3.2.5.1.2 (AUTHENTICATE_MESSAGE received), 3.3.1 (NTLMv1), 3.3.2 (NTLMv2), 3.4.5.1 (KXKEY).
using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;

namespace Rialto.Net;

/// <summary>What a server calls itself in NTLM.</summary>
/// <param name="NetBiosComputer">At most 15 characters.</param>
/// <param name="NetBiosDomain">The domain's short name.</param>
/// <param name="DnsComputer">The host's whole name.</param>
/// <param name="DnsDomain">The domain's whole name.</param>
internal sealed record NtlmNames(string NetBiosComputer, string NetBiosDomain, string DnsComputer, string DnsDomain);

/// <summary>
/// The server's side of one NTLM exchange: challenge, then proof. The responses of version 1, and LMv2's alone, are looked at only where the limits allow it, those of LM never; there is no
/// guest and nobody anonymous.
/// </summary>
internal sealed class NtlmServer(NtlmNames names, NegotiateLimits limits, TimeProvider time)
{
    private const NtlmFlags Offered =
        NtlmFlags.Unicode | NtlmFlags.Oem | NtlmFlags.RequestTarget | NtlmFlags.Sign | NtlmFlags.Seal | NtlmFlags.Ntlm | NtlmFlags.AlwaysSign | NtlmFlags.ExtendedSessionSecurity
        | NtlmFlags.Version | NtlmFlags.Key128 | NtlmFlags.KeyExchange | NtlmFlags.Key56;

    private readonly byte[] challenge = RandomNumberGenerator.GetBytes(8);
    private byte[] negotiate = [];
    private byte[] sent = [];
    private NtlmFlags flags;
    private bool answered;

    /// <summary>With a challenge of the caller's, for the examples of the specification.</summary>
    internal NtlmServer(NtlmNames names, NegotiateLimits limits, TimeProvider time, ReadOnlySpan<byte> challenge)
        : this(names, limits, time) => challenge.CopyTo(this.challenge);

    /// <summary>Whether what version 1 knows is strong enough here.</summary>
    internal bool AllowsVersion1 => limits.AllowVersion1;

    /// <summary>Whether a challenge was sent: the next message is the proof.</summary>
    public bool IsChallenged => sent.Length > 0;

    /// <summary>The challenge for a client's first message; null when that is none.</summary>
    public byte[]? Challenge(ReadOnlySpan<byte> message)
    {
        if (IsChallenged || message.Length > NtlmMessages.MaxLength || !NtlmMessages.TryReadNegotiate(message, out var asked)) return null;
        flags = (asked & Offered) | NtlmFlags.Ntlm | NtlmFlags.AlwaysSign | NtlmFlags.TargetInfo | NtlmFlags.RequestTarget | NtlmFlags.TargetTypeDomain;
        if ((flags & NtlmFlags.Unicode) != 0) flags &= ~NtlmFlags.Oem;
        negotiate = message.ToArray();
        var timestamp = new byte[8];
        BinaryPrimitives.WriteInt64LittleEndian(timestamp, time.GetUtcNow().UtcDateTime.ToFileTimeUtc());
        var info = NtlmMessages.WriteAttributes(
        [
            (NtlmAttribute.NetBiosDomainName, Encoding.Unicode.GetBytes(names.NetBiosDomain)),
            (NtlmAttribute.NetBiosComputerName, Encoding.Unicode.GetBytes(names.NetBiosComputer)),
            (NtlmAttribute.DnsDomainName, Encoding.Unicode.GetBytes(names.DnsDomain)),
            (NtlmAttribute.DnsComputerName, Encoding.Unicode.GetBytes(names.DnsComputer)),
            (NtlmAttribute.Timestamp, timestamp),
        ]);
        return sent = NtlmMessages.WriteChallenge(flags, challenge, names.NetBiosDomain, info);
    }

    /// <summary>What the client's answer claims; null when it is not an answer. A challenge is answered once.</summary>
    public NtlmClaim? Read(ReadOnlySpan<byte> message)
    {
        if (!IsChallenged || answered) return null;
        answered = true;
        if (NtlmMessages.ReadAuthenticate(message, (flags & NtlmFlags.Unicode) != 0) is not { } answer) return null;
        if (answer.User.Length > limits.MaxNameLength || answer.Domain.Length > limits.MaxNameLength) return null;

        // 3.2.5.1.2: with a key exchange there has to be a key.
        var agreed = answer.Flags & flags;
        if ((agreed & NtlmFlags.KeyExchange) != 0 && (agreed & (NtlmFlags.Sign | NtlmFlags.Seal)) != 0 && answer.EncryptedSessionKey.Length != NtlmCryptography.KeyLength) return null;
        return new NtlmClaim(this, answer, agreed);
    }

    /// <summary>Whether the answer proves to know the secret, is of now, of this connection and unaltered. Gives the session key.</summary>
    internal bool Check(NtlmAuthenticate answer, NtlmFlags agreed, ReadOnlySpan<byte> ntHash, ReadOnlySpan<byte> channelBindings, bool requireChannelBindings, out byte[] sessionKey)
    {
        sessionKey = [];
        if (!answer.IsVersion2) return limits.AllowVersion1 && !requireChannelBindings && !limits.RequireMic && (CheckVersion1(answer, agreed, ntHash, out sessionKey) || CheckLmVersion2(answer, ntHash));
        var response = answer.NtResponse.AsSpan();
        var key = NtlmCryptography.ResponseKey(ntHash, answer.User, answer.Domain);
        if (!IsRight(key, response))
        {
            // Clients that hash no domain. 3.2.5.1.2.
            key = NtlmCryptography.ResponseKey(ntHash, answer.User, "");
            if (!IsRight(key, response)) return false;
        }

        var age = time.GetUtcNow().UtcDateTime.ToFileTimeUtc() - (decimal)answer.Timestamp;
        if (Math.Abs(age) > limits.MaxClockSkew.Ticks) return false;
        if (!AreBound(answer, channelBindings, requireChannelBindings)) return false;

        sessionKey = Exported(NtlmCryptography.Hmac(key, response[..16]), answer, agreed);
        if (!answer.HasMic) return !limits.RequireMic;
        if (answer.Mic.IsEmpty) return false;
        using var hmac = IncrementalHash.CreateHMAC(HashAlgorithmName.MD5, sessionKey);
        hmac.AppendData(negotiate);
        hmac.AppendData(sent);
        hmac.AppendData(answer.WithoutMic());
        return CryptographicOperations.FixedTimeEquals(hmac.GetHashAndReset(), answer.Mic);
    }

    /// <summary>
    /// 3.3.1: the challenge under the NT hash, with extended session security together with the client's. It says nothing of time, connection or whole messages.
    /// </summary>
    private bool CheckVersion1(NtlmAuthenticate answer, NtlmFlags agreed, ReadOnlySpan<byte> ntHash, out byte[] sessionKey)
    {
        sessionKey = [];
        if (answer.NtResponse.Length != NtlmAuthenticate.Version1Length) return false;
        var extended = (agreed & NtlmFlags.ExtendedSessionSecurity) != 0;
        if (extended && answer.LmResponse.Length < 8) return false;
        var asked = extended ? NtlmCryptography.Md5(challenge, answer.LmResponse.AsSpan(0, 8)) : challenge;
        if (!CryptographicOperations.FixedTimeEquals(Des.Respond(ntHash, asked), answer.NtResponse)) return false;

        // Keys that are made of the LM hash are not to be had: there is none.
        var key = NtlmCryptography.SessionKeyOfVersion1(ntHash);
        if (extended) key = NtlmCryptography.Hmac(key, challenge, answer.LmResponse.AsSpan(0, 8));
        sessionKey = Exported(key, answer, agreed);
        return true;
    }

    /// <summary>
    /// 3.3.2, 3.2.5.1.2: LMv2 beside an NT response that is none of version 2. The document makes the key of the NT response alone, which is not there: what was negotiated protects nothing then.
    /// </summary>
    private bool CheckLmVersion2(NtlmAuthenticate answer, ReadOnlySpan<byte> ntHash)
    {
        if (answer.LmResponse.Length != NtlmAuthenticate.Version1Length) return false;
        var (proof, own) = (answer.LmResponse.AsMemory(0, NtlmCryptography.KeyLength), answer.LmResponse.AsMemory(NtlmCryptography.KeyLength));
        var right = false;
        foreach (var domain in (string[])[answer.Domain, ""])
            right |= CryptographicOperations.FixedTimeEquals(NtlmCryptography.Hmac(NtlmCryptography.ResponseKey(ntHash, answer.User, domain), challenge, own.Span), proof.Span);
        return right;
    }

    /// <summary>The key that the client made up, where one was agreed on; else the one of the exchange.</summary>
    private static byte[] Exported(byte[] key, NtlmAuthenticate answer, NtlmFlags agreed)
    {
        if ((agreed & NtlmFlags.KeyExchange) == 0 || (agreed & (NtlmFlags.Sign | NtlmFlags.Seal)) == 0) return key;
        var exported = (byte[])answer.EncryptedSessionKey.Clone();
        new Rc4(key).Transform(exported);
        return exported;
    }

    private bool IsRight(byte[] key, ReadOnlySpan<byte> response) =>
        CryptographicOperations.FixedTimeEquals(NtlmCryptography.Hmac(key, challenge, response[16..]), response[..16]);

    /// <summary>Bindings that the client names have to be those of this connection; a client that names none passes, unless they are required.</summary>
    private static bool AreBound(NtlmAuthenticate answer, ReadOnlySpan<byte> ours, bool required)
    {
        if (!answer.Attributes.TryGetValue(NtlmAttribute.ChannelBindings, out var named) || !named.AsSpan().ContainsAnyExcept((byte)0)) return !required;
        if (ours.IsEmpty) return !required;
        for (; ours.Length >= ChannelBindings.HashLength; ours = ours[ChannelBindings.HashLength..])
        {
            if (CryptographicOperations.FixedTimeEquals(named, ours[..ChannelBindings.HashLength])) return true;
        }

        return false;
    }
}

/// <summary>Somebody who says who he is, not believed yet.</summary>
internal sealed class NtlmClaim(NtlmServer server, NtlmAuthenticate answer, NtlmFlags agreed)
{
    public string User => answer.UserShown;

    public string Domain => answer.DomainShown;

    public bool IsAnonymous => answer.IsAnonymous;

    /// <summary>What protects messages from now on; null before <see cref="Proves"/> said yes, and where nothing was agreed on that could.</summary>
    public NtlmSecurity? Security { get; private set; }

    /// <summary>Whether the secret is the client's.</summary>
    /// <param name="ntHash">16 octets.</param>
    /// <param name="channelBindings">The hashes that the connection's bindings may have, one after the other; empty without TLS.</param>
    /// <param name="requireChannelBindings">Refuse clients that name none.</param>
    public bool Proves(byte[] ntHash, ReadOnlySpan<byte> channelBindings, bool requireChannelBindings)
    {
        if (!server.Check(answer, agreed, ntHash, channelBindings, requireChannelBindings, out var key)) return false;

        // 3.2.5.1.2: without extended session security the checksums are those of version 1, whoever proved himself by what.
        if (key.Length > 0 && ((agreed & NtlmFlags.ExtendedSessionSecurity) != 0 || server.AllowsVersion1)) Security = new NtlmSecurity(key, agreed);
        return true;
    }
}
