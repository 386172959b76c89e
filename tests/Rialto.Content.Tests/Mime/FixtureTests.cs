using System.Buffers;
using System.Text;
using Rialto.Content.Mime;
using Rialto.Testing;

namespace Rialto.Content.Tests.Mime;

/// <summary>Fixtures/X.eml beside X.imap: its ENVELOPE, BODYSTRUCTURE and BODY, one a line, with the line ends of literals spelt out. RIALTO_UPDATE_FIXTURES=1 rewrites the expected files for review.</summary>
public class FixtureTests
{
    public static TheoryData<string> Names()
    {
        var data = new TheoryData<string>();
        foreach (var file in System.IO.Directory.GetFiles(Folder, "*.eml").Order(StringComparer.Ordinal))
            data.Add(Path.GetFileNameWithoutExtension(file));
        return data;
    }

    private static string Folder => Path.Combine(Corpus.RepositoryRoot!, "tests", "Rialto.Content.Tests", "Fixtures");

    [Theory]
    [MemberData(nameof(Names))]
    public void Digest_is_as_expected(string name)
    {
        var message = MimeInvariants.Check(File.ReadAllBytes(Path.Combine(Folder, name + ".eml")));
        ImapDigest.Split(ImapDigest.Build(message), out var envelope, out var bodyStructure).ShouldBeTrue();
        var body = new ArrayBufferWriter<byte>();
        ImapDigest.WriteBody(bodyStructure, body);
        var text = string.Join('\n', [Encoding.Latin1.GetString(envelope), Encoding.Latin1.GetString(bodyStructure), Encoding.Latin1.GetString(body.WrittenSpan), ""]).Replace("\r\n", "\\r\\n", StringComparison.Ordinal);
        Expect(name + ".imap", text);
    }

    private static void Expect(string file, string text)
    {
        var path = Path.Combine(Folder, file);
        if (Environment.GetEnvironmentVariable("RIALTO_UPDATE_FIXTURES") == "1")
            File.WriteAllText(path, text, Encoding.Latin1);
        text.ShouldBe(File.ReadAllText(path, Encoding.Latin1));
    }
}
