// [MS-OXCMAIL] 2.2.3.2.14, 2.2.3.2.28; [MS-OXCSPAM] 2.2.1.3: fields that only a server of this organisation sets, and that are believed for that.
using System.Text;

namespace Rialto.Smtp.Wire;

/// <summary>Given a run of a header that stays.</summary>
internal delegate void RunTaker(ReadOnlySpan<byte> run);

/// <summary>
/// Takes the organisation's own fields (spam confidence, who was authenticated and their like) off a header that comes from anybody, field by field as it goes by; of a line only
/// its beginning is kept. A header without an empty line behind it ends, as for the reader of messages, with the first of two lines that are no fields: one alone may stand
/// among fields, and what follows it is still believed.
/// </summary>
internal sealed class OrganizationFields(RunTaker taker)
{
    private const int Longest = 33;

    private static readonly byte[][] Prefixes =
        [.. new[] { "X-MS-Exchange-Organization-", "X-MS-Exchange-Forest-", "X-Microsoft-Exchange-Organization", "X-Microsoft-Exchange-Forest" }.Select(Encoding.ASCII.GetBytes)];

    private readonly byte[] start = new byte[Longest];
    private int length;
    private bool lineStarts = true;
    private bool drops;
    private bool over;
    private LineKind kind;

    // The trace fields stand before the message.
    private bool open = true;
    private int strays;

    /// <summary>What is known of the line that goes by: RFC 5322 3.6.8, with the blanks before the colon of 4.5.</summary>
    private enum LineKind
    {
        Unknown,
        Name,
        Blanks,
        Field,
        Stray,
        Folded,
    }

    /// <summary>A run of the header, up to the empty line behind it.</summary>
    public void Pass(ReadOnlySpan<byte> run)
    {
        while (!run.IsEmpty)
        {
            if (over)
            {
                taker(run);
                return;
            }

            if (lineStarts && length == 0 && open && run[0] is (byte)' ' or (byte)'\t')
            {
                // A folded line belongs to the field before it.
                lineStarts = false;
                kind = LineKind.Folded;
            }

            var next = run.IndexOf((byte)'\n');
            if (lineStarts)
            {
                var taken = Math.Min(Longest - length, next < 0 ? run.Length : next + 1);
                run[..taken].CopyTo(start.AsSpan(length));
                length += taken;
                Classify(run[..taken]);
                run = run[taken..];
                var ended = start[length - 1] == '\n';
                if (ended || length == Longest || start[0] is not ((byte)'X' or (byte)'x')) Decide();
                if (ended) EndLine();
                continue;
            }

            var line = next < 0 ? run : run[..(next + 1)];
            Classify(line);
            if (!drops) taker(line);
            run = run[line.Length..];
            if (next >= 0) EndLine();
        }
    }

    /// <summary>The header is over; what is held of a line without an end goes on.</summary>
    public void End()
    {
        if (length > 0) Decide();
    }

    private void Classify(ReadOnlySpan<byte> run)
    {
        foreach (var b in run)
        {
            switch (kind, b)
            {
                case (LineKind.Field or LineKind.Stray or LineKind.Folded, _):
                    return;
                case (LineKind.Name or LineKind.Blanks, (byte)':'):
                    kind = LineKind.Field;
                    break;
                case (LineKind.Name or LineKind.Blanks, (byte)' ' or (byte)'\t'):
                    kind = LineKind.Blanks;
                    break;
                case (LineKind.Unknown or LineKind.Name, > (byte)' ' and not 127 and not (byte)':'):
                    kind = LineKind.Name;
                    break;
                default:
                    kind = LineKind.Stray;
                    break;
            }
        }
    }

    private void Decide()
    {
        var line = start.AsSpan(0, length);
        drops = false;
        foreach (var prefix in Prefixes) drops |= line.Length >= prefix.Length && Ascii.EqualsIgnoreCase(line[..prefix.Length], prefix);
        if (!drops) taker(line);
        length = 0;
        lineStarts = false;
    }

    private void EndLine()
    {
        if (kind == LineKind.Field)
        {
            open = true;
            strays = 0;
        }
        else if (kind != LineKind.Folded)
        {
            open = false;
            over = ++strays == 2;
        }

        lineStarts = true;
        kind = LineKind.Unknown;
    }
}
