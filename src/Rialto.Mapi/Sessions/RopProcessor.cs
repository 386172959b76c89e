// [MS-OXCROPS] 3.2.5.1, 3.2.5.2 processing; 3.2.4.3 insufficient room; [MS-OXCNOTIF] 3.1.5.7 notifications at the end of a response.
using System.Buffers.Binary;
using Rialto.Mapi.Objects;
using Rialto.Mapi.Properties;
using Rialto.Mapi.Rops;
using Rialto.Mapi.Wire;
using Rialto.Model;
using Rialto.Store;
using Rialto.Wire;

namespace Rialto.Mapi.Sessions;

/// <summary>Runs the requests of one Execute, in order, and writes their responses.</summary>
internal static class RopProcessor
{
    private const int SizeField = 2;
    private const int HandleSize = 4;

    /// <summary>RopId and SizeNeeded of RopBufferTooSmall.</summary>
    private const int TooSmallHead = 3;

    /// <summary>
    /// Processes the extended buffer in <paramref name="input"/> and writes the response, header included, to <paramref name="output"/>.
    /// Returns how long it is, or why the whole call failed.
    /// </summary>
    public static async ValueTask<(ErrorCode Error, int Length)> ExecuteAsync(
        MapiService service, MapiSession session, ReadOnlyMemory<byte> input, ExecuteFlags flags, uint maxRopOut, Memory<byte> scratch, Memory<byte> output,
        CancellationToken cancel)
    {
        // 3.1.4.2: a buffer smaller than its own header cannot be answered either way.
        if (input.Length < ExtendedBuffer.HeaderSize || maxRopOut < ExtendedBuffer.HeaderSize)
            return (ErrorCode.NetworkError, 0);
        session.LastActive = service.Time.GetTimestamp();
        if (!PackedRequests.TryRead(input, session, out var batch))
            return (ErrorCode.RpcFormat, 0);

        var room = (int)Math.Min(Math.Min(maxRopOut - ExtendedBuffer.HeaderSize, service.Options.MaximumRopPayload), (uint)scratch.Length);
        var call = new RopCall(service, session, batch.Handles, cancel);
        try
        {
            var (error, length, next) = await RunAsync(call, batch, scratch[..room]);
            // Durable before acknowledged: what is not fails the whole call, which the client then makes again.
            if (await call.Commits.DurableAsync() != StoreError.None)
            {
                call.Abandon();
                return (ErrorCode.ServerBusy, 0);
            }
            if (error != ErrorCode.Success)
                return (error, 0);
            session.Transcript?.Write(batch, scratch.Span[..length]);
            var outputFlags = ExtendedBufferFlags.Last;
            if ((flags & ExecuteFlags.NoCompression) == 0)
                outputFlags |= ExtendedBufferFlags.Compressed;
            if ((flags & ExecuteFlags.NoXorMagic) == 0)
                outputFlags |= ExtendedBufferFlags.XorMagic;
            var end = ExtendedBuffer.Write(scratch.Span[..length], output.Span, outputFlags);
            if ((flags & ExecuteFlags.Chain) == 0)
                return (ErrorCode.Success, end);

            var limit = (int)Math.Min(maxRopOut, (uint)output.Length);
            var begin = 0;
            while (next is not null && limit - end >= Math.Max(PackedResponses.RoomFor(next), ExtendedBuffer.HeaderSize + SizeField))
            {
                room = Math.Min(Math.Min(limit - end - ExtendedBuffer.HeaderSize, service.Options.MaximumRopPayload), scratch.Length);
                (length, next) = await ContinueAsync(call, batch, next, scratch[..room]);
                if (length == 0)
                    break;
                session.Transcript?.Write(batch, scratch.Span[..length]);
                // What was the last buffer no longer is.
                ExtendedBuffer.ClearLast(output.Span[begin..]);
                begin = end;
                end += ExtendedBuffer.Write(scratch.Span[..length], output.Span[end..], outputFlags);
            }
            return (ErrorCode.Success, end);
        }
        finally
        {
            call.EndWork();
        }
    }

