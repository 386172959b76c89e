// [MS-OXCMAPIHTTP] 2.2.4.2 Execute bodies, 2.2.2.2 their chunked form; [MS-OXCRPC] 2.2.2.1 extended buffers.
using System.Buffers.Binary;
using System.Text;
using Rialto.Mapi.Wire;
using Rialto.Wire;

namespace Rialto.Mapi.Transcripts;

/// <summary>What a captured buffer may be taken for.</summary>
public enum ExecuteDirection
{
    Unknown,
    Request,
    Response,
}

/// <summary>
/// Prints captured Execute requests and responses: the whole body (of a response with or without what comes before DONE), the extended buffers alone, or a bare
/// ROP payload. What it is and which way it went is found out from the bytes, unless said.
/// </summary>
public sealed class ExecuteDump
{
    private readonly RopDump _rops = new();

    /// <summary>The readable tree; null when the bytes are none of these.</summary>
    public string? Dump(ReadOnlyMemory<byte> bytes, ExecuteDirection direction = ExecuteDirection.Unknown)
    {
        bytes = WithoutMetaTags(bytes, ref direction);
        if (direction != ExecuteDirection.Response && WireCodec.TryRead<ExecuteRequest>(bytes.Span, out var request) && IsExtended(request.RopBuffer)
            && 16 + request.RopBuffer.Length + request.AuxiliaryBuffer.Length == bytes.Length)
        {
            var text = new StringBuilder().Append("Execute request, flags ").Append(request.Flags).Append(", MaxRopOut ").Append(request.MaxRopOut).Append('\n');
            Buffers(text, request.RopBuffer, isResponse: false);
            Auxiliary(text, request.AuxiliaryBuffer);
            return text.ToString();
        }
        if (direction != ExecuteDirection.Request && WireCodec.TryRead<ExecuteResponse>(bytes.Span, out var response) && response.StatusCode == 0
            && (response.ErrorCode != 0 || IsExtended(response.RopBuffer)) && 20 + response.RopBuffer.Length + response.AuxiliaryBuffer.Length == bytes.Length)
        {
            var text = new StringBuilder().Append("Execute response, error ").Append((Model.ErrorCode)response.ErrorCode).Append('\n');
            Buffers(text, response.RopBuffer, isResponse: true);
            Auxiliary(text, response.AuxiliaryBuffer);
            return text.ToString();
        }
        var isResponse = direction == ExecuteDirection.Response;
        if (IsExtended(bytes))
        {
            var text = new StringBuilder();
            Buffers(text, bytes, isResponse);
            return text.ToString();
        }
        return bytes.Length >= 2 && BinaryPrimitives.ReadUInt16LittleEndian(bytes.Span) is var size && size >= 2 && size <= bytes.Length && (bytes.Length - size) % 4 == 0
            ? isResponse ? _rops.Response(bytes.Span) : _rops.Request(bytes.Span)
            : null;
    }

    private void Buffers(StringBuilder text, ReadOnlyMemory<byte> buffers, bool isResponse)
    {
        var count = 0;
        while (!buffers.IsEmpty)
        {
            var whole = buffers;
            if (!ExtendedBuffer.TryRead(ref buffers, out var payload, out var flags))
            {
                text.Append("! malformed extended buffer of ").Append(whole.Length).Append(" bytes\n");
                return;
            }
            text.Append("extended buffer, ").Append(flags).Append(", ").Append(whole.Length - buffers.Length).Append(" bytes, payload ").Append(payload.Length).Append('\n');
            text.Append(isResponse ? _rops.Response(payload.Span, count > 0) : _rops.Request(payload.Span));
            count++;
        }
    }

    private static void Auxiliary(StringBuilder text, ReadOnlyMemory<byte> buffer)
    {
        foreach (var block in AuxiliaryBlocks.Read(buffer))
            text.Append("auxiliary block ").Append(block.Type).Append(" (version ").Append(block.Version).Append("): ").Append(Convert.ToHexString(block.Bytes.Span)).Append('\n');
    }

    private static bool IsExtended(ReadOnlyMemory<byte> bytes)
    {
        var isLast = false;
        while (!bytes.IsEmpty)
        {
            if (isLast || !ExtendedBuffer.TryRead(ref bytes, out _, out var flags))
                return false;
            isLast = (flags & ExtendedBufferFlags.Last) != 0;
        }
        return isLast;
    }

    /// <summary>A response as it stood on the wire begins with PROCESSING, PENDING and DONE lines and more header lines.</summary>
    private static ReadOnlyMemory<byte> WithoutMetaTags(ReadOnlyMemory<byte> bytes, ref ExecuteDirection direction)
    {
        if (!bytes.Span.StartsWith("PROCESSING\r\n"u8))
            return bytes;
        direction = ExecuteDirection.Response;
        var end = bytes.Span.IndexOf("\r\n\r\n"u8);
        return end < 0 ? default : bytes[(end + 4)..];
    }
}
