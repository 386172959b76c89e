namespace Rialto.Server.Import;

/// <summary>Files keep mail with bare line feeds; messages are stored with CRLF, as RFC 5322 has it.</summary>
internal static class LineEnds
{
    public static ReadOnlyMemory<byte> ToCrLf(ReadOnlyMemory<byte> bytes)
    {
        var span = bytes.Span;
        var bare = 0;
        for (var i = span.IndexOf((byte)'\n'); i >= 0;)
        {
            if (i == 0 || span[i - 1] != '\r')
                bare++;
            var next = span[(i + 1)..].IndexOf((byte)'\n');
            i = next < 0 ? -1 : i + 1 + next;
        }
        if (bare == 0)
            return bytes;
        var result = new byte[span.Length + bare];
        var to = 0;
        for (var i = 0; i < span.Length; i++)
        {
            if (span[i] == '\n' && (i == 0 || span[i - 1] != '\r'))
                result[to++] = (byte)'\r';
            result[to++] = span[i];
        }
        return result;
    }

    /// <summary>The other way, for mbox and Maildir files.</summary>
    public static byte[] ToLf(ReadOnlySpan<byte> bytes)
    {
        var result = new byte[bytes.Length];
        var to = 0;
        for (var i = 0; i < bytes.Length; i++)
            if (bytes[i] != '\r' || i + 1 >= bytes.Length || bytes[i + 1] != '\n')
                result[to++] = bytes[i];
        return result[..to];
    }
}