    /// <summary>One more response of the batch's last operation; 0 bytes when it does not fit.</summary>
    private static async ValueTask<(int Length, RopRequest? Next)> ContinueAsync(RopCall call, RopBatch batch, RopRequest request, Memory<byte> output)
    {
        var definition = batch.Items[^1].Definition;
        call.Begin(output.Length - SizeField - batch.Handles.Count * HandleSize);
        if (call.Room <= 0)
            return (0, null);
        var response = await definition.ExecuteAsync(call, request);
        // A failure is for the client's own next request to meet.
        if (response.ReturnValue != ErrorCode.Success || !TryWrite(definition, response, output.Span.Slice(SizeField, call.Room), out var written))
            return (0, null);
        return (Finish(batch, output.Span, SizeField + written), PackedResponses.Next(request, response));
    }

    private static async ValueTask<(ErrorCode Error, int Length, RopRequest? Next)> RunAsync(RopCall call, RopBatch batch, Memory<byte> output)
    {
        var session = call.Session;
        foreach (var logon in session.Logons)
        {
            await logon.Session.RefreshAsync(call.Cancel);
            // What is written here now would be lost: the client connects anew, and its logon tells it where to.
            if (logon.Session is { MovedTo: not null, IsEvenMoved: false })
                return (ErrorCode.WrongServer, 0, null);
        }
        RopRequest? next = null;
        // The handle table follows the responses, and may have to grow by the handles that requests open.
        var handles = Math.Max(batch.Handles.Count, batch.Items.Count == 0 ? 0 : batch.Items.Max(i => i.Request.ResponseHandleIndex + 1)) * HandleSize;
        var limit = output.Length - handles;
        if (limit < SizeField)
            return (ErrorCode.BufferTooSmall, 0, null);
        var position = SizeField;
        for (var i = 0; i < batch.Items.Count; i++)
        {
            var (definition, request, start) = batch.Items[i];
            // There is always room left to give the requests back that could not be answered.
            var rest = i + 1 < batch.Items.Count ? TooSmallHead + batch.Requests.Length - batch.Items[i + 1].Start : 0;
            call.Begin(Math.Max(0, limit - position - rest));
            call.Current = (definition, request);
            // 3.2.4.2: what is delayed and all that comes after it is not done. What only gives back, or begins, never is.
            if (definition.HasResponse && session.FindLogon(request.LogonId) is { } logon && request is not RopLogon.Request && !call.TryWork(logon))
            {
                if (!TryWriteBackoff(request.LogonId, call.Options.RequestBackoff, output.Span[position..Math.Max(position, limit)], out var told))
                    return (ErrorCode.BufferTooSmall, 0, null);
                return (ErrorCode.Success, Finish(batch, output.Span, position + told), null);
            }
            if (request.HasObjectStrings)
                request = InCodePage(call, definition, request, batch.Requests.Span[(start + 1)..]);
            var response = await definition.ExecuteAsync(call, request);
            if (!definition.HasResponse)
                continue;
            if (call.Instead is { } other)
                (definition, response) = other;
            if (TryWrite(definition, response, output.Span.Slice(position, call.Room), out var written))
            {
                position += written;
                if (i == batch.Items.Count - 1)
                    next = PackedResponses.Next(request, response);
                continue;
            }
            call.Undo();
            var needed = definition.SizeOf(response) + SizeField + handles;
            if (!TryWriteTooSmall(needed, batch.Requests[start..].Span, output.Span[position..Math.Max(position, limit)], out written))
                return (ErrorCode.BufferTooSmall, 0, null);
            return (ErrorCode.Success, Finish(batch, output.Span, position + written), null);
        }
        await TellTablesAsync(call);
        await CompleteNotificationsAsync(session, call.Cancel);
        position = WriteNotifications(session, output.Span[..Math.Max(position, limit)], position);
        return (ErrorCode.Success, Finish(batch, output.Span, position), next);
    }

    /// <summary>
    /// The request read again with the code page of its object, where that is not the session's: only now is it known, since the object may have been
    /// opened in the same buffer.
    /// </summary>
    private static RopRequest InCodePage(RopCall call, RopDefinition definition, RopRequest request, ReadOnlySpan<byte> bytes)
    {
        if (!call.TryGet<DraftObject>(request, out var target, out _) || target.Form.String8.CodePage == request.Context.Form.String8.CodePage)
            return request;
        var again = definition.NewRequest();
        again.Context = request.Context with { Form = target.Form };
        var reader = new WireReader(bytes);
        definition.ReadRequest(ref reader, again);
        return reader.Failed ? request : again;
    }

