using System.Buffers;
using Rialto.Store.Backend;
using Rialto.Store.Conformance;
using Rialto.Store.Searching.Text;
using Rialto.Testing;

namespace Rialto.Store.Sqlite.Tests;

/// <summary>Parts of real mail, wherever they begin and end, are found in exactly the messages that hold them.</summary>
public sealed class CorpusSearchTests : StoreContract
{
    private readonly TempDirectory _directory = new();

    protected override ValueTask<IStoreBackend> CreateBackendAsync() => ValueTask.FromResult<IStoreBackend>(TestData.Open(_directory.Path));

    public override async Task DisposeAsync()
    {
        await base.DisposeAsync();
        _directory.Dispose();
    }

    [CorpusFact]
    public async Task Every_part_of_a_text_is_found_and_nothing_else()
    {
        var messages = new List<(MessageId Id, string Header, string Body)>();
        foreach (var file in Corpus.Files("eml").Where(f => new FileInfo(f).Length is > 0 and < 100_000).Take(700))
        {
            var bytes = await File.ReadAllBytesAsync(file);
            var appended = await Session.AppendAsync(Inbox, await Engine.PrepareMimeAsync(new ReadOnlySequence<byte>(bytes), None), AppendOptions.Default, None);
            var texts = ((IContentConverter)new PlainConverter()).ExtractTexts(bytes, Options.MaximumIndexedText);
            messages.Add((appended.Value.Id, SearchText.Fold(texts.Header), SearchText.Fold(texts.Body)));
        }
        var random = new Random(9051);
        for (var i = 0; i < 500; i++)
        {
            var isBody = i % 2 == 0;
            var (_, header, body) = messages[random.Next(messages.Count)];
            var text = isBody || i % 4 == 1 ? body : header;
            if (text.Length == 0)
                continue;
            var start = random.Next(text.Length);
            var query = text.Substring(start, Math.Min(text.Length - start, 1 + random.Next(i % 10 == 0 ? 200 : 16)));
            var folded = SearchText.Fold(query);
            var expected = messages.Where(m => m.Body.Contains(folded, StringComparison.Ordinal) || !isBody && m.Header.Contains(folded, StringComparison.Ordinal)).Select(m => m.Id).Order().ToList();
            var found = await Session.FindTextAsync(Inbox, new TextCriterion(isBody ? TextTarget.Body : TextTarget.Any, query), None);
            found.Value.ToList().ShouldBe(expected, customMessage: query);
        }
    }
}
