// [MS-OXCRPC] 3.1.4.1.2.1: what the server tells of itself; 2.2.2.2.15 to 2.2.2.2.20 the blocks.
using Rialto.Mapi.Wire;
using Rialto.Wire;

namespace Rialto.Mapi.Sessions;

/// <summary>The auxiliary blocks of a Connect response.</summary>
internal static class ServerTopology
{
    [Flags]
    private enum ClientControl : uint
    {
        EnableCompression = 0x04,
        EnableHttpTunneling = 0x08,
    }

    [Flags]
    private enum ServerCapability : uint
    {
        PackedWriteStreamUploadBuffers = 0x02,
        UltraLargePackedDownloadBuffers = 0x08,
    }

    /// <summary>Milliseconds that a client keeps performance data it could not send. Exchange's own value, a week.</summary>
    private const uint ClientControlExpiry = 604_800_000;

    /// <summary>ENDPOINT_CAPABILITIES_SINGLE_ENDPOINT: mailbox and address book behind one HTTP endpoint.</summary>
    private const uint SingleEndpoint = 0x01;

    public static byte[] Write() => AuxiliaryBlocks.Write(
        (AuxiliaryBlockType.ExOrgInfo, Numbers(0)),
        (AuxiliaryBlockType.ServerCapabilities, Numbers((uint)(ServerCapability.PackedWriteStreamUploadBuffers | ServerCapability.UltraLargePackedDownloadBuffers))),
        (AuxiliaryBlockType.EndpointCapabilities, Numbers(SingleEndpoint)),
        (AuxiliaryBlockType.ClientControl, Numbers((uint)(ClientControl.EnableCompression | ClientControl.EnableHttpTunneling), ClientControlExpiry)),
        (AuxiliaryBlockType.OsVersionInfo, WireCodec.ToArray(new OsVersionInfo { Size = OsVersionInfo.WireSize, Major = 10, Build = 17763 })));

    private static byte[] Numbers(params ReadOnlySpan<uint> values)
    {
        var bytes = new byte[values.Length * sizeof(uint)];
        for (var i = 0; i < values.Length; i++)
            System.Buffers.Binary.BinaryPrimitives.WriteUInt32LittleEndian(bytes.AsSpan(i * sizeof(uint)), values[i]);
        return bytes;
    }

    /// <summary>[MS-OXCRPC] 2.2.2.2.16. Clients tell old servers by it, so that it names a version of Windows that Exchange 2019 runs on.</summary>
    private struct OsVersionInfo : IWireStructure<OsVersionInfo>
    {
        public const uint WireSize = 156;

        public uint Size;
        public uint Major;
        public uint Minor;
        public uint Build;
        public byte[] Reserved1;
        public ushort ServicePackMajor;
        public ushort ServicePackMinor;
        public uint Reserved2;

        public static void Fields<TIo>(ref TIo io, scoped ref OsVersionInfo value)
            where TIo : struct, IWireIo, allows ref struct
        {
            io.U32(ref value.Size);
            io.U32(ref value.Major);
            io.U32(ref value.Minor);
            io.U32(ref value.Build);
            value.Reserved1 ??= [];
            io.FixedBytes(ref value.Reserved1, 132);
            io.U16(ref value.ServicePackMajor);
            io.U16(ref value.ServicePackMinor);
            io.U32(ref value.Reserved2);
        }
    }
}
