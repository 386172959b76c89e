using Rialto.Store.Sqlite.Native;

namespace Rialto.Store.Sqlite.Mailboxes;

/// <summary>The file of an empty mailbox: made once a process by running the migrations, then only copied.</summary>
internal static class MailboxTemplate
{
    private static readonly Lock Gate = new();
    private static byte[]? _bytes;

    public static byte[] Bytes(string directory)
    {
        lock (Gate)
            return _bytes ??= Make(directory);
    }

    private static byte[] Make(string directory)
    {
        var path = Path.Combine(directory, $"template-{Guid.NewGuid():n}");
        try
        {
            using (var connection = SqliteConnection.Open(path, SqliteApi.OpenReadWrite | SqliteApi.OpenCreate))
            {
                connection.Execute("PRAGMA synchronous=OFF;");
                MailboxSchema.Schema.Migrate(connection);
            }
            // Closing the last connection has moved everything from the write-ahead log into the file.
            return File.ReadAllBytes(path);
        }
        finally
        {
            File.Delete(path);
        }
    }
}
