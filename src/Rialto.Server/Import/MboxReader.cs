using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using Rialto.Model;
using Rialto.Store;

namespace Rialto.Server.Import;

/// <summary>
/// mbox files (RFC 4155 and its older kin): messages start at a "From " line that stands at the beginning or after a blank line and ends like a date;
/// ">From " quoting is undone; Status and X-Status headers give the flags.
/// </summary>
internal static partial class MboxReader
{
    public static IEnumerable<FoundMessage> Read(SourceFile file)
    {
        using var stream = new FileStream(file.Path, FileMode.Open, FileAccess.Read, FileShare.Read, 1 << 20, FileOptions.SequentialScan);
        var message = new MemoryStream();
        var number = 0;
        FileTime? received = null;
        var blank = true;
        var started = false;
        foreach (var line in Lines(stream))
        {
            if (blank && line.AsSpan().StartsWith("From "u8) && SeparatorLine().IsMatch(Encoding.Latin1.GetString(line)))
            {
                if (started)
                    yield return Finish(file, ++number, message, received);
                message = new MemoryStream();
                started = true;
                received = DateOf(line);
                blank = false;
                continue;
            }
            blank = line.Length is 1 or 2 && line[^1] == '\n' && (line.Length == 1 || line[0] == '\r');
            if (!started)
                throw new IOException("the file does not begin with a \"From \" line");
            if (message.Length > MessageSource.MaximumFile)
                throw new IOException($"message {number + 1} is larger than {MessageSource.MaximumFile} bytes");
            message.Write(Unquote(line));
        }
        if (started)
            yield return Finish(file, ++number, message, received);
    }

    private static ReadOnlySpan<byte> Unquote(byte[] line)
    {
        var quotes = 0;
        while (quotes < line.Length && line[quotes] == '>')
            quotes++;
        return quotes > 0 && line.AsSpan(quotes).StartsWith("From "u8) ? line.AsSpan(1) : line;
    }

    private static FoundMessage Finish(SourceFile file, int number, MemoryStream message, FileTime? received)
    {
        var bytes = message.GetBuffer().AsMemory(0, (int)message.Length);
        // The blank line before the next separator belongs to the file, not to the message.
        if (bytes.Span.EndsWith("\r\n\r\n"u8))
            bytes = bytes[..^2];
        else if (bytes.Span.EndsWith("\n\n"u8))
            bytes = bytes[..^1];
        return new FoundMessage($"{file.Path}, message {number}", file.Folder, LineEnds.ToCrLf(bytes), StateOf(bytes.Span), [], received);
    }

    private static MessageState StateOf(ReadOnlySpan<byte> message)
    {
        var end = message.IndexOf("\n\n"u8) is >= 0 and var lf ? lf : message.IndexOf("\r\n\r\n"u8) is >= 0 and var crlf ? crlf : Math.Min(message.Length, 65536);
        var state = MessageState.None;
        foreach (var range in message[..end].Split((byte)'\n'))
        {
            var line = message[..end][range];
            if (!line.StartsWith("Status:"u8) && !line.StartsWith("X-Status:"u8))
                continue;
            foreach (var letter in line[(line.IndexOf((byte)':') + 1)..])
                state |= letter switch
                {
                    (byte)'R' => MessageState.Read,
                    (byte)'A' => MessageState.Answered,
                    (byte)'F' => MessageState.Flagged,
                    (byte)'D' => MessageState.Deleted,
                    (byte)'T' => MessageState.Draft,
                    _ => MessageState.None,
                };
        }
        return state;
    }

    private static FileTime? DateOf(byte[] line)
    {
        var match = SeparatorLine().Match(Encoding.Latin1.GetString(line));
        return match.Success && DateTime.TryParseExact($"{match.Groups["day"].Value} {match.Groups["month"].Value} {match.Groups["year"].Value} {match.Groups["time"].Value}",
            ["d MMM yyyy H:mm:ss", "d MMM yyyy H:mm"], CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal, out var time)
            ? FileTime.From(time) : null;
    }

    private static IEnumerable<byte[]> Lines(Stream stream)
    {
        var buffer = new byte[1 << 16];
        var line = new MemoryStream();
        int n;
        while ((n = stream.Read(buffer)) > 0)
        {
            var from = 0;
            while (from < n)
            {
                var at = Array.IndexOf(buffer, (byte)'\n', from, n - from);
                var to = at < 0 ? n : at + 1;
                line.Write(buffer, from, to - from);
                from = to;
                if (at >= 0 || line.Length > 1 << 20)
                {
                    yield return line.ToArray();
                    line.SetLength(0);
                }
            }
        }
        if (line.Length > 0)
            yield return line.ToArray();
    }

    [GeneratedRegex(@"^From .*\b(?<month>Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec) +(?<day>\d{1,2}) +(?<time>\d{1,2}:\d{2}(:\d{2})?) +([A-Za-z0-9+-]+ +)?(?<year>\d{4})\b", RegexOptions.CultureInvariant)]
    private static partial Regex SeparatorLine();
}
