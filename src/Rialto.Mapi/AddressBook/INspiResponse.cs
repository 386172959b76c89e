// [MS-OXCMAPIHTTP] 2.2.5: what every response body has around its fields.
using Rialto.Directory;
using Rialto.Directory.AddressBook;
using Rialto.Model;
using Rialto.Wire;

namespace Rialto.Mapi.AddressBook;

/// <summary>
/// What a method answers: its fields between StatusCode and the auxiliary buffer of the body. The error is the method's own; a transport that cannot
/// deliver has other ways to say so.
/// </summary>
internal interface INspiResponse<TSelf> : IWireStructure<TSelf>
    where TSelf : INspiResponse<TSelf>
{
    ErrorCode Error { get; }
}

/// <summary>A response body: StatusCode, the method's fields unless that is a failure, AuxiliaryBuffer.</summary>
internal struct NspiBody<TResponse> : IWireStructure<NspiBody<TResponse>>
    where TResponse : struct, INspiResponse<TResponse>
{
    public uint StatusCode;
    public TResponse Response;
    public byte[] AuxiliaryBuffer;

    public static void Fields<TIo>(ref TIo io, scoped ref NspiBody<TResponse> value)
        where TIo : struct, IWireIo, allows ref struct
    {
        io.U32(ref value.StatusCode);
        if (value.StatusCode == 0)
            TResponse.Fields(ref io, ref value.Response);
        NspiFields.Auxiliary(ref io, ref value.AuxiliaryBuffer);
    }
}
