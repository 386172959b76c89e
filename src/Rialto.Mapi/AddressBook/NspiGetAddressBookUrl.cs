// [MS-OXCMAPIHTTP] 2.2.5.19 wire; [MS-OXABREF] 3.1.4.1 behaviour.
using Rialto.Directory;
using Rialto.Directory.AddressBook;
using Rialto.Model;
using Rialto.Wire;

namespace Rialto.Mapi.AddressBook;

/// <summary>Where the address book's endpoint for a user is.</summary>
internal static class NspiGetAddressBookUrl
{
    public static ValueTask<Response> ExecuteAsync(NspiCall call, Request request) =>
        new(new Response { ServerUrl = ServerUrls.Of(call, Http.MapiHttpEndpoints.AddressBookPath, call.Book.FindByDn(request.UserDn) as MailboxRecipient ?? call.Viewer) });

    /// <summary>2.2.5.19.1.</summary>
    public struct Request : IWireStructure<Request>
    {
        public uint Flags;
        public string UserDn;
        public byte[] AuxiliaryBuffer;

        public static void Fields<TIo>(ref TIo io, scoped ref Request value)
            where TIo : struct, IWireIo, allows ref struct
        {
            io.U32(ref value.Flags);
            io.Utf16Z(ref value.UserDn);
            NspiFields.Auxiliary(ref io, ref value.AuxiliaryBuffer);
        }
    }

    /// <summary>2.2.5.19.2.</summary>
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
