// [MS-OXCSYNC] 3.1.3-3.1.7: a synchronisation from log-on to log-off, upload before download.
using Rialto.Mapi.Rops;
using Rialto.Model;

namespace Rialto.Mapi.Tests.Client.Sync;

/// <summary>How a client decides what its document leaves to it.</summary>
public sealed record SyncStrategy
{
    /// <summary>Keeps the state item by item (3.3.5.6 of [MS-OXCFXICS]); otherwise a download counts as a whole or not at all.</summary>
    public bool Checkpoints { get; init; }

    /// <summary>Resolves conflicts itself, instead of having the server do it.</summary>
    public bool FailsOnConflict { get; init; }

    /// <summary>Takes partial changes: 2.2.3.1.1.1.1 PartialItem.</summary>
    public bool Partial { get; init; }

    /// <summary>SynchronizationExtraFlags; Eid and CN are needed.</summary>
    public uint Extra { get; init; } = 0x05;

    /// <summary>Which of the folders that the log-on tells is the root of all that is synchronised: the IPM subtree, of a mailbox or (1) of public folders.</summary>
    public int Root { get; init; } = 3;

    public ushort Buffer { get; init; } = 0x6000;

    /// <summary>Whose messages are synchronised; folders are, all of them.</summary>
    public Func<ReplicaFolder, bool> Contents { get; init; } = static _ => true;

    /// <summary>Ids reserved at a time.</summary>
    public uint Reservation { get; init; } = 0x400;
}

/// <summary>Brings a replica and its mailbox together.</summary>
public sealed class ReplicaClient(LocalReplica replica, SyncStrategy strategy, Func<Task<(RopSession Session, RopLogon.Response Logon, uint Handle)>> logon)
{
    /// <summary>Whatever goes wrong on the way, the replica is as it was after the last thing that went well; the next synchronisation goes on from there.</summary>
    public async Task SynchronizeAsync()
    {
        var (session, response, mailbox) = await logon();
        using var connection = session;
        // 3.1.3.1.1.2: a replica belongs to one mailbox.
        if (replica.Mailbox is { } known && known != response.MailboxGuid)
            throw new InvalidOperationException("The replica is of another mailbox.");
        replica.Mailbox = response.MailboxGuid;
        replica.Root = StoreId.FromWire(response.FolderIds[strategy.Root]).Counter;
        if (!replica.HasIds || replica.LastId - replica.NextId < strategy.Reservation / 4)
        {
            var (server, first) = await session.ReserveIdsAsync(mailbox, strategy.Reservation);
            (replica.Server, replica.NextId, replica.LastId) = (server, first, first + strategy.Reservation - 1);
        }
        var upload = new SyncUpload(replica, strategy, session, mailbox);
        await upload.RunAsync();
        var download = new SyncDownload(replica, strategy, session, mailbox);
        await download.RunAsync();
    }
}

/// <summary>What both directions need.</summary>
internal static class SyncHandles
{
    public static Task ReleaseAsync(this RopSession session, params uint[] handles) => session.ExecuteAsync(
        [.. handles.Select((_, i) => (RopId.Release, (RopRequest)new RopRelease.Request { InputHandleIndex = (byte)i }))], handles);

    /// <summary>Null where there is no such folder any more.</summary>
    public static async Task<uint?> TryOpenFolderAsync(this RopSession session, uint mailbox, ulong id)
    {
        try
        {
            return await session.OpenFolderAsync(mailbox, new StoreId(1, id).ToWire());
        }
        catch (RopException e) when (e.Code is ErrorCode.NotFound)
        {
            return null;
        }
    }
}
