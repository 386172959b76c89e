using System.Buffers.Binary;
using System.Text;
using Rialto.Mapi.Rops;
using Rialto.Mapi.Wire;
using Rialto.Model;
using Rialto.Wire;

namespace Rialto.Mapi.Tests.Client;

/// <summary>One response of an Execute, with what the server sent of its own accord after the last.</summary>
public sealed record RopReply(IReadOnlyList<RopResponse> Responses, IReadOnlyList<uint> Handles, IReadOnlyList<RopNotify.Response> Notifications, bool BufferTooSmall)
{
    /// <summary>The server asked to wait, and did nothing from there on.</summary>
    public RopBackoff.Response? Backoff { get; init; }

    public T Get<T>(int index = 0)
        where T : RopResponse => (T)Responses[index];
}

/// <summary>Executes the ROPs of one session, wherever the server is.</summary>
public delegate Task<ExecuteResponse> ExecuteRops(byte[] ropBuffer, ExecuteFlags flags, uint maxRopOut);

/// <summary>Remote operations: requests and responses by the server's own declarations.</summary>
public sealed class RopSession : IDisposable
{
    public const uint NoHandle = 0xFFFFFFFF;
    private readonly ExecuteRops _execute;
    private readonly IDisposable _connection;

    /// <summary>Over HTTPS, as clients do it.</summary>
    public RopSession(MapiHttpClient http)
        : this(http.ExecuteAsync, http)
    {
    }

    /// <summary>Over anything else.</summary>
    public RopSession(ExecuteRops execute, IDisposable connection) => (_execute, _connection) = (execute, connection);

    public MapiHttpClient Http => (MapiHttpClient)_connection;

    public void Dispose() => _connection.Dispose();

    public ExecuteFlags Flags { get; set; } = ExecuteFlags.NoCompression | ExecuteFlags.NoXorMagic;

    public uint MaxRopOut { get; set; } = 0x10008;

    /// <summary>Called before each request, and with true after its answer: where it throws, the request, or the answer, is lost.</summary>
    public Func<bool, Task>? Interrupt { get; set; }

    /// <summary>Notifications seen in any response.</summary>
    public List<RopNotify.Response> Notifications { get; } = [];

    /// <summary>The payload of an Execute: RopSize, requests, handle table.</summary>
    public static byte[] Payload(IEnumerable<(RopId Id, RopRequest Request)> requests, IReadOnlyList<uint> handles)
    {
        var writer = new WireWriter(1024);
        writer.WriteUInt16(0);
        foreach (var (id, request) in requests)
        {
            writer.WriteByte((byte)id);
            RopTable.Find(id)!.WriteRequest(ref writer, request);
        }
        var size = writer.Position;
        foreach (var handle in handles)
            writer.WriteUInt32(handle);
        var bytes = writer.ToArray();
        writer.Dispose();
        BinaryPrimitives.WriteUInt16LittleEndian(bytes, (ushort)size);
        return bytes;
    }

    public static byte[] Extended(byte[] payload, ExtendedBufferFlags flags = ExtendedBufferFlags.Last)
    {
        var bytes = new byte[payload.Length + ExtendedBuffer.HeaderSize];
        return bytes[..ExtendedBuffer.Write(payload, bytes, flags)];
    }

    /// <summary>Sends requests and reads their responses; <paramref name="columns"/> are those of whatever rows come back.</summary>
    public async Task<RopReply> ExecuteAsync(IReadOnlyList<(RopId Id, RopRequest Request)> requests, IReadOnlyList<uint> handles, PropertyTag[]? columns = null)
    {
        var inputFlags = ExtendedBufferFlags.Last
            | ((Flags & ExecuteFlags.NoCompression) == 0 ? ExtendedBufferFlags.Compressed : 0)
            | ((Flags & ExecuteFlags.NoXorMagic) == 0 ? ExtendedBufferFlags.XorMagic : 0);
        if (Interrupt is not null)
            await Interrupt(false);
        var execute = await _execute(Extended(Payload(requests, handles), inputFlags), Flags, MaxRopOut);
        if (Interrupt is not null)
            await Interrupt(true);
        if (execute.ErrorCode != 0)
            throw new RopException((ErrorCode)execute.ErrorCode);
        ReadOnlyMemory<byte> buffer = execute.RopBuffer;
        if (!ExtendedBuffer.TryRead(ref buffer, out var payload, out _))
            throw new InvalidDataException("The response is no extended buffer.");
        var reply = Parse(payload.Span, requests, columns ?? []);
        Notifications.AddRange(reply.Notifications);
        return reply;
    }

    /// <summary>One operation on one object; the response must be a success.</summary>
    public async Task<T> CallAsync<T>(RopId id, RopRequest request, uint handle, PropertyTag[]? columns = null)
        where T : RopResponse
    {
        var reply = await ExecuteAsync([(id, request)], [handle], columns);
        var response = reply.Get<T>();
        return response.ReturnValue == ErrorCode.Success ? response : throw new RopException(response.ReturnValue);
    }

