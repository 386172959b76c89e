using System.Diagnostics;
using System.Text;
using System.Text.Json;
using Rialto.Content.Mime;
using Rialto.Testing;

namespace Rialto.Content.Tests.Mime;

/// <summary>The tree of every corpus message beside that of Python's own reader, where python3 is here. Messages either side calls defective are left out.</summary>
public class PythonComparisonTests
{
    private const string Script = """
        import sys, json, email, email.policy
        for path in sys.stdin.read().split('\n'):
            if not path: continue
            try:
                with open(path, 'rb') as f: m = email.message_from_bytes(f.read())
                defects = any(p.defects for p in m.walk())
                def tree(p):
                    t = p.get_content_type()
                    if p.is_multipart() and p.get_content_maintype() == 'multipart':
                        return [t] + [tree(c) for c in p.get_payload()]
                    if t == 'message/rfc822' and p.is_multipart(): return [t, tree(p.get_payload()[0])]
                    return [t]
                print(json.dumps({'path': path, 'defects': defects, 'tree': tree(m), 'headers': len(m.keys())}))
            except Exception as e:
                print(json.dumps({'path': path, 'defects': True, 'tree': [], 'headers': 0}))
        """;

    private sealed class CorpusAndPythonFactAttribute : FactAttribute
    {
        public CorpusAndPythonFactAttribute()
        {
            if (!Corpus.Available)
                Skip = "The corpus is not here.";
            else if (!File.Exists("/usr/bin/python3"))
                Skip = "/usr/bin/python3 is not here.";
        }
    }

    [CorpusAndPythonFact]
    public async Task Trees_and_header_counts_agree_on_well_formed_messages()
    {
        var files = Corpus.Files("eml", "eml");
        var start = new ProcessStartInfo("/usr/bin/python3") { RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true };
        start.ArgumentList.Add("-c");
        start.ArgumentList.Add(Script);
        using var process = Process.Start(start)!;
        var errors = process.StandardError.ReadToEndAsync();
        var reading = process.StandardOutput.ReadToEndAsync();
        await process.StandardInput.WriteAsync(string.Join('\n', files));
        process.StandardInput.Close();
        var output = await reading;
        await process.WaitForExitAsync();
        process.ExitCode.ShouldBe(0, await errors);

        var differences = new List<string>();
        var compared = 0;
        foreach (var line in output.Split('\n', StringSplitOptions.RemoveEmptyEntries))
        {
            using var json = JsonDocument.Parse(line, new JsonDocumentOptions { MaxDepth = 1000 });
            var path = json.RootElement.GetProperty("path").GetString()!;
            var message = MimeMessage.Parse(await File.ReadAllBytesAsync(path));
            if (json.RootElement.GetProperty("defects").GetBoolean() || message.Warnings.Count > 0)
                continue;
            compared++;
            var theirs = Tree(json.RootElement.GetProperty("tree"));
            var ours = Tree(message.Root);
            if (ours != theirs)
                differences.Add($"{Corpus.NameOf(path)}: {ours} here, {theirs} there");
            else if (message.Root.Headers.Length != json.RootElement.GetProperty("headers").GetInt32())
                differences.Add($"{Corpus.NameOf(path)}: {message.Root.Headers.Length} fields here, {json.RootElement.GetProperty("headers")} there");
        }
        compared.ShouldBeGreaterThan(500);
        // A type with a space in place of its semicolon is read here and not there.
        differences.RemoveAll(d => d.Contains("mime-bad-content-type", StringComparison.Ordinal));
        string.Join('\n', differences).ShouldBeEmpty();
    }

    private static string Tree(JsonElement tree) => string.Concat("(", string.Join(' ', tree.EnumerateArray().Select(e => e.ValueKind == JsonValueKind.String ? e.GetString() : Tree(e))), ")");

    private static string Tree(MimePart part)
    {
        var text = new StringBuilder("(").Append(part.Type).Append('/').Append(part.Subtype);
        foreach (var child in part.Children)
            text.Append(' ').Append(Tree(child));
        if (part.Embedded is { } embedded && part.Subtype == "rfc822")
            text.Append(' ').Append(Tree(embedded));
        return text.Append(')').ToString();
    }
}
