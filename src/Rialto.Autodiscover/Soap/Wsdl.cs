// WSDL 1.1; [MS-OXWSADISC], types and operations.
using System.Text;

namespace Rialto.Autodiscover.Soap;

/// <summary>The description of the service, with its own address.</summary>
internal static class Wsdl
{
    private static readonly string s_text = Load();

    public static byte[] Write(string address) => Encoding.UTF8.GetBytes(s_text.Replace("{address}", System.Security.SecurityElement.Escape(address), StringComparison.Ordinal));

    private static string Load()
    {
        using var stream = typeof(Wsdl).Assembly.GetManifestResourceStream("Rialto.Autodiscover.Soap.Autodiscover.wsdl")!;
        using var reader = new StreamReader(stream, Encoding.UTF8);
        return reader.ReadToEnd();
    }
}
