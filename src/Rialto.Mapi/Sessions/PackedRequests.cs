// [MS-OXCRPC] 3.1.4.2.1.2.1: several extended buffers in one request, whose last operations are one.
using System.Diagnostics.CodeAnalysis;
using Rialto.Mapi.Wire;

namespace Rialto.Mapi.Sessions;

/// <summary>Reads the extended buffers of an Execute into one batch.</summary>
internal static class PackedRequests
{
    /// <summary>
    /// The requests of the first buffer, the last of which takes in what further buffers carry on with. False when a buffer is malformed, or a further one
    /// holds anything but one operation that continues the last one.
    /// </summary>
    public static bool TryRead(ReadOnlyMemory<byte> input, MapiSession session, [NotNullWhen(true)] out RopBatch? batch)
    {
        if (!TryReadOne(ref input, session, out batch, out var isLast) || !batch.IsConsistent)
            return false;
        while (!input.IsEmpty)
        {
            if (isLast || batch.Items.Count == 0 || !TryReadOne(ref input, session, out var next, out isLast))
                return false;
            if (next.Items is not [var continuation] || continuation.Definition != batch.Items[^1].Definition || !batch.Items[^1].Request.TryAppend(continuation.Request))
                return false;
        }
        return isLast;
    }

    private static bool TryReadOne(ref ReadOnlyMemory<byte> input, MapiSession session, [NotNullWhen(true)] out RopBatch? batch, out bool isLast)
    {
        batch = null;
        isLast = false;
        if (!ExtendedBuffer.TryRead(ref input, out var payload, out var flags))
            return false;
        isLast = (flags & ExtendedBufferFlags.Last) != 0;
        return RopBatch.TryParse(payload, session.Form, session.IsPrivateLogon, out batch);
    }
}
