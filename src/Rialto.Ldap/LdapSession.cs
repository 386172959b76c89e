// RFC 4511 3.1 (a connection's operations), 4.1.1 (message ids), 4.4.1 (notice of disconnection), 4.11 (abandon).
using System.Buffers;
using System.Net;
using Rialto.Directory;
using Rialto.Ldap.Operations;
using Rialto.Ldap.Search;
using Rialto.Ldap.Tree;
using Rialto.Ldap.Wire;
using Rialto.Net;

namespace Rialto.Ldap;

/// <summary>What became of an operation by the client's will.</summary>
internal enum Abandonment
{
    None,

    /// <summary>RFC 4511 4.11: nothing more is said about it.</summary>
    Abandoned,

    /// <summary>RFC 3909: it ends with a result.</summary>
    Cancelled,
}

/// <summary>One connection. Requests are carried out in the order in which they come; a search that is under way looks between its blocks whether it was abandoned.</summary>
internal sealed class LdapSession(LdapProtocol protocol, SessionTransport transport) : IDisposable
{
    private readonly BerWriter writer = new(8192);
    private Guid accountId;
    private int cancelled;
    private LdapView? view;
    private (SaslConversation? Kept, string Mechanism) conversation;

    public LdapProtocol Protocol => protocol;

    public SessionTransport Transport => transport;

    public BerWriter Writer => writer;

    public OpenSearches Open { get; } = new();

    /// <summary>The attributes of the last search: the next one mostly asks for the same.</summary>
    public AttributeSelection? Selection { get; set; }

    public bool IsLoggedIn => accountId != Guid.Empty;

    /// <summary>Whether passwords may be taken now.</summary>
    public bool AllowsPasswords =>
        transport.AllowsLogin || (protocol.Options.AllowPlainTextOnLoopback && transport.RemoteEndPoint is { } remote && IPAddress.IsLoopback(remote.Address.IsIPv4MappedToIPv6 ? remote.Address.MapToIPv4() : remote.Address));

    /// <summary>The directory as the session's account sees it now. Somebody whose account went or was disabled is nobody.</summary>
    public LdapView View
    {
        get
        {
            var current = protocol.Directory.Current;
            if (view is null || !ReferenceEquals(view.Directory, current) || (view.Account?.Id ?? Guid.Empty) != accountId)
                view = new LdapView(current, protocol.Tree, accountId != Guid.Empty && current.Find<Account>(accountId) is { LoginEnabled: true } account ? account : null);
            return view;
        }
    }

    public void LogIn(Guid account)
    {
        accountId = account;
        transport.IdleTimeout = account == Guid.Empty ? protocol.Options.LoginTimeout : protocol.Options.IdleTimeout;
        Open.Clear();
    }

    public async Task RunAsync()
    {
        var errors = 0;
        while (true)
        {
            var (status, result) = await transport.ReadAsync();
            switch (status)
            {
                case ReadStatus.Done:
                    break;
                case ReadStatus.Interrupted:
                    continue;
                case ReadStatus.Draining:
                    await SayAsync(ResultCode.Unavailable, "The server is stopping.");
                    return;
                case ReadStatus.TimedOut:
                    await SayAsync(ResultCode.Unavailable, "Nothing was said for too long.");
                    return;
                default:
                    return;
            }

            var buffer = result.Buffer;
            while (true)
            {
                var frame = LdapMessage.Measure(buffer, IsLoggedIn ? protocol.Options.MaxMessage : protocol.Options.MaxUnauthenticatedMessage, out var length);
                if (frame == FrameStatus.Partial)
                {
                    transport.Input.AdvanceTo(buffer.Start, buffer.End);
                    if (result.IsCompleted) return;
                    break;
                }

                var head = frame == FrameStatus.Whole ? Take(buffer.Slice(0, length)) : default;
                if (head.Status == TakeStatus.Malformed)
                {
                    transport.Input.AdvanceTo(buffer.End);
                    protocol.Logger.Malformed(transport.ConnectionId);
                    await SayAsync(ResultCode.ProtocolError, frame == FrameStatus.TooLong ? "The message is too long." : "The message is malformed.");
                    return;
                }

                var rest = buffer.Slice(length);
                transport.Input.AdvanceTo(rest.Start);
                if (head.Request is null)
                {
                    if (++errors >= protocol.Options.MaxConsecutiveErrors)
                    {
                        await SayAsync(ResultCode.ProtocolError, "Too many malformed requests.");
                        return;
                    }

                    Respond(head.Id, LdapRequest.ResponseTagOf(head.Operation), new(ResultCode.ProtocolError, "The request is malformed."));
                }
                else
                {
                    errors = 0;
                    if (!await RunAsync(head.Id, head.Request, head.Controls)) return;
                }

                // What came with it is answered together: one write for a client that sends many requests at once.
                if (transport.Input.TryRead(out result) && !result.IsCanceled && !result.Buffer.IsEmpty)
                {
                    buffer = result.Buffer;
                    if (writer.Length >= protocol.Options.FlushSize && !await FlushAsync())
                    {
                        transport.Input.AdvanceTo(buffer.Start);
                        return;
                    }

                    continue;
                }

                if (result.IsCanceled) transport.Input.CancelPendingRead();
                if (!result.Buffer.IsEmpty || result.IsCanceled || result.IsCompleted) transport.Input.AdvanceTo(result.Buffer.Start);
                break;
            }

            if (!await FlushAsync()) return;
        }
    }

