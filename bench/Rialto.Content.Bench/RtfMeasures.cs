using System.Diagnostics;
using System.Globalization;
using System.Text;
using Rialto.Content.Bodies;
using Rialto.Content.Mime;
using Rialto.Content.Rtf;

/// <summary>RTF and body conversions over an HTML mail such as Outlook writes, about 60 KB.</summary>
internal static class RtfMeasures
{
    /// <summary>"bodies" on the command line: these measures and no others.</summary>
    public static bool Asked(string[] args)
    {
        if (args is not ["bodies"])
            return false;
        Run();
        return true;
    }

    private static void Run()
    {
        var html = Html();
        var rtf = HtmlToRtf.Encapsulate(html);
        var compressed = CompressedRtf.Compress(rtf);
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"html {html.Length}, rtf {rtf.Length}, compressed {compressed.Length} bytes"));
        Measure("rtf decompress (output)", rtf.Length, () => CompressedRtf.TryDecompress(compressed, out _));
        Measure("rtf compress (input)", rtf.Length, () => CompressedRtf.Compress(rtf));
        Measure("html out of rtf", rtf.Length, () => RtfEncapsulation.TryExtractHtml(rtf, out _));
        Measure("rtf to text", rtf.Length, () => RtfToText.Convert(rtf));
        Measure("html into rtf", html.Length, () => HtmlToRtf.Encapsulate(html));
        Measure("html to text", html.Length, () => HtmlToText.Convert(html));
        var target = new StringBuilder();
        Measure("html stripped (delivery)", html.Length, () => HtmlText.Strip(html, target.Clear(), int.MaxValue));
        var text = HtmlToText.Convert(html);
        Measure("text to html", text.Length, () => TextToHtml.Convert(text));
    }

    private static string Html()
    {
        var html = new StringBuilder("<html><head><meta charset=utf-8><style>p.MsoNormal, li.MsoNormal {margin:0cm; font-size:11.0pt; font-family:\"Calibri\",sans-serif;}</style></head><body lang=EN-GB>\r\n");
        var random = new Random(1);
        string[] words = ["the", "meeting", "on", "Thursday", "report", "budget", "please", "find", "attached", "numbers", "for", "quarter", "regards", "project", "and", "review"];
        while (html.Length < 60_000)
        {
            html.Append("<p class=MsoNormal><span lang=EN-GB style='font-size:11.0pt;font-family:\"Calibri\",sans-serif;color:#1F497D'>");
            for (var i = random.Next(5, 30); i > 0; i--)
                html.Append(words[random.Next(words.Length)]).Append(random.Next(12) == 0 ? "&nbsp;" : " ");
            html.Append("<o:p></o:p></span></p>\r\n");
        }
        return html.Append("</body></html>\r\n").ToString();
    }

    private static void Measure(string name, int length, Action work)
    {
        for (var i = 0; i < 300; i++)
            work();
        // The best of a few rounds: other work on the machine only ever makes it slower.
        var best = double.MaxValue;
        for (var round = 0; round < 5; round++)
        {
            var watch = Stopwatch.StartNew();
            for (var i = 0; i < 200; i++)
                work();
            best = Math.Min(best, watch.Elapsed.TotalSeconds / 200);
        }
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{name,-32} {length / best / 1e6,10:n0} MB/s"));
    }
}
