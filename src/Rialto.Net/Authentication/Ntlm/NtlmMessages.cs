// [MS-NLMP] 2.2.1.1 NEGOTIATE_MESSAGE, 2.2.1.2 CHALLENGE_MESSAGE, 2.2.1.3 AUTHENTICATE_MESSAGE, 2.2.2.1 AV_PAIR, 2.2.2.7 NTLMv2_CLIENT_CHALLENGE.
//
//   0         8      12
//   +---------+------+----------------------------------------------
//   | NTLMSSP | type | fields: length(2) maximum(2) offset(4) each, flags, version, MIC; then the payload that the fields point into
//   +---------+------+----------------------------------------------
using System.Buffers.Binary;
using System.Text;

namespace Rialto.Net;

/// <summary>What an AV_PAIR is about.</summary>
internal enum NtlmAttribute : ushort
{
    End = 0,
    NetBiosComputerName = 1,
    NetBiosDomainName = 2,
    DnsComputerName = 3,
    DnsDomainName = 4,
    DnsTreeName = 5,
    Flags = 6,
    Timestamp = 7,
    SingleHost = 8,
    TargetName = 9,
    ChannelBindings = 10,
}

/// <summary>The messages of NTLM, read strictly within their bounds and written.</summary>
internal static class NtlmMessages
{
    /// <summary>Octets of a message at most: names of 512 characters and the attributes have room many times over.</summary>
    public const int MaxLength = 16_384;

    /// <summary>Attributes of a response at most: eleven kinds are known.</summary>
    private const int MaxAttributes = 64;

    private static ReadOnlySpan<byte> Signature => "NTLMSSP\0"u8;

    /// <summary>Whether it is one of NTLM's at all.</summary>
    public static bool IsNtlm(ReadOnlySpan<byte> message) => message.StartsWith(Signature);

    /// <summary>The flags that a client begins with.</summary>
    public static bool TryReadNegotiate(ReadOnlySpan<byte> message, out NtlmFlags flags)
    {
        flags = default;
        if (!IsType(message, 1) || message.Length < 16) return false;
        flags = (NtlmFlags)BinaryPrimitives.ReadUInt32LittleEndian(message[12..]);

        // The charset has to be one of two. 2.2.2.5.
        return (flags & (NtlmFlags.Unicode | NtlmFlags.Oem)) != 0;
    }

    /// <summary>Writes the server's challenge.</summary>
    public static byte[] WriteChallenge(NtlmFlags flags, ReadOnlySpan<byte> challenge, string target, ReadOnlySpan<byte> targetInfo)
    {
        var name = (flags & NtlmFlags.Unicode) != 0 ? Encoding.Unicode.GetBytes(target) : Encoding.ASCII.GetBytes(target);
        const int fixedLength = 56;
        var message = new byte[fixedLength + name.Length + targetInfo.Length];
        Signature.CopyTo(message);
        BinaryPrimitives.WriteUInt32LittleEndian(message.AsSpan(8), 2);
        WriteField(message, 12, name.Length, fixedLength);
        BinaryPrimitives.WriteUInt32LittleEndian(message.AsSpan(20), (uint)flags);
        challenge.CopyTo(message.AsSpan(24));
        WriteField(message, 40, targetInfo.Length, fixedLength + name.Length);
        if ((flags & NtlmFlags.Version) != 0)
        {
            // 2.2.2.10: for debugging only; what counts is the revision.
            message[48] = 6;
            message[49] = 1;
            BinaryPrimitives.WriteUInt16LittleEndian(message.AsSpan(50), 7601);
            message[55] = 0x0F;
        }

        name.CopyTo(message, fixedLength);
        targetInfo.CopyTo(message.AsSpan(fixedLength + name.Length));
        return message;
    }

    /// <summary>Reads the client's answer; null when it is not one.</summary>
    public static NtlmAuthenticate? ReadAuthenticate(ReadOnlySpan<byte> message, bool unicode)
    {
        if (!IsType(message, 3) || message.Length is < 64 or > MaxLength) return null;
        if (!TryReadField(message, 12, out var lm) || !TryReadField(message, 20, out var nt) || !TryReadField(message, 28, out var domain) || !TryReadField(message, 36, out var user)
            || !TryReadField(message, 44, out var workstation) || !TryReadField(message, 52, out var key))
            return null;
        if (unicode && (domain.Length % 2 != 0 || user.Length % 2 != 0 || workstation.Length % 2 != 0)) return null;
        var flags = (NtlmFlags)BinaryPrimitives.ReadUInt32LittleEndian(message[60..]);

        var result = new NtlmAuthenticate
        {
            Flags = flags,
            Domain = Text(domain, unicode),
            User = Text(user, unicode),
            DomainShown = Shown(domain, unicode),
            UserShown = Shown(user, unicode),
            Workstation = Shown(workstation, unicode),
            NtResponse = nt.ToArray(),
            LmResponse = lm.ToArray(),
            EncryptedSessionKey = key.ToArray(),
            Message = message.ToArray(),
        };
        return nt.Length <= NtlmAuthenticate.Version1Length || result.ReadClientChallenge() ? result : null;
    }

