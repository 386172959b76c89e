// [MS-OXCMAPIHTTP] 2.2.5.4 wire; [MS-OXNSPI] 3.1.4.1.13 behaviour.
using Rialto.Directory;
using Rialto.Directory.AddressBook;
using Rialto.Model;
using Rialto.Wire;

namespace Rialto.Mapi.AddressBook;

/// <summary>Numbers of distinguished names.</summary>
internal static class NspiDnToMinId
{
    public static ValueTask<Response> ExecuteAsync(NspiCall call, Request request) =>
        new(new Response { MinimalIds = [.. (request.Names ?? []).Select(name => AddressBookEntryIds.NumberOf(name, call.Book))] });

    /// <summary>2.2.5.4.1.</summary>
    public struct Request : IWireStructure<Request>
    {
        public uint Reserved;
        public string[]? Names;
        public byte[] AuxiliaryBuffer;

        public static void Fields<TIo>(ref TIo io, scoped ref Request value)
            where TIo : struct, IWireIo, allows ref struct
        {
            io.U32(ref value.Reserved);
            NspiFields.Strings(ref io, ref value.Names, false, "Names");
            NspiFields.Auxiliary(ref io, ref value.AuxiliaryBuffer);
        }
    }

    /// <summary>2.2.5.4.2.</summary>
    public struct Response : INspiResponse<Response>
    {
        public ErrorCode ErrorCode;

        /// <summary>0 where a name is nobody's.</summary>
        public uint[]? MinimalIds;

        public readonly ErrorCode Error => ErrorCode;

        public static void Fields<TIo>(ref TIo io, scoped ref Response value)
            where TIo : struct, IWireIo, allows ref struct
        {
            io.Enum(ref value.ErrorCode);
            NspiFields.Numbers(ref io, ref value.MinimalIds, "MinimalIds");
        }
    }
}
