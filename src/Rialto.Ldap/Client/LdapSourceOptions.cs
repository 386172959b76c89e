namespace Rialto.Ldap.Client;

/// <summary>Another directory (LDAP, Active Directory) that accounts and groups come from. Off while there is no URL.</summary>
public sealed class LdapSourceOptions
{
    /// <summary>ldap://HOST[:PORT] or ldaps://HOST[:PORT]; several of the same directory with spaces between: the first that answers is asked. Empty: none.</summary>
    public string Url { get; set; } = "";

    /// <summary>Whether ldap:// goes on under TLS (StartTLS). Without TLS passwords are sent in clear text: only to the same machine.</summary>
    public bool StartTls { get; set; } = true;

    /// <summary>File with the certificate authorities (PEM) that the server's certificate must come from. Empty: the system's.</summary>
    public string CertificateAuthorities { get; set; } = "";

    /// <summary>The name that reads the directory. Empty: without logging in.</summary>
    public string BindDn { get; set; } = "";

    /// <summary>File that holds its password.</summary>
    public string PasswordFile { get; set; } = "";

    /// <summary>Below what accounts and groups are looked for, e.g. dc=example,dc=com.</summary>
    public string BaseDn { get; set; } = "";

    /// <summary>Which entries become accounts. They need a mail address in one of our domains.</summary>
    public string UserFilter { get; set; } = "(&(|(objectClass=inetOrgPerson)(&(objectClass=user)(!(objectClass=computer))))(mail=*))";

    /// <summary>Which entries become groups. Empty: none.</summary>
    public string GroupFilter { get; set; } = "(|(objectClass=groupOfNames)(objectClass=groupOfUniqueNames)(&(objectClass=group)(mail=*)))";

    /// <summary>Our attributes and theirs, where the names differ: {"alias": "uid", "department": "ou"}. Ours are those of `rialto account set --set`.</summary>
    public Dictionary<string, string> Attributes { get; set; } = [];

    /// <summary>Members of this group, nested ones included, administer. A name there; empty: nobody by it.</summary>
    public string AdministratorGroup { get; set; } = "";

    /// <summary>How often changes are fetched.</summary>
    public TimeSpan Interval { get; set; } = TimeSpan.FromMinutes(5);

    /// <summary>How often all is read, so that what was removed there is found.</summary>
    public TimeSpan FullInterval { get; set; } = TimeSpan.FromHours(24);

    /// <summary>Entries asked for at once: what Active Directory gives at most.</summary>
    public int PageSize { get; set; } = 1_000;

    /// <summary>How long an answer may take: a log-in waits for it.</summary>
    public TimeSpan Timeout { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>How long a server that did not answer is tried last, where there are several.</summary>
    public TimeSpan RetryAfter { get; set; } = TimeSpan.FromMinutes(1);

    /// <summary>Connections kept for the next log-ins: a handshake costs more than the question.</summary>
    public int MaxIdleConnections { get; set; } = 4;

    /// <summary>How long a connection is kept without use: less than directories wait before they close it.</summary>
    public TimeSpan IdleConnectionLifetime { get; set; } = TimeSpan.FromMinutes(1);

    /// <summary>
    /// Whether parts of the tree that the server says are on others are asked for there, with the same name and password. Off: they are left out, as Active Directory names partitions that
    /// hold no people.
    /// </summary>
    public bool FollowReferrals { get; set; }

    /// <summary>Referrals followed in one search: a loop of servers ends.</summary>
    public int MaxReferrals { get; set; } = 8;

    /// <summary>
    /// Share of known objects, in percent, that may be missing in a full read before nothing is disabled at all: a directory that lost half of its people more likely was not read right.
    /// </summary>
    public int MaxMissingPercent { get; set; } = 30;
}
