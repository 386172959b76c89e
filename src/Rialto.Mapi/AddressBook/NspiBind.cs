// [MS-OXCMAPIHTTP] 2.2.5.1 wire; [MS-OXNSPI] 3.1.4.1.1 behaviour.
using Rialto.Directory;
using Rialto.Directory.AddressBook;
using Rialto.Model;
using Rialto.Wire;

namespace Rialto.Mapi.AddressBook;

/// <summary>Begins a session.</summary>
internal static class NspiBind
{
    public static ValueTask<Response> ExecuteAsync(NspiCall call, Request request)
    {
        // Who the client is was settled before: an anonymous one is not served.
        if ((request.Flags & NspiFlags.AnonymousLogin) != 0)
            return new(new Response { ErrorCode = ErrorCode.NotSupported });
        if (request.State is { } stat && (NspiRowReader.IsUnicode(stat.CodePage) || !NspiRowReader.IsCodePage(stat.CodePage)))
            return new(new Response { ErrorCode = ErrorCode.InvalidCodepage });
        return new(new Response { ServerGuid = call.Book.ServerGuid });
    }

    /// <summary>2.2.5.1.1.</summary>
    public struct Request : IWireStructure<Request>
    {
        public uint Flags;
        public Stat? State;
        public byte[] AuxiliaryBuffer;

        public static void Fields<TIo>(ref TIo io, scoped ref Request value)
            where TIo : struct, IWireIo, allows ref struct
        {
            io.U32(ref value.Flags);
            NspiFields.State(ref io, ref value.State);
            NspiFields.Auxiliary(ref io, ref value.AuxiliaryBuffer);
        }
    }

    /// <summary>2.2.5.1.2; with a StatusCode other than 0 the failure body.</summary>
    public struct Response : INspiResponse<Response>
    {
        public ErrorCode ErrorCode;
        public Guid ServerGuid;

        public readonly ErrorCode Error => ErrorCode;

        public static void Fields<TIo>(ref TIo io, scoped ref Response value)
            where TIo : struct, IWireIo, allows ref struct
        {
            io.Enum(ref value.ErrorCode);
            io.Guid(ref value.ServerGuid);
        }
    }
}
