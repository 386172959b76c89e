// [MS-OXCROPS] 2.2.1 ROP input and output buffers; 3.2.5.1 a buffer that cannot be parsed fails as a whole.
using System.Buffers.Binary;
using System.Diagnostics.CodeAnalysis;
using Rialto.Mapi.Rops;
using Rialto.Model;
using Rialto.Wire;

namespace Rialto.Mapi.Sessions;

/// <summary>A parsed ROP input buffer: every request and the handle table.</summary>
public sealed class RopBatch
{
    /// <summary>Most handles of a table: an index has 8 bits.</summary>
    private const int MaximumHandles = 256;

    private RopBatch(List<Item> items, List<uint> handles, ReadOnlyMemory<byte> requests, ReadOnlyMemory<byte> payload)
    {
        Payload = payload;
        Items = items;
        Handles = handles;
        Requests = requests;
    }

    public IReadOnlyList<Item> Items { get; }

    /// <summary>The handle table, which operations change.</summary>
    public List<uint> Handles { get; }

    /// <summary>The whole input as it came in.</summary>
    public ReadOnlyMemory<byte> Payload { get; }

    /// <summary>The bytes of all requests.</summary>
    public ReadOnlyMemory<byte> Requests { get; }

    /// <summary>
    /// Whether each object that the requests open has a place in the handle table, and no read asks for more than 2^31 bytes (2.2.9.2.1): otherwise the buffer is
    /// malformed. An input index past the table is its operation's own failure.
    /// </summary>
    public bool IsConsistent => Items.All(i => i.Request switch
    {
        RopOpenRequest open => open.OutputHandleIndex < Handles.Count,
        RopLogon.Request => i.Request.InputHandleIndex < Handles.Count,
        RopReadStream.Request read => read.MaximumByteCount <= 0x80000000,
        _ => true,
    });

    /// <summary>Parses a payload. False when any request is malformed, or its RopId is reserved or unknown.</summary>
    /// <param name="payload">RopSize, the requests and the handle table.</param>
    /// <param name="form">The form of values in the requests.</param>
    /// <param name="isPrivateLogon">Whether a logon made before is a private mailbox's; logons made in the same buffer are seen here.</param>
    /// <param name="batch">The requests.</param>
    public static bool TryParse(ReadOnlyMemory<byte> payload, ValueForm form, Func<byte, bool> isPrivateLogon, [NotNullWhen(true)] out RopBatch? batch)
    {
        batch = null;
        var bytes = payload.Span;
        if (bytes.Length < 2)
            return false;
        int size = BinaryPrimitives.ReadUInt16LittleEndian(bytes);
        if (size < 2 || size > bytes.Length || (bytes.Length - size) % 4 != 0 || (bytes.Length - size) / 4 > MaximumHandles)
            return false;
        var requests = bytes[2..size];
        var items = new List<Item>();
        Dictionary<byte, bool>? logons = null;
        var reader = new WireReader(requests);
        while (!reader.AtEnd)
        {
            var start = reader.Position;
            if (RopTable.Find((RopId)reader.ReadByte()) is not { } definition)
                return false;
            var logonId = reader.PeekByte();
            var request = definition.NewRequest();
            request.Context = new RopContext(form, logons is not null && logons.TryGetValue(logonId, out var isPrivate) ? isPrivate : isPrivateLogon(logonId));
            definition.ReadRequest(ref reader, request);
            if (reader.Failed)
                return false;
            if (request is RopLogon.Request logon)
                (logons ??= [])[logonId] = (logon.LogonFlags & RopLogon.LogonFlag.Private) != 0;
            items.Add(new Item(definition, request, start));
        }
        var handles = new List<uint>();
        for (var at = size; at < bytes.Length; at += 4)
            handles.Add(BinaryPrimitives.ReadUInt32LittleEndian(bytes[at..]));
        batch = new RopBatch(items, handles, payload[2..size], payload);
        return true;
    }

    /// <param name="Definition">What is asked for.</param>
    /// <param name="Request">The request as read.</param>
    /// <param name="Start">Where its RopId stands in <see cref="Requests"/>.</param>
    public readonly record struct Item(RopDefinition Definition, RopRequest Request, int Start);
}
