using Rialto.Mapi.Rops;
using Rialto.Model;

namespace Rialto.Mapi.Tests.Client.Sync;

/// <summary>The state of a synchronisation as the client keeps it.</summary>
public sealed class ClientSyncState
{
    public ReplicaIdSet Given { get; set; } = new();

    public ReplicaIdSet Seen { get; set; } = new();

    public ReplicaIdSet SeenFai { get; set; } = new();

    public ReplicaIdSet Read { get; set; } = new();

    public ClientSyncState Clone() => new() { Given = Given.Clone(), Seen = Seen.Clone(), SeenFai = SeenFai.Clone(), Read = Read.Clone() };

    /// <summary>Takes a property of a state element.</summary>
    public void Take(FxItem item)
    {
        var set = ReplicaIdSet.ParseReplGuids(item.Value) ?? throw new InvalidDataException("A state property is no set.");
        switch (item.Tag)
        {
            case 0x40170003: Given = set; break;
            case 0x67960102: Seen = set; break;
            case 0x67DA0102: SeenFai = set; break;
            case 0x67D20102: Read = set; break;
            default: throw new InvalidDataException($"{item.Tag:X8} is no state property.");
        }
    }
}

/// <summary>The operations of [MS-OXCFXICS] as clients send them.</summary>
public static class SyncRops
{
    public const byte Contents = 1;
    public const byte Hierarchy = 2;

    public static async Task<uint> OpenCollectorAsync(this RopSession session, uint folder, bool contents) =>
        (await session.OpenAsync<PlainResponse>(RopId.SynchronizationOpenCollector, new RopSynchronizationOpenCollector.Request { IsContentsCollector = contents }, folder)).Handle;

    public static async Task<uint> ConfigureAsync(this RopSession session, uint folder, byte type, ushort flags, uint extra = 0x05, bool partial = false) =>
        (await session.OpenAsync<PlainResponse>(
            RopId.SynchronizationConfigure, new RopSynchronizationConfigure.Request { SynchronizationType = type, SendOptions = (byte)(partial ? 0x11 : 0x01), SynchronizationFlags = flags, SynchronizationExtraFlags = extra }, folder)).Handle;

    /// <summary>Brings the state, in as few requests as it takes.</summary>
    public static async Task PutStateAsync(this RopSession session, uint context, ClientSyncState state, bool contents, bool ids)
    {
        var requests = new List<(RopId, RopRequest)>();
        if (ids)
            Add(0x40170003, state.Given);
        Add(0x67960102, state.Seen);
        if (contents)
        {
            Add(0x67DA0102, state.SeenFai);
            Add(0x67D20102, state.Read);
        }
        await session.AllAsync(context, requests);

        void Add(uint tag, ReplicaIdSet set) => requests.AddRange(StateRequests(tag, set.ToReplGuids()));
    }

    public static Task PutStateAsync(this RopSession session, uint context, uint tag, byte[] value) => session.AllAsync(context, [.. StateRequests(tag, value)]);

    private static IEnumerable<(RopId, RopRequest)> StateRequests(uint tag, byte[] value)
    {
        yield return (RopId.SynchronizationUploadStateStreamBegin, new RopSynchronizationUploadStateStreamBegin.Request { StateProperty = new PropertyTag(tag), TransferBufferSize = (uint)value.Length });
        for (var at = 0; at < value.Length; at += 0x1000)
            yield return (RopId.SynchronizationUploadStateStreamContinue, new RopSynchronizationUploadStateStreamContinue.Request { StreamData = value[at..Math.Min(value.Length, at + 0x1000)] });
        yield return (RopId.SynchronizationUploadStateStreamEnd, new RopSynchronizationUploadStateStreamEnd.Request());
    }

    private static async Task AllAsync(this RopSession session, uint context, List<(RopId, RopRequest)> requests)
    {
        foreach (var some in requests.Chunk(14).Select(c => c.ToList()))
        {
            foreach (var response in (await session.ExecuteAsync(some, [context])).Responses)
            {
                if (response.ReturnValue != ErrorCode.Success)
                    throw new RopException(response.ReturnValue);
            }
        }
    }

    /// <summary>The items of a stream as they come; the requests go out as they are needed.</summary>
    public static async IAsyncEnumerable<FxItem> DownloadAsync(this RopSession session, uint context, ushort buffer = 0x6000)
    {
        var reader = new FxReader();
        while (true)
        {
            var response = await session.CallAsync<RopFastTransferSourceGetBuffer.Response>(
                RopId.FastTransferSourceGetBuffer, new RopFastTransferSourceGetBuffer.Request { BufferSize = 0xBABE, MaximumBufferSize = buffer }, context);
            reader.Append(response.TransferBuffer.Span);
            while (reader.Next() is { } item)
                yield return item;
            if (response.TransferStatus == 0x0003)
                break;
        }
        if (!reader.AtEnd)
            throw new InvalidDataException("The stream ends in the middle of an item.");
    }

