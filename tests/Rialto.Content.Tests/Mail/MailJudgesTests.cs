using System.Diagnostics;
using System.Text.Json;
using Rialto.Content.Mail;
using Rialto.Content.Mime;
using Rialto.Testing;

namespace Rialto.Content.Tests.Mail;

/// <summary>What others make of mail that was properties in between: Python's reader, and OpenSSL for signatures. Left out where they or the corpus are not here.</summary>
public class MailJudgesTests
{
    private const string Script = """
        import sys, json, email, email.policy, hashlib
        for line in sys.stdin.read().split('\n'):
            if not line: continue
            try:
                with open(line, 'rb') as f: m = email.message_from_bytes(f.read(), policy=email.policy.default)
                leaves = [p for p in m.walk() if not p.is_multipart()]
                hashes = [hashlib.sha256(p.get_payload(decode=True) or b'').hexdigest() for p in leaves if p.get_content_maintype() not in ('text', 'message')]
                headers = [h for n in ('subject', 'to') for h in m.get_all(n, [])]
                out = {'path': line, 'defects': [type(d).__name__ for p in m.walk() for d in p.defects] + [type(d).__name__ for h in headers for d in h.defects],
                       'leaves': hashes, 'subject': ' '.join(str(m['subject'] or '').split()), 'to': sorted(a.addr_spec for h in m.get_all('to', []) for a in h.addresses)}
            except Exception as e:
                out = {'path': line, 'defects': [repr(e)], 'leaves': [], 'subject': '', 'to': []}
            print(json.dumps(out, ensure_ascii=False).encode('utf-8', 'replace').decode())
        """;

    private sealed class JudgeFactAttribute : FactAttribute
    {
        public JudgeFactAttribute(string program)
        {
            if (!Corpus.Available)
                Skip = "The corpus is not here.";
            else if (!File.Exists(program))
                Skip = $"{program} is not here.";
        }
    }

    private sealed record Reading(string[] Defects, HashSet<string> Leaves, string Subject, string[] To);

    [JudgeFact("/usr/bin/python3")]
    public async Task Python_reads_the_same_before_and_after()
    {
        using var folder = new TempDirectory();
        var files = new List<(string Before, string After)>();
        foreach (var file in Corpus.Files("eml", "eml"))
        {
            var message = MimeMessage.Parse(await File.ReadAllBytesAsync(file));
            var facts = MessageFacts.Of(message);
            // What is made of encapsulated mail, files in text and reports' recipients is others' to judge.
            if (message.Warnings.Count > 0 || facts.Tnef is not null || facts.Delivery is not null || facts.Content.Uuencoded.Count > 0
                || message.Root.Descendants().Any(p => p.Is("application", "mac-binhex40") || p.Is("message", "external-body")))
            {
                continue;
            }
            var after = Path.Combine(folder.Path, $"{files.Count}.eml");
            await File.WriteAllBytesAsync(after, PropertiesToMime.Convert(MimeToProperties.Convert(message)));
            files.Add((file, after));
        }
        var read = await ReadAsync(files.SelectMany(f => new[] { f.Before, f.After }));
        // Raw ISO-2022-JP, and encoded words that were cut within a word: read here, not there.
        string[] unread = ["raw-jis-msg.eml", "zcp-11699-ub.eml", "zcp-11699-utf8.eml"];
        var failures = new List<string>();
        var compared = 0;
        foreach (var (before, after) in files)
        {
            var (first, second) = (read[before], read[after]);
            if (second.Defects.Length > 0 && first.Defects.Length == 0)
                failures.Add($"{Corpus.NameOf(before)}: {string.Join(' ', second.Defects)}");
            if (first.Defects.Length > 0 || unread.Contains(Path.GetFileName(before)))
                continue;
            compared++;
            if (!first.Leaves.IsSubsetOf(second.Leaves))
                failures.Add($"{Corpus.NameOf(before)}: {first.Leaves.Except(second.Leaves).Count()} parts of {first.Leaves.Count} are gone");
            // Where Python gives up on the characters there is nothing to compare.
            if (first.Subject != second.Subject && !first.Subject.Contains('\uFFFD', StringComparison.Ordinal) && !first.Subject.Contains("=?", StringComparison.Ordinal))
                failures.Add($"{Corpus.NameOf(before)}: subject [{first.Subject}] became [{second.Subject}]");
            if (!first.To.SequenceEqual(second.To))
                failures.Add($"{Corpus.NameOf(before)}: to [{string.Join(' ', first.To)}] became [{string.Join(' ', second.To)}]");
        }
        compared.ShouldBeGreaterThan(500);
        if (Environment.GetEnvironmentVariable("RIALTO_LIST_DIFFERENCES") is { } list)
            await File.WriteAllLinesAsync(list + ".python", failures);
        failures.Count.ShouldBe(0, string.Join('\n', failures.Take(30)));
    }

    [JudgeFact("/usr/bin/openssl")]
    public async Task Signatures_hold_after_the_trip()
    {
        using var folder = new TempDirectory();
        var verified = 0;
        var failures = new List<string>();
        foreach (var file in Corpus.Files("eml", "eml"))
        {
            var message = MimeMessage.Parse(await File.ReadAllBytesAsync(file));
            if (!MessageFacts.Of(message).MessageClass.StartsWith("IPM.Note.SMIME", StringComparison.Ordinal) || !await VerifiesAsync(file, folder.Path))
                continue;
            verified++;
            var after = Path.Combine(folder.Path, "after.eml");
            await File.WriteAllBytesAsync(after, PropertiesToMime.Convert(MimeToProperties.Convert(message)));
            if (!await VerifiesAsync(after, folder.Path))
                failures.Add(Corpus.NameOf(file));
        }
        verified.ShouldBeGreaterThan(10);
        failures.ShouldBeEmpty();
    }

    private static async Task<bool> VerifiesAsync(string file, string folder) =>
        (await RunAsync("/usr/bin/openssl", ["smime", "-verify", "-noverify", "-in", file, "-out", Path.Combine(folder, "content")], "")).ExitCode == 0;

    private static async Task<Dictionary<string, Reading>> ReadAsync(IEnumerable<string> files)
    {
        var (exit, output) = await RunAsync("/usr/bin/python3", ["-c", Script], string.Join('\n', files));
        exit.ShouldBe(0);
        var result = new Dictionary<string, Reading>();
        foreach (var line in output.Split('\n', StringSplitOptions.RemoveEmptyEntries))
        {
            using var json = JsonDocument.Parse(line);
            var root = json.RootElement;
            result[root.GetProperty("path").GetString()!] = new Reading(Strings(root, "defects"), [.. Strings(root, "leaves")], root.GetProperty("subject").GetString()!, Strings(root, "to"));
        }
        return result;
    }

    private static string[] Strings(JsonElement root, string name) => [.. root.GetProperty(name).EnumerateArray().Select(e => e.GetString()!)];

    private static async Task<(int ExitCode, string Output)> RunAsync(string program, string[] arguments, string input)
    {
        var start = new ProcessStartInfo(program, arguments) { RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true };
        using var process = Process.Start(start)!;
        var errors = process.StandardError.ReadToEndAsync();
        var reading = process.StandardOutput.ReadToEndAsync();
        await process.StandardInput.WriteAsync(input);
        process.StandardInput.Close();
        var output = await reading;
        await process.WaitForExitAsync();
        await errors;
        return (process.ExitCode, output);
    }
}