    /// <summary>Writes an operation's response, to be sent with the next flush.</summary>
    public void Respond(int id, byte tag, in LdapResult result, Action<BerWriter>? tail = null, Action<BerWriter>? controls = null)
    {
        var frame = writer.Begin(Tags.Sequence);
        writer.WriteInteger(id);
        var response = writer.Begin(tag);
        writer.WriteInteger((int)result.Code, Tags.Enumerated);
        writer.WriteText(result.MatchedDn);
        writer.WriteText(result.Message);
        tail?.Invoke(writer);
        writer.End(response);
        if (controls is not null)
        {
            var list = writer.Begin(Tags.Controls);
            controls(writer);
            writer.End(list);
        }

        writer.End(frame);
    }

    /// <summary>A SASL exchange that the client begins anew, or goes on with: the kept one, if it is of that mechanism. RFC 4513 5.2.1.2: any other bind ends it.</summary>
    public SaslConversation? TakeConversation(string mechanism)
    {
        var (kept, name) = conversation;
        conversation = default;
        if (kept is null || name.Equals(mechanism, StringComparison.OrdinalIgnoreCase)) return kept;
        (kept as IDisposable)?.Dispose();
        return null;
    }

    public void KeepConversation(SaslConversation going, string mechanism) => conversation = (going, mechanism);

    private void RespondToBind(int id, BindRequest bind, in BindAnswer answer, Action<BerWriter>? controls)
    {
        var octets = answer.Octets;
        if (octets is null || bind.Method == BindMethod.Sasl)
        {
            Respond(id, Tags.BindResponse, answer.Result, octets is null ? null : w => w.WriteOctets(octets, 0x87), controls);
            return;
        }

        var frame = writer.Begin(Tags.Sequence);
        writer.WriteInteger(id);
        var response = writer.Begin(Tags.BindResponse);
        writer.WriteInteger((int)answer.Result.Code, Tags.Enumerated);
        writer.WriteOctets(octets);
        writer.WriteText(answer.Result.Message);
        writer.End(response);
        writer.End(frame);
    }

    private void Respond(int id, byte tag, WriteOutcome outcome) => Respond(id, tag, outcome.Result, controls: outcome.HasEntries ? outcome.WriteTo : null);

    /// <summary>Sends what was written. False when the connection is gone.</summary>
    public ValueTask<bool> FlushAsync()
    {
        if (writer.Length == 0) return new(true);
        transport.Write(writer.Written);
        writer.Clear();
        return transport.FlushAsync();
    }

    /// <summary>Whether the client has sent an abandon or cancel of that operation since; looks at what has arrived and takes nothing.</summary>
    public Abandonment WasAbandoned(int id)
    {
        if (!transport.Input.TryRead(out var result)) return Abandonment.None;
        var rest = result.Buffer;
        var found = Abandonment.None;
        while (found == Abandonment.None && LdapMessage.Measure(rest, protocol.Options.MaxUnauthenticatedMessage, out var length) == FrameStatus.Whole)
        {
            found = Abandons(rest.Slice(0, length), id);
            rest = rest.Slice(length);
        }

        if (found == Abandonment.Cancelled) cancelled = id;
        transport.Input.AdvanceTo(result.Buffer.Start);
        if (result.IsCanceled) transport.Input.CancelPendingRead();
        return found;
    }

    /// <summary>Whether the operation was ended because of a cancel, which is told once.</summary>
    public bool TakeCancelled(int id)
    {
        if (id <= 0 || cancelled != id) return false;
        cancelled = 0;
        return true;
    }

    public void Dispose()
    {
        Open.Clear();
        (conversation.Kept as IDisposable)?.Dispose();
        writer.Dispose();
    }

    private enum TakeStatus
    {
        Malformed,
        Taken,
    }

