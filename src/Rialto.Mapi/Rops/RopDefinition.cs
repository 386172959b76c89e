using Rialto.Mapi.Sessions;
using Rialto.Model;
using Rialto.Wire;

namespace Rialto.Mapi.Rops;

/// <summary>One remote operation: its layouts and, where it is built, its work.</summary>
public abstract class RopDefinition
{
    private protected RopDefinition(RopId id, bool isBuilt)
    {
        Id = id;
        IsBuilt = isBuilt;
    }

    public RopId Id { get; }

    /// <summary>The id that its responses carry: that of RopSetMessageStatus for RopGetMessageStatus. 2.2.6.9.2.</summary>
    public RopId ResponseId => Id == RopId.GetMessageStatus ? RopId.SetMessageStatus : Id;

    /// <summary>Whether it does more than answer NotImplemented.</summary>
    public bool IsBuilt { get; }

    /// <summary>Whether it has a response at all: RopRelease has none.</summary>
    public virtual bool HasResponse => true;

    public abstract RopRequest NewRequest();

    public abstract RopResponse NewResponse();

    /// <summary>Reads what follows the RopId; the reader has failed when it is malformed.</summary>
    public abstract void ReadRequest(ref WireReader reader, RopRequest request);

    /// <summary>Writes what follows the RopId.</summary>
    public abstract void WriteRequest(ref WireWriter writer, RopRequest request);

    public abstract void ReadResponse(ref WireReader reader, RopResponse response);

    public abstract void WriteResponse(ref WireWriter writer, RopResponse response);

    /// <summary>The request's declared layout, for any direction.</summary>
    public abstract void RequestFields<TIo>(ref TIo io, RopRequest request)
        where TIo : struct, IWireIo, allows ref struct;

    /// <summary>The response's declared layout, for any direction.</summary>
    public abstract void ResponseFields<TIo>(ref TIo io, RopResponse response)
        where TIo : struct, IWireIo, allows ref struct;

    /// <summary>Bytes of the response with its RopId.</summary>
    public abstract int SizeOf(RopResponse response);

    /// <summary>A readable tree of a request that follows its RopId.</summary>
    public abstract string Dump(ReadOnlySpan<byte> request);

    internal abstract ValueTask<RopResponse> ExecuteAsync(RopCall call, RopRequest request);
}

internal delegate ValueTask<TResponse> RopWork<in TRequest, TResponse>(RopCall call, TRequest request);

internal class RopDefinition<TRequest, TResponse>(RopId id, RopWork<TRequest, TResponse>? work) : RopDefinition(id, work is not null)
    where TRequest : RopRequest, IWireStructure<TRequest>, new()
    where TResponse : RopResponse, IWireStructure<TResponse>, new()
{
    public override RopRequest NewRequest() => new TRequest();

    public override RopResponse NewResponse() => new TResponse();

    public override void ReadRequest(ref WireReader reader, RopRequest request)
    {
        var typed = (TRequest)request;
        reader.Structure(ref typed, Name);
    }

    public override void WriteRequest(ref WireWriter writer, RopRequest request)
    {
        var typed = (TRequest)request;
        writer.Structure(ref typed, Name);
    }

    public override void ReadResponse(ref WireReader reader, RopResponse response)
    {
        var typed = (TResponse)response;
        reader.Structure(ref typed, Name);
    }

    public override void WriteResponse(ref WireWriter writer, RopResponse response)
    {
        var typed = (TResponse)response;
        writer.Structure(ref typed, Name);
    }

    public override void RequestFields<TIo>(ref TIo io, RopRequest request)
    {
        var typed = (TRequest)request;
        TRequest.Fields(ref io, ref typed);
    }

    public override void ResponseFields<TIo>(ref TIo io, RopResponse response)
    {
        var typed = (TResponse)response;
        TResponse.Fields(ref io, ref typed);
    }

    public override int SizeOf(RopResponse response) => 1 + WireCodec.SizeOf((TResponse)response);

    public override string Dump(ReadOnlySpan<byte> request) => WireCodec.Dump<TRequest>(request);

    internal override async ValueTask<RopResponse> ExecuteAsync(RopCall call, RopRequest request)
    {
        var response = work is null ? new TResponse { ReturnValue = ErrorCode.NotImplemented } : await work(call, (TRequest)request);
        response.HandleIndex = request.ResponseHandleIndex;
        response.Context = request.Context;
        return response;
    }

    private string Name => Id.ToString();
}

/// <summary>RopRelease: the one operation without a response.</summary>
internal sealed class SilentRopDefinition<TRequest>(RopId id, RopWork<TRequest, PlainResponse> work) : RopDefinition<TRequest, PlainResponse>(id, work)
    where TRequest : RopRequest, IWireStructure<TRequest>, new()
{
    public override bool HasResponse => false;
}
