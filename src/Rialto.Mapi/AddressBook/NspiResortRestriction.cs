// [MS-OXCMAPIHTTP] 2.2.5.15 wire; [MS-OXNSPI] 3.1.4.1.11 behaviour.
using Rialto.Directory;
using Rialto.Directory.AddressBook;
using Rialto.Model;
using Rialto.Wire;

namespace Rialto.Mapi.AddressBook;

/// <summary>Sorts numbers that the client gives.</summary>
internal static class NspiResortRestriction
{
    public static ValueTask<Response> ExecuteAsync(NspiCall call, Request request) => new(Execute(call, request));

    /// <summary>2.2.5.15.1.</summary>
    public struct Request : IWireStructure<Request>
    {
        public uint Reserved;
        public Stat? State;
        public uint[]? MinimalIds;
        public byte[] AuxiliaryBuffer;

        public static void Fields<TIo>(ref TIo io, scoped ref Request value)
            where TIo : struct, IWireIo, allows ref struct
        {
            io.U32(ref value.Reserved);
            NspiFields.State(ref io, ref value.State);
            NspiFields.Numbers(ref io, ref value.MinimalIds, "MinimalIds");
            NspiFields.Auxiliary(ref io, ref value.AuxiliaryBuffer);
        }
    }

    /// <summary>2.2.5.15.2.</summary>
    public struct Response : INspiResponse<Response>
    {
        public ErrorCode ErrorCode;
        public Stat? State;
        public uint[]? MinimalIds;

        public readonly ErrorCode Error => ErrorCode;

        public static void Fields<TIo>(ref TIo io, scoped ref Response value)
            where TIo : struct, IWireIo, allows ref struct
        {
            io.Enum(ref value.ErrorCode);
            NspiFields.State(ref io, ref value.State);
            NspiFields.Numbers(ref io, ref value.MinimalIds, "MinimalIds");
        }
    }

    private static Response Execute(NspiCall call, Request request)
    {
        var stat = request.State ?? default;
        if (!NspiTable.IsSort(stat.SortType))
            return new Response { ErrorCode = ErrorCode.GeneralFailure };
        uint[] sorted = NspiMatches.Sorted(call.Book, request.MinimalIds ?? [], NspiTable.OrderOf(stat));
        stat.TotalRecs = (uint)sorted.Length;
        var at = Array.IndexOf(sorted, stat.CurrentRec);
        if (at < 0)
            stat.CurrentRec = Stat.BeginningOfTable;
        stat.NumPos = (uint)Math.Max(at, 0);
        return new Response { State = stat, MinimalIds = sorted };
    }
}