    private (TakeStatus Status, int Id, byte Operation, LdapRequest? Request, LdapControl[] Controls) Take(in ReadOnlySequence<byte> bytes)
    {
        if (bytes.IsSingleSegment) return Take(bytes.FirstSpan);
        var length = (int)bytes.Length;
        var copy = ArrayPool<byte>.Shared.Rent(length);
        bytes.CopyTo(copy);
        var taken = Take(copy.AsSpan(0, length));

        // It may have held a password.
        ArrayPool<byte>.Shared.Return(copy, clearArray: true);
        return taken;
    }

    private (TakeStatus Status, int Id, byte Operation, LdapRequest? Request, LdapControl[] Controls) Take(ReadOnlySpan<byte> bytes)
    {
        if (!LdapMessage.TryParse(bytes, protocol.Options.MaxControls, out var message)) return default;
        return (TakeStatus.Taken, message.Id, message.Operation, LdapRequest.Parse(message, protocol.Options), message.Controls);
    }

    private static Abandonment Abandons(in ReadOnlySequence<byte> bytes, int id)
    {
        if (bytes.Length > 512 || !LdapMessage.TryParse(bytes.IsSingleSegment ? bytes.FirstSpan : bytes.ToArray(), 4, out var message)) return Abandonment.None;
        if (message.Operation == Tags.AbandonRequest)
        {
            var number = 0;
            foreach (var b in message.Content) number = number << 8 | b;
            return number == id ? Abandonment.Abandoned : Abandonment.None;
        }

        if (message.Operation != Tags.ExtendedRequest) return Abandonment.None;
        var content = new BerReader(message.Content);
        return content.ReadText(0x80) == ExtendedOperations.Cancel && content.Peek == 0x81 && ExtendedOperations.CancelId(content.Read(0x81)) == id ? Abandonment.Cancelled : Abandonment.None;
    }

    /// <summary>Carries out one request; false ends the connection.</summary>
    private async ValueTask<bool> RunAsync(int id, LdapRequest request, LdapControl[] controls)
    {
        try
        {
            switch (request)
            {
                case UnbindRequest:
                    return false;
                case AbandonRequest:
                    return true;
            }

            if (id == 0)
            {
                Respond(id, request.ResponseTag, new(ResultCode.ProtocolError, "Message id 0 is the server's."));
                return true;
            }

            if (RequestControls.Check(request, controls) is { } refused)
            {
                Respond(id, request.ResponseTag, refused);
                return true;
            }

            switch (request)
            {
                case BindRequest bind:
                    var bound = await BindOperation.RunAsync(this, bind);
                    RespondToBind(id, bind, bound, bound.Result.IsSuccess ? BindOperation.Identity(this, controls) : null);
                    if (bound.Layer is { } layer)
                    {
                        // The answer itself is the last that goes as it is. RFC 4422 3.7.
                        var sent = await FlushAsync();
                        transport.StartProtection(layer, protocol.Options.MaxMessage + protocol.Options.ProtectionOverhead);
                        return sent;
                    }

                    return true;
                case SearchRequest search:
                    return await SearchOperation.RunAsync(this, id, search, controls);
                case CompareRequest compare:
                    Respond(id, Tags.CompareResponse, CompareOperation.Run(this, compare, controls));
                    return true;
                case ModifyRequest modify:
                    Respond(id, Tags.ModifyResponse, await ModifyOperation.RunAsync(this, modify, controls));
                    return true;
                case AddRequest add:
                    Respond(id, Tags.AddResponse, await AddOperation.RunAsync(this, add, controls));
                    return true;
                case DeleteRequest delete:
                    Respond(id, Tags.DeleteResponse, await DeleteOperation.RunAsync(this, delete, controls));
                    return true;
                case ModifyDnRequest rename:
                    Respond(id, Tags.ModifyDnResponse, await ModifyDnOperation.RunAsync(this, rename, controls));
                    return true;
                case ExtendedRequest extended:
                    return await ExtendedOperations.RunAsync(this, id, extended);
            }
        }
        catch (LdapException e)
        {
            Respond(id, request.ResponseTag, e.Result);
        }
        catch (DirectoryException e)
        {
            Respond(id, request.ResponseTag, LdapException.From(e));
        }
        catch (Exception e) when (e is not (OperationCanceledException or IOException))
        {
            protocol.Logger.OperationFailed(e, transport.ConnectionId);
            Respond(id, request.ResponseTag, new(ResultCode.Other, "The server failed; its log says why."));
        }

        return true;
    }

    private async ValueTask SayAsync(ResultCode code, string message)
    {
        await FlushAsync();
        transport.Write(Notices.Disconnection(code, message).Span);
        await transport.FlushAsync();
    }
}