    /// <summary>Reads attributes up to the end mark; null when there is none within the bounds.</summary>
    public static Dictionary<NtlmAttribute, byte[]>? ReadAttributes(ReadOnlySpan<byte> data)
    {
        var found = new Dictionary<NtlmAttribute, byte[]>();
        for (var n = 0; n < MaxAttributes && data.Length >= 4; n++)
        {
            var id = (NtlmAttribute)BinaryPrimitives.ReadUInt16LittleEndian(data);
            var length = BinaryPrimitives.ReadUInt16LittleEndian(data[2..]);
            if (id == NtlmAttribute.End) return length == 0 ? found : null;
            if (data.Length - 4 < length) return null;
            found[id] = data.Slice(4, length).ToArray();
            data = data[(4 + length)..];
        }

        return null;
    }

    public static byte[] WriteAttributes(IEnumerable<(NtlmAttribute Id, byte[] Value)> attributes)
    {
        var data = new List<byte>(256);
        Span<byte> head = stackalloc byte[4];
        foreach (var (id, value) in attributes.Append((NtlmAttribute.End, [])))
        {
            BinaryPrimitives.WriteUInt16LittleEndian(head, (ushort)id);
            BinaryPrimitives.WriteUInt16LittleEndian(head[2..], (ushort)value.Length);
            data.AddRange(head);
            data.AddRange(value);
        }

        return [.. data];
    }

    private static bool IsType(ReadOnlySpan<byte> message, uint type) => message.Length >= 12 && IsNtlm(message) && BinaryPrimitives.ReadUInt32LittleEndian(message[8..]) == type;

    private static void WriteField(byte[] message, int at, int length, int offset)
    {
        BinaryPrimitives.WriteUInt16LittleEndian(message.AsSpan(at), (ushort)length);
        BinaryPrimitives.WriteUInt16LittleEndian(message.AsSpan(at + 2), (ushort)length);
        BinaryPrimitives.WriteUInt32LittleEndian(message.AsSpan(at + 4), (uint)offset);
    }

    private static bool TryReadField(ReadOnlySpan<byte> message, int at, out ReadOnlySpan<byte> value)
    {
        var length = BinaryPrimitives.ReadUInt16LittleEndian(message[at..]);
        var offset = BinaryPrimitives.ReadUInt32LittleEndian(message[(at + 4)..]);
        value = default;
        if (length == 0) return true;
        if (offset > (uint)message.Length || message.Length - (int)offset < length) return false;
        value = message.Slice((int)offset, length);
        return true;
    }

    /// <summary>
    /// As it is hashed. OEM text has no charset that the server knows: its octets are taken one for one, which is what clients do that know no other (curl).
    /// </summary>
    private static string Text(ReadOnlySpan<byte> octets, bool unicode) => unicode ? Encoding.Unicode.GetString(octets) : Encoding.Latin1.GetString(octets);

    /// <summary>As it is looked up.</summary>
    private static string Shown(ReadOnlySpan<byte> octets, bool unicode) => unicode ? Encoding.Unicode.GetString(octets) : Encoding.UTF8.GetString(octets);
}

/// <summary>AUTHENTICATE_MESSAGE, read.</summary>
internal sealed class NtlmAuthenticate
{
    /// <summary>Octets of a response of NTLM version 1; one of version 2 is longer.</summary>
    public const int Version1Length = 24;

    private const int MicOffset = 72;
    private const int MicLength = 16;

    public required NtlmFlags Flags { get; init; }

    /// <summary>As the client hashed it.</summary>
    public required string Domain { get; init; }

    /// <summary>As the client hashed it.</summary>
    public required string User { get; init; }

    public required string DomainShown { get; init; }

    public required string UserShown { get; init; }

    public required string Workstation { get; init; }

    public required byte[] NtResponse { get; init; }

    public required byte[] LmResponse { get; init; }

    public required byte[] EncryptedSessionKey { get; init; }

    /// <summary>The whole message as it came.</summary>
    public required byte[] Message { get; init; }

    /// <summary>Of the client challenge: 100 ns since 1601.</summary>
    public long Timestamp { get; private set; }

    public IReadOnlyDictionary<NtlmAttribute, byte[]> Attributes { get; private set; } = new Dictionary<NtlmAttribute, byte[]>();

    public bool IsVersion2 => NtResponse.Length > Version1Length;

    /// <summary>Nobody in particular. 3.2.5.1.2.</summary>
    public bool IsAnonymous => User.Length == 0 && NtResponse.Length == 0;

    /// <summary>Whether the client says that it sent a message integrity code.</summary>
    public bool HasMic => Attributes.TryGetValue(NtlmAttribute.Flags, out var flags) && flags.Length == 4 && (flags[0] & 2) != 0;

    /// <summary>The code; empty when the message has no room for one before its payload.</summary>
    public ReadOnlySpan<byte> Mic => Message.Length >= MicOffset + MicLength ? Message.AsSpan(MicOffset, MicLength) : [];

    /// <summary>The message with zeros in place of the code.</summary>
    public byte[] WithoutMic()
    {
        var copy = (byte[])Message.Clone();
        copy.AsSpan(MicOffset, MicLength).Clear();
        return copy;
    }

    /// <summary>RespType HiRespType Reserved1(2) Reserved2(4) TimeStamp(8) ChallengeFromClient(8) Reserved3(4) AvPairs</summary>
    internal bool ReadClientChallenge()
    {
        var challenge = NtResponse.AsSpan(16);
        if (challenge.Length < 28 || challenge[0] != 1 || challenge[1] != 1) return false;
        Timestamp = BinaryPrimitives.ReadInt64LittleEndian(challenge[8..]);
        if (NtlmMessages.ReadAttributes(challenge[28..]) is not { } attributes) return false;
        Attributes = attributes;
        return true;
    }
}
