// [MS-OXCMAPIHTTP] 2.2.5.18 wire; [MS-OXABREF] 3.1.4.2 behaviour.
using Rialto.Directory;
using Rialto.Directory.AddressBook;
using Rialto.Model;
using Rialto.Wire;

namespace Rialto.Mapi.AddressBook;

/// <summary>Where a mailbox server's endpoint is.</summary>
internal static class NspiGetMailboxUrl
{
    public static ValueTask<Response> ExecuteAsync(NspiCall call, Request request) =>
        new(new Response { ServerUrl = ServerUrls.Of(call, Http.MapiHttpEndpoints.MailboxPath, ServerUrls.MailboxOf(call.Book, request.ServerDn) ?? call.Viewer) });

    /// <summary>2.2.5.18.1.</summary>
    public struct Request : IWireStructure<Request>
    {
        public uint Flags;
        public string ServerDn;
        public byte[] AuxiliaryBuffer;

        public static void Fields<TIo>(ref TIo io, scoped ref Request value)
            where TIo : struct, IWireIo, allows ref struct
        {
            io.U32(ref value.Flags);
            io.Utf16Z(ref value.ServerDn);
            NspiFields.Auxiliary(ref io, ref value.AuxiliaryBuffer);
        }
    }

    /// <summary>2.2.5.18.2.</summary>
    public struct Response : INspiResponse<Response>
    {
        public ErrorCode ErrorCode;
        public string ServerUrl;

        public readonly ErrorCode Error => ErrorCode;

        public static void Fields<TIo>(ref TIo io, scoped ref Response value)
            where TIo : struct, IWireIo, allows ref struct
        {
            io.Enum(ref value.ErrorCode);
            io.Utf16Z(ref value.ServerUrl);
        }
    }
}
