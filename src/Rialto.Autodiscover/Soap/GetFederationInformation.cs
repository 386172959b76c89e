// [MS-OXWSADISC], GetFederationInformation; the SOAP reference of the Exchange developer documentation.
using System.Xml;

namespace Rialto.Autodiscover.Soap;

/// <summary>With whom the organisation is federated: with nobody, so far as there is no federation here.</summary>
internal static class GetFederationInformation
{
    public const string Name = "GetFederationInformation";

    public static Action<XmlWriter> Execute() => xml => SoapAnswer.Outcome(xml, "NotFederated", "The organisation is not federated.");
}
