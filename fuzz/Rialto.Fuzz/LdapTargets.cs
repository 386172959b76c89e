using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using Rialto.Ldap;
using Rialto.Ldap.Client;
using Rialto.Ldap.Ldif;
using Rialto.Ldap.Operations;
using Rialto.Ldap.Schema;
using Rialto.Ldap.Search;
using Rialto.Ldap.Wire;

namespace Rialto.Fuzz;

internal static class LdapTargets
{
    private static readonly LdapOptions s_options = new();

    public static readonly byte[][] MessageSamples = [Search("(&(cn=a*b*c)(!(sn=x))(|(mail=*)(a:dn:1.2:=v)(b>=1)(c~=d)))"), Bind()];

    public static byte[][] CertificateSamples()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=One, DC=example, DC=com", key, HashAlgorithmName.SHA256);
        var names = new SubjectAlternativeNameBuilder();
        names.AddEmailAddress("one@example.com");
        names.AddUserPrincipalName("one@example.com");
        names.AddDnsName("example.com");
        request.CertificateExtensions.Add(names.Build());
        using var certificate = request.CreateSelfSigned(DateTimeOffset.UnixEpoch, DateTimeOffset.UnixEpoch.AddDays(1));
        return [certificate.RawData, "20260131120000.5+0130"u8.ToArray()];
    }

    public static readonly byte[][] LdifSamples =
    [
        "version: 1\ndn: uid=a,dc=x\ncn:: QUJD\ndescription: a\n b\n\ndn: uid=b,dc=x\nchangetype: modify\nadd: t\nt: 1\n-\ndelete: u\n-\n\ndn: c=d\nchangetype: modrdn\nnewrdn: x=y\n"u8.ToArray(),
    ];

    /// <summary>A message with its request and controls, as the server takes it apart; a filter is written out.</summary>
    public static void Message(ReadOnlyMemory<byte> input)
    {
        if (!LdapMessage.TryParse(input.Span, s_options.MaxControls, out var message))
            return;
        try
        {
            foreach (var control in message.Controls)
                Control(control);
        }
        catch (LdapException)
        {
            // Refused.
        }
        switch (LdapRequest.Parse(message, s_options))
        {
            case SearchRequest search:
                _ = search.Filter.ToString();
                _ = DistinguishedName.Parse(search.BaseDn)?.ToString();
                break;
            case BindRequest bind:
                _ = DistinguishedName.Parse(bind.Name)?.ToString();
                break;
        }
    }

    private static void Control(LdapControl control)
    {
        LdapControl[] one = [control];
        switch (control.Oid)
        {
            case RequestControls.Paged:
                _ = RequestControls.ReadPaged(control.Value);
                break;
            case RequestControls.Sort:
                _ = RequestControls.ReadSort(control.Value);
                break;
            case RequestControls.View:
                _ = RequestControls.ReadView(control.Value);
                break;
            case RequestControls.Assertion:
                _ = RequestControls.ReadAssertion(one, s_options);
                break;
            case RequestControls.MatchedValues:
                _ = RequestControls.ReadMatchedValues(one, s_options);
                break;
            default:
                // The attributes of a read entry: any other name stands for it, so that more inputs get here.
                _ = RequestControls.ReadAttributes(one, control.Oid, s_options);
                break;
        }
    }

    /// <summary>Certificates' names, as a log-in by certificate reads them, and times.</summary>
    public static void Certificate(ReadOnlyMemory<byte> input)
    {
        _ = GeneralizedTime.Parse(Encoding.Latin1.GetString(input.Span));
        try
        {
            using var certificate = X509CertificateLoader.LoadCertificate(input.Span);
            _ = ClientCertificate.Names(certificate);
            _ = DistinguishedName.Parse(certificate.SubjectName.Decode(X500DistinguishedNameFlags.Reversed));
        }
        catch (CryptographicException)
        {
            // No certificate: TLS would not have let it in.
        }
    }

    public static void Ldif(ReadOnlyMemory<byte> input)
    {
        var reader = new LdifReader(new MemoryStream(input.ToArray()));
        while (reader.Read() is { } record)
            _ = DistinguishedName.Parse(record.Dn);
    }

    /// <summary>What is a filter in text is one on the wire.</summary>
    public static void Filter(ReadOnlyMemory<byte> input)
    {
        if (FilterText.Encode(Encoding.UTF8.GetString(input.Span)) is not { } encoded)
            return;
        var reader = new BerReader(encoded);
        _ = LdapFilter.Parse(ref reader, 64, 10_000)?.ToString();
    }

    private static byte[] Search(string filter)
    {
        using var writer = new BerWriter();
        var frame = writer.Begin(Tags.Sequence);
        writer.WriteInteger(3);
        var search = writer.Begin(Tags.SearchRequest);
        writer.WriteText("dc=example,dc=com");
        writer.WriteInteger(2, Tags.Enumerated);
        writer.WriteInteger(0, Tags.Enumerated);
        writer.WriteInteger(50);
        writer.WriteInteger(5);
        writer.WriteBoolean(false);
        writer.WriteRaw(FilterText.Encode(filter));
        var list = writer.Begin(Tags.Sequence);
        writer.WriteText("cn");
        writer.WriteText("mail");
        writer.End(list);
        writer.End(search);
        var controls = writer.Begin(Tags.Controls);
        var control = writer.Begin(Tags.Sequence);
        writer.WriteText("1.2.840.113556.1.4.319");
        writer.WriteBoolean(true);
        writer.WriteOctets([0x30, 0x05, 0x02, 0x01, 0x10, 0x04, 0x00]);
        writer.End(control);
        writer.End(controls);
        writer.End(frame);
        return writer.Written.ToArray();
    }

    private static byte[] Bind()
    {
        using var writer = new BerWriter();
        var frame = writer.Begin(Tags.Sequence);
        writer.WriteInteger(1);
        var bind = writer.Begin(Tags.BindRequest);
        writer.WriteInteger(3);
        writer.WriteText("cn=\"a, b\"+c=#0401AA,dc=ex\\2cample");
        var sasl = writer.Begin(0xA3);
        writer.WriteText("PLAIN");
        writer.WriteText("\0a\0b");
        writer.End(sasl);
        writer.End(bind);
        writer.End(frame);
        return writer.Written.ToArray();
    }
}
