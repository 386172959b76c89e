// RFC 1035 3.3 and 5.1 (presentation), RFC 2782 SRV, RFC 3596 AAAA, RFC 6698 TLSA, RFC 8659 CAA.
using System.Globalization;
using System.Net;
using System.Text;

namespace Rialto.Net.Dns;

/// <summary>Types of records; the numbers are the protocol's.</summary>
public enum DnsRecordType : ushort
{
    A = 1,
    Ns = 2,
    Cname = 5,
    Soa = 6,
    Ptr = 12,
    Mx = 15,
    Txt = 16,
    Aaaa = 28,
    Srv = 33,
    Opt = 41,
    Tlsa = 52,
    Caa = 257,
}

/// <summary>What a record says. Its text is that of zone files, with names that end in a dot.</summary>
public abstract record DnsData;

/// <summary>A or AAAA.</summary>
public sealed record DnsAddress(IPAddress Address) : DnsData
{
    public override string ToString() => Address.ToString();
}

/// <summary>CNAME, NS, PTR: a name without the dot at its end.</summary>
public sealed record DnsTarget(string Name) : DnsData
{
    public override string ToString() => Name + ".";
}

/// <summary>MX: lower preferences first; an empty host says that no mail is taken (RFC 7505).</summary>
public sealed record DnsMx(ushort Preference, string Host) : DnsData
{
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Preference} {Host}.");
}

/// <summary>SRV: an empty host says that the service is not offered.</summary>
public sealed record DnsSrv(ushort Priority, ushort Weight, ushort Port, string Host) : DnsData
{
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Priority} {Weight} {Port} {Host}.");
}

/// <summary>TXT: its strings joined, as SPF and the like are read (RFC 7208 3.3).</summary>
public sealed record DnsText(string Text) : DnsData
{
    /// <summary>Octets of one string.</summary>
    private const int StringLength = 255;

    public override string ToString()
    {
        var octets = Encoding.UTF8.GetBytes(Text);
        var text = new StringBuilder();
        for (var start = 0; start == 0 || start < octets.Length; start += StringLength)
        {
            text.Append(start == 0 ? "\"" : " \"");
            foreach (var b in octets.AsSpan(start, Math.Min(StringLength, octets.Length - start)))
                Quote(text, b);
            text.Append('"');
        }
        return text.ToString();
    }

    internal static void Quote(StringBuilder text, byte b)
    {
        if (b is (byte)'"' or (byte)'\\')
            text.Append('\\').Append((char)b);
        else if (b is >= 0x20 and < 0x7F)
            text.Append((char)b);
        else
            text.Append(CultureInfo.InvariantCulture, $"\\{b:000}");
    }
}

/// <summary>TLSA: usage, selector, matching type, and the data as hexadecimal in lower case.</summary>
public sealed record DnsTlsa(byte Usage, byte Selector, byte MatchingType, string Data) : DnsData
{
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Usage} {Selector} {MatchingType} {Data}");
}

/// <summary>CAA.</summary>
public sealed record DnsCaa(byte Flags, string Tag, string Value) : DnsData
{
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Flags} {Tag} {new DnsText(Value)}");
}

/// <summary>A type that nothing here reads.</summary>
public sealed record DnsOther(ReadOnlyMemory<byte> Data) : DnsData
{
    /// <summary>RFC 3597 5.</summary>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"\\# {Data.Length} {Convert.ToHexStringLower(Data.Span)}");
}

/// <summary>A record: its owner's name in lower case without the dot at its end.</summary>
public sealed record DnsRecord(string Name, DnsRecordType Type, uint Ttl, DnsData Data);
