// RFC 5321 4.1.2 (Reverse-path, Forward-path), 4.1.1.3 (postmaster, source routes), RFC 6531 3.3 (internationalised addresses).
using System.Text;
using Rialto.Directory;

namespace Rialto.Smtp.Wire;

/// <summary>How a path was read.</summary>
internal enum PathResult
{
    Valid,
    Malformed,

    /// <summary>Well-formed, but not ASCII.</summary>
    NeedsUtf8,
}

/// <summary>Reads <c>&lt;path&gt;</c> at the start of a command's argument.</summary>
internal static class SmtpPath
{
    private static readonly UTF8Encoding Strict = new(false, throwOnInvalidBytes: true);

    /// <summary>Reads a path; <paramref name="rest"/> is what stands behind it. The address is empty for the null path.</summary>
    public static PathResult Read(ReadOnlySpan<byte> text, out string address, out ReadOnlySpan<byte> rest)
    {
        address = "";
        rest = default;

        // A space before the bracket is not in the grammar, and old clients send it.
        text = text.TrimStart((byte)' ');
        if (text.IsEmpty || text[0] != '<') return PathResult.Malformed;
        var end = EndOf(text);
        if (end < 0) return PathResult.Malformed;
        rest = text[(end + 1)..];
        if (!rest.IsEmpty && rest[0] != ' ') return PathResult.Malformed;

        var path = text[1..end];
        if (!path.IsEmpty && path[0] == '@')
        {
            // A source route is taken and ignored.
            var colon = path.IndexOf((byte)':');
            if (colon < 0) return PathResult.Malformed;
            path = path[(colon + 1)..];
            if (path.IsEmpty) return PathResult.Malformed;
        }

        if (path.IsEmpty) return PathResult.Valid;
        if (path.IndexOfAnyInRange((byte)0, (byte)31) >= 0 || path.Contains((byte)127)) return PathResult.Malformed;
        try
        {
            address = Strict.GetString(path);
        }
        catch (DecoderFallbackException)
        {
            return PathResult.Malformed;
        }

        if (!SmtpAddress.TryParse(address, out _) && !address.Equals("postmaster", StringComparison.OrdinalIgnoreCase)) return PathResult.Malformed;
        return Ascii.IsValid(path) ? PathResult.Valid : PathResult.NeedsUtf8;
    }

    /// <summary>Where the closing bracket is, quoted strings skipped; -1 when there is none.</summary>
    private static int EndOf(ReadOnlySpan<byte> text)
    {
        var quoted = false;
        for (var i = 1; i < text.Length; i++)
        {
            switch (text[i])
            {
                case (byte)'\\' when quoted:
                    i++;
                    break;
                case (byte)'"':
                    quoted = !quoted;
                    break;
                case (byte)'>' when !quoted:
                    return i;
            }
        }

        return -1;
    }
}
