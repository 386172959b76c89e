using System.Text;
using Rialto.MailAccess.Imap.Fetch;
using Rialto.MailAccess.Imap.Wire;
using Rialto.Content.Mime;
using Rialto.Store;
using Rialto.Store.Backend;
using Rialto.Testing;

namespace Rialto.MailAccess.Tests.Imap;

/// <summary>Real mail through the whole server.</summary>
public sealed class CorpusTests
{
    [CorpusFact]
    public async Task Every_message_comes_back_byte_for_byte()
    {
        await using var server = await ImapServer.StartAsync();
        await using var client = await server.LogInAsync();
        await client.RunAsync("SELECT INBOX");
        var files = Corpus.Files("eml").Where(f => new FileInfo(f).Length is > 0 and < 400_000).ToList();
        foreach (var file in files)
            (await client.AppendAsync(Encoding.Latin1.GetString(await File.ReadAllBytesAsync(file)))).ShouldContain("OK [APPENDUID", customMessage: Corpus.NameOf(file));

        (await client.RunAsync("FETCH 1:* (UID FLAGS ENVELOPE BODYSTRUCTURE)")).ShouldEndWith("OK FETCH completed");
        for (var i = 0; i < files.Count; i++)
        {
            var mail = Encoding.Latin1.GetString(await File.ReadAllBytesAsync(files[i]));
            var response = await client.RunAsync($"FETCH {i + 1} BODY.PEEK[]");
            response.Equals($"* {i + 1} FETCH (BODY[] {{{mail.Length}}}\r\n{mail})\r\nOK FETCH completed", StringComparison.Ordinal).ShouldBeTrue(Corpus.NameOf(files[i]));
        }
    }

    [CorpusFact]
    public void A_header_read_by_itself_is_the_header_of_the_whole()
    {
        var header = new FetchItem(FetchItemKind.Section, []) { Text = SectionText.Header };
        var text = new FetchItem(FetchItemKind.Section, []) { Text = SectionText.Text };
        foreach (var file in Corpus.Files("eml"))
        {
            var bytes = File.ReadAllBytes(file);
            var root = MimeMessage.Parse(bytes).Root;
            using var message = new OpenedMessage(new MessageId(1), new BlobLease(bytes, null));

            message.TryFind(header, out var section).ShouldBeTrue();
            section.Length.ShouldBe(root.HeaderLength, Corpus.NameOf(file));
            message.TryFind(text, out section).ShouldBeTrue();
            section.Length.ShouldBe(bytes.Length - root.HeaderLength, Corpus.NameOf(file));
        }
    }
}
