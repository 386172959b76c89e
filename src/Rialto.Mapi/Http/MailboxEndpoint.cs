// [MS-OXCMAPIHTTP] 2.2.4 request types of the mailbox endpoint; 3.2.5 how they are answered.
using System.Buffers;
using System.Buffers.Binary;
using Microsoft.AspNetCore.Http;
using Rialto.Directory;
using Rialto.Mapi.Rops;
using Rialto.Mapi.Sessions;
using Rialto.Mapi.Transcripts;
using Rialto.Mapi.Wire;
using Rialto.Model;
using Rialto.Wire;

namespace Rialto.Mapi.Http;

/// <summary>The mailbox endpoint: Connect, Execute, NotificationWait, Disconnect, PING.</summary>
internal sealed class MailboxEndpoint(MapiService service)
    : MapiHttpEndpoint<MapiSession>(service, service.Sessions, "mailbox", service.Options.MaximumRequestBody)
{
    /// <summary>StatusCode, ErrorCode, Flags and RopBufferSize before the ROP buffer, AuxiliaryBufferSize after it.</summary>
    private const int ExecuteHead = 16;
    private const int ExecuteTail = 4;

    protected override Task DispatchAsync(MapiHttpExchange exchange, Principal principal, ReadOnlyMemory<byte> body) => exchange.RequestType switch
    {
        "Connect" => ConnectAsync(exchange, principal, body),
        "Execute" => RunAsync<ExecuteBody>(exchange, principal, body, TryReadExecute, ExecuteAsync),
        "NotificationWait" => NotificationWaitAsync(exchange, principal, body),
        "Disconnect" => EndAsync<DisconnectRequest>(exchange, principal, body, TryReadDisconnect, static () => MapiHttpBody.Of(default(DisconnectResponse))),
        "PING" => PingAsync(exchange, principal),
        _ => exchange.RefuseAsync(ResponseCode.InvalidRequestType),
    };

    private async Task ConnectAsync(MapiHttpExchange exchange, Principal principal, ReadOnlyMemory<byte> body)
    {
        if (!WireCodec.TryRead<ConnectRequest>(body.Span, out var request))
        {
            await exchange.RefuseAsync(ResponseCode.InvalidRequestBody);
            return;
        }
        var account = (Account)exchange.Context.Items[typeof(Account)]!;
        var directory = Service.Directory.Current;
        var error = ErrorOf(directory.FindByLegacyDn(request.UserDn), account);
        if (error != ErrorCode.Success)
        {
            await exchange.RespondAsync(new(MapiHttpBody.Of(new ConnectResponse { ErrorCode = (uint)error, DnPrefix = "", DisplayName = "" })));
            return;
        }
        var session = new MapiSession(
            principal, new ClientLocale(request.DefaultCodePage, request.LcidString, request.LcidSort), CodePages.Find(request.DefaultCodePage), Service.Options)
        {
            Client = ClientDescription.Read(request.AuxiliaryBuffer),
            Transcript = SessionTranscript.Open(Service.TranscriptFolder(principal.Name), principal.Name, Service.Time),
        };
        Begin(exchange, principal, session);
        Log.SessionBegan(Service.Logger, principal.Name, exchange.ClientInfo);
        await exchange.RespondAsync(new(MapiHttpBody.Of(new ConnectResponse
        {
            // [MS-OXCRPC] 3.1.4.1: how often to poll, how to retry; the values that Exchange sends.
            PollsMax = 60_000,
            RetryCount = 6,
            RetryDelay = 10_000,
            DnPrefix = directory.Organisation is { } organisation ? LegacyDn.Base(organisation.Name) : "",
            DisplayName = account.DisplayName,
            AuxiliaryBuffer = Service.Topology,
        })));
    }

    private static ErrorCode ErrorOf(Recipient? named, Account account) => named switch
    {
        null => ErrorCode.UnknownUser,
        _ when named.Id == account.Id => ErrorCode.Success,
        // Somebody else's name: identity comes from authentication, never from the body.
        _ => ErrorCode.LoginPermission,
    };

    private async ValueTask<MapiHttpBody> ExecuteAsync(MapiHttpExchange exchange, MapiSession session, ExecuteBody body)
    {
        var (flags, ropBuffer, maxRopOut) = body;
        var limit = Service.Options.MaximumRopPayload;
        var scratch = ArrayPool<byte>.Shared.Rent(limit);
        var most = (flags & ExecuteFlags.Chain) == 0 ? limit + ExtendedBuffer.HeaderSize : (int)Math.Clamp(maxRopOut, (uint)limit + ExtendedBuffer.HeaderSize, (uint)Service.Options.MaximumRopOut);
        var output = ArrayPool<byte>.Shared.Rent(most + ExecuteHead + ExecuteTail);
        try
        {
            var (error, length) = await RopProcessor.ExecuteAsync(
                Service, session, ropBuffer, flags, maxRopOut, scratch.AsMemory(0, limit), output.AsMemory(ExecuteHead, most), exchange.Context.RequestAborted);
            var span = output.AsSpan();
            BinaryPrimitives.WriteUInt32LittleEndian(span, 0);
            BinaryPrimitives.WriteUInt32LittleEndian(span[4..], (uint)error);
            BinaryPrimitives.WriteUInt32LittleEndian(span[8..], 0);
            BinaryPrimitives.WriteUInt32LittleEndian(span[12..], (uint)length);
            BinaryPrimitives.WriteUInt32LittleEndian(span[(ExecuteHead + length)..], 0);
            var answer = new MapiHttpBody(output, ExecuteHead + length + ExecuteTail, true);
            output = null;
            return answer;
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(scratch);
            if (output is not null)
                ArrayPool<byte>.Shared.Return(output);
        }
    }

    private async Task NotificationWaitAsync(MapiHttpExchange exchange, Principal principal, ReadOnlyMemory<byte> body)
    {
        // It runs beside Execute, and so takes no part in the sequence.
        var code = Find(exchange, principal, false, out var context);
        if (code == ResponseCode.Success && !WireCodec.TryRead<NotificationWaitRequest>(body.Span, out _))
            code = ResponseCode.InvalidRequestBody;
        if (code == ResponseCode.Success && !context!.Session.TryBeginWait())
            code = ResponseCode.InvalidSequence;
        if (code != ResponseCode.Success)
        {
            await exchange.RefuseAsync(code);
            return;
        }
        exchange.SetCookies(context!);
        await exchange.RespondAsync(WaitAndEndAsync(context!, exchange.Context.RequestAborted));
    }

    private async ValueTask<MapiHttpBody> WaitAndEndAsync(SessionContext<MapiSession> context, CancellationToken cancel)
    {
        try
        {
            return await WaitAsync(context.Session, cancel);
        }
        finally
        {
            context.Session.EndWait();
            Service.Sessions.Touch(context);
        }
    }

    private async ValueTask<MapiHttpBody> WaitAsync(MapiSession session, CancellationToken cancel)
    {
        var arrived = session.Notifications.ArrivedAsync();
        if (!arrived.IsCompleted)
        {
            using var over = CancellationTokenSource.CreateLinkedTokenSource(cancel);
            await Task.WhenAny(arrived, Task.Delay(Service.Options.NotificationWait, Service.Time, over.Token));
            await over.CancelAsync();
        }
        var pending = session.Notifications.IsEmpty ? 0 : NotificationWaitResponse.NotificationPending;
        return MapiHttpBody.Of(new NotificationWaitResponse { EventPending = pending });
    }

    private static bool TryReadDisconnect(ReadOnlyMemory<byte> body, out DisconnectRequest request) => WireCodec.TryRead(body.Span, out request);

    private readonly record struct ExecuteBody(ExecuteFlags Flags, ReadOnlyMemory<byte> RopBuffer, uint MaxRopOut);

    /// <summary>The fields of an Execute without copying its buffer. 2.2.4.2.1.</summary>
    private static bool TryReadExecute(ReadOnlyMemory<byte> body, out ExecuteBody execute)
    {
        var reader = new WireReader(body.Span);
        var flags = (ExecuteFlags)reader.ReadUInt32();
        var size = reader.ReadCount(CountWidth.UInt32);
        var start = reader.Position;
        reader.Skip(size);
        var maxRopOut = reader.ReadUInt32();
        reader.ReadCounted(CountWidth.UInt32);
        execute = reader.Failed ? default : new(flags, body.Slice(start, size), maxRopOut);
        return !reader.Failed;
    }
}
