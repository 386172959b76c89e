// RFC 1939 3: multi-line responses, byte-stuffed and ended by a line of one full stop.
namespace Rialto.MailAccess.Pop3.Commands;

/// <summary>Writes a message as a multi-line response.</summary>
internal static class MultiLine
{
    /// <summary>
    /// Stuffs full stops after every LF, with or without CR: clients that take a bare LF for the end of a line must not see the end of the message early.
    /// False when the client is gone.
    /// </summary>
    public static async ValueTask<bool> WriteAsync(Pop3Session session, ReadOnlyMemory<byte> message)
    {
        var transport = session.Transport;
        if (!message.IsEmpty && message.Span[0] == '.')
            transport.Write("."u8);
        var rest = message;
        while (!rest.IsEmpty)
        {
            var part = rest[..Math.Min(rest.Length, session.Options.FlushSize)];
            var stop = part.Span.IndexOf("\n."u8);
            if (stop >= 0)
                part = part[..(stop + 1)];
            transport.Write(part.Span);
            rest = rest[part.Length..];
            // A piece may end between LF and the full stop.
            if (!rest.IsEmpty && rest.Span[0] == '.' && part.Span[^1] == '\n')
                transport.Write("."u8);
            if (!await session.FlushSomeAsync())
                return false;
        }
        transport.Write(message.Span.EndsWith("\r\n"u8) || message.IsEmpty ? ".\r\n"u8 : "\r\n.\r\n"u8);
        return true;
    }
}
