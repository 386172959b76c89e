// [MS-OXCROPS] 2.2.1: ROP input and output buffers as readable trees, from the declarations that the server reads and writes them by.
using System.Buffers.Binary;
using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using Rialto.Mapi.Rops;
using Rialto.Model;
using Rialto.Wire;

namespace Rialto.Mapi.Transcripts;

/// <summary>
/// Prints ROP payloads (RopSize, operations, handle table). It remembers what later responses cannot be read without: which operations were asked for, the
/// columns of tables and of recipients, and whose handles those were. A response whose request was not seen is printed as far as it can be read alone.
/// </summary>
public sealed partial class RopDump
{
    private const uint NoHandle = 0xFFFFFFFF;

    private readonly Dictionary<uint, PropertyTag[]> _columns = [];
    private readonly Dictionary<uint, PropertyTag[]> _recipientColumns = [];
    private readonly Dictionary<byte, bool> _isPrivate = [];
    private readonly TransferDump _transfers = new();
    private List<(RopId Id, RopRequest Request)> _asked = [];
    private List<uint> _handles = [];

    /// <summary>The tree of a request's payload.</summary>
    public string Request(ReadOnlySpan<byte> payload)
    {
        var text = new StringBuilder();
        _asked = [];
        if (!TrySplit(payload, text, out var operations))
            return text.ToString();
        _handles = Handles(payload, operations);
        var at = 0;
        while (at < operations.Length)
        {
            var id = (RopId)operations[at];
            if (RopTable.Find(id) is not { } definition)
            {
                text.Append(CultureInfo.InvariantCulture, $"! 0x{(byte)id:X2} is no operation; the rest cannot be read\n");
                break;
            }
            var dumper = new WireDumper(operations[(at + 1)..], text);
            var request = definition.NewRequest();
            request.Context = new RopContext(ValueForm.Rop, !_isPrivate.TryGetValue(at + 1 < operations.Length ? operations[at + 1] : (byte)0, out var isPrivate) || isPrivate);
            Title(text, id);
            definition.RequestFields(ref dumper, request);
            if (dumper.Failed)
                break;
            if (request is RopLogon.Request logon)
                _isPrivate[logon.LogonId] = (logon.LogonFlags & RopLogon.LogonFlag.Private) != 0;
            if (request is RopSetColumns.Request columns && HandleOf(request) is var table and not NoHandle)
                _columns[table] = columns.PropertyTags;
            _asked.Add((id, request));
            _transfers.Request(text, id, request, HandleOf(request));
            at += 1 + dumper.Position;
        }
        Table(text, _handles);
        return Annotated(text);
    }

    /// <summary>The tree of the response to the request given last. Further extended buffers of a response continue its last operation.</summary>
    public string Response(ReadOnlySpan<byte> payload, bool isContinuation = false)
    {
        var text = new StringBuilder();
        if (!TrySplit(payload, text, out var operations))
            return text.ToString();
        var handles = Handles(payload, operations);
        var next = isContinuation ? Math.Max(0, _asked.Count - 1) : 0;
        var at = 0;
        while (at < operations.Length)
        {
            var id = (RopId)operations[at];
            Title(text, id);
            var dumper = new WireDumper(operations[(at + 1)..], text);
            switch (id)
            {
                case RopId.Notify:
                    RopNotify.Response notification = default;
                    RopNotify.Response.Fields(ref dumper, ref notification);
                    break;
                case RopId.Pending:
                    ushort session = 0;
                    dumper.U16(ref session, "SessionIndex");
                    break;
                case RopId.Backoff:
                    var backoff = default(RopBackoff.Response);
                    RopBackoff.Response.Fields(ref dumper, ref backoff);
                    break;
                case RopId.BufferTooSmall:
                    ushort needed = 0;
                    byte[] requests = [];
                    dumper.U16(ref needed, "SizeNeeded");
                    dumper.Rest(ref requests, "RequestBuffers");
                    break;
                default:
                    if (RopTable.Find(id) is not { } definition)
                    {
                        text.Append("! no operation; the rest cannot be read\n");
                        Table(text, handles);
                        return Annotated(text);
                    }
                    while (next < _asked.Count && RopTable.Find(_asked[next].Id)?.ResponseId != id)
                        next++;
                    Response(ref dumper, definition, next < _asked.Count ? _asked[next].Request : null, handles, text);
                    next++;
                    break;
            }
            if (dumper.Failed)
                break;
            at += 1 + dumper.Position;
        }
        Table(text, handles);
        return Annotated(text);
    }