    public static async Task<ClientSyncState> TransferStateAsync(this RopSession session, uint context)
    {
        var (_, handle) = await session.OpenAsync<PlainResponse>(RopId.SynchronizationGetTransferState, new RopSynchronizationGetTransferState.Request(), context);
        var state = new ClientSyncState();
        await foreach (var item in session.DownloadAsync(handle))
        {
            if (item.Tag is not (FxReader.IncrSyncStateBegin or FxReader.IncrSyncStateEnd))
                state.Take(item);
        }
        await session.ReleaseAsync(handle);
        return state;
    }

    public static async Task<(Guid Replica, ulong First)> ReserveIdsAsync(this RopSession session, uint logon, uint count)
    {
        var response = await session.CallAsync<RopGetLocalReplicaIds.Response>(RopId.GetLocalReplicaIds, new RopGetLocalReplicaIds.Request { IdCount = count }, logon);
        ulong first = 0;
        foreach (var b in response.GlobalCount)
            first = first << 8 | b;
        return (response.ReplGuid, first);
    }

    public static PropertyValue[] VersionOf(byte[] sourceKey, FileTime modified, byte[] changeKey, byte[] predecessors) =>
    [
        PropertyValue.Of(PropertyTags.SourceKey, sourceKey),
        PropertyValue.Of(PropertyTags.LastModificationTime, modified),
        PropertyValue.Of(PropertyTags.ChangeKey, changeKey),
        PropertyValue.Of(PropertyTags.PredecessorChangeList, predecessors),
    ];

    /// <summary>Opens a message to bring a version of it; the handle where that succeeds.</summary>
    public static async Task<(ErrorCode Error, uint Handle)> ImportMessageAsync(this RopSession session, uint context, PropertyValue[] version, byte flags = 0)
    {
        var request = new RopSynchronizationImportMessageChange.Request { OutputHandleIndex = 1, ImportFlag = flags, PropertyValues = version };
        var reply = await session.ExecuteAsync([(RopId.SynchronizationImportMessageChange, request)], [context, RopSession.NoHandle]);
        var response = reply.Responses[0];
        return (response.ReturnValue, response.ReturnValue == ErrorCode.Success ? reply.Handles[1] : RopSession.NoHandle);
    }

    public static Task<ErrorCode> ImportFolderAsync(this RopSession session, uint context, byte[] parentKey, PropertyValue[] version, string name, params PropertyValue[] properties) =>
        session.TryAsync(RopId.SynchronizationImportHierarchyChange, new RopSynchronizationImportHierarchyChange.Request
        {
            HierarchyValues = [PropertyValue.Of(PropertyTags.ParentSourceKey, parentKey), .. version, PropertyValue.Of(PropertyTags.DisplayName, name)],
            PropertyValues = properties,
        }, context);

    public static Task<ErrorCode> ImportMoveAsync(this RopSession session, uint context, byte[] folder, byte[] message, byte[] predecessors, byte[] destination, byte[] change) =>
        session.TryAsync(RopId.SynchronizationImportMessageMove, new RopSynchronizationImportMessageMove.Request
        {
            SourceFolderId = folder, SourceMessageId = message, PredecessorChangeList = predecessors, DestinationMessageId = destination, ChangeNumber = change,
        }, context);

    public static Task<ErrorCode> ImportDeletesAsync(this RopSession session, uint context, byte flags, params byte[][] keys) =>
        session.TryAsync(RopId.SynchronizationImportDeletes, new RopSynchronizationImportDeletes.Request
        {
            ImportDeleteFlags = flags, PropertyValues = [PropertyValue.OfArray(new PropertyTag(0x00001102), keys)],
        }, context);

    public static Task<ErrorCode> ImportReadStatesAsync(this RopSession session, uint context, params (byte[] Key, bool IsRead)[] states) =>
        session.TryAsync(RopId.SynchronizationImportReadStateChanges, new RopSynchronizationImportReadStateChanges.Request
        {
            MessageReadStates = [.. states.Select(s => new MessageReadState { MessageId = s.Key, MarkAsRead = s.IsRead })],
        }, context);

    public static Task<ErrorCode> ExcludeIdsAsync(this RopSession session, uint folder, Guid replica, params (ulong Low, ulong High)[] ranges) =>
        session.TryAsync(RopId.SetLocalReplicaMidsetDeleted, new RopSetLocalReplicaMidsetDeleted.Request
        {
            LongTermIdRanges = [.. ranges.Select(r => new LongTermIdRange { MinLongTermId = new LongTermId(new GlobalId(replica, r.Low)), MaxLongTermId = new LongTermId(new GlobalId(replica, r.High)) })],
        }, folder);
}
