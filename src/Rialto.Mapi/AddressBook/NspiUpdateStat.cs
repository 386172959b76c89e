// [MS-OXCMAPIHTTP] 2.2.5.17 wire; [MS-OXNSPI] 3.1.4.1.4 behaviour.
using Rialto.Directory;
using Rialto.Directory.AddressBook;
using Rialto.Model;
using Rialto.Wire;

namespace Rialto.Mapi.AddressBook;

/// <summary>Moves to another row of a table.</summary>
internal static class NspiUpdateStat
{
    public static ValueTask<Response> ExecuteAsync(NspiCall call, Request request) => new(Execute(call, request));

    /// <summary>2.2.5.17.1.</summary>
    public struct Request : IWireStructure<Request>
    {
        public uint Reserved;
        public Stat? State;
        public bool DeltaRequested;
        public byte[] AuxiliaryBuffer;

        public static void Fields<TIo>(ref TIo io, scoped ref Request value)
            where TIo : struct, IWireIo, allows ref struct
        {
            io.U32(ref value.Reserved);
            NspiFields.State(ref io, ref value.State);
            io.Bool(ref value.DeltaRequested);
            NspiFields.Auxiliary(ref io, ref value.AuxiliaryBuffer);
        }
    }

    /// <summary>2.2.5.17.2.</summary>
    public struct Response : INspiResponse<Response>
    {
        public ErrorCode ErrorCode;
        public Stat? State;
        public int? Delta;

        public readonly ErrorCode Error => ErrorCode;

        public static void Fields<TIo>(ref TIo io, scoped ref Response value)
            where TIo : struct, IWireIo, allows ref struct
        {
            io.Enum(ref value.ErrorCode);
            NspiFields.State(ref io, ref value.State);
            var has = value.Delta is not null;
            io.Bool(ref has, "HasDelta");
            if (!has)
                return;
            var delta = value.Delta ?? 0;
            io.I32(ref delta, "Delta");
            value.Delta = delta;
        }
    }

    private static Response Execute(NspiCall call, Request request)
    {
        var stat = request.State ?? default;
        var error = NspiTable.Find(call, stat, out var table);
        var from = 0;
        if (error == ErrorCode.Success)
            error = table.Locate(stat, out from);
        if (error != ErrorCode.Success)
            return new Response { ErrorCode = error };
        var to = table.Move(from, stat.Delta);
        return new Response { State = table.At(stat, to), Delta = request.DeltaRequested ? to - from : null };
    }
}
