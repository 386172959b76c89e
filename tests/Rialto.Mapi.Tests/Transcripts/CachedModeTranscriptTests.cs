using System.Text.RegularExpressions;
using Rialto.Mapi.Rops;
using Rialto.Mapi.Tests.Client;
using Rialto.Mapi.Tests.Client.Sync;
using Rialto.Mapi.Tests.Fixtures;
using Rialto.Mapi.Transcripts;
using Rialto.Mapi.Wire;
using Rialto.Model;
using Rialto.Testing;
using Rialto.Wire;

namespace Rialto.Mapi.Tests.Transcripts;

/// <summary>A client's first synchronisations in cached mode, and what a transcript of them tells. [MS-OXCSYNC] 3.1.3, [MS-OXCFXICS] 2.2.4.</summary>
public partial class CachedModeTranscriptTests
{
    [GeneratedRegex("^!|^ +!|malformed", RegexOptions.Multiline)]
    private static partial Regex Trouble();

    [GeneratedRegex("^(?:Rop(?:FastTransferSourceGetBuffer|FastTransferDestinationPutBuffer))", RegexOptions.Multiline)]
    private static partial Regex Transfers();

    [GeneratedRegex("^  stream, [0-9]+ bytes:", RegexOptions.Multiline)]
    private static partial Regex Streams();

    /// <summary>What the trace of the server has of hierarchy, contents and associated items of every folder, down and up.</summary>
    [Fact]
    public async Task A_cached_mode_start_is_readable_to_the_last_property()
    {
        using var folder = new TempDirectory();
        await using var server = await MapiServer.StartAsync(o => o.TranscriptDirectory = folder.Path, MapiServer.MailConverter);
        await FillAsync(server);
        foreach (var file in System.IO.Directory.GetFiles(folder.Path))
            File.Delete(file);
        var replica = await StartAsync(() => server.LogonAsync());
        var text = string.Join('\n', System.IO.Directory.GetFiles(folder.Path).Order(StringComparer.Ordinal).Select(File.ReadAllText));
        Check(text, replica);
    }

    /// <summary>The same from captured bodies, as `rialto rop` prints them.</summary>
    [Fact]
    public async Task Captured_bodies_tell_the_same()
    {
        await using var server = await MapiServer.StartAsync(converter: MapiServer.MailConverter);
        await FillAsync(server);
        var text = new System.Text.StringBuilder();
        var replica = await StartAsync(async () =>
        {
            var http = server.Client();
            (await http.ConnectAsync(server.User(1).LegacyExchangeDn)).ErrorCode.ShouldBe(0u);
            // One connection, one capture.
            var dump = new ExecuteDump();
            var session = new RopSession(async (buffer, flags, most) =>
            {
                text.Append(dump.Dump(WireCodec.ToArray(new ExecuteRequest { Flags = flags, RopBuffer = buffer, MaxRopOut = most })).ShouldNotBeNull());
                var response = await http.ExecuteAsync(buffer, flags, most);
                text.Append(dump.Dump(WireCodec.ToArray(response)).ShouldNotBeNull());
                return response;
            }, http);
            var (response, handle) = await session.LogonAsync(server.User(1).LegacyExchangeDn);
            return (session, response, handle);
        });
        Check(text.ToString(), replica);
    }

    /// <summary>Mail, associated items, folders: something in every special folder.</summary>
    private static async Task FillAsync(MapiServer server)
    {
        await server.DeliverAsync("mail", body: "text of the mail");
        var (session, logon, handle) = await server.LogonAsync();
        foreach (var id in logon.FolderIds[4..9])
        {
            await SaveAsync(session, handle, id, "IPM.Note", "ordinary", associated: false);
            await SaveAsync(session, handle, id, "IPM.Configuration.Test", "associated", associated: true);
        }
        session.Dispose();
    }

    private static async Task SaveAsync(RopSession session, uint logon, ulong folder, string messageClass, string subject, bool associated)
    {
        var message = await session.CreateMessageAsync(logon, folder, associated);
        await session.SetAsync(message, PropertyValue.Of(PropertyTags.MessageClass, messageClass), PropertyValue.Of(PropertyTags.Subject, subject), PropertyValue.Of(PropertyTags.Body, "body"));
        await session.ModifyRecipientsAsync(message, [], RopWriting.Recipient(0, 1, "A", "a@example.org"));
        await session.AttachAsync(message, "file");
        await session.SaveAsync(message);
        await session.ReleaseAsync(message);
    }

