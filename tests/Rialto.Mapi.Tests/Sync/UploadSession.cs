using Rialto.Mapi.Rops;
using Rialto.Mapi.Tests.Client;
using Rialto.Mapi.Tests.Client.Sync;
using Rialto.Mapi.Tests.Fixtures;
using Rialto.Model;
using Rialto.Store;

namespace Rialto.Mapi.Tests.Sync;

/// <summary>A client with one replica's namespace, an upload context on the Inbox, and ids to give.</summary>
internal sealed class UploadSession : IDisposable
{
    public static readonly FileTime Then = FileTime.From(new DateTimeOffset(2024, 1, 1, 0, 0, 0, TimeSpan.Zero));
    private Guid _namespace = Guid.NewGuid();

    public required RopSession Session { get; init; }

    public required uint Logon { get; init; }

    public required RopLogon.Response Response { get; init; }

    public required uint Inbox { get; init; }

    public required MailboxSession Mailbox { get; init; }

    public uint Context { get; private set; }

    public Guid Server { get; private set; }

    public ulong FirstId { get; private set; }

    public static async Task<UploadSession> OpenAsync(MapiServer server, bool contents = true, int user = 1)
    {
        var (session, response, handle) = await server.LogonAsync(user);
        var inbox = await session.OpenFolderAsync(handle, contents ? response.FolderIds[4] : response.FolderIds[3]);
        var opened = new UploadSession { Session = session, Logon = handle, Response = response, Inbox = inbox, Mailbox = await server.OpenMailboxAsync(user) };
        opened.Context = await session.OpenCollectorAsync(inbox, contents);
        (opened.Server, opened.FirstId) = await session.ReserveIdsAsync(handle, 0x200);
        return opened;
    }

    public byte[] Key(ulong id) => new GlobalId(Server, id).ToArray();

    /// <summary>From here on its changes are those of another replica.</summary>
    public void BecomeAnother() => _namespace = Guid.NewGuid();

    public byte[] Change(byte number) => [.. _namespace.ToByteArray(), 0, 0, 0, number];

    /// <summary>The list of a version that this client made, out of what it had of others.</summary>
    public byte[] List(byte number, params byte[][] others)
    {
        var list = new PredecessorChangeList();
        foreach (var other in others)
            list.Merge(PredecessorChangeList.Parse(other)!);
        list.Add(Xid.Parse(Change(number))!);
        return list.ToArray();
    }

    public PropertyValue[] Version(ulong id, byte number, FileTime? modified = null, params byte[][] others) =>
        SyncRops.VersionOf(Key(id), modified ?? Then, Change(number), List(number, others));

    public async Task<ErrorCode> BringAsync(PropertyValue[] version, string subject, byte flags = 0, params PropertyValue[] more)
    {
        var (error, handle) = await Session.ImportMessageAsync(Context, version, flags);
        if (error != ErrorCode.Success)
            return error;
        (await Session.SetAsync(handle, [PropertyValue.Of(PropertyTags.Subject, subject), PropertyValue.Of(PropertyTags.Body, "body of " + subject), .. more])).ShouldBeEmpty();
        error = await Session.TrySaveAsync(handle);
        await Session.ReleaseAsync(handle);
        return error;
    }

    public async Task<MessageRow?> RowAsync(ulong id) => (await Mailbox.FindByMidAsync((long)id, default)) is { Succeeded: true } found ? found.Value : null;

    public byte[] ListOf(MessageRow row) => StoreKeys.PredecessorsOf(Mailbox.Header, row.PredecessorChangeList, row.ChangeKey, row.Cn);

    public async Task<IdSet> SeenAsync() => (await Session.TransferStateAsync(Context)).Seen[Server];

    public void Dispose()
    {
        Mailbox.Dispose();
        Session.Http.Dispose();
    }
}
