using System.Buffers;
using Rialto.Model;
using Rialto.Store.Backend;
using Rialto.Store.Conformance;

namespace Rialto.Store.Tests;

/// <summary>The texts of a large folder are read in two halves at a time, and kept.</summary>
public sealed class LargeFolderSearchTests : IAsyncLifetime
{
    private const int Messages = 11_000;
    private static readonly CancellationToken None = CancellationToken.None;
    private static readonly FolderId s_inbox = SpecialFolders.IdOf(SpecialFolder.Inbox);
    private readonly MemoryBackend _backend = new();
    private readonly Guid _mailbox = Guid.NewGuid();
    private StoreEngine _engine = null!;

    public async Task InitializeAsync()
    {
        _engine = new StoreEngine(_backend, new PlainConverter(), new StoreOptions(), TimeProvider.System);
        await _engine.CreateMailboxAsync(_mailbox, Guid.NewGuid(), null, None);
    }

    public async Task DisposeAsync() => await _engine.DisposeAsync();

    [Fact]
    public async Task Both_halves_are_searched_and_neither_is_read_again()
    {
        using var session = (await _engine.OpenAsync(_mailbox, Principal.System, None)).Value;
        var (even, odd) = (await PreparedAsync("an even one"), await PreparedAsync("an odd one"));
        var appended = (await session.AppendManyAsync(s_inbox, [.. Enumerable.Range(0, Messages).Select(i => (i % 2 == 0 ? even : odd, AppendOptions.Default))], None)).Value;
        var scans = 0;
        _backend.OnRead = name =>
        {
            if (name == nameof(IMailboxStorage.ScanSummariesAsync))
                Interlocked.Increment(ref scans);
        };
        (await FindAsync("EVEN")).ShouldBe(appended.Where((_, i) => i % 2 == 0).Select(a => a.Id));
        scans.ShouldBe(2);

        (await session.DeleteAsync(s_inbox, [appended[0].Id, appended[^2].Id], None)).Succeeded.ShouldBeTrue();
        var added = (await session.AppendManyAsync(s_inbox, [(even, AppendOptions.Default)], None)).Value.Single().Id;
        (await FindAsync("even")).ShouldBe([.. appended.Where((_, i) => i % 2 == 0).Select(a => a.Id).Except([appended[0].Id, appended[^2].Id]), added]);
        (await FindAsync("an ")).Count.ShouldBe(Messages - 1);
        (await FindAsync("zeppelin")).ShouldBeEmpty();
        scans.ShouldBe(2);

        async Task<IReadOnlyList<MessageId>> FindAsync(string text) =>
            (await session.FindTextAsync(s_inbox, new TextCriterion(TextTarget.Subject, text), None)).Value;
    }

    private async Task<PreparedMessage> PreparedAsync(string subject) =>
        await _engine.PrepareMimeAsync(new ReadOnlySequence<byte>(System.Text.Encoding.ASCII.GetBytes($"Subject: {subject}\r\n\r\ntext\r\n")), None);
}
