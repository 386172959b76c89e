// [MS-OXCFXICS] 3.3.4.3: how clients download.
using System.Text;
using Rialto.Mapi.FastTransfer;
using Rialto.Mapi.Rops;
using Rialto.Model;

namespace Rialto.Mapi.Tests.Client;

/// <summary>The four state properties as bytes, as clients keep them.</summary>
public sealed record ClientState(byte[] IdsetGiven, byte[] CnsetSeen, byte[] CnsetSeenFai, byte[] CnsetRead)
{
    public static readonly PropertyTag[] Tags = [new(0x40170003), new(0x67960102), new(0x67DA0102), new(0x67D20102)];

    public static ClientState Empty { get; } = new([], [], [], []);

    public int Size => IdsetGiven.Length + CnsetSeen.Length + CnsetSeenFai.Length + CnsetRead.Length;

    public IEnumerable<(PropertyTag Tag, byte[] Value)> Properties => Tags.Zip<PropertyTag, byte[]>([IdsetGiven, CnsetSeen, CnsetSeenFai, CnsetRead]);
}

/// <summary>A stream as a tree of what it says.</summary>
public sealed class SyncResult
{
    public List<SyncMessage> Messages { get; } = [];

    public List<PropertyBag> Folders { get; } = [];

    public List<byte[]> Errors { get; } = [];

    public byte[]? ProgressTotal { get; set; }

    public List<PropertyBag> ProgressMessages { get; } = [];

    public IdSet Deleted { get; set; } = new();

    public IdSet NoLongerInScope { get; set; } = new();

    public IdSet Read { get; set; } = new();

    public IdSet Unread { get; set; } = new();

    public ClientState? State { get; set; }

    public List<uint> Order { get; } = [];
}

public sealed class SyncMessage
{
    public PropertyBag Header { get; } = new();

    public PropertyBag Properties { get; } = new();

    public Dictionary<ushort, PropertyName> Names { get; } = [];

    public List<PropertyBag> Recipients { get; } = [];

    public List<PropertyBag> Attachments { get; } = [];

    public List<uint> DelProps { get; } = [];

    public bool IsPartial { get; set; }

    public List<int> Groups { get; } = [];

    public ulong Mid => GlobalId.TryRead(Header.GetBinary(PropertyTags.SourceKey), out var id) ? id.Counter : 0;

    public string? Subject => Properties.GetString(PropertyTags.Subject);
}

/// <summary>Downloads by ICS.</summary>
public static class SyncClient
{
    public const byte Contents = 1;
    public const byte Hierarchy = 2;

    /// <summary>What Outlook asks contents with: Unicode, ReadState, FAI, Normal, BestBody and NoForeignIdentifiers.</summary>
    public const ushort Usual = 0x0001 | 0x0008 | 0x0010 | 0x0020 | 0x2000 | 0x0100;

    /// <summary>Eid and CN.</summary>
    public const uint UsualExtra = 0x1 | 0x4;

    public static async Task<uint> ConfigureAsync(
        this RopSession session, uint folder, byte type = Contents, ushort flags = Usual, uint extra = UsualExtra, Restriction? restriction = null, PropertyTag[]? tags = null, byte sendOptions = 0x01) =>
        (await session.OpenAsync<PlainResponse>(RopId.SynchronizationConfigure, new RopSynchronizationConfigure.Request
        {
            SynchronizationType = type,
            SendOptions = sendOptions,
            SynchronizationFlags = flags,
            RestrictionData = restriction,
            SynchronizationExtraFlags = extra,
            PropertyTags = tags ?? [],
        }, folder)).Handle;

    public static async Task UploadStateAsync(this RopSession session, uint context, ClientState state, int portion = 16_000)
    {
        foreach (var (tag, value) in state.Properties)
        {
            await session.CallAsync<PlainResponse>(RopId.SynchronizationUploadStateStreamBegin,
                new RopSynchronizationUploadStateStreamBegin.Request { StateProperty = tag, TransferBufferSize = (uint)value.Length }, context);
            foreach (var part in value.Chunk(portion))
            {
                await session.CallAsync<PlainResponse>(RopId.SynchronizationUploadStateStreamContinue,
                    new RopSynchronizationUploadStateStreamContinue.Request { StreamData = part }, context);
            }
            await session.CallAsync<PlainResponse>(RopId.SynchronizationUploadStateStreamEnd, new RopSynchronizationUploadStateStreamEnd.Request(), context);
        }
    }

    /// <summary>The next portion; whether it was the last.</summary>
    public static async Task<(byte[] Data, bool IsLast)> GetBufferAsync(this RopSession session, uint context, int size = 0xBABE, int maximum = 0x7000)
    {
        var response = await session.CallAsync<RopFastTransferSourceGetBuffer.Response>(RopId.FastTransferSourceGetBuffer,
            new RopFastTransferSourceGetBuffer.Request { BufferSize = (ushort)size, MaximumBufferSize = (ushort)maximum }, context);
        return (response.TransferBuffer.ToArray(), response.TransferStatus == 3);
    }

    /// <summary>The whole stream as elements.</summary>
    public static async Task<List<FxElement>> DownloadAsync(this RopSession session, uint context, int size = 0xBABE, int maximum = 0x7000)
    {
        var reader = new FxReader(Encoding.Latin1, int.MaxValue);
        var elements = new List<FxElement>();
        while (true)
        {
            var (data, isLast) = await session.GetBufferAsync(context, size, maximum);
            reader.Append(data);
            while (reader.TryRead(out var element))
                elements.Add(element);
            reader.Failed.ShouldBeFalse();
            if (!isLast)
                continue;
            reader.Held.ShouldBe(0);
            return elements;
        }
    }

