// SOAP 1.1 4, SOAP 1.2 part 1 5; WS-Addressing 1.0 SOAP binding; [MS-OXWSADISC], messages.
using System.Xml;
using Rialto.Autodiscover.Access;

namespace Rialto.Autodiscover.Soap;

/// <summary>Namespaces and names of the service.</summary>
internal static class SoapNames
{
    public const string Soap11 = "http://schemas.xmlsoap.org/soap/envelope/";
    public const string Soap12 = "http://www.w3.org/2003/05/soap-envelope";
    public const string Addressing = "http://www.w3.org/2005/08/addressing";
    public const string Autodiscover = "http://schemas.microsoft.com/exchange/2010/Autodiscover";
    public const string Instance = "http://www.w3.org/2001/XMLSchema-instance";

    /// <summary>What actions and their answers start with.</summary>
    public const string Action = Autodiscover + "/Autodiscover/";
}

/// <summary>What is wrong with a request as a whole. SOAP 1.1 4.4, WS-Addressing SOAP binding 6.4.</summary>
internal enum SoapFault
{
    /// <summary>No SOAP at all, or not XML.</summary>
    Malformed,

    /// <summary>A header that has to be understood is not.</summary>
    MustUnderstand,

    /// <summary>No operation of this service.</summary>
    ActionNotSupported,
}

/// <summary>A request: its headers, and the values of its operation by element.</summary>
internal sealed class SoapEnvelope
{
    /// <summary>Values of one element that are kept: more than any limit of the service.</summary>
    private const int MaximumValues = 1024;

    private SoapEnvelope(bool isSoap12) => IsSoap12 = isSoap12;

    public bool IsSoap12 { get; }

    public string MessageId { get; private set; } = "";

    /// <summary>The header's; empty where there is none, and the body's element says which operation is meant.</summary>
    public string Action { get; private set; } = "";

    /// <summary>GetUserSettings and so on: the element in the body without its ending.</summary>
    public string Operation { get; private set; } = "";

    public SoapFault? Fault { get; private set; }

    /// <summary>Addresses of users.</summary>
    public List<string> Users { get; } = [];

    public List<string> Domains { get; } = [];

    public List<string> Settings { get; } = [];

    /// <summary>Reads a request. Always gives one, perhaps with a fault.</summary>
    public static SoapEnvelope Read(Stream body)
    {
        SoapEnvelope? envelope = null;
        try
        {
            using var reader = XmlReader.Create(body, SafeXml.Reading);
            reader.MoveToContent();
            if (reader.LocalName != "Envelope" || reader.NamespaceURI is not (SoapNames.Soap11 or SoapNames.Soap12))
                return Malformed(null);
            envelope = new(reader.NamespaceURI == SoapNames.Soap12);
            var soap = reader.NamespaceURI;
            var part = "";
            while (reader.Read())
            {
                if (reader.NodeType != XmlNodeType.Element)
                    continue;
                if (reader.Depth == 1)
                    part = reader.NamespaceURI == soap ? reader.LocalName : "";
                else if (part == "Header" && reader.Depth == 2)
                    envelope.ReadHeader(reader, soap);
                else if (part == "Body")
                    envelope.ReadBody(reader);
            }
        }
        catch (XmlException)
        {
            return Malformed(envelope);
        }
        if (envelope.Operation.Length == 0)
            return Malformed(envelope);
        if (envelope.Fault is null && (!SoapEndpoint.IsKnown(envelope.Operation) || envelope.Action.Length > 0 && envelope.Action != SoapNames.Action + envelope.Operation))
            envelope.Fault = SoapFault.ActionNotSupported;
        return envelope;
    }

    private static SoapEnvelope Malformed(SoapEnvelope? envelope) => new(envelope?.IsSoap12 ?? false) { Fault = SoapFault.Malformed, MessageId = envelope?.MessageId ?? "" };

    private void ReadHeader(XmlReader reader, string soap)
    {
        var name = (reader.NamespaceURI, reader.LocalName);
        var mustUnderstand = reader.GetAttribute("mustUnderstand", soap) is "1" or "true";
        switch (name)
        {
            case (SoapNames.Addressing, "Action"):
                Action = SafeXml.Of(reader) ?? "";
                break;
            case (SoapNames.Addressing, "MessageID"):
                MessageId = SafeXml.Of(reader) ?? "";
                break;
            case (SoapNames.Addressing, _) or (SoapNames.Autodiscover, "RequestedServerVersion"):
                break;
            default:
                if (mustUnderstand)
                    Fault = SoapFault.MustUnderstand;
                break;
        }
    }

    /// <summary>Body / …RequestMessage / Request / Users / User / Mailbox, or Domains / Domain, or Domain, or RequestedSettings / Setting.</summary>
    private void ReadBody(XmlReader reader)
    {
        if (reader.NamespaceURI != SoapNames.Autodiscover)
        {
            if (reader.Depth == 2 && Operation.Length == 0)
                Operation = "?";
            return;
        }
        switch (reader.Depth, reader.LocalName)
        {
            case (2, var name):
                Operation = name.EndsWith("RequestMessage", StringComparison.Ordinal) ? name[..^"RequestMessage".Length] : name;
                break;
            case (6, "Mailbox"):
                Keep(Users, reader);
                break;
            case (5 or 4, "Domain"):
                Keep(Domains, reader);
                break;
            case (5, "Setting"):
                Keep(Settings, reader);
                break;
        }
    }

    private static void Keep(List<string> list, XmlReader reader)
    {
        if (list.Count < MaximumValues && SafeXml.Of(reader) is { } value)
            list.Add(value);
    }
}
