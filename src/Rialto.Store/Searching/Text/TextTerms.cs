using System.Buffers;
using System.Text;

namespace Rialto.Store.Searching.Text;

/// <summary>
/// The terms of a text in UTF-8, folded: those that <see cref="TermReader"/> gives for the folded text, which for text of ASCII alone are found without folding it first.
/// </summary>
public static class TextTerms
{
    public static void Read<TSink>(ReadOnlySpan<char> text, TSink sink)
        where TSink : ITermSink
    {
        if (Ascii.IsValid(text))
        {
            ReadAscii(text, sink);
            return;
        }
        var folded = new FoldedText(text.Length);
        try
        {
            SearchText.Fold(text, ref folded);
            // What had diacritics alone is now ASCII.
            if (Ascii.IsValid(folded.Text))
                ReadAscii(folded.Text, sink);
            else
                ReadAny(folded.Text, sink);
        }
        finally
        {
            folded.Dispose();
        }
    }

    private static void ReadAscii<TSink>(ReadOnlySpan<char> text, TSink sink)
        where TSink : ITermSink
    {
        var rented = ArrayPool<byte>.Shared.Rent(text.Length);
        try
        {
            Ascii.ToLower(text, rented, out var length);
            var bytes = rented.AsSpan(0, length);
            for (var start = 0; start < length;)
            {
                if (!IsOfWord(bytes[start]))
                {
                    start++;
                    continue;
                }
                var end = start + 1;
                while (end < length && IsOfWord(bytes[end]))
                    end++;
                AddWord(bytes[start..end], sink);
                start = end + 1;
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(rented);
        }
    }

    private static bool IsOfWord(byte b) => (uint)(b - 'a') <= 'z' - 'a' || (uint)(b - '0') <= 9;

    private static void AddWord<TSink>(ReadOnlySpan<byte> word, TSink sink)
        where TSink : ITermSink
    {
        while (word.Length > TermReader.LongestTerm)
        {
            sink.Add(word[..TermReader.LongestTerm]);
            word = word[(TermReader.LongestTerm / 2)..];
        }
        sink.Add(word);
    }

    private static void ReadAny<TSink>(ReadOnlySpan<char> folded, TSink sink)
        where TSink : ITermSink
    {
        Span<byte> utf8 = stackalloc byte[(TermReader.LongestTerm + 1) * 3];
        var reader = new TermReader(folded);
        while (reader.MoveNext())
            sink.Add(utf8[..Encoding.UTF8.GetBytes(reader.Current, utf8)]);
    }
}
