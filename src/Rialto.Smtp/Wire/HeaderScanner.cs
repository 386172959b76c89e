// RFC 5322 2.2 (header fields), RFC 5321 6.3 (loops), RFC 6409 8 (what a submission may have added), RFC 8689 3 (TLS-Required).
using System.Text;

namespace Rialto.Smtp.Wire;

/// <summary>Looks at the header section as it goes by, run by run, keeping only the beginning of a line.</summary>
internal sealed class HeaderScanner
{
    private const int Longest = 24;

    private readonly byte[] start = new byte[Longest];
    private int length;

    /// <summary>Whether the empty line behind the header was seen.</summary>
    public bool Ended { get; private set; }

    public int ReceivedFields { get; private set; }

    public bool HasDate { get; private set; }

    public bool HasMessageId { get; private set; }

    /// <summary>TLS-Required: No.</summary>
    public bool WaivesTls { get; private set; }

    /// <summary>Looks at a run. When the header ends in it: where the empty line begins; otherwise -1.</summary>
    public int Scan(ReadOnlySpan<byte> run)
    {
        var at = 0;
        while (at < run.Length)
        {
            if (length == 0 && run[at..].StartsWith("\r\n"u8))
            {
                Ended = true;
                return at;
            }

            var rest = run[at..];
            var end = rest.IndexOf("\r\n"u8);
            var line = end < 0 ? rest : rest[..end];
            if (length < Longest)
            {
                var taken = Math.Min(Longest - length, line.Length);
                line[..taken].CopyTo(start.AsSpan(length));
                length += taken;
                if (length == Longest || end >= 0) Match();
            }

            if (end < 0) return -1;
            length = 0;
            at += end + 2;
        }

        return -1;
    }

    /// <summary>Called once a line: when enough of it is there, or it has ended.</summary>
    private void Match()
    {
        var line = start.AsSpan(0, length);
        if (Is(line, "Received:"u8)) ReceivedFields++;
        else if (Is(line, "Date:"u8)) HasDate = true;
        else if (Is(line, "Message-ID:"u8)) HasMessageId = true;
        else if (Is(line, "TLS-Required:"u8) && line.Length < Longest && Ascii.EqualsIgnoreCase(line["TLS-Required:".Length..].Trim(" \t"u8), "No"u8)) WaivesTls = true;
    }

    private static bool Is(ReadOnlySpan<byte> line, ReadOnlySpan<byte> name) => line.Length >= name.Length && Ascii.EqualsIgnoreCase(line[..name.Length], name);
}