    /// <summary>One operation that opens an object: its response and the new handle.</summary>
    public async Task<(T Response, uint Handle)> OpenAsync<T>(RopId id, RopOpenRequest request, uint handle)
        where T : RopResponse
    {
        request.OutputHandleIndex = 1;
        var reply = await ExecuteAsync([(id, request)], [handle, NoHandle]);
        var response = reply.Get<T>();
        return response.ReturnValue == ErrorCode.Success ? (response, reply.Handles[1]) : throw new RopException(response.ReturnValue);
    }

    public async Task<(RopLogon.Response Response, uint Handle)> LogonAsync(string legacyDn)
    {
        var request = new RopLogon.Request { LogonFlags = RopLogon.LogonFlag.Private, OpenFlags = RopLogon.OpenFlag.UsePerMdbReplidMapping, Essdn = legacyDn };
        var reply = await ExecuteAsync([(RopId.Logon, request)], [NoHandle]);
        var response = reply.Get<RopLogon.Response>();
        return response.ReturnValue == ErrorCode.Success ? (response, reply.Handles[0]) : throw new RopException(response.ReturnValue);
    }

    /// <summary>Logs on to public folders; an old logon of the same id gives way, where there is one.</summary>
    public async Task<(RopLogon.Response Response, uint Handle)> PublicLogonAsync(
        RopLogon.OpenFlag flags = RopLogon.OpenFlag.Public, RopLogon.LogonFlag logonFlags = 0, string essdn = "", byte logonId = 0)
    {
        var request = new RopLogon.Request { LogonId = logonId, LogonFlags = logonFlags, OpenFlags = flags, Essdn = essdn };
        var reply = await ExecuteAsync([(RopId.Logon, request)], [NoHandle]);
        var response = reply.Get<RopLogon.Response>();
        return response.ReturnValue == ErrorCode.Success ? (response, reply.Handles[0]) : throw new RopException(response.ReturnValue);
    }

    public async Task<uint> OpenFolderAsync(uint logon, ulong folderId) =>
        (await OpenAsync<RopOpenFolder.Response>(RopId.OpenFolder, new RopOpenFolder.Request { FolderId = folderId }, logon)).Handle;

    public async Task<(uint Handle, int RowCount)> ContentsTableAsync(uint folder, bool associated = false)
    {
        var (response, handle) = await OpenAsync<RopGetContentsTable.Response>(
            RopId.GetContentsTable, new RopGetContentsTable.Request { TableFlags = associated ? (byte)0x02 : (byte)0 }, folder);
        return (handle, (int)response.RowCount);
    }

    public async Task<(uint Handle, int RowCount)> HierarchyTableAsync(uint folder, bool deep = false)
    {
        var (response, handle) = await OpenAsync<RopGetHierarchyTable.Response>(
            RopId.GetHierarchyTable, new RopGetHierarchyTable.Request { TableFlags = deep ? (byte)0x04 : (byte)0 }, folder);
        return (handle, (int)response.RowCount);
    }

    /// <summary>Columns, then rows from the cursor on until the table's end or the limit.</summary>
    public async Task<List<PropertyValue[]>> RowsAsync(uint table, PropertyTag[] columns, int limit = int.MaxValue)
    {
        await CallAsync<RopSetColumns.Response>(RopId.SetColumns, new RopSetColumns.Request { PropertyTags = columns }, table);
        var rows = new List<PropertyValue[]>();
        while (rows.Count < limit)
        {
            var more = await QueryRowsAsync(table, columns, Math.Min(limit - rows.Count, 500));
            if (more.Rows.Length == 0)
                break;
            rows.AddRange(more.Rows);
        }
        return rows;
    }

    public Task<RopQueryRows.Response> QueryRowsAsync(uint table, PropertyTag[] columns, int count, bool forward = true, bool advance = true) =>
        CallAsync<RopQueryRows.Response>(
            RopId.QueryRows, new RopQueryRows.Request { ForwardRead = forward, RowCount = (ushort)count, QueryRowsFlags = advance ? (byte)0 : (byte)1 }, table, columns);

    public Task<(RopOpenMessage.Response Response, uint Handle)> OpenMessageAsync(uint logon, ulong folderId, ulong messageId) =>
        OpenAsync<RopOpenMessage.Response>(RopId.OpenMessage, new RopOpenMessage.Request { CodePageId = 0x0FFF, FolderId = folderId, MessageId = messageId }, logon);

    public async Task<PropertyValue[]> PropertiesAsync(uint handle, params PropertyTag[] tags) =>
        (await CallAsync<RopGetPropertiesSpecific.Response>(
            RopId.GetPropertiesSpecific, new RopGetPropertiesSpecific.Request { WantUnicode = 1, PropertyTags = tags }, handle, tags)).Values;

