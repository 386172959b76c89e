using Rialto.Testing;

namespace Rialto.Content.Tests.Mime;

internal static class CorpusMail
{
    /// <summary>Every .eml and every message of every mbox, with a name that finds it again.</summary>
    public static IEnumerable<(string Name, byte[] Bytes)> All()
    {
        foreach (var file in Corpus.Files("eml"))
            yield return (file, File.ReadAllBytes(file));
        foreach (var file in Corpus.Files("mbox"))
        {
            var bytes = File.ReadAllBytes(file);
            var start = 0;
            for (var number = 0; start < bytes.Length; number++)
            {
                var next = bytes.AsSpan(start + 1).IndexOf("\nFrom "u8);
                var end = next < 0 ? bytes.Length : start + 1 + next + 1;
                yield return ($"{file}#{number}", bytes[start..end]);
                start = end;
            }
        }
    }
}
