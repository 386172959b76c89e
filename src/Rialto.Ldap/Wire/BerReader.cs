// RFC 4511 5.1: BER with definite lengths only, primitive octet strings only.
using System.Formats.Asn1;
using System.Text;

namespace Rialto.Ldap.Wire;

/// <summary>Reads BER elements one after the other. The first element that is not as asked for makes it fail for good: everything read afterwards is empty.</summary>
internal ref struct BerReader(ReadOnlySpan<byte> bytes)
{
    private static readonly UTF8Encoding Strict = new(false, throwOnInvalidBytes: true);

    private ReadOnlySpan<byte> rest = bytes;

    /// <summary>Whether something was not as it must be.</summary>
    public bool Failed { get; private set; }

    /// <summary>Whether all was read.</summary>
    public readonly bool AtEnd => rest.IsEmpty;

    /// <summary>What has not been read.</summary>
    public readonly ReadOnlySpan<byte> Rest => rest;

    /// <summary>The next element's identifier octet; 0 at the end.</summary>
    public readonly byte Peek => rest.IsEmpty ? (byte)0 : rest[0];

    /// <summary>The content of the next element, which must have that identifier octet.</summary>
    public ReadOnlySpan<byte> Read(byte tag)
    {
        if (Peek != tag || Failed) return Fail();
        return ReadAny(out _);
    }

    /// <summary>The content of the next element, whatever it is.</summary>
    public ReadOnlySpan<byte> ReadAny(out byte tag)
    {
        tag = Peek;

        // Tags above 30 and indefinite lengths do not occur in LDAP.
        if (Failed || rest.Length < 2 || (tag & 0x1F) == 0x1F || rest[1] == 0x80) return Fail();
        if (!AsnDecoder.TryReadEncodedValue(rest, AsnEncodingRules.BER, out _, out var offset, out var length, out var consumed)) return Fail();
        var content = rest.Slice(offset, length);
        rest = rest[consumed..];
        return content;
    }

    /// <summary>Reads a constructed element; an empty reader that failed if it is not there.</summary>
    public BerReader ReadConstructed(byte tag)
    {
        var content = Read(tag);
        return new BerReader(content) { Failed = Failed };
    }

    public int ReadInteger(byte tag = Tags.Integer)
    {
        var content = Read(tag);
        if (Failed || content.Length is 0 or > 5) return FailNumber();
        long value = (sbyte)content[0];
        foreach (var b in content[1..]) value = value << 8 | b;
        return value is >= int.MinValue and <= int.MaxValue ? (int)value : FailNumber();
    }

    public bool ReadBoolean(byte tag = Tags.Boolean)
    {
        var content = Read(tag);
        if (content.Length == 1) return content[0] != 0;
        Fail();
        return false;
    }

    public string ReadText(byte tag = Tags.OctetString)
    {
        var content = Read(tag);
        try
        {
            return content.IsEmpty ? "" : Strict.GetString(content);
        }
        catch (DecoderFallbackException)
        {
            Fail();
            return "";
        }
    }

    private ReadOnlySpan<byte> Fail()
    {
        Failed = true;
        rest = default;
        return default;
    }

    private int FailNumber()
    {
        Fail();
        return 0;
    }
}

/// <summary>Identifier octets.</summary>
internal static class Tags
{
    public const byte Boolean = 0x01;
    public const byte Integer = 0x02;
    public const byte OctetString = 0x04;
    public const byte Enumerated = 0x0A;
    public const byte Sequence = 0x30;
    public const byte Set = 0x31;
    public const byte Controls = 0xA0;

    public const byte BindRequest = 0x60;
    public const byte BindResponse = 0x61;
    public const byte UnbindRequest = 0x42;
    public const byte SearchRequest = 0x63;
    public const byte SearchResultEntry = 0x64;
    public const byte SearchResultDone = 0x65;
    public const byte SearchResultReference = 0x73;
    public const byte ModifyRequest = 0x66;
    public const byte ModifyResponse = 0x67;
    public const byte AddRequest = 0x68;
    public const byte AddResponse = 0x69;
    public const byte DeleteRequest = 0x4A;
    public const byte DeleteResponse = 0x6B;
    public const byte ModifyDnRequest = 0x6C;
    public const byte ModifyDnResponse = 0x6D;
    public const byte CompareRequest = 0x6E;
    public const byte CompareResponse = 0x6F;
    public const byte AbandonRequest = 0x50;
    public const byte ExtendedRequest = 0x77;
    public const byte ExtendedResponse = 0x78;
}
