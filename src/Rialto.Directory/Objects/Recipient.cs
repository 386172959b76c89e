using System.Collections.Immutable;

namespace Rialto.Directory;

/// <summary>An object that mail can be addressed to and that the address book lists.</summary>
public abstract record Recipient : DirectoryObject
{
    /// <summary>The last base that was packed: nearly always all have the same.</summary>
    private static string sharedBase = "";

    private string legacyName = "";
    private string? legacyBase;

    /// <summary>
    /// Short name, unique in the organisation, 1 to 64 characters of RFC 5322 dot-atom ASCII. Left empty at creation it is made of the address's local part.
    /// </summary>
    public string Alias { get; init => field = value ?? ""; } = "";

    /// <summary>The address that mail is sent from. Left empty at creation it becomes alias@default domain.</summary>
    public string PrimaryAddress { get; init => field = value ?? ""; } = "";

    /// <summary>Further addresses that reach the object, without the primary one.</summary>
    public ImmutableArray<string> FurtherAddresses { get; init => field = value.IsDefault ? [] : value; } = [];

    /// <summary>[MS-OXOABK] 2.2.1.1: the X.500-like name that never changes. Left empty at creation the directory makes one.</summary>
    public string LegacyExchangeDn
    {
        get => legacyBase is null ? legacyName : string.Create(System.Globalization.CultureInfo.InvariantCulture, $"{legacyBase}{Id:N}-{legacyName}");
        init
        {
            legacyName = value ?? "";
            legacyBase = null;
        }
    }

    /// <summary>Further legacy names that replies to old mail may still carry (X500 proxy addresses).</summary>
    public ImmutableArray<string> FurtherLegacyDns { get; init => field = value.IsDefault ? [] : value; } = [];

    /// <summary>Not shown in address lists; mail still reaches it.</summary>
    public bool HiddenFromAddressLists { get; init; }

    /// <summary>Name, phones, address and so on.</summary>
    public ContactDetails Details { get; init => field = value is null || value == ContactDetails.None ? ContactDetails.None : value; } = ContactDetails.None;

    /// <summary>What it is in the directory that it comes from; null for one that is kept here alone.</summary>
    public ExternalIdentity? External { get; init; }

    /// <summary>SHA-256 of the photo, in hexadecimal, or null without one. The bytes are read by <see cref="DirectoryService.ReadPhotoAsync"/>.</summary>
    public string? PhotoHash { get; init; }

    /// <summary>SHA-256 of the certificates for S/MIME, in hexadecimal, or null without any. They are read by <see cref="DirectoryService.ReadCertificatesAsync"/>.</summary>
    public string? CertificatesHash { get; init; }

    /// <summary>Whether the legacy name is kept as what it was made of, and is found through the id in it.</summary>
    internal bool HasPackedLegacyDn => legacyBase is not null;

    /// <summary>
    /// Keeps a legacy name that the directory made itself as what it was made of: a base that all share, the id, the alias of that time. It is a quarter of what an entry
    /// weighs otherwise. Called before the object is visible to anybody.
    /// </summary>
    internal void PackLegacyDn()
    {
        if (legacyBase is not null) return;
        Span<char> id = stackalloc char[33];
        Id.TryFormat(id, out _, "N");
        id[32] = '-';
        var at = legacyName.AsSpan().IndexOf(id, StringComparison.Ordinal);
        if (at <= 0) return;
        var start = sharedBase;
        if (!legacyName.AsSpan(0, at).SequenceEqual(start)) sharedBase = start = legacyName[..at];
        var name = legacyName.AsSpan(at + 33);
        legacyName = name.SequenceEqual(Alias) ? Alias : name.ToString();
        legacyBase = start;
    }
}
