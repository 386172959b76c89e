using System.Collections.Immutable;

namespace Rialto.Directory;

/// <summary>An object that mail can be addressed to and that the address book lists.</summary>
public abstract record Recipient : DirectoryObject
{
    /// <summary>
    /// Short name, unique in the organisation, 1 to 64 characters of RFC 5322 dot-atom ASCII. Left empty at creation it is made of the address's local part.
    /// </summary>
    public string Alias { get; init => field = value ?? ""; } = "";

    /// <summary>The address that mail is sent from. Left empty at creation it becomes alias@default domain.</summary>
    public string PrimaryAddress { get; init => field = value ?? ""; } = "";

    /// <summary>Further addresses that reach the object, without the primary one.</summary>
    public ImmutableArray<string> FurtherAddresses { get; init => field = value.IsDefault ? [] : value; } = [];

    /// <summary>[MS-OXOABK] 2.2.1.1: the X.500-like name that never changes. Left empty at creation the directory makes one.</summary>
    public string LegacyExchangeDn { get; init => field = value ?? ""; } = "";

    /// <summary>Further legacy names that replies to old mail may still carry (X500 proxy addresses).</summary>
    public ImmutableArray<string> FurtherLegacyDns { get; init => field = value.IsDefault ? [] : value; } = [];

    /// <summary>Not shown in address lists; mail still reaches it.</summary>
    public bool HiddenFromAddressLists { get; init; }

    /// <summary>Name, phones, address and so on.</summary>
    public ContactDetails Details { get; init => field = value is null || value == ContactDetails.None ? ContactDetails.None : value; } = ContactDetails.None;

    /// <summary>SHA-256 of the photo, in hexadecimal, or null without one. The bytes are read by <see cref="DirectoryService.ReadPhotoAsync"/>.</summary>
    public string? PhotoHash { get; init; }

    /// <summary>SHA-256 of the certificates for S/MIME, in hexadecimal, or null without any. They are read by <see cref="DirectoryService.ReadCertificatesAsync"/>.</summary>
    public string? CertificatesHash { get; init; }
}
