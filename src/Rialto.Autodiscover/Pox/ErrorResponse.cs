// [MS-OXDSCLI] 2.2.4.1.1.3 Error, 2.2.4.1.1.3.2 ErrorCode; [MS-ASCMD] 2.2.3.63, 2.2.3.64 for mobilesync.
using System.Globalization;
using System.Text;
using System.Xml;
using Rialto.Autodiscover.Access;

namespace Rialto.Autodiscover.Pox;

/// <summary>Why there are no settings.</summary>
internal static class ErrorResponse
{
    public const string RootSchema = "http://schemas.microsoft.com/exchange/autodiscover/responseschema/2006";

    /// <summary>The message is the one that clients compare with (exchangelib).</summary>
    public static readonly (int Code, string Message) NotFound = (500, "The email address can't be found.");
    public static readonly (int Code, string Message) InvalidRequest = (600, "Invalid Request");
    public static readonly (int Code, string Message) ProviderNotAvailable = (601, "Provider is not available");

    public static byte[] Write((int Code, string Message) error, bool mobile, DateTimeOffset time, AutodiscoverServices services) => SafeXml.Write(xml =>
    {
        xml.WriteStartElement("Autodiscover", RootSchema);
        xml.WriteStartElement("Response", mobile ? MobileSyncResponse.Schema : RootSchema);
        xml.WriteStartElement("Error");
        xml.WriteAttributeString("Time", time.ToString("HH:mm:ss.fffffff", CultureInfo.InvariantCulture));
        xml.WriteAttributeString("Id", IdOf(services.Options.HostName).ToString(CultureInfo.InvariantCulture));
        xml.WriteElementString("ErrorCode", error.Code.ToString(CultureInfo.InvariantCulture));
        xml.WriteElementString("Message", error.Message);
        xml.WriteElementString("DebugData", "");
        xml.WriteEndElement();
        xml.WriteEndElement();
        xml.WriteEndElement();
    });

    /// <summary>A hash of the server's name: whoever reads the client's log sees which server spoke. FNV-1a.</summary>
    private static uint IdOf(string host)
    {
        var hash = 2166136261u;
        foreach (var b in Encoding.UTF8.GetBytes(host))
            hash = unchecked((hash ^ b) * 16777619u);
        return hash;
    }
}
