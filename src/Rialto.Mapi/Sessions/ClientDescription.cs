// [MS-OXCRPC] 2.2.2.2.4 AUX_PERF_CLIENTINFO, 2.2.2.2.6 AUX_PERF_PROCESSINFO, 2.2.2.2.21 AUX_CLIENT_CONNECTION_INFO.
using System.Buffers.Binary;
using System.Runtime.InteropServices;
using Rialto.Mapi.Wire;

namespace Rialto.Mapi.Sessions;

/// <summary>What a client says of itself when it connects: for people who look at sessions, nothing is decided by it.</summary>
internal sealed record ClientDescription(string Machine, string User, string Process, bool IsCached)
{
    public static ClientDescription Unknown { get; } = new("", "", "", false);

    /// <summary>Longest text taken over.</summary>
    private const int MaximumText = 256;

    public static ClientDescription Read(ReadOnlyMemory<byte> auxiliaryBuffer)
    {
        var client = Unknown;
        foreach (var block in AuxiliaryBlocks.Read(auxiliaryBuffer))
        {
            var bytes = block.Bytes.Span;
            client = (block.Version, block.Type) switch
            {
                (1, AuxiliaryBlockType.PerfClientInfo) when bytes.Length >= 32 =>
                    client with { Machine = Text(bytes, 10), User = Text(bytes, 12), IsCached = client.IsCached || bytes[28] == 2 },
                (1 or 2, AuxiliaryBlockType.PerfProcessInfo) when bytes.Length >= 28 => client with { Process = Text(bytes, 24) },
                (1, AuxiliaryBlockType.ClientConnectionInfo) when bytes.Length >= 32 => client with { IsCached = client.IsCached || (bytes[28] & 1) != 0 },
                _ => client,
            };
        }
        return client;
    }

    /// <summary>The text that an offset in the block leads to; empty where there is none.</summary>
    private static string Text(ReadOnlySpan<byte> block, int offsetAt)
    {
        int offset = BinaryPrimitives.ReadUInt16LittleEndian(block[offsetAt..]);
        if (offset < AuxiliaryBlocks.HeaderSize || offset >= block.Length)
            return "";
        var text = MemoryMarshal.Cast<byte, char>(block[offset..]);
        var end = text.IndexOf('\0');
        if (end >= 0)
            text = text[..end];
        return new string(text[..Math.Min(text.Length, MaximumText)]);
    }
}
