using System.Text;
using System.Text.RegularExpressions;
using Rialto.Content.Bodies;
using Rialto.Content.Mail;
using Rialto.Content.Mime;
using Rialto.Content.Rtf;
using Rialto.Content.Tests.Mime;
using Rialto.Model;
using Rialto.Testing;

namespace Rialto.Content.Tests.Rtf;

/// <summary>LibreOffice reads the same RTF; the words that it shows must be in our text, and it must show the words of what is written here.</summary>
public class LibreOfficeTests
{
    [ProgramFact("soffice")]
    public async Task Words_agree_with_libreoffice()
    {
        if (!Corpus.Available)
            return;
        using var folder = new TempDirectory();
        var files = new List<(string Name, byte[] Rtf)>();
        foreach (var file in Corpus.Files("rtf", "rtf"))
        {
            var rtf = await File.ReadAllBytesAsync(file);
            // What is inside \htmlrtf stands for other readers than ours.
            if (rtf.Length <= 200_000 && RtfEncapsulation.Detect(rtf) != RtfOrigin.Html)
                files.Add((Corpus.NameOf(file), rtf));
        }
        var texts = await TextsAsync(folder, files.ConvertAll(f => f.Rtf));
        var compared = 0;
        var poor = new List<string>();
        for (var i = 0; i < files.Count; i++)
        {
            var theirs = Words(texts[i]);
            if (theirs.Length < 3)
                continue;
            var ours = Flat(RtfToText.Convert(files[i].Rtf));
            var missing = theirs.Where(w => !ours.Contains(w, StringComparison.Ordinal)).ToArray();
            compared++;
            if (missing.Length > theirs.Length / 20 + 1)
                poor.Add($"{files[i].Name}: {missing.Length} of {theirs.Length}: {string.Join(' ', missing.Take(12))}");
        }
        compared.ShouldBeGreaterThan(25);
        poor.ShouldBeEmpty();
    }

    [ProgramFact("soffice")]
    public async Task What_is_written_shows_the_words_of_the_page()
    {
        if (!Corpus.Available)
            return;
        using var folder = new TempDirectory();
        var pages = new List<(string Name, string Html)>();
        foreach (var (name, bytes) in CorpusMail.All())
        {
            var bag = MimeToProperties.Convert(MimeMessage.Parse(bytes)).Properties;
            if (bag.GetBinary(PropertyTags.Html) is { Length: > 200 and < 40_000 } html)
                pages.Add((name, HtmlCharset.Decode(html, bag.GetInt32(PropertyTags.InternetCodepage))));
        }
        pages = [.. pages.DistinctBy(p => p.Html).Where((_, i) => i % 3 == 0)];
        var texts = await TextsAsync(folder, [.. pages.Select(p => HtmlToRtf.Encapsulate(p.Html))]);
        var compared = 0;
        var poor = new List<string>();
        for (var i = 0; i < pages.Count; i++)
        {
            // Addresses that links lead to stand between angle brackets in our text and nowhere in theirs.
            var expected = Words(Regex.Replace(HtmlToText.Convert(pages[i].Html), "<[^<>]*>", " "));
            if (expected.Length < 3)
                continue;
            var shown = Flat(texts[i]);
            var missing = expected.Where(w => !shown.Contains(w, StringComparison.Ordinal)).ToArray();
            compared++;
            if (missing.Length > expected.Length / 20 + 1)
                poor.Add($"{Corpus.NameOf(pages[i].Name)}: {missing.Length} of {expected.Length}: {string.Join(' ', missing.Take(12))}");
        }
        compared.ShouldBeGreaterThan(50);
        poor.ShouldBeEmpty();
    }

    /// <summary>All files in one run: starting it costs more than reading them.</summary>
    private static async Task<string[]> TextsAsync(TempDirectory folder, IReadOnlyList<byte[]> files)
    {
        var paths = new List<string>();
        for (var i = 0; i < files.Count; i++)
        {
            paths.Add(folder.File($"{i}.rtf"));
            await File.WriteAllBytesAsync(paths[^1], files[i]);
        }
        var result = await CommandResult.RunAsync("soffice", null,
            ["--headless", "--norestore", $"-env:UserInstallation=file://{folder.File("profile")}", "--convert-to", "txt:Text (encoded):UTF8", "--outdir", folder.File("out"), .. paths], limit: TimeSpan.FromMinutes(5));
        result.ExitCode.ShouldBe(0, result.Error);
        return [.. Enumerable.Range(0, files.Count).Select(i => File.Exists(folder.File($"out/{i}.txt")) ? File.ReadAllText(folder.File($"out/{i}.txt")) : "")];
    }

    /// <summary>Words of letters; punctuation, numbers of lists and characters that one side draws otherwise do not count.</summary>
    private static string[] Words(string text) => [.. Flat(text).Split(' ', StringSplitOptions.RemoveEmptyEntries).Where(w => w.Length > 2 && w.All(char.IsLetter)).Distinct(StringComparer.Ordinal)];

    private static string Flat(string text)
    {
        var flat = new StringBuilder(text.Length);
        foreach (var c in text)
        {
            if (c != '\u00AD')
                flat.Append(char.IsLetterOrDigit(c) ? c : ' ');
        }
        return flat.ToString();
    }
}
