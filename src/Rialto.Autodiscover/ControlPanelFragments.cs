// [MS-OXDSCLI] 2.2.4.1.1.2.6, EcpUrl-um to EcpUrl-extinstall; [MS-OXWSADISC], settings Ecp…UrlFragment.
namespace Rialto.Autodiscover;

/// <summary>
/// What clients append to the control panel's URL to come to one of its pages, by the names that POX and SOAP have for it. The client replaces &lt;MsgID&gt; and the like;
/// exsvurl=1 says that it came by Autodiscover.
/// </summary>
internal static class ControlPanelFragments
{
    /// <summary>POX element, the middle of the SOAP setting's name (null: it has none), fragment.</summary>
    public static readonly (string Element, string? Setting, string Fragment)[] All =
    [
        ("EcpUrl-um", "Voicemail", "?p=customize/voicemail.aspx&exsvurl=1"),
        ("EcpUrl-aggr", "EmailSubscriptions", "?p=personalsettings/EmailSubscriptions.slab&exsvurl=1"),
        ("EcpUrl-mt", "DeliveryReport", "PersonalSettings/DeliveryReport.aspx?exsvurl=1&IsOWA=<IsOWA>&MsgID=<MsgID>&Mbx=<Mbx>"),
        ("EcpUrl-ret", "RetentionPolicyTags", "?p=organize/retentionpolicytags.slab&exsvurl=1"),
        ("EcpUrl-sms", "TextMessaging", "?p=sms/textmessaging.slab&exsvurl=1"),
        ("EcpUrl-publish", "Publishing", "customize/calendarpublishing.slab?exsvurl=1&FldID=<FldID>"),
        ("EcpUrl-photo", "Photo", "PersonalSettings/EditAccount.aspx?exsvurl=1&chgPhoto=1"),
        ("EcpUrl-extinstall", "ExtensionInstallation", "Extension/InstalledExtensions.slab?exsvurl=1"),
    ];
}
