// [MS-OXCRPC] 2.2.2.2 AUX_HEADER; 3.1.4.1.2, 3.1.4.2.2 the auxiliary buffer, an extended buffer of its own.
using System.Buffers.Binary;

namespace Rialto.Mapi.Wire;

/// <summary>[MS-OXCRPC] 2.2.2.2, Type where Version is 1.</summary>
public enum AuxiliaryBlockType : byte
{
    PerfRequestId = 0x01,
    PerfClientInfo = 0x02,
    PerfServerInfo = 0x03,
    PerfSessionInfo = 0x04,
    ClientControl = 0x0A,
    PerfProcessInfo = 0x0B,
    OsVersionInfo = 0x16,
    ExOrgInfo = 0x17,
    PerfAccountInfo = 0x18,
    ServerCapabilities = 0x46,
    EndpointCapabilities = 0x48,
    ExceptionTrace = 0x49,
    ClientConnectionInfo = 0x4A,
    ServerSessionInfo = 0x4B,
    ProtocolDeviceIdentification = 0x4E,
}

/// <summary>One block: its header and what follows it, together, since offsets count from the header.</summary>
public readonly record struct AuxiliaryBlock(byte Version, AuxiliaryBlockType Type, ReadOnlyMemory<byte> Bytes);

/// <summary>Blocks behind each other in an extended buffer.</summary>
public static class AuxiliaryBlocks
{
    public const int HeaderSize = 4;

    /// <summary>Most blocks looked at: clients send tens.</summary>
    private const int Most = 1_000;

    /// <summary>The blocks, as far as they can be read: what clients tell here is for information, and nothing depends on it.</summary>
    public static IEnumerable<AuxiliaryBlock> Read(ReadOnlyMemory<byte> buffer)
    {
        var count = 0;
        while (!buffer.IsEmpty && ExtendedBuffer.TryRead(ref buffer, out var payload, out _))
        {
            while (payload.Length >= HeaderSize && count++ < Most)
            {
                int size = BinaryPrimitives.ReadUInt16LittleEndian(payload.Span);
                if (size < HeaderSize || size > payload.Length)
                    yield break;
                yield return new AuxiliaryBlock(payload.Span[2], (AuxiliaryBlockType)payload.Span[3], payload[..size]);
                payload = payload[size..];
            }
        }
    }

    /// <summary>The blocks' contents, each behind its header, in one plain extended buffer.</summary>
    public static byte[] Write(params ReadOnlySpan<(AuxiliaryBlockType Type, byte[] Content)> blocks)
    {
        using var payload = new MemoryStream();
        Span<byte> header = stackalloc byte[HeaderSize];
        foreach (var (type, content) in blocks)
        {
            BinaryPrimitives.WriteUInt16LittleEndian(header, (ushort)(HeaderSize + content.Length));
            header[2] = 1;
            header[3] = (byte)type;
            payload.Write(header);
            payload.Write(content);
        }
        var output = new byte[ExtendedBuffer.HeaderSize + (int)payload.Length];
        ExtendedBuffer.Write(payload.GetBuffer().AsSpan(0, (int)payload.Length), output, ExtendedBufferFlags.Last);
        return output;
    }
}
