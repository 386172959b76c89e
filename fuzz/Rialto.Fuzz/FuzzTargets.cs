using Rialto.Content.Mime;

namespace Rialto.Fuzz;

/// <summary>Every reader that takes bytes from outside: a line each.</summary>
public static class FuzzTargets
{
    private static readonly byte[] MimeTokens = "\r\n-:;<>\"\\()[]=?*,@ \0\t\xff'%"u8.ToArray();

    public static IReadOnlyList<FuzzTarget> All { get; } =
    [
        new("mime", ["eml/*.eml"], MimeTargets.Message) { Samples = MimeTargets.Samples, Tokens = MimeTokens, AllocationFactor = 200 },
        new("mime-file", ["eml/*.eml"], MimeTargets.Streamed) { Samples = MimeTargets.Samples, Tokens = MimeTokens, AllocationFactor = 200 },
        new("header", ["eml/*.eml"], MimeTargets.Header) { Samples = MimeTargets.Samples, Tokens = MimeTokens, AllocationFactor = 200 },
        new("transfer", ["eml/*.eml"], MimeTargets.Transfer) { Samples = MimeTargets.Samples, Tokens = MimeTokens },
        new("charset", ["charset/*.txt"], MimeTargets.Charsets) { Samples = MimeTargets.Samples, AllocationFactor = 800 },
        new("uuencode", ["eml/*.eml"], bytes => UuencodedText.Split(bytes.Span)) { Samples = MimeTargets.Samples },
        new("flowed", ["eml/*.eml"], MimeTargets.Flowed) { Samples = MimeTargets.Samples, Tokens = "> \r\n-"u8.ToArray() },
        // A mark and a length of 255 make 85 bytes of one.
        new("macfile", ["eml/*.eml"], MimeTargets.MacFiles) { Samples = MimeTargets.MacSamples, AllocationFactor = 600 },
    ];

    public static FuzzTarget? Find(string name) => All.FirstOrDefault(t => t.Name.Equals(name, StringComparison.OrdinalIgnoreCase));
}
