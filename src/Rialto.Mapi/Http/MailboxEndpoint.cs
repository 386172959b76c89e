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
{
    /// <summary>StatusCode, ErrorCode, Flags and RopBufferSize before the ROP buffer, AuxiliaryBufferSize after it.</summary>
    private const int ExecuteHead = 16;
    private const int ExecuteTail = 4;

    public async Task HandleAsync(HttpContext context)
    {
        if (await service.Authentication.AuthenticateAsync(context) is not { } principal)
            return;
        if (HttpMethods.IsGet(context.Request.Method))
        {
            await MapiHttpEndpoints.WritePageAsync(context, "mailbox", service);
            return;
        }
        var exchange = new MapiHttpExchange(context, service);
        var code = HttpMethods.IsPost(context.Request.Method) ? exchange.CheckHeaders() : ResponseCode.InvalidVerb;
        if (code != ResponseCode.Success)
        {
            await exchange.RefuseAsync(code);
            return;
        }
        var (body, length, bodyCode) = await exchange.ReadBodyAsync(service.Options.MaximumRequestBody);
        if (body is null)
        {
            await exchange.RefuseAsync(bodyCode);
            return;
        }
        try
        {
            await DispatchAsync(exchange, principal, body.AsMemory(0, length));
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(body);
        }
    }

    private Task DispatchAsync(MapiHttpExchange exchange, Principal principal, ReadOnlyMemory<byte> body) => exchange.RequestType switch
    {
        "Connect" => ConnectAsync(exchange, principal, body),
        "Execute" => ExecuteAsync(exchange, principal, body),
        "NotificationWait" => NotificationWaitAsync(exchange, principal, body),
        "Disconnect" => DisconnectAsync(exchange, principal, body),
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
        // 3.2.5.6: a client that comes back gives up the session it had.
        if (SessionCookies.Value(exchange, MapiHttpHeaders.ContextCookie) is { } old && service.Sessions.Find(old, principal) is { } previous)
            service.Sessions.Remove(previous);
        var account = (Account)exchange.Context.Items[typeof(Account)]!;
        var directory = service.Directory.Current;
        var error = ErrorOf(directory.FindByLegacyDn(request.UserDn), account);
        if (error != ErrorCode.Success)
        {
            await exchange.RespondAsync(new(MapiHttpBody.Of(new ConnectResponse { ErrorCode = (uint)error, DnPrefix = "", DisplayName = "" })));
            return;
        }
        var session = new MapiSession(
            principal, new ClientLocale(request.DefaultCodePage, request.LcidString, request.LcidSort), CodePages.Find(request.DefaultCodePage), service.Options)
        {
            Client = ClientDescription.Read(request.AuxiliaryBuffer),
            Transcript = SessionTranscript.Open(service.TranscriptFolder(principal.Name), principal.Name, service.Time),
        };
        exchange.SetCookies(service.Sessions.Add(session));
        Log.SessionBegan(service.Logger, principal.Name, exchange.ClientInfo);
        await exchange.RespondAsync(new(MapiHttpBody.Of(new ConnectResponse
        {
            // [MS-OXCRPC] 3.1.4.1: how often to poll, how to retry; the values that Exchange sends.
            PollsMax = 60_000,
            RetryCount = 6,
            RetryDelay = 10_000,
            DnPrefix = directory.Organisation is { } organisation ? LegacyDn.Base(organisation.Name) : "",
            DisplayName = account.DisplayName,
            AuxiliaryBuffer = service.Topology,
        })));
    }

    private static ErrorCode ErrorOf(Recipient? named, Account account) => named switch
    {
        null => ErrorCode.UnknownUser,
        _ when named.Id == account.Id => ErrorCode.Success,
        // Somebody else's name: identity comes from authentication, never from the body.
        _ => ErrorCode.LoginPermission,
    };

    private async Task ExecuteAsync(MapiHttpExchange exchange, Principal principal, ReadOnlyMemory<byte> body)
    {
        var code = Find(exchange, principal, true, out var context);
        if (code != ResponseCode.Success)
        {
            await exchange.RefuseAsync(code);
            return;
        }
        if (!context!.Session.TryEnter())
        {
            await exchange.RefuseAsync(ResponseCode.InvalidSequence);
            return;
        }
        // The sequence may have moved on between the look and the entry.
        if (SessionCookies.Value(exchange, MapiHttpHeaders.SequenceCookie) != context.Sequence)
            code = ResponseCode.InvalidSequence;
        else if (!TryReadExecute(body, out var flags, out var ropBuffer, out var maxRopOut))
            code = ResponseCode.InvalidRequestBody;
        else
        {
            context.Advance();
            exchange.SetCookies(context);
            await exchange.RespondAsync(RunAndLeaveAsync(context, flags, ropBuffer, maxRopOut, exchange.Context.RequestAborted));
            return;
        }
        context.Session.Leave();
        await exchange.RefuseAsync(code);
    }

    /// <summary>Runs the operations; the session is free for the next request before this one's answer is sent.</summary>
    private async ValueTask<MapiHttpBody> RunAndLeaveAsync(
        SessionContext<MapiSession> context, ExecuteFlags flags, ReadOnlyMemory<byte> ropBuffer, uint maxRopOut, CancellationToken cancel)
    {
        try
        {
            return await RunAsync(context.Session, flags, ropBuffer, maxRopOut, cancel);
        }
        finally
        {
            service.Sessions.Touch(context);
            context.Session.Leave();
        }
    }

    private async ValueTask<MapiHttpBody> RunAsync(MapiSession session, ExecuteFlags flags, ReadOnlyMemory<byte> ropBuffer, uint maxRopOut, CancellationToken cancel)
    {
        var limit = service.Options.MaximumRopPayload;
        var scratch = ArrayPool<byte>.Shared.Rent(limit);
        var most = (flags & ExecuteFlags.Chain) == 0 ? limit + ExtendedBuffer.HeaderSize : (int)Math.Clamp(maxRopOut, (uint)limit + ExtendedBuffer.HeaderSize, (uint)service.Options.MaximumRopOut);
        var output = ArrayPool<byte>.Shared.Rent(most + ExecuteHead + ExecuteTail);
        try
        {
            var (error, length) = await RopProcessor.ExecuteAsync(
                service, session, ropBuffer, flags, maxRopOut, scratch.AsMemory(0, limit), output.AsMemory(ExecuteHead, most), cancel);
            var span = output.AsSpan();
            BinaryPrimitives.WriteUInt32LittleEndian(span, 0);
            BinaryPrimitives.WriteUInt32LittleEndian(span[4..], (uint)error);
            BinaryPrimitives.WriteUInt32LittleEndian(span[8..], 0);
            BinaryPrimitives.WriteUInt32LittleEndian(span[12..], (uint)length);
            BinaryPrimitives.WriteUInt32LittleEndian(span[(ExecuteHead + length)..], 0);
            var body = new MapiHttpBody(output, ExecuteHead + length + ExecuteTail, true);
            output = null;
            return body;
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
            service.Sessions.Touch(context);
        }
    }

    private async ValueTask<MapiHttpBody> WaitAsync(MapiSession session, CancellationToken cancel)
    {
        var arrived = session.Notifications.ArrivedAsync();
        if (!arrived.IsCompleted)
        {
            using var over = CancellationTokenSource.CreateLinkedTokenSource(cancel);
            await Task.WhenAny(arrived, Task.Delay(service.Options.NotificationWait, service.Time, over.Token));
            await over.CancelAsync();
        }
        var pending = session.Notifications.IsEmpty ? 0 : NotificationWaitResponse.NotificationPending;
        return MapiHttpBody.Of(new NotificationWaitResponse { EventPending = pending });
    }

    private async Task DisconnectAsync(MapiHttpExchange exchange, Principal principal, ReadOnlyMemory<byte> body)
    {
        var code = Find(exchange, principal, true, out var context);
        if (code == ResponseCode.Success && !WireCodec.TryRead<DisconnectRequest>(body.Span, out _))
            code = ResponseCode.InvalidRequestBody;
        if (code != ResponseCode.Success)
        {
            await exchange.RefuseAsync(code);
            return;
        }
        exchange.SetCookies(context!);
        service.Sessions.Remove(context!);
        await exchange.RespondAsync(new(MapiHttpBody.Of(default(DisconnectResponse))));
    }

    private Task PingAsync(MapiHttpExchange exchange, Principal principal)
    {
        // A PING without a session asks whether the endpoint is there.
        if (SessionCookies.Value(exchange, MapiHttpHeaders.ContextCookie) is null)
            return exchange.RespondAsync(new(MapiHttpBody.Empty));
        var code = Find(exchange, principal, false, out var context);
        if (code != ResponseCode.Success)
            return exchange.RefuseAsync(code);
        service.Sessions.Touch(context!);
        exchange.SetCookies(context!);
        return exchange.RespondAsync(new(MapiHttpBody.Empty));
    }

    private ResponseCode Find(MapiHttpExchange exchange, Principal principal, bool checkSequence, out SessionContext<MapiSession>? context) =>
        SessionCookies.Find(service.Sessions, exchange, principal, checkSequence, out context);

    /// <summary>The fields of an Execute without copying its buffer. 2.2.4.2.1.</summary>
    private static bool TryReadExecute(ReadOnlyMemory<byte> body, out ExecuteFlags flags, out ReadOnlyMemory<byte> ropBuffer, out uint maxRopOut)
    {
        var reader = new WireReader(body.Span);
        flags = (ExecuteFlags)reader.ReadUInt32();
        var size = reader.ReadCount(CountWidth.UInt32);
        var start = reader.Position;
        reader.Skip(size);
        maxRopOut = reader.ReadUInt32();
        reader.ReadCounted(CountWidth.UInt32);
        ropBuffer = reader.Failed ? default : body.Slice(start, size);
        return !reader.Failed;
    }
}
