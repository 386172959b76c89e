using Rialto.Mapi.Rops;
using Rialto.Mapi.Tests.Client;
using Rialto.Mapi.Tests.Client.Sync;
using Rialto.Mapi.Tests.Fixtures;
using Rialto.Model;
using Rialto.Store;
using Rialto.Store.Backend;

namespace Rialto.Mapi.Tests.Sync;

/// <summary>Versions brought in one request share their syncs: where one of these fails, nothing of the request is acknowledged.</summary>
public class UploadDurabilityTests
{
    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2)]
    public async Task A_sync_that_fails_in_the_middle_of_a_request_leaves_nothing_of_it_acknowledged(int failing)
    {
        await using var server = await MapiServer.StartAsync();
        using var upload = await UploadSession.OpenAsync(server);
        (await upload.BringAsync(upload.Version(upload.FirstId, 1), "before")).ShouldBe(ErrorCode.Success);
        var batches = 0;
        server.Backend.Durability = _ => Interlocked.Increment(ref batches) == failing + 1
            ? Task.FromException(new StorageUnavailableException("Input/output error"))
            : Task.CompletedTask;
        var versions = Enumerable.Range(1, 3).Select(i => upload.Version(upload.FirstId + (ulong)i, (byte)(1 + i))).ToList();
        (await Should.ThrowAsync<RopException>(() => ThreeAsync(upload, upload.Context, versions))).Code.ShouldBe(ErrorCode.ServerBusy);
        batches.ShouldBeGreaterThanOrEqualTo(3);
        server.Backend.Durability = null;

        // The context knew of changes that may be lost: it is gone, and its state cannot be asked for.
        (await upload.Session.TryAsync(RopId.SynchronizationGetTransferState, new RopSynchronizationGetTransferState.Request { OutputHandleIndex = 1 }, upload.Context)).ShouldBe(ErrorCode.InvalidObject);
        // Storage may have kept them or not; the client brings them once more, and each is there once and whole.
        var again = await upload.Session.OpenCollectorAsync(upload.Inbox, true);
        foreach (var (reply, i) in (await EachAsync(upload, again, versions)).Select((r, i) => (r, i)))
        {
            reply.ShouldBeOneOf(ErrorCode.Success, ErrorCode.IgnoreFailure);
            var row = (await upload.RowAsync(upload.FirstId + 1 + (ulong)i)).ShouldNotBeNull();
            row.NormalizedSubject.ShouldBe($"version {i}");
            upload.ListOf(row).ShouldBe(upload.List((byte)(2 + i)));
        }
        upload.Mailbox.Folders.TryGet(MapiServer.Inbox, out var inbox).ShouldBeTrue();
        inbox!.Counters.Count.ShouldBe(4);
        (await upload.Session.TransferStateAsync(again)).ShouldNotBeNull();
    }

    [Fact]
    public async Task What_the_failed_request_opened_is_closed()
    {
        await using var server = await MapiServer.StartAsync(o => o.MaximumObjectsPerSession = 12);
        using var upload = await UploadSession.OpenAsync(server);
        var versions = Enumerable.Range(1, 3).Select(i => upload.Version(upload.FirstId + (ulong)i, (byte)i)).ToList();
        for (var round = 0; round < 6; round++)
        {
            var context = await upload.Session.OpenCollectorAsync(upload.Inbox, true);
            server.Backend.Durability = _ => Task.FromException(new StorageUnavailableException("Input/output error"));
            var brought = versions.Select((_, i) => upload.Version(upload.FirstId + (ulong)(round * 3 + i), (byte)(round * 3 + i + 1))).ToList();
            // The messages stay open, as nobody was told of them.
            (await Should.ThrowAsync<RopException>(() => ThreeAsync(upload, context, brought))).Code.ShouldBe(ErrorCode.ServerBusy);
            server.Backend.Durability = null;
        }
        (await upload.Session.OpenCollectorAsync(upload.Inbox, true)).ShouldNotBe(RopSession.NoHandle);
    }

    [Fact]
    public async Task Three_versions_of_one_request_are_acknowledged_when_all_are_durable()
    {
        await using var server = await MapiServer.StartAsync();
        using var upload = await UploadSession.OpenAsync(server);
        var disk = new TaskCompletionSource();
        server.Backend.Durability = _ => disk.Task;
        var request = ThreeAsync(upload, upload.Context, [.. Enumerable.Range(1, 3).Select(i => upload.Version(upload.FirstId + (ulong)i, (byte)i))]);
        (await Task.WhenAny(request, Task.Delay(300))).ShouldNotBe(request);
        disk.SetResult();
        (await request).Responses.ShouldAllBe(r => r.ReturnValue == ErrorCode.Success);
    }

    /// <summary>Three imports with their saves in one request; the messages are left open.</summary>
    private static Task<RopReply> ThreeAsync(UploadSession upload, uint context, List<PropertyValue[]> versions)
    {
        var requests = new List<(RopId, RopRequest)>();
        var handles = new List<uint> { context };
        foreach (var version in versions)
        {
            var place = (byte)handles.Count;
            handles.Add(RopSession.NoHandle);
            requests.Add((RopId.SynchronizationImportMessageChange, new RopSynchronizationImportMessageChange.Request { OutputHandleIndex = place, PropertyValues = version }));
            requests.Add((RopId.SetProperties, new RopSetProperties.Request
            {
                InputHandleIndex = place,
                PropertyValues = [PropertyValue.Of(PropertyTags.Subject, $"version {place - 1}"), PropertyValue.Of(PropertyTags.Body, "text")],
            }));
            requests.Add((RopId.SaveChangesMessage, new RopSaveChangesMessage.Request { InputHandleIndex = place, ResponseIndex = place }));
        }
        return upload.Session.ExecuteAsync(requests, handles);
    }

    private static async Task<List<ErrorCode>> EachAsync(UploadSession upload, uint context, List<PropertyValue[]> versions)
    {
        var outcomes = new List<ErrorCode>();
        for (var i = 0; i < versions.Count; i++)
        {
            var (error, handle) = await upload.Session.ImportMessageAsync(context, versions[i]);
            if (error == ErrorCode.Success)
            {
                (await upload.Session.SetAsync(handle, PropertyValue.Of(PropertyTags.Subject, $"version {i}"), PropertyValue.Of(PropertyTags.Body, "text"))).ShouldBeEmpty();
                error = await upload.Session.TrySaveAsync(handle);
                await upload.Session.ReleaseAsync(handle);
            }
            outcomes.Add(error);
        }
        return outcomes;
    }
}
