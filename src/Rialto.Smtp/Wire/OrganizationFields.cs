// [MS-OXCMAIL] 2.2.3.2.14, 2.2.3.2.28; [MS-OXCSPAM] 2.2.1.3: fields that only a server of this organisation sets, and that are believed for that.
using System.Text;

namespace Rialto.Smtp.Wire;

/// <summary>Given a run of a header that stays.</summary>
internal delegate void RunTaker(ReadOnlySpan<byte> run);

/// <summary>
/// Takes the organisation's own fields (spam confidence, who was authenticated and their like) off a header that comes from anybody, field by field as it goes by; of a line only
/// its beginning is kept.
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

    /// <summary>A run of the header, up to the empty line behind it.</summary>
    public void Pass(ReadOnlySpan<byte> run)
    {
        while (!run.IsEmpty)
        {
            if (lineStarts && length == 0 && run[0] is (byte)' ' or (byte)'\t')
            {
                // A folded line belongs to the field before it.
                lineStarts = false;
            }

            if (lineStarts)
            {
                var taken = Math.Min(Longest - length, run.Length);
                var end = run[..taken].IndexOf((byte)'\n');
                if (end >= 0) taken = end + 1;
                run[..taken].CopyTo(start.AsSpan(length));
                length += taken;
                run = run[taken..];
                if (end >= 0 || length == Longest || start[0] is not ((byte)'X' or (byte)'x')) Decide(end >= 0);
                continue;
            }

            var next = run.IndexOf((byte)'\n');
            var line = next < 0 ? run : run[..(next + 1)];
            if (!drops) taker(line);
            run = run[line.Length..];
            lineStarts = next >= 0;
        }
    }

    /// <summary>The header is over; what is held of a line without an end goes on.</summary>
    public void End()
    {
        if (length > 0) Decide(false);
    }

    private void Decide(bool lineEnded)
    {
        var line = start.AsSpan(0, length);
        drops = false;
        foreach (var prefix in Prefixes) drops |= line.Length >= prefix.Length && Ascii.EqualsIgnoreCase(line[..prefix.Length], prefix);
        if (!drops) taker(line);
        length = 0;
        lineStarts = lineEnded;
    }
}
