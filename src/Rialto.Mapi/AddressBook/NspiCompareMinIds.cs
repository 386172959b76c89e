// [MS-OXCMAPIHTTP] 2.2.5.3 wire; [MS-OXNSPI] 3.1.4.1.12 behaviour.
using Rialto.Directory;
using Rialto.Directory.AddressBook;
using Rialto.Model;
using Rialto.Wire;

namespace Rialto.Mapi.AddressBook;

/// <summary>Which of two objects comes first in a table.</summary>
internal static class NspiCompareMinIds
{
    public static ValueTask<Response> ExecuteAsync(NspiCall call, Request request)
    {
        var stat = request.State ?? default;
        var error = NspiTable.Find(call, stat, out var table);
        if (error != ErrorCode.Success)
            return new(new Response { ErrorCode = error });
        var first = call.Book.PositionOf(table.List, table.Order, request.MinimalId1);
        var second = call.Book.PositionOf(table.List, table.Order, request.MinimalId2);
        return new(first < 0 || second < 0 ? new Response { ErrorCode = ErrorCode.GeneralFailure } : new Response { Result = first.CompareTo(second) });
    }

    /// <summary>2.2.5.3.1.</summary>
    public struct Request : IWireStructure<Request>
    {
        public uint Reserved;
        public Stat? State;
        public uint MinimalId1;
        public uint MinimalId2;
        public byte[] AuxiliaryBuffer;

        public static void Fields<TIo>(ref TIo io, scoped ref Request value)
            where TIo : struct, IWireIo, allows ref struct
        {
            io.U32(ref value.Reserved);
            NspiFields.State(ref io, ref value.State);
            io.U32(ref value.MinimalId1);
            io.U32(ref value.MinimalId2);
            NspiFields.Auxiliary(ref io, ref value.AuxiliaryBuffer);
        }
    }

    /// <summary>2.2.5.3.2.</summary>
    public struct Response : INspiResponse<Response>
    {
        public ErrorCode ErrorCode;
        public int Result;

        public readonly ErrorCode Error => ErrorCode;

        public static void Fields<TIo>(ref TIo io, scoped ref Response value)
            where TIo : struct, IWireIo, allows ref struct
        {
            io.Enum(ref value.ErrorCode);
            io.I32(ref value.Result);
        }
    }
}