    /// <summary>One synchronisation from beginning to end.</summary>
    public static async Task<SyncResult> SynchronizeAsync(
        this RopSession session, uint folder, ClientState? state = null, byte type = Contents, ushort flags = Usual, uint extra = UsualExtra, Restriction? restriction = null,
        PropertyTag[]? tags = null, byte sendOptions = 0x01)
    {
        var context = await session.ConfigureAsync(folder, type, flags, extra, restriction, tags, sendOptions);
        await session.UploadStateAsync(context, state ?? ClientState.Empty);
        var result = Read(await session.DownloadAsync(context));
        await session.ReleaseAsync(context);
        return result;
    }

    /// <summary>What a stream of contents or hierarchy says. [MS-OXCFXICS] 2.2.4.2.</summary>
    public static SyncResult Read(IReadOnlyList<FxElement> elements)
    {
        var result = new SyncResult();
        SyncMessage? message = null;
        PropertyBag? into = null;
        var depth = 0;
        var section = default(FxMarker);
        var states = new Dictionary<uint, byte[]>();
        foreach (var element in elements)
        {
            if (element.IsMarker)
            {
                result.Order.Add(element.Tag);
                switch (element.Marker)
                {
                    case FxMarker.IncrSyncChg:
                        section = element.Marker;
                        message = new SyncMessage();
                        into = message.Header;
                        // Folders have no IncrSyncMessage behind their header.
                        result.Folders.Add(into);
                        break;
                    case FxMarker.IncrSyncChgPartial:
                        section = FxMarker.IncrSyncChg;
                        message = new SyncMessage { IsPartial = true };
                        into = message.Header;
                        result.Messages.Add(message);
                        break;
                    case FxMarker.IncrSyncMessage:
                        result.Folders.RemoveAt(result.Folders.Count - 1);
                        result.Messages.Add(message!);
                        into = message!.Properties;
                        break;
                    case FxMarker.StartRecip when depth == 0:
                        message!.Recipients.Add(into = new PropertyBag());
                        break;
                    case FxMarker.NewAttach when depth == 0:
                        message!.Attachments.Add(into = new PropertyBag());
                        break;
                    case FxMarker.EndToRecip or FxMarker.EndAttach when depth == 0:
                        into = message!.Properties;
                        break;
                    case FxMarker.StartEmbed:
                        depth++;
                        break;
                    case FxMarker.EndEmbed:
                        depth--;
                        break;
                    case FxMarker.StartRecip or FxMarker.EndToRecip or FxMarker.NewAttach or FxMarker.EndAttach:
                        break;
                    default:
                        section = element.Marker;
                        into = element.Marker == FxMarker.IncrSyncProgressPerMsg ? new PropertyBag() : null;
                        if (into is not null)
                            result.ProgressMessages.Add(into);
                        break;
                }
                continue;
            }
            switch (section)
            {
                case FxMarker.IncrSyncChg when element.Tag == FxTags.FXDelProp:
                    message!.DelProps.Add((uint)element.Value.AsInt32());
                    break;
                case FxMarker.IncrSyncChg when element.Tag == FxTags.IncrementalSyncMessagePartial:
                    message!.Groups.Add(element.Value.AsInt32());
                    into = message.Properties;
                    break;
                case FxMarker.IncrSyncChg or FxMarker.IncrSyncProgressPerMsg:
                    if (depth == 0)
                        into!.Set(element.Value);
                    if (element.Name is { } name && message is not null)
                        message.Names[element.Value.Tag.Id] = name;
                    break;
                case FxMarker.IncrSyncDel when element.Tag == FxTags.IdsetDeleted:
                    result.Deleted = IdsOf(element.Value);
                    break;
                case FxMarker.IncrSyncDel when element.Tag == FxTags.IdsetNoLongerInScope:
                    result.NoLongerInScope = IdsOf(element.Value);
                    break;
                case FxMarker.IncrSyncRead when element.Tag == FxTags.IdsetRead:
                    result.Read = IdsOf(element.Value);
                    break;
                case FxMarker.IncrSyncRead when element.Tag == FxTags.IdsetUnread:
                    result.Unread = IdsOf(element.Value);
                    break;
                case FxMarker.IncrSyncProgressMode:
                    result.ProgressTotal = element.Value.AsBinary();
                    break;
                case FxMarker.FXErrorInfo:
                    result.Errors.Add(element.Value.AsBinary());
                    break;
                case FxMarker.IncrSyncStateBegin:
                    states[element.Tag] = element.Value.AsBinary();
                    break;
            }
        }
        result.State = new ClientState(ValueOf(0), ValueOf(1), ValueOf(2), ValueOf(3));
        return result;

        byte[] ValueOf(int property) => states.GetValueOrDefault(ClientState.Tags[property].Value, []);
    }

    /// <summary>The ids of the mailbox's own replica.</summary>
    private static IdSet IdsOf(PropertyValue value)
    {
        var replica = Guid.NewGuid();
        var ids = ReplicaIdSet.ParseReplIds(value.AsBinary(), id => id == 1 ? replica : null);
        return ids.ShouldNotBeNull()[replica];
    }
}
