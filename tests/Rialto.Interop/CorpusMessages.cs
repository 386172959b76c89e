using Rialto.Testing;

namespace Rialto.Interop;

/// <summary>Every message of the corpus' eml and mbox folders, in the form that travels: lines end with CRLF.</summary>
internal static class CorpusMessages
{
    public static IEnumerable<(string Name, byte[] Bytes)> All()
    {
        foreach (var file in Corpus.Files("eml"))
            if (ToCrLf(File.ReadAllBytes(file)) is { Length: > 0 } bytes)
                yield return (Corpus.NameOf(file), bytes);
        foreach (var file in Corpus.Files("mbox"))
        {
            var number = 0;
            foreach (var message in SplitMbox(File.ReadAllBytes(file)))
                if (ToCrLf(message) is { Length: > 0 } bytes)
                    yield return ($"{Corpus.NameOf(file)}#{++number}", bytes);
        }
    }

    /// <summary>Every line end of the file, LF, CRLF or a lone CR, becomes CRLF; the last line gets one.</summary>
    public static byte[] ToCrLf(ReadOnlySpan<byte> bytes)
    {
        var result = new MemoryStream(bytes.Length + bytes.Length / 16);
        for (var i = 0; i < bytes.Length; i++)
        {
            if (bytes[i] == '\r')
            {
                result.Write("\r\n"u8);
                if (i + 1 < bytes.Length && bytes[i + 1] == '\n')
                    i++;
            }
            else if (bytes[i] == '\n')
            {
                result.Write("\r\n"u8);
            }
            else
            {
                result.WriteByte(bytes[i]);
            }
        }
        var all = result.ToArray();
        return all.Length == 0 || all.AsSpan().EndsWith("\r\n"u8) ? all : [.. all, (byte)'\r', (byte)'\n'];
    }

    private static IEnumerable<byte[]> SplitMbox(byte[] file)
    {
        var starts = new List<int>();
        for (var i = 0; i < file.Length;)
        {
            var blankBefore = i == 0 || (i >= 2 && file[i - 1] == '\n' && (file[i - 2] == '\n' || (i >= 3 && file[i - 2] == '\r' && file[i - 3] == '\n')));
            if (blankBefore && file.AsSpan(i).StartsWith("From "u8))
                starts.Add(i);
            var end = Array.IndexOf(file, (byte)'\n', i);
            i = end < 0 ? file.Length : end + 1;
        }
        for (var n = 0; n < starts.Count; n++)
        {
            var end = n + 1 < starts.Count ? starts[n + 1] : file.Length;
            var body = Array.IndexOf(file, (byte)'\n', starts[n]);
            if (body >= 0 && body + 1 < end)
                yield return file[(body + 1)..end];
        }
    }
}
