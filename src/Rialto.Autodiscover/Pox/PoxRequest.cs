// [MS-OXDSCLI] 2.2.3.1: Autodiscover request.
using System.Xml;

namespace Rialto.Autodiscover.Pox;

/// <summary>What a client asks with: an address or a legacy DN, and the schema of the answer it reads.</summary>
internal sealed record PoxRequest(string Address, string LegacyDn, string AcceptableResponseSchema)
{
    private static readonly XmlReaderSettings s_settings = new()
    {
        DtdProcessing = DtdProcessing.Prohibit,
        XmlResolver = null,
        Async = true,
        IgnoreComments = true,
        IgnoreProcessingInstructions = true,
        MaxCharactersInDocument = 64 * 1024,
    };

    /// <summary>The request; null when it is none: malformed XML, a DTD, other elements.</summary>
    public static async ValueTask<PoxRequest?> ReadAsync(Stream body)
    {
        string address = "", legacyDn = "", schema = "";
        var isRequest = false;
        try
        {
            using var reader = XmlReader.Create(body, s_settings);
            while (await reader.ReadAsync())
            {
                if (reader.NodeType != XmlNodeType.Element)
                    continue;
                // Clients write the namespace of their request schema; the names say enough.
                switch (reader.Depth, reader.LocalName)
                {
                    case (0, not "Autodiscover"):
                        return null;
                    case (1, "Request"):
                        isRequest = true;
                        break;
                    case (2, "EMailAddress"):
                        address = await TextAsync(reader);
                        break;
                    case (2, "LegacyDN"):
                        legacyDn = await TextAsync(reader);
                        break;
                    case (2, "AcceptableResponseSchema"):
                        schema = await TextAsync(reader);
                        break;
                }
            }
        }
        catch (XmlException)
        {
            return null;
        }
        return isRequest ? new PoxRequest(address, legacyDn, schema) : null;
    }

    private static async ValueTask<string> TextAsync(XmlReader reader)
    {
        if (reader.IsEmptyElement)
            return "";
        await reader.ReadAsync();
        return reader.NodeType == XmlNodeType.Text ? reader.Value.Trim() : "";
    }
}