    private static bool TryWrite(RopDefinition definition, RopResponse response, Span<byte> space, out int written)
    {
        var writer = new WireWriter(space, space.Length);
        writer.WriteByte((byte)definition.ResponseId);
        definition.WriteResponse(ref writer, response);
        written = writer.Position;
        var fits = !writer.Failed;
        writer.Dispose();
        return fits;
    }

    private static bool TryWriteBackoff(byte logonId, TimeSpan period, Span<byte> space, out int written)
    {
        var backoff = new RopBackoff.Response { LogonId = logonId, Duration = (uint)period.TotalMilliseconds, BackoffRopData = [], AdditionalData = [] };
        var writer = new WireWriter(space, space.Length);
        writer.WriteByte((byte)RopId.Backoff);
        writer.Structure(ref backoff);
        written = writer.Position;
        var fits = !writer.Failed;
        writer.Dispose();
        return fits;
    }

    private static bool TryWriteTooSmall(int needed, ReadOnlySpan<byte> requests, Span<byte> space, out int written)
    {
        var writer = new WireWriter(space, space.Length);
        writer.WriteByte((byte)RopId.BufferTooSmall);
        writer.WriteUInt16((ushort)Math.Min(needed, ushort.MaxValue));
        writer.Write(requests);
        written = writer.Position;
        var fits = !writer.Failed;
        writer.Dispose();
        return fits;
    }

    /// <summary>Tables that changed tell their rows.</summary>
    private static async ValueTask TellTablesAsync(RopCall call)
    {
        var queue = call.Session.Notifications;
        foreach (var table in queue.TakeChanged())
        {
            foreach (var notification in await table.EventsAsync(call))
                queue.Add(notification);
        }
        queue.Settle();
    }

    /// <summary>New mail is told with its class and flags.</summary>
    private static async ValueTask CompleteNotificationsAsync(MapiSession session, CancellationToken cancel)
    {
        foreach (var notification in session.Notifications.NewMail())
        {
            if (session.FindLogon(notification.LogonId) is not { } logon)
                continue;
            var found = await logon.Session.FindByMidAsync(Ids.CounterOf(notification.MessageId), cancel);
            // What a client put there itself, or beside the mail, was not received.
            if (!found.Succeeded || found.Value.Creator != Guid.Empty || (found.Value.State & MessageState.Associated) != 0)
                session.Notifications.Replace(notification, null);
            else if (RowValues.TryGet(logon.Session, found.Value, PropertyTags.MessageFlags, out var flags))
                session.Notifications.Replace(notification, notification with { MessageClass = found.Value.MessageClass, MessageFlags = (uint)flags.AsInt32() });
            else
                session.Notifications.Replace(notification, notification with { MessageClass = found.Value.MessageClass });
        }
    }

    /// <summary>As many notifications as there is room for; RopPending where some are left.</summary>
    private static int WriteNotifications(MapiSession session, Span<byte> output, int position)
    {
        const int PendingSize = 3;
        while (session.Notifications.TryPeek(out var notification))
        {
            var space = output[position..];
            var room = Math.Max(0, space.Length - PendingSize);
            var writer = new WireWriter(space[..room], room);
            writer.WriteByte((byte)RopId.Notify);
            writer.Structure(ref notification);
            var failed = writer.Failed;
            var written = writer.Position;
            writer.Dispose();
            if (failed)
            {
                if (space.Length >= PendingSize)
                {
                    space[0] = (byte)RopId.Pending;
                    BinaryPrimitives.WriteUInt16LittleEndian(space[1..], 0);
                    position += PendingSize;
                }
                break;
            }
            position += written;
            session.Notifications.RemoveFirst();
        }
        return position;
    }

    private static int Finish(RopBatch batch, Span<byte> output, int position)
    {
        BinaryPrimitives.WriteUInt16LittleEndian(output, (ushort)position);
        foreach (var handle in batch.Handles)
        {
            BinaryPrimitives.WriteUInt32LittleEndian(output[position..], handle);
            position += HandleSize;
        }
        return position;
    }
}
