namespace Rialto.Ldap;

/// <summary>What those may read who have not logged in.</summary>
public enum AnonymousAccess
{
    /// <summary>The root entry and the schema: what a client needs to find out how to log in.</summary>
    RootOnly,

    /// <summary>What users read. For networks where everybody may see the address book.</summary>
    AddressBook,
}

/// <summary>Limits and choices of the LDAP server, each with its reason.</summary>
public sealed class LdapOptions
{
    /// <summary>What may be read without logging in.</summary>
    public AnonymousAccess Anonymous { get; set; } = AnonymousAccess.RootOnly;

    /// <summary>Whether clients on the same machine may send passwords without TLS: nobody else hears them.</summary>
    public bool AllowPlainTextOnLoopback { get; set; } = true;

    /// <summary>
    /// File with the certificate authorities (PEM) whose certificates log their owners in (SASL EXTERNAL). Empty: clients are not asked for certificates. Whoever such an authority names is
    /// believed: it should be one that gives certificates to this organisation's people alone.
    /// </summary>
    public string ClientCertificateAuthorities { get; set; } = "";

    /// <summary>Bytes of one message: a photo and a few hundred values.</summary>
    public int MaxMessage { get; set; } = 8 * 1024 * 1024;

    /// <summary>Bytes that a SASL security layer may add to a message: a signature and padding, of each buffer that it goes in.</summary>
    public int ProtectionOverhead { get; set; } = 64 * 1024;

    /// <summary>Bytes of one message before anyone has logged in: a stranger's memory is bounded by this.</summary>
    public int MaxUnauthenticatedMessage { get; set; } = 64 * 1024;

    /// <summary>Controls of one request: more than a client has reasons for.</summary>
    public int MaxControls { get; set; } = 16;

    /// <summary>Nesting of a filter: matching recurses once a level.</summary>
    public int MaxFilterDepth { get; set; } = 64;

    /// <summary>Elements of a filter, parts of substrings included: each may be asked of every entry.</summary>
    public int MaxFilterElements { get; set; } = 1_000;

    /// <summary>Attributes asked for in one search, and attributes or changes in one add or modify.</summary>
    public int MaxAttributes { get; set; } = 1_000;

    /// <summary>Entries of one search that is not paged, for all but administrators: a look-up shows tens of rows, and copying the whole book should be asked for in pages.</summary>
    public int SizeLimit { get; set; } = 2_000;

    /// <summary>Entries of one page at most: it is sent without looking at what the client says meanwhile.</summary>
    public int MaxPageSize { get; set; } = 5_000;

    /// <summary>Searches in pages or as list views that a connection may have open: each keeps a version of the directory in memory.</summary>
    public int MaxOpenSearches { get; set; } = 8;

    /// <summary>Entries that are sorted for a client at most: they are held in memory while they are.</summary>
    public int MaxSorted { get; set; } = 200_000;

    /// <summary>How long a search may take, unless its client says less: a filter that no index serves looks at every entry.</summary>
    public TimeSpan TimeLimit { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>Bytes written before they are handed to the connection: large enough for few system calls, small enough for bounded memory.</summary>
    public int FlushSize { get; set; } = 48 * 1024;

    /// <summary>How long a connection may say nothing before it has logged in: strangers hold no connections.</summary>
    public TimeSpan LoginTimeout { get; set; } = TimeSpan.FromMinutes(2);

    /// <summary>Silence after which a connection is closed: clients open another when they need it.</summary>
    public TimeSpan IdleTimeout { get; set; } = TimeSpan.FromMinutes(15);

    /// <summary>Requests in a row that are malformed before the connection is closed.</summary>
    public int MaxConsecutiveErrors { get; set; } = 20;
}
