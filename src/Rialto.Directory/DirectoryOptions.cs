namespace Rialto.Directory;

/// <summary>Limits of the directory, with their reasons.</summary>
public sealed class DirectoryOptions
{
    /// <summary>Addresses of one recipient: proxies are carried in every address-book row that asks for them.</summary>
    public int MaxAddresses { get; set; } = 1_000;

    /// <summary>Direct members of a group; larger groups nest, or are dynamic. Keeps one object's row bounded.</summary>
    public int MaxMembers { get; set; } = 50_000;

    /// <summary>Characters of one text attribute: notes are the longest, [MS-OXPROPS] gives no bound.</summary>
    public int MaxTextLength { get; set; } = 8_192;

    /// <summary>Bytes of a photo: what Exchange takes at most.</summary>
    public int MaxPhotoBytes { get; set; } = 4 * 1024 * 1024;

    /// <summary>Bytes of all certificates of one recipient: each is a few kilobytes, and rows of the address book carry them.</summary>
    public int MaxCertificateBytes { get; set; } = 256 * 1024;

    /// <summary>Address lists that filters define: each is looked at at every change of a recipient.</summary>
    public int MaxAddressLists { get; set; } = 500;

    /// <summary>Characters of a password at least.</summary>
    public int MinPasswordLength { get; set; } = 8;

    /// <summary>Whether new passwords may not be well-known ones, runs of keys or names of the account: those are tried first by whoever guesses.</summary>
    public bool RefuseWellKnownPasswords { get; set; } = true;

    /// <summary>A file of more well-known passwords, one a line, such as Debian's package wordlists has; looked through whenever a password is set. Empty: none.</summary>
    public string WellKnownPasswords { get; set; } = "";

    /// <summary>App passwords of one account: each is tried at a log-in that looks like one.</summary>
    public int MaxAppPasswords { get; set; } = 20;

    /// <summary>How often a change is tried again when other servers write at the same time.</summary>
    public int MaxConflictRetries { get; set; } = 16;
}
