using System.Diagnostics;
using Rialto.Content.Rtf;
using Rialto.Testing;

namespace Rialto.Content.Tests.Rtf;

/// <summary>Debian's unrtf reads the same files; most of the words that it finds must be in our text.</summary>
public class UnrtfTests
{
    /// <summary>Where unrtf is wrong: Cyrillic by \ansicpg1251 read as ASCII, Czech of windows-1250 losing letters, dashes and hyphens
    /// between letters left out, a file that is a template of HTML in RTF.</summary>
    private static readonly string[] Misread = ["cyrillic_message-f3fc.rtf", "testRTFWordPadCzechCharacters.rtf", "testRTFControls.rtf", "font_table_template.rtf"];

    [ProgramFact("unrtf")]
    public async Task Words_agree_with_unrtf()
    {
        if (!Corpus.Available)
            return;
        var compared = 0;
        var poor = new List<string>();
        foreach (var file in Corpus.Files("rtf", "rtf"))
        {
            var rtf = await File.ReadAllBytesAsync(file);
            // What is inside \htmlrtf stands for other readers than ours.
            if (rtf.Length > 200_000 || RtfEncapsulation.Detect(rtf) == RtfOrigin.Html || Array.Exists(Misread, file.EndsWith))
                continue;
            var theirs = Words(Shown(await Unrtf(file)));
            if (theirs.Length < 3)
                continue;
            var ours = RtfToText.Convert(rtf);
            var missing = theirs.Where(w => !ours.Contains(w, StringComparison.Ordinal)).ToArray();
            compared++;
            if (missing.Length > theirs.Length / 10 + 1)
                poor.Add($"{Corpus.NameOf(file)}: {missing.Length} of {theirs.Length}: {string.Join(' ', missing.Take(12))}");
        }
        compared.ShouldBeGreaterThan(20);
        poor.ShouldBeEmpty();
    }

    private static async Task<string> Unrtf(string file)
    {
        var start = new ProcessStartInfo("unrtf") { RedirectStandardOutput = true, RedirectStandardError = true };
        start.ArgumentList.Add("--text");
        start.ArgumentList.Add("--nopict");
        start.ArgumentList.Add(file);
        using var process = Process.Start(start)!;
        var errors = process.StandardError.ReadToEndAsync();
        var output = await process.StandardOutput.ReadToEndAsync();
        await errors;
        await process.WaitForExitAsync();
        return output;
    }

    /// <summary>The text after unrtf's own preamble of comments.</summary>
    private static string Shown(string output)
    {
        var line = output.IndexOf("-----------------", StringComparison.Ordinal);
        var text = line < 0 ? output : output[line..];
        return string.Join('\n', text.Split('\n').Select(l => l.IndexOf("###", StringComparison.Ordinal) is >= 0 and var remark ? l[..remark] : l));
    }

    private static string[] Words(string text) => [.. text.Split((char[])[' ', '\t', '\r', '\n', '\u00A0', '-', '<', '>', ',', '.', ':', ';', '(', ')', '"'], StringSplitOptions.RemoveEmptyEntries)
        .Where(w => w.Length > 2 && w.All(char.IsAsciiLetterOrDigit)).Distinct(StringComparer.Ordinal)];
}
