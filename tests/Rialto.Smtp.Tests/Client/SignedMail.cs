using System.Security.Cryptography;
using System.Text;
using System.Text.RegularExpressions;

namespace Rialto.Smtp.Tests.Client;

/// <summary>Verifies signatures of RFC 6376 (relaxed/relaxed, rsa-sha256) and RFC 8617 5 with a key that is known: what the receiving side does.</summary>
public sealed partial class SignedMail
{
    private readonly List<string> fields = [];
    private readonly string body;

    public SignedMail(string text)
    {
        Text = text;
        var end = text.IndexOf("\r\n\r\n", StringComparison.Ordinal);
        body = text[(end + 4)..];
        foreach (var line in text[..end].Split("\r\n"))
        {
            if (line[0] is ' ' or '\t') fields[^1] += "\r\n" + line;
            else fields.Add(line);
        }
    }

    public string Text { get; }

    /// <summary>A DKIM-Signature or an ARC-Message-Signature.</summary>
    public bool Verifies(string name, RSA key)
    {
        var signature = fields.Single(f => Is(f, name));
        var tags = Tags(signature);
        tags["a"].ShouldBe("rsa-sha256");
        tags["c"].ShouldBe("relaxed/relaxed");
        if (tags["bh"] != Convert.ToBase64String(SHA256.HashData(Encoding.Latin1.GetBytes(RelaxedBody())))) return false;
        var signed = new StringBuilder();
        var left = fields.ToList();
        foreach (var named in tags["h"].Split(':'))
        {
            // 5.4.2: of several, from the last one up; a name without a field stands for none.
            var at = left.FindLastIndex(f => Is(f, named.Trim()));
            if (at < 0) continue;
            signed.Append(Relaxed(left[at])).Append("\r\n");
            left.RemoveAt(at);
        }

        return Verifies(signed + Relaxed(WithoutSignature(signature)), tags["b"], key);
    }

    /// <summary>The ARC-Seal of the first set. RFC 8617 5.1.1.</summary>
    public bool SealVerifies(RSA key)
    {
        var seal = fields.Single(f => Is(f, "ARC-Seal"));
        Tags(seal)["cv"].ShouldBe("none");
        var signed = Relaxed(fields.Single(f => Is(f, "ARC-Authentication-Results"))) + "\r\n" + Relaxed(fields.Single(f => Is(f, "ARC-Message-Signature"))) + "\r\n" + Relaxed(WithoutSignature(seal));
        return Verifies(signed, Tags(seal)["b"], key);
    }

    private static bool Verifies(string signed, string signature, RSA key) =>
        key.VerifyData(Encoding.Latin1.GetBytes(signed), Convert.FromBase64String(signature), HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);

    private static bool Is(string field, string name) => field.Length > name.Length && field[name.Length] == ':' && field.StartsWith(name, StringComparison.OrdinalIgnoreCase);

    private static Dictionary<string, string> Tags(string field) => field[(field.IndexOf(':', StringComparison.Ordinal) + 1)..].Split(';', StringSplitOptions.RemoveEmptyEntries)
        .Select(t => t.Split('=', 2)).Where(t => t.Length == 2).ToDictionary(t => t[0].Trim(), t => WhiteSpace().Replace(t[1], ""), StringComparer.Ordinal);

    private static string WithoutSignature(string field) => SignatureTag().Replace(field, "$1");

    private static string Relaxed(string field)
    {
        var colon = field.IndexOf(':', StringComparison.Ordinal);
        return field[..colon].TrimEnd().ToLowerInvariant() + ":" + WhiteSpace().Replace(field[(colon + 1)..], " ").Trim();
    }

    private string RelaxedBody()
    {
        var lines = body.Split("\r\n").Select(l => Blanks().Replace(l, " ").TrimEnd(' ')).ToList();
        while (lines.Count > 0 && lines[^1].Length == 0) lines.RemoveAt(lines.Count - 1);
        return string.Concat(lines.Select(l => l + "\r\n"));
    }

    [GeneratedRegex("[ \t\r\n]+")]
    private static partial Regex WhiteSpace();

    [GeneratedRegex("[ \t]+")]
    private static partial Regex Blanks();

    [GeneratedRegex(@"([;:]\s*b\s*=)[^;]*")]
    private static partial Regex SignatureTag();
}
