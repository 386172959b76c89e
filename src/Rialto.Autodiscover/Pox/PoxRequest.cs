// [MS-OXDSCLI] 2.2.3.1: Autodiscover request; [MS-ASCMD] 2.2.1.1: the same of mobilesync.
using System.Xml;
using Rialto.Autodiscover.Access;

namespace Rialto.Autodiscover.Pox;

/// <summary>What a client asks with: an address or a legacy DN, and the schemas of the answers it reads, in its order.</summary>
internal sealed record PoxRequest(string Address, string LegacyDn, IReadOnlyList<string> AcceptableResponseSchemas, bool IsMobile)
{
    private const string MobileNamespace = "http://schemas.microsoft.com/exchange/autodiscover/mobilesync/requestschema/2006";

    /// <summary>Schemas that are looked at: there are two.</summary>
    private const int MaximumSchemas = 16;

    /// <summary>The request; null when it is none: malformed XML, a DTD, other elements, more than one of what there is one of.</summary>
    public static PoxRequest? Read(Stream body)
    {
        string? address = null, legacyDn = null;
        var schemas = new List<string>();
        var requests = 0;
        var mobile = false;
        try
        {
            using var reader = XmlReader.Create(body, SafeXml.Reading);
            while (reader.Read())
            {
                if (reader.NodeType != XmlNodeType.Element)
                    continue;
                // Clients write the namespace of their request schema, or another one; the names say enough.
                switch (reader.Depth, reader.LocalName)
                {
                    case (0, "Autodiscover"):
                        mobile = reader.NamespaceURI == MobileNamespace;
                        break;
                    case (0, _):
                        return null;
                    case (1, "Request"):
                        requests++;
                        break;
                    case (2, "EMailAddress"):
                        if (address is not null || (address = SafeXml.Of(reader)) is null)
                            return null;
                        break;
                    case (2, "LegacyDN"):
                        if (legacyDn is not null || (legacyDn = SafeXml.Of(reader)) is null)
                            return null;
                        break;
                    case (2, "AcceptableResponseSchema"):
                        if (schemas.Count == MaximumSchemas || SafeXml.Of(reader) is not { } schema)
                            return null;
                        schemas.Add(schema);
                        break;
                }
            }
        }
        catch (XmlException)
        {
            return null;
        }
        return requests == 1 ? new PoxRequest(address ?? "", legacyDn ?? "", schemas, mobile) : null;
    }
}
