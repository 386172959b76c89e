// POSIX uuencode in text bodies, as mail carried files before MIME and Outlook still sends them in plain text.

namespace Rialto.Content.Mime;

/// <summary>A file that stood in a text.</summary>
/// <param name="Name">The last step of the name in its begin line; never empty.</param>
/// <param name="Mode">The permissions of its begin line, such as octal 644.</param>
/// <param name="Start">Where its begin line starts in the text.</param>
/// <param name="Length">Up to the end of its end line.</param>
public sealed record UuencodedFile(string Name, int Mode, byte[] Data, int Start, int Length);

/// <summary>
/// A text body taken apart: the files in it, and the text around them. A begin line counts only where lines of data follow it, so that prose about uuencode stays
/// prose. yEnc stays as it is.
/// </summary>
public sealed class UuencodedText
{
    private const int MaxFiles = 1000;

    private UuencodedText(byte[] text, IReadOnlyList<UuencodedFile> files)
    {
        Text = text;
        Files = files;
    }

    /// <summary>What is left without the files: the same bytes in the same order.</summary>
    public byte[] Text { get; }

    public IReadOnlyList<UuencodedFile> Files { get; }

    /// <summary>Whether it is worth calling <see cref="Split"/>: false for nearly every text, at the cost of one search.</summary>
    public static bool MayContain(ReadOnlySpan<byte> text) => text.StartsWith("begin "u8) || text.IndexOf("\nbegin "u8) >= 0;

    /// <summary>Takes a decoded text apart, in time linear in its length. At most 1,000 files are taken out.</summary>
    public static UuencodedText Split(ReadOnlySpan<byte> text)
    {
        var files = new List<UuencodedFile>();
        var position = 0;
        while (files.Count < MaxFiles)
        {
            var found = position == 0 && text.StartsWith("begin "u8) ? 0 : text[position..].IndexOf("\nbegin "u8);
            if (found < 0)
                break;
            var start = position + found + (text[position + found] == '\n' ? 1 : 0);
            if (ReadFile(text, start, out var end) is { } file)
                files.Add(file);
            // A line end before the next begin line is part of what is searched.
            position = Math.Max(start + 5, end - 1);
        }
        if (files.Count == 0)
            return new UuencodedText(text.ToArray(), []);
        var rest = new byte[text.Length - files.Sum(f => f.Length)];
        var written = 0;
        position = 0;
        foreach (var file in files)
        {
            text[position..file.Start].CopyTo(rest.AsSpan(written));
            written += file.Start - position;
            position = file.Start + file.Length;
        }
        text[position..].CopyTo(rest.AsSpan(written));
        return new UuencodedText(rest, files);
    }

    private static UuencodedFile? ReadFile(ReadOnlySpan<byte> text, int start, out int end)
    {
        end = start;
        var position = start;
        if (!UuDecoder.IsBegin(NextLine(text, ref position), out var mode, out var name))
            return null;
        var first = position;
        var ended = false;
        var lines = 0;
        while (position < text.Length)
        {
            var before = position;
            var line = NextLine(text, ref position);
            if (line.SequenceEqual("end"u8))
            {
                ended = true;
                break;
            }
            if (!UuDecoder.IsData(line) && !line.Trim(" `"u8).IsEmpty)
            {
                // Cut off: the file is what was there.
                position = before;
                break;
            }
            lines++;
        }
        end = position;
        if (lines == 0 || !ended && lines < 2)
            return null;
        var data = new byte[end - first];
        var length = 0;
        var at = first;
        while (at < end)
        {
            var line = NextLine(text, ref at);
            if (line.SequenceEqual("end"u8))
                break;
            length += UuDecoder.DecodeLine(line, data.AsSpan(length));
        }
        Array.Resize(ref data, length);
        return new UuencodedFile(FileName(name), mode, data, start, end - start);
    }

    private static string FileName(ReadOnlySpan<byte> raw)
    {
        var name = MailAddress.Clean(HeaderText.Decode(raw));
        var cut = name.AsSpan().LastIndexOfAny('/', '\\');
        name = cut >= 0 ? name[(cut + 1)..] : name;
        return name.Length > 0 ? name : "file";
    }

    private static ReadOnlySpan<byte> NextLine(ReadOnlySpan<byte> text, ref int position)
    {
        var rest = text[position..];
        var lineEnd = rest.IndexOf((byte)'\n');
        position += lineEnd < 0 ? rest.Length : lineEnd + 1;
        return (lineEnd < 0 ? rest : rest[..lineEnd]).TrimEnd((byte)'\r');
    }
}
