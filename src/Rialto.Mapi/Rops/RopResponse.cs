// [MS-OXCROPS] 2.2: what every response starts with, and the forms that several operations share.
using Rialto.Model;
using Rialto.Wire;

namespace Rialto.Mapi.Rops;

/// <summary>A response of one remote operation: what follows the RopId. With a ReturnValue other than success it is the operation's failure form.</summary>
public abstract class RopResponse
{
    /// <summary>The request's index: that of the output handle where the operation makes an object, otherwise of the input handle.</summary>
    public byte HandleIndex;

    public ErrorCode ReturnValue;

    public RopContext Context { get; set; } = RopContext.Default;

    /// <summary>The common start; true when the fields of a success follow.</summary>
    protected static bool Header<TIo>(ref TIo io, RopResponse response)
        where TIo : struct, IWireIo, allows ref struct
    {
        io.U8(ref response.HandleIndex);
        io.Enum(ref response.ReturnValue);
        return response.ReturnValue == ErrorCode.Success;
    }
}

/// <summary>A response with rows, whose columns the request (or an earlier one) named.</summary>
public abstract class RowsResponse : RopResponse
{
    public PropertyTag[] Columns { get; set; } = [];
}

/// <summary>A response that says no more than how it went.</summary>
public sealed class PlainResponse : RopResponse, IWireStructure<PlainResponse>
{
    public static void Fields<TIo>(ref TIo io, scoped ref PlainResponse response)
        where TIo : struct, IWireIo, allows ref struct => Header(ref io, response);
}

/// <summary>A response that tells, failed or not, whether some of it was not done.</summary>
public sealed class PartialResponse : RopResponse, IWireStructure<PartialResponse>
{
    public bool PartialCompletion;

    public static void Fields<TIo>(ref TIo io, scoped ref PartialResponse response)
        where TIo : struct, IWireIo, allows ref struct
    {
        Header(ref io, response);
        io.Bool(ref response.PartialCompletion);
    }
}

/// <summary>The same with a destination: a missing one is named. [MS-OXCROPS] 2.2.4.6.3.</summary>
public sealed class DestinationPartialResponse : RopResponse, IWireStructure<DestinationPartialResponse>
{
    public uint DestHandleIndex;
    public bool PartialCompletion;

    public static void Fields<TIo>(ref TIo io, scoped ref DestinationPartialResponse response)
        where TIo : struct, IWireIo, allows ref struct
    {
        Header(ref io, response);
        if (response.ReturnValue == ErrorCode.NullDestinationObject)
            io.U32(ref response.DestHandleIndex);
        io.Bool(ref response.PartialCompletion);
    }
}

/// <summary>A response that lists the properties which could not be written.</summary>
public sealed class ProblemsResponse : RopResponse, IWireStructure<ProblemsResponse>
{
    public PropertyProblem[] PropertyProblems = [];

    public static void Fields<TIo>(ref TIo io, scoped ref ProblemsResponse response)
        where TIo : struct, IWireIo, allows ref struct
    {
        if (Header(ref io, response))
            io.Array(ref response.PropertyProblems, CountWidth.UInt16);
    }
}

/// <summary>The same with a destination. [MS-OXCROPS] 2.2.8.11, 2.2.8.12.</summary>
public sealed class DestinationProblemsResponse : RopResponse, IWireStructure<DestinationProblemsResponse>
{
    public uint DestHandleIndex;
    public PropertyProblem[] PropertyProblems = [];

    public static void Fields<TIo>(ref TIo io, scoped ref DestinationProblemsResponse response)
        where TIo : struct, IWireIo, allows ref struct
    {
        if (Header(ref io, response))
            io.Array(ref response.PropertyProblems, CountWidth.UInt16);
        else if (response.ReturnValue == ErrorCode.NullDestinationObject)
            io.U32(ref response.DestHandleIndex);
    }
}

/// <summary>A property that could not be written, and why. [MS-OXCDATA] 2.7.</summary>
public struct PropertyProblem : IWireStructure<PropertyProblem>
{
    /// <summary>Place in the request's array.</summary>
    public ushort Index;
    public PropertyTag PropertyTag;
    public ErrorCode ErrorCode;

    public static void Fields<TIo>(ref TIo io, scoped ref PropertyProblem problem)
        where TIo : struct, IWireIo, allows ref struct
    {
        io.U16(ref problem.Index);
        PropertyValueCodec.Tag(ref io, ref problem.PropertyTag);
        io.Enum(ref problem.ErrorCode);
    }
}
