using System.Buffers.Binary;

namespace Rialto.Server.Control;

/// <summary>
/// What passes over the control socket: one byte kind, four bytes length (little-endian), payload.
/// The client sends one Request, then Input frames as asked; the server sends Output, Error and SecretPrompt frames, and Exit as the last.
/// </summary>
internal enum ControlFrame : byte
{
    /// <summary>JSON of <see cref="ControlRequest"/>.</summary>
    Request = 1,
    Input = 2,
    InputEnd = 3,
    Output = 16,
    Error = 17,

    /// <summary>The client shows the text and answers with one Input frame, typed without echo.</summary>
    SecretPrompt = 18,

    /// <summary>The server wants standard input: the client starts to send it.</summary>
    InputWanted = 19,

    /// <summary>Four bytes: the exit code.</summary>
    Exit = 20,
}

/// <summary>A command line to be carried out by the running server.</summary>
internal sealed record ControlRequest(string[] Arguments, string WorkingDirectory, int Width, bool Interactive);

internal static class ControlStream
{
    /// <summary>Longest frame: more than any argument list or chunk, little enough for a hostile peer.</summary>
    public const int MaximumFrame = 1 << 20;

    public static async ValueTask WriteAsync(Stream stream, ControlFrame kind, ReadOnlyMemory<byte> payload, CancellationToken cancel)
    {
        var frame = new byte[5 + payload.Length];
        frame[0] = (byte)kind;
        BinaryPrimitives.WriteInt32LittleEndian(frame.AsSpan(1), payload.Length);
        payload.CopyTo(frame.AsMemory(5));
        await stream.WriteAsync(frame, cancel);
    }

    /// <summary>The next frame; null when the peer is gone.</summary>
    public static async ValueTask<(ControlFrame Kind, byte[] Payload)?> ReadAsync(Stream stream, CancellationToken cancel)
    {
        var head = new byte[5];
        if (await stream.ReadAtLeastAsync(head, 5, throwOnEndOfStream: false, cancel) < 5)
            return null;
        var length = BinaryPrimitives.ReadInt32LittleEndian(head.AsSpan(1));
        if (length is < 0 or > MaximumFrame)
            throw new InvalidDataException($"A control frame of {length} bytes.");
        var payload = new byte[length];
        if (await stream.ReadAtLeastAsync(payload, length, throwOnEndOfStream: false, cancel) < length)
            return null;
        return ((ControlFrame)head[0], payload);
    }
}
