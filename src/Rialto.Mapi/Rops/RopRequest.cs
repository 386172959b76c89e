// [MS-OXCROPS] 2.2.2: what every request starts with; 3.1.5.4 the code page of its strings.
using Rialto.Model;
using Rialto.Wire;

namespace Rialto.Mapi.Rops;

/// <summary>What a buffer's layout depends on but the buffer itself does not say.</summary>
/// <param name="Form">How values stand in it, the code page of 8-bit strings included.</param>
/// <param name="IsPrivateLogon">Whether the logon of the request was made with the Private flag (conditional fields of two ROPs).</param>
public readonly record struct RopContext(ValueForm Form, bool IsPrivateLogon)
{
    public static RopContext Default { get; } = new(ValueForm.Rop, true);
}

/// <summary>A request of one remote operation: what follows the RopId.</summary>
public abstract class RopRequest
{
    public byte LogonId;

    /// <summary>Place of the handle worked on in the handle table; SourceHandleIndex of operations with two, OutputHandleIndex of RopLogon.</summary>
    public byte InputHandleIndex;

    public RopContext Context { get; set; } = RopContext.Default;

    /// <summary>Whether 8-bit strings in it are in the code page of the object that it works on. [MS-OXCROPS] 3.1.5.4.</summary>
    public virtual bool HasObjectStrings => false;

    /// <summary>The index that the response repeats.</summary>
    public virtual byte ResponseHandleIndex => InputHandleIndex;

    /// <summary>Takes in what the same operation carries in a further extended buffer; false where the operation does not go on in others. [MS-OXCRPC] 3.1.4.2.1.2.1.</summary>
    public virtual bool TryAppend(RopRequest next) => false;

    protected static void Header<TIo>(ref TIo io, RopRequest request)
        where TIo : struct, IWireIo, allows ref struct
    {
        io.U8(ref request.LogonId);
        io.U8(ref request.InputHandleIndex);
    }
}

/// <summary>A request that makes a server object.</summary>
public abstract class RopOpenRequest : RopRequest
{
    /// <summary>Place in the handle table that the new object's handle goes to.</summary>
    public byte OutputHandleIndex;

    public override byte ResponseHandleIndex => OutputHandleIndex;

    protected static void Header<TIo>(ref TIo io, RopOpenRequest request)
        where TIo : struct, IWireIo, allows ref struct
    {
        RopRequest.Header(ref io, request);
        io.U8(ref request.OutputHandleIndex);
    }
}

/// <summary>A request that copies or moves from one object to another.</summary>
public abstract class RopDestinationRequest : RopRequest
{
    public byte DestHandleIndex;

    protected static void Header<TIo>(ref TIo io, RopDestinationRequest request)
        where TIo : struct, IWireIo, allows ref struct
    {
        RopRequest.Header(ref io, request);
        io.U8(ref request.DestHandleIndex);
    }
}