    private void Response(ref WireDumper dumper, RopDefinition definition, RopRequest? request, List<uint> handles, StringBuilder text)
    {
        var response = definition.NewResponse();
        response.Context = request?.Context ?? RopContext.Default;
        if (response is RowsResponse rows)
        {
            if (ColumnsOf(request) is { } columns)
            {
                rows.Columns = columns;
                text.Append("  columns: ").AppendJoin(", ", columns.Select(PropertyRegistry.Describe)).Append('\n');
            }
            else
            {
                text.Append("  (the columns were set in a request that is not here: rows cannot be read)\n");
            }
        }
        definition.ResponseFields(ref dumper, response);
        if (!dumper.Failed && request is not null && response.HandleIndex < handles.Count)
            _transfers.Response(text, request, response, handles[response.HandleIndex]);
        if (response is RopOpenMessage.Response { ReturnValue: ErrorCode.Success } opened && response.HandleIndex < handles.Count)
            _recipientColumns[handles[response.HandleIndex]] = opened.Message.RecipientColumns;
        if (request is RopSetColumns.Request set && request.InputHandleIndex < handles.Count)
            _columns[handles[request.InputHandleIndex]] = set.PropertyTags;
    }

    private PropertyTag[]? ColumnsOf(RopRequest? request) => request switch
    {
        RopGetPropertiesSpecific.Request properties => properties.PropertyTags,
        RopReadRecipients.Request => _recipientColumns.GetValueOrDefault(HandleOf(request)),
        // Columns set in the same request belong to a table whose handle only the response tells.
        not null => _asked.Select(a => a.Request).OfType<RopSetColumns.Request>().LastOrDefault(s => s.InputHandleIndex == request.InputHandleIndex)?.PropertyTags
            ?? _columns.GetValueOrDefault(HandleOf(request)),
        _ => null,
    };

    private uint HandleOf(RopRequest request) => request.InputHandleIndex < _handles.Count ? _handles[request.InputHandleIndex] : NoHandle;

    private static bool TrySplit(ReadOnlySpan<byte> payload, StringBuilder text, out ReadOnlySpan<byte> operations)
    {
        operations = default;
        int size = payload.Length >= 2 ? BinaryPrimitives.ReadUInt16LittleEndian(payload) : 0;
        if (size < 2 || size > payload.Length)
        {
            text.Append(CultureInfo.InvariantCulture, $"! RopSize {size} does not fit a payload of {payload.Length} bytes\n");
            return false;
        }
        operations = payload[2..size];
        return true;
    }

    private static List<uint> Handles(ReadOnlySpan<byte> payload, ReadOnlySpan<byte> operations)
    {
        var handles = new List<uint>();
        for (var at = operations.Length + 2; at + 4 <= payload.Length; at += 4)
            handles.Add(BinaryPrimitives.ReadUInt32LittleEndian(payload[at..]));
        return handles;
    }

    /// <summary>Tags with their names, wherever a tag stands.</summary>
    private static string Annotated(StringBuilder text) => TagsOfLine().Replace(text.ToString(), line => Tag().Replace(line.Value, tag =>
        PropertyRegistry.NameOf(new PropertyTag(uint.Parse(tag.ValueSpan[2..], NumberStyles.HexNumber, CultureInfo.InvariantCulture))) is { } name ? $"{tag.Value} {name}" : tag.Value));

    [GeneratedRegex("^.*PropertyTag.*$", RegexOptions.Multiline)]
    private static partial Regex TagsOfLine();

    [GeneratedRegex("0x[0-9A-F]{8}(?! Pid)")]
    private static partial Regex Tag();

    private static void Title(StringBuilder text, RopId id) => text.Append(CultureInfo.InvariantCulture, $"Rop{id} (0x{(byte)id:X2})\n");

    private static void Table(StringBuilder text, List<uint> handles) =>
        text.Append("handles: ").AppendJoin(" ", handles.Select((h, i) => string.Create(CultureInfo.InvariantCulture, $"[{i}]={h:X8}"))).Append('\n');
}