    /// <summary>Downloads everything, uploads something, downloads what others changed.</summary>
    private static async Task<LocalReplica> StartAsync(Func<Task<(RopSession Session, RopLogon.Response Logon, uint Handle)>> logon)
    {
        var replica = new LocalReplica("r", new Guid("00000000-0000-0000-0000-000000000077"), TimeProvider.System, TimeSpan.Zero);
        var client = new ReplicaClient(replica, new SyncStrategy { Buffer = 0x1000, Partial = true }, logon);
        await client.SynchronizeAsync();
        replica.Folders.Count.ShouldBeGreaterThan(5);
        var inbox = replica.Folders.Values.Single(f => f.Name == "Inbox");
        var known = inbox.Messages.Values.First(m => !m.IsAssociated && m.Content.Attachments.Count > 0);
        replica.Create(inbox, "made offline", "body", false);
        replica.Change(inbox.Messages.Values.First(m => m.Content.Subject == "mail"), c => c with { Body = "changed offline" });
        replica.CreateFolder(replica.Root, "offline folder");
        await client.SynchronizeAsync();
        var (session, response, handle) = await logon();
        var opened = await session.OpenAsync(handle, response.FolderIds[4], new StoreId(1, known.Id).ToWire(), 0x01);
        await session.SetAsync(opened, PropertyValue.Of(PropertyTags.Subject, "changed online"));
        await session.SaveAsync(opened);
        var read = inbox.Messages.Values.First(m => m.Content.Subject == "mail");
        await session.CallAsync<PartialResponse>(
            RopId.SetReadFlags, new RopSetReadFlags.Request { ReadFlags = read.IsRead ? (byte)0x04 : (byte)0, MessageIds = [new StoreId(1, read.Id).ToWire()] }, await session.OpenFolderAsync(handle, response.FolderIds[4]));
        // Copied out and in again as a stream.
        var source = (await session.OpenAsync<PlainResponse>(RopId.FastTransferSourceCopyTo, new RopFastTransferSourceCopyTo.Request { SendOptions = 0x01 }, opened)).Handle;
        var stream = new List<byte>();
        for (var isLast = false; !isLast;)
        {
            (var data, isLast) = await session.GetBufferAsync(source);
            stream.AddRange(data);
        }
        var copy = await session.CreateMessageAsync(handle, response.FolderIds[4]);
        var target = (await session.OpenAsync<PlainResponse>(RopId.FastTransferDestinationConfigure, new RopFastTransferDestinationConfigure.Request { SourceOperation = 1 }, copy)).Handle;
        await session.CallAsync<RopFastTransferDestinationPutBuffer.Response>(RopId.FastTransferDestinationPutBuffer, new RopFastTransferDestinationPutBuffer.Request { TransferData = [.. stream] }, target);
        await session.SaveAsync(copy);
        session.Dispose();
        await client.SynchronizeAsync();
        inbox.Messages[known.Id].Content.Subject.ShouldBe("changed online");
        replica.PartialChanges.ShouldBeGreaterThan(0);
        return replica;
    }

    private static void Check(string text, LocalReplica replica)
    {
        Trouble().Match(text).Value.ShouldBe("");
        // Each request and each response of a transfer: requests of GetBuffer and responses of PutBuffer carry nothing.
        Streams().Count(text).ShouldBe(Transfers().Count(text) / 2);
        foreach (var words in (string[])
        [
            "IncrSyncChg", "IncrSyncMessage", "IncrSyncChgPartial", "IncrSyncGroupInfo", "mapping 1; 0: PidTagMessageFlags", "MetaTagIncrementalSyncMessagePartial", "IncrSyncRead", "MetaTagIdsetRead",
            "IncrSyncStateBegin", "MetaTagIdsetGiven (0x40170003) = ", "MetaTagCnsetSeenFAI", "IncrSyncEnd", "StartRecip", "NewAttach", "EndAttach", "MetaTagFXDelProp (0x40160003) = PidTagMessageRecipients",
            "PidTagParentSourceKey", "PidTagSourceKey", "PidTagPredecessorChangeList", "PidTagAssociated", "state MetaTagIdsetGiven: nothing", $"state MetaTagCnsetSeen: {replica.Server}: 1-",
            "\"made offline\"", "\"changed online\"", "\"text of the mail\"", "\"associated\"", "RopSynchronizationImportMessageChange", "RopSynchronizationImportHierarchyChange", "RopSynchronizationGetTransferState", "end of the stream",
        ])
        {
            text.ShouldContain(words, Case.Sensitive);
        }
        // Contents and associated items of every folder were asked for.
        foreach (var folder in replica.Folders.Values.Where(f => f.Messages.Count > 0))
            text.ShouldContain($"{replica.Server}:{folder.Id:X}", Case.Sensitive, folder.Name);
        text.ShouldNotContain(" = property", Case.Sensitive);
    }
}