    /// <summary>A property's bytes through a stream, however large.</summary>
    public async Task<byte[]> StreamAsync(uint handle, PropertyTag tag)
    {
        var (open, stream) = await OpenAsync<RopOpenStream.Response>(RopId.OpenStream, new RopOpenStream.Request { PropertyTag = tag }, handle);
        using var bytes = new MemoryStream((int)open.StreamSize);
        while (true)
        {
            var read = await CallAsync<RopReadStream.Response>(RopId.ReadStream, new RopReadStream.Request { ByteCount = 0xBABE, MaximumByteCount = 0x7000 }, stream);
            if (read.Data.Length == 0)
                break;
            bytes.Write(read.Data);
        }
        await ReleaseAsync(stream);
        return bytes.ToArray();
    }

    /// <summary>A string property, through a stream where it is too large for a row; null where there is none.</summary>
    public async Task<string?> TextAsync(uint handle, PropertyTag tag)
    {
        var value = (await PropertiesAsync(handle, tag))[0];
        if (!value.IsError)
            return value.AsString();
        return value.AsError() == ErrorCode.NotEnoughMemory ? Encoding.Unicode.GetString(await StreamAsync(handle, tag)) : null;
    }

    public async Task<uint> OpenAttachmentAsync(uint message, int number) =>
        (await OpenAsync<PlainResponse>(RopId.OpenAttachment, new RopOpenAttachment.Request { AttachmentID = (uint)number }, message)).Handle;

    public Task<(RopOpenEmbeddedMessage.Response Response, uint Handle)> OpenEmbeddedAsync(uint attachment) =>
        OpenAsync<RopOpenEmbeddedMessage.Response>(RopId.OpenEmbeddedMessage, new RopOpenEmbeddedMessage.Request { CodePageId = 0x0FFF }, attachment);

    public async Task<uint> AttachmentTableAsync(uint message) =>
        (await OpenAsync<PlainResponse>(RopId.GetAttachmentTable, new RopGetAttachmentTable.Request(), message)).Handle;

    public Task ReleaseAsync(uint handle) => ExecuteAsync([(RopId.Release, new RopRelease.Request())], [handle]);

    /// <summary>The responses in a payload: those of <paramref name="requests"/>, in their order.</summary>
    public static RopReply Parse(ReadOnlySpan<byte> payload, IReadOnlyList<(RopId Id, RopRequest Request)> requests, PropertyTag[] columns)
    {
        int size = BinaryPrimitives.ReadUInt16LittleEndian(payload);
        var reader = new WireReader(payload[2..size]);
        var responses = new List<RopResponse>();
        var notifications = new List<RopNotify.Response>();
        var next = 0;
        var tooSmall = false;
        RopBackoff.Response? backoff = null;
        while (!reader.AtEnd && !tooSmall)
        {
            var id = (RopId)reader.ReadByte();
            switch (id)
            {
                case RopId.Notify:
                    RopNotify.Response notification = default;
                    reader.Structure(ref notification);
                    notifications.Add(notification);
                    break;
                case RopId.Pending:
                    reader.Skip(2);
                    break;
                case RopId.Backoff:
                    RopBackoff.Response told = default;
                    reader.Structure(ref told);
                    backoff = told;
                    break;
                case RopId.BufferTooSmall:
                    tooSmall = true;
                    break;
                default:
                    while (requests[next].Id == RopId.Release)
                        next++;
                    if (RopTable.Find(requests[next].Id)!.ResponseId != id && id != RopId.Progress && requests[next].Id != RopId.Progress)
                        throw new InvalidDataException($"{id} was answered where {requests[next].Id} was asked.");
                    var definition = RopTable.Find(id == RopId.Progress ? id : requests[next].Id == RopId.Progress ? id : requests[next].Id)!;
                    var response = definition.NewResponse();
                    response.Context = requests[next].Request.Context;
                    if (response is RowsResponse rows)
                        rows.Columns = columns;
                    definition.ReadResponse(ref reader, response);
                    responses.Add(response);
                    next++;
                    break;
            }
            if (reader.Failed)
                throw new InvalidDataException($"The response of {id} is malformed.");
        }
        var handles = new List<uint>();
        for (var at = size; at < payload.Length; at += 4)
            handles.Add(BinaryPrimitives.ReadUInt32LittleEndian(payload[at..]));
        return new RopReply(responses, handles, notifications, tooSmall) { Backoff = backoff };
    }
}

/// <summary>An operation, or a whole Execute, that failed.</summary>
public sealed class RopException(ErrorCode code) : Exception($"{code} (0x{(uint)code:X8})")
{
    public ErrorCode Code { get; } = code;
}
