// RFC 9051 7.5.2 (RFC 3501 7.4.2): ENVELOPE, BODYSTRUCTURE and BODY, ready to send.
using System.Buffers;
using System.Numerics;

namespace Rialto.Content.Mime;

/// <summary>
/// What FETCH says of a message, made once when it is stored. Layout:
/// <code>
/// version (1 byte, 1) | length of envelope (LEB128) | envelope | bodystructure to the end
/// </code>
/// Both are whole parenthesised lists, so that sending them is a copy. BODY is BODYSTRUCTURE without its extension data
/// and is not stored: <see cref="WriteBody"/> leaves those out.
/// </summary>
public static class ImapDigest
{
    /// <summary>The layout and the way it is computed; stored digests of a lower version are rebuilt by whoever holds them.</summary>
    public const byte Version = 1;

    public static byte[] Build(MimeMessage message)
    {
        var writer = new ImapTextWriter(2048);
        try
        {
            ImapEnvelope.Write(ref writer, message.Root);
            var envelope = writer.Length;
            ImapBodyStructure.Write(ref writer, message.Root);

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
            var result = GC.AllocateUninitializedArray<byte>(headLength + writer.Length);
            head[..headLength].CopyTo(result);
            writer.Written.CopyTo(result.AsSpan(headLength));
            return result;
        }
        finally
        {
            writer.Release();
        }
    }

    /// <summary>The two lists of a digest. False where the bytes are none of this version.</summary>
    public static bool Split(ReadOnlySpan<byte> digest, out ReadOnlySpan<byte> envelope, out ReadOnlySpan<byte> bodyStructure)
    {
        envelope = bodyStructure = default;
        if (digest.Length < 2 || digest[0] != Version)
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
        return true;
    }

    /// <summary>Writes BODY from a BODYSTRUCTURE of a digest.</summary>
    public static void WriteBody(ReadOnlySpan<byte> bodyStructure, IBufferWriter<byte> output) => new ImapBodyFilter(bodyStructure, output).Run();
}
