using System.Text;

namespace Rialto.Testing;

/// <summary>What SMTP takes off mail by default: the fields that only servers of the organisation itself set. Written here as plainly as can be, to compare with.</summary>
public static class OutsideMail
{
    private static readonly string[] Prefixes = ["X-MS-Exchange-Organization-", "X-MS-Exchange-Forest-", "X-Microsoft-Exchange-Organization", "X-Microsoft-Exchange-Forest"];

    /// <summary>The message, with CRLF line ends, without them. The header ends at the empty line, or at the first of two lines in a row that are no fields.</summary>
    public static byte[] AsItArrives(byte[] message)
    {
        var lines = Encoding.Latin1.GetString(message).Split("\r\n");
        var kept = new List<string>();
        var drops = false;
        var inField = true;
        var others = 0;
        for (var i = 0; i < lines.Length; i++)
        {
            if (lines[i].Length == 0 || others == 2)
            {
                kept.AddRange(lines[i..]);
                break;
            }
            if (inField && lines[i][0] is ' ' or '\t')
            {
                if (!drops)
                    kept.Add(lines[i]);
                continue;
            }
            drops = Prefixes.Any(p => lines[i].StartsWith(p, StringComparison.OrdinalIgnoreCase));
            if (!drops)
                kept.Add(lines[i]);
            var name = lines[i].Split(':')[0].TrimEnd(' ', '\t');
            inField = lines[i].Contains(':', StringComparison.Ordinal) && name.Length > 0 && name.All(c => c is > ' ' and not '\x7f');
            others = inField ? 0 : others + 1;
        }
        return Encoding.Latin1.GetBytes(string.Join("\r\n", kept));
    }
}
