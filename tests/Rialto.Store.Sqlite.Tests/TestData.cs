using System.Buffers;
using Rialto.Model;
using Rialto.Store.Backend;
using Rialto.Store.Sqlite.Native;
using Rialto.Testing;

namespace Rialto.Store.Sqlite.Tests;

/// <summary>A data directory with a backend on it, and batches to put in.</summary>
internal static class TestData
{
    public static readonly FolderId Inbox = new(5);
    public static readonly FolderId Archive = new(6);

    public static SqliteStoreOptions Options(string directory) => new() { Directory = directory, LogSegmentSize = 256 * 1024, PackSize = 2 * 1024 * 1024, LargeBlobSize = 256 * 1024 };

    public static SqliteStoreBackend Open(string directory, DataFiles? files = null) => SqliteStoreBackend.Open(Options(directory), files ?? new DataFiles(), TimeProvider.System);

    public static MailboxHeader Header(Guid id) => new(id, Guid.NewGuid(), false, Guid.NewGuid(), 638_000_000_000_000_000);

    public static WriteBatch Initial()
    {
        var batch = new WriteBatch { ExpectedSequence = 0x400, NewSequence = 0x402 };
        batch.Mutations.Add(new PutFolder(Folder(Inbox, "Inbox")));
        batch.Mutations.Add(new PutFolder(Folder(Archive, "Archive")));
        batch.Mutations.Add(new PutSetting("locale", "en"));
        return batch;
    }

    public static Folder Folder(FolderId id, string name) => new() { Id = id, Parent = new FolderId(1), Name = name, UidValidity = 7, Created = new FileTime(1000), Modified = new FileTime(1000) };

    public static MessageRow Row(long id, uint uid, FolderId? folder = null, BlobRef content = default) => new()
    {
        Id = new(id),
        Folder = folder ?? Inbox,
        Uid = uid,
        Mid = id,
        Sequence = id,
        Cn = id,
        MimeSize = content.IsNone ? 100 : content.Length,
        Received = new FileTime(133_000_000_000_000_000 + id),
        Created = new FileTime(133_000_000_000_000_000 + id),
        Modified = new FileTime(133_000_000_000_000_000 + id),
        NormalizedSubject = $"Subject {id}",
        ConversationTopic = $"Subject {id}",
        FromName = "Ann Example",
        FromAddress = "ann@example.com",
        DisplayTo = "Bob",
        InternetMessageId = $"<{id}@example.com>",
        ConversationId = new Guid((int)id, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0),
        Kind = ContentKind.Mime,
        Content = content.IsNone ? new BlobRef(1, 100) : content,
    };

    /// <summary>A batch that inserts one message per id, from the mailbox's sequence on.</summary>
    public static WriteBatch Insert(long sequence, params MessageRow[] rows)
    {
        var batch = new WriteBatch { ExpectedSequence = sequence, NewSequence = sequence + rows.Length };
        foreach (var row in rows)
        {
            batch.Mutations.Add(new InsertMessage(row, Digest(row.Uid)));
            batch.Mutations.Add(new AppendChange(new Change { Kind = ChangeKind.MessageCreated, Sequence = row.Sequence, Message = row.Id, Folder = row.Folder, Uid = row.Uid, Mid = row.Mid, TimeUtcTicks = 5 }));
        }
        return batch;
    }

    public static byte[] Digest(uint uid) => [(byte)uid, 2, 3];

    public static ValueTask<BlobRef> WriteAsync(this IBlobStore blobs, byte[] bytes) => blobs.WriteAsync(new ReadOnlySequence<byte>(bytes), CancellationToken.None);

    public static async Task<byte[]> ReadAsync(this IBlobStore blobs, BlobRef blob)
    {
        using var lease = await blobs.OpenAsync(blob, CancellationToken.None);
        return lease.Memory.ToArray();
    }

    public static async Task<IMailboxStorage> NewMailboxAsync(this SqliteStoreBackend backend, Guid id)
    {
        (await backend.CreateMailboxAsync(Header(id), Initial(), CancellationToken.None)).ShouldBeTrue();
        return (await backend.OpenMailboxAsync(id, CancellationToken.None))!;
    }

    public static async Task ApplyDurablyAsync(this IMailboxStorage mailbox, WriteBatch batch) => await await mailbox.ApplyAsync(batch, CancellationToken.None);

    public static async Task<List<StateRow>> StatesAsync(this IMailboxStorage mailbox, FolderId folder)
    {
        var sink = new States();
        await mailbox.ScanStatesAsync(folder, 0, sink, CancellationToken.None);
        return sink.Rows;
    }

    /// <summary>The files of a data directory as they are now, as after a kill: a copy to open elsewhere.</summary>
    public static void CopyDirectory(string from, string to)
    {
        foreach (var file in System.IO.Directory.EnumerateFiles(from, "*", SearchOption.AllDirectories))
        {
            if (Path.GetFileName(file) == "lock")
                continue;
            var target = Path.Combine(to, Path.GetRelativePath(from, file));
            System.IO.Directory.CreateDirectory(Path.GetDirectoryName(target)!);
            File.Copy(file, target);
        }
    }

    internal sealed class States : IStateSink
    {
        public List<StateRow> Rows { get; } = [];

        public void Add(in StateRow row) => Rows.Add(row);
    }
}
