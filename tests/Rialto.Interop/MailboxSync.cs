namespace Rialto.Interop;

/// <summary>mbsync's configuration: every mailbox of an account, copied both ways into maildirs under "mail".</summary>
internal static class MailboxSync
{
    /// <param name="folder">Where the configuration and the copy stand.</param>
    /// <param name="account">How the server is reached and logged in to, one line each.</param>
    /// <returns>The configuration file.</returns>
    public static async Task<string> ConfigureAsync(string folder, string account)
    {
        var store = Path.Combine(folder, "mail");
        System.IO.Directory.CreateDirectory(store);
        var config = Path.Combine(folder, "mbsyncrc");
        await File.WriteAllTextAsync(config, $"""
            IMAPAccount rialto
            {account}

            IMAPStore far
            Account rialto

            MaildirStore near
            Path {store}/
            Inbox {store}/INBOX
            SubFolders Verbatim

            Channel all
            Far :far:
            Near :near:
            Patterns *
            Create Both
            Remove Both
            Expunge Both
            SyncState *

            """);
        return config;
    }
}
