// RFC 9051 7.5.2 (RFC 3501 7.4.2): ENVELOPE, BODYSTRUCTURE and BODY, ready to send. RFC 5256 3: what THREAD=REFERENCES asks of a header.
using System.Buffers;
using System.Numerics;

namespace Rialto.Content.Mime;

/// <summary>
/// What FETCH says of a message, made once when it is stored. Layout:
/// <code>
/// version (1 byte, 2) | length of envelope (LEB128) | envelope | number of hashes (1 byte) | that many hashes of 8 bytes | bodystructure to the end
/// </code>
/// Envelope and bodystructure are whole parenthesised lists, so that sending them is a copy. BODY is BODYSTRUCTURE without its extension data
/// and is not stored: <see cref="WriteBody"/> leaves those out. The hashes are <see cref="ThreadIds"/>'. Version 1 is the same without them and is read still.
/// </summary>
public static class ImapDigest
{
    /// <summary>The layout and the way it is computed.</summary>
    public const byte Version = 2;

    private const byte VersionWithoutThreads = 1;

    public static byte[] Build(MimeMessage message)
    {
        var writer = new ImapTextWriter(2048);
        try
        {
            ImapEnvelope.Write(ref writer, message.Root);
            var envelope = writer.Length;
            ImapBodyStructure.Write(ref writer, message.Root);

            Span<byte> hashes = stackalloc byte[ThreadIds.MaximumLength];
            hashes = hashes[..ThreadIds.Write(message.Root, hashes)];

            Span<byte> head = stackalloc byte[6];
            head[0] = Version;
            var headLength = 1;
            var rest = (uint)envelope;
            while (rest >= 0x80)
            {
                head[headLength++] = (byte)(rest | 0x80);
                rest >>= 7;
            }
            head[headLength++] = (byte)rest;
            var result = GC.AllocateUninitializedArray<byte>(headLength + writer.Length + 1 + hashes.Length);
            head[..headLength].CopyTo(result);
            var at = result.AsSpan(headLength);
            writer.Written[..envelope].CopyTo(at);
            at[envelope] = (byte)(hashes.Length / ThreadIds.Size);
            at = at[(envelope + 1)..];
            hashes.CopyTo(at);
            writer.Written[envelope..].CopyTo(at[hashes.Length..]);
            return result;
        }
        finally
        {
            writer.Release();
        }
    }

    /// <summary>The two lists of a digest. False where the bytes are none of this version.</summary>
    public static bool Split(ReadOnlySpan<byte> digest, out ReadOnlySpan<byte> envelope, out ReadOnlySpan<byte> bodyStructure) => Split(digest, out envelope, out _, out bodyStructure, out _);

    /// <summary>
    /// The envelope, and what the message says of its thread: the hash of its own Message-ID (zero: it has none), then those of its references from the first to the parent,
    /// 8 bytes each. False where the digest does not tell: it is of version 1, or none.
    /// </summary>
    public static bool TryReadThread(ReadOnlySpan<byte> digest, out ReadOnlySpan<byte> envelope, out ReadOnlySpan<byte> hashes) =>
        Split(digest, out envelope, out hashes, out _, out var hasThreads) && hasThreads;

    private static bool Split(ReadOnlySpan<byte> digest, out ReadOnlySpan<byte> envelope, out ReadOnlySpan<byte> hashes, out ReadOnlySpan<byte> bodyStructure, out bool hasThreads)
    {
        envelope = bodyStructure = hashes = default;
        hasThreads = false;
        if (digest.Length < 2 || digest[0] is not (Version or VersionWithoutThreads))
            return false;
        uint length = 0;
        var position = 1;
        for (var shift = 0; ; shift += 7)
        {
            if (position >= digest.Length || shift > 28)
                return false;
            var b = digest[position++];
            length |= (uint)(b & 0x7F) << shift;
            if (b < 0x80)
                break;
        }
        if (length > (uint)(digest.Length - position))
            return false;
        envelope = digest.Slice(position, (int)length);
        bodyStructure = digest[(position + (int)length)..];
        if (digest[0] == VersionWithoutThreads)
            return true;
        if (bodyStructure.IsEmpty || bodyStructure.Length <= bodyStructure[0] * ThreadIds.Size)
            return false;
        hasThreads = bodyStructure[0] > 0;
        hashes = bodyStructure.Slice(1, bodyStructure[0] * ThreadIds.Size);
        bodyStructure = bodyStructure[(1 + hashes.Length)..];
        return true;
    }

    /// <summary>Writes BODY from a BODYSTRUCTURE of a digest.</summary>
    public static void WriteBody(ReadOnlySpan<byte> bodyStructure, IBufferWriter<byte> output) => new ImapBodyFilter(bodyStructure, output).Run();
}
