// [MS-OXCMAPIHTTP] 2.2.5.2 wire; [MS-OXNSPI] 3.1.4.1.2 behaviour.
using Rialto.Directory;
using Rialto.Directory.AddressBook;
using Rialto.Model;
using Rialto.Wire;

namespace Rialto.Mapi.AddressBook;

/// <summary>Ends a session. The transport forgets it.</summary>
internal static class NspiUnbind
{
    public static Response Execute() => new() { ErrorCode = ErrorCode.UnbindSuccess };

    /// <summary>2.2.5.2.1.</summary>
    public struct Request : IWireStructure<Request>
    {
        public uint Reserved;
        public byte[] AuxiliaryBuffer;

        public static void Fields<TIo>(ref TIo io, scoped ref Request value)
            where TIo : struct, IWireIo, allows ref struct
        {
            io.U32(ref value.Reserved);
            NspiFields.Auxiliary(ref io, ref value.AuxiliaryBuffer);
        }
    }

    /// <summary>2.2.5.2.2.</summary>
    public struct Response : INspiResponse<Response>
    {
        public ErrorCode ErrorCode;

        public readonly ErrorCode Error => ErrorCode;

        public static void Fields<TIo>(ref TIo io, scoped ref Response value)
            where TIo : struct, IWireIo, allows ref struct => io.Enum(ref value.ErrorCode);
    }
}
