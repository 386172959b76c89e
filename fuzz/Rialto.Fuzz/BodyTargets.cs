using System.Text;
using Rialto.Content.Bodies;
using Rialto.Content.Rtf;

namespace Rialto.Fuzz;

/// <summary>Readers of bodies: compressed RTF, RTF, HTML, text/enriched.</summary>
internal static class BodyTargets
{
    public static byte[][] RtfSamples { get; } =
    [
        [.. "{\\rtf1\\ansi\\ansicpg1252\\fromhtml1 {\\fonttbl{\\f0 Arial;}{\\f1\\fcharset128 x;}}{\\*\\htmltag84 <b>}\\htmlrtf \\b\\htmlrtf0 t\\u8364?\\'e9{\\*\\htmltag92 </b>}}"u8],
        [.. "{\\rtf1\\ansi\\fromtext a\\par\\tab b}"u8],
        [.. "{\\rtf1{\\colortbl;\\red1\\green2\\blue3;}{\\pntext\\'b7}{\\*\\pn\\pnlvlblt}{\\field{\\*\\fldinst HYPERLINK \"x\"}{\\fldrslt y}}\\trowd\\intbl a\\cell\\row\\bin3 abc\\~\\par}"u8],
    ];

    public static byte[][] CompressedSamples { get; } = [.. RtfSamples.Select(s => CompressedRtf.Compress(s)), .. RtfSamples.Select(s => CompressedRtf.Store(s))];

    public static byte[][] HtmlSamples { get; } =
    [
        [.. "<!doctype html><html><head><meta charset=utf-8><style>a{}</style></head><body><p style='color:#f00;font-size:10pt'>a&nbsp;<a href=\"http://x\">b</a><ul><li>c</ul>"u8],
        [.. "<table><tr><td>a<td>b</table><blockquote>q</blockquote><pre> x\n\ty</pre><!-- c --><script>d</script>&#8364;<br>"u8],
    ];

    public static byte[][] EnrichedSamples { get; } = [[.. "<bold>a<color><param>red</param>b</color></bold>\n\n<nofill>c\n</nofill><<d<nl><lt><verbatim><x></verbatim><comment>e</comment>"u8]];

    public static void Compressed(ReadOnlyMemory<byte> input)
    {
        CompressedRtf.Decompress(input.Span, out _);
        // The same contents under a right checksum, which a mutation seldom has.
        if (input.Length > 16)
        {
            var value = input.ToArray();
            "LZFu"u8.CopyTo(value.AsSpan(8));
            BitConverter.TryWriteBytes(value, value.Length - 4);
            BitConverter.TryWriteBytes(value.AsSpan(12), RtfCrc.Compute(value.AsSpan(16)));
            CompressedRtf.Decompress(value, out _);
        }
        Same(input.Span, CompressedRtf.TryDecompress(CompressedRtf.Compress(input.Span), out var back) ? back : [1, 2, 3]);
    }

    public static void Rtf(ReadOnlyMemory<byte> input)
    {
        RtfEncapsulation.TryExtractHtml(input.Span, out _);
        RtfToHtml.Convert(input.Span);
        RtfToText.Convert(input.Span);
    }

    public static void Html(ReadOnlyMemory<byte> input)
    {
        var html = HtmlCharset.Decode(input.Span);
        HtmlToText.Convert(html);
        HtmlToRtf.Convert(html);
        EnrichedText.ToHtml(HtmlToEnriched.Convert(html));
        if (!RtfEncapsulation.TryExtractHtml(HtmlToRtf.Encapsulate(html), out var back) || back != html)
            throw new InvalidDataException("The HTML did not come back out of RTF.");
    }

    public static void Enriched(ReadOnlyMemory<byte> input)
    {
        var text = Encoding.Latin1.GetString(input.Span);
        EnrichedText.ToHtml(text);
        EnrichedText.ToText(text, true);
        TextToHtml.Convert(text, new() { Flowed = true });
        TextToHtml.Convert(text);
    }

    private static void Same(ReadOnlySpan<byte> input, ReadOnlySpan<byte> back)
    {
        if (!input.SequenceEqual(back))
            throw new InvalidDataException("The bytes did not come back out of compressed RTF.");
    }
}
