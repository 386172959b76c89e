using Rialto.Content.Mime;

namespace Rialto.Fuzz;

/// <summary>Every reader that takes bytes from outside: a line each.</summary>
public static class FuzzTargets
{
    private static readonly byte[] MimeTokens = "\r\n-:;<>\"\\()[]=?*,@ \0\t\xff'%"u8.ToArray();

    public static IReadOnlyList<FuzzTarget> All { get; } =
    [
        new("mime", ["eml/*.eml"], MimeTargets.Message) { Samples = MimeTargets.Samples, Tokens = MimeTokens, AllocationFactor = 200 },
        new("header", ["eml/*.eml"], MimeTargets.Header) { Samples = MimeTargets.Samples, Tokens = MimeTokens, AllocationFactor = 200 },
        new("transfer", ["eml/*.eml"], MimeTargets.Transfer) { Samples = MimeTargets.Samples, Tokens = MimeTokens },
        new("charset", ["charset/*.txt"], MimeTargets.Charsets) { Samples = MimeTargets.Samples, AllocationFactor = 800 },
        new("lzfu", ["rtf/*.lzfu"], BodyTargets.Compressed) { Samples = BodyTargets.CompressedSamples },
        new("rtf", ["rtf/*.rtf"], BodyTargets.Rtf) { Samples = BodyTargets.RtfSamples, Tokens = "{}\\'*;0 \r\nu"u8.ToArray(), AllocationFactor = 400 },
        new("html", ["rtf/*.html"], BodyTargets.Html) { Samples = BodyTargets.HtmlSamples, Tokens = "<>/&;=\"' !-\r\n"u8.ToArray(), AllocationFactor = 1600 },
        new("enriched", [], BodyTargets.Enriched) { Samples = BodyTargets.EnrichedSamples, Tokens = "<>/\r\n "u8.ToArray(), AllocationFactor = 400 },
        new("tnef", ["tnef/*.tnef", "tnef/*.dat"], TnefTargets.Tnef) { Samples = TnefTargets.Samples, Tokens = TnefTargets.Tokens, AllocationFactor = 200 },
        new("junk", [], JunkTargets.Rule) { Samples = JunkTargets.RuleSamples, AllocationFactor = 200 },
        new("postmark", [], JunkTargets.Postmark) { Samples = JunkTargets.PostmarkSamples, AllocationFactor = 200 },
        new("cfb", ["msg/*.msg"], MsgTargets.Compound) { Samples = MsgTargets.Samples, AllocationFactor = 200 },
        new("msg", ["msg/*.msg"], MsgTargets.Message) { Samples = MsgTargets.Samples, AllocationFactor = 200 },
    ];

    public static FuzzTarget? Find(string name) => All.FirstOrDefault(t => t.Name.Equals(name, StringComparison.OrdinalIgnoreCase));
}
