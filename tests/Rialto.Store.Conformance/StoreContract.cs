using System.Buffers;
using System.Text;
using Rialto.Model;
using Rialto.Store.Backend;

namespace Rialto.Store.Conformance;

/// <summary>What the contract's test classes share: an engine over a fresh backend, one mailbox and its owner.</summary>
public abstract class StoreContract : IAsyncLifetime
{
    protected static readonly CancellationToken None = CancellationToken.None;

    protected static readonly FolderId Inbox = SpecialFolders.IdOf(SpecialFolder.Inbox);
    protected static readonly FolderId Sent = SpecialFolders.IdOf(SpecialFolder.SentItems);
    protected static readonly FolderId IpmSubtree = SpecialFolders.IdOf(SpecialFolder.IpmSubtree);

    protected Guid MailboxId { get; } = Guid.NewGuid();

    protected Principal Owner { get; } = new(Guid.NewGuid(), "owner@example.com", [], PrincipalKind.Account);

    protected Principal Other { get; } = new(Guid.NewGuid(), "other@example.com", [], PrincipalKind.Account);

    protected IStoreBackend Backend { get; private set; } = null!;

    protected StoreEngine Engine { get; private set; } = null!;

    protected MailboxSession Session { get; private set; } = null!;

    protected virtual StoreOptions Options { get; } = new();

    /// <summary>An empty backend; disposed of by the test.</summary>
    protected abstract ValueTask<IStoreBackend> CreateBackendAsync();

    public virtual async Task InitializeAsync()
    {
        Backend = await CreateBackendAsync();
        Engine = new StoreEngine(Backend, new PlainConverter(), Options, TimeProvider.System);
        (await Engine.CreateMailboxAsync(MailboxId, Owner.Id, null, None)).ShouldBeTrue();
        Session = await OpenAsync(Owner);
    }

    public virtual async Task DisposeAsync()
    {
        Session.Dispose();
        await Engine.DisposeAsync();
        await Backend.DisposeAsync();
    }

    protected async Task<MailboxSession> OpenAsync(Principal principal) => (await Engine.OpenAsync(MailboxId, principal, None)).Value;

    /// <summary>A second engine over the same backend that has nothing in memory: what was written must be what is read.</summary>
    protected StoreEngine AnotherEngine() => new(Backend, new PlainConverter(), Options, TimeProvider.System);

    protected static ReadOnlySequence<byte> Mime(string subject, string body = "text", string from = "a@example.com", string more = "") =>
        new(Encoding.UTF8.GetBytes($"Subject: {subject}\r\nFrom: {from}\r\n{more}\r\n{body}"));

    protected ValueTask<PreparedMessage> PrepareAsync(string subject, string body = "text", string from = "a@example.com", string more = "") =>
        Engine.PrepareMimeAsync(Mime(subject, body, from, more), None);

    protected async Task<AppendedMessage> AppendAsync(string subject, FolderId? folder = null, MessageState state = MessageState.None, FileTime? received = null, string body = "text")
    {
        var message = await PrepareAsync(subject, body);
        return (await Session.AppendAsync(folder ?? Inbox, message, new AppendOptions(state, [], received), None)).Value;
    }

    protected static FlagChange Set(MessageState state) => new(state, MessageState.None, [], [], false);

    protected static FlagChange Clear(MessageState state) => new(MessageState.None, state, [], [], false);

    protected Folder Folder(FolderId id) => Session.Folders.TryGet(id, out var folder) ? folder : throw new InvalidOperationException($"No folder {id}.");

    /// <summary>The counters of every folder must be what its rows say, for the engine and for storage.</summary>
    protected async Task CheckCountersAsync()
    {
        await using var fresh = AnotherEngine();
        using var session = (await fresh.OpenAsync(MailboxId, Owner, None)).Value;
        var storage = await Backend.OpenMailboxAsync(MailboxId, None);
        foreach (var folder in Session.Folders.All)
        {
            session.Folders.TryGet(folder.Id, out var stored).ShouldBeTrue();
            stored!.Counters.ShouldBe(folder.Counters);
            if (folder.Type == FolderType.Search)
                continue;
            var rows = new Rows();
            await storage!.ScanStatesAsync(folder.Id, 0, rows, None);
            folder.Counters.Count.ShouldBe(rows.All.Count(r => (r.State & (MessageState.Associated | MessageState.SoftDeleted)) == 0));
            folder.Counters.Unread.ShouldBe(rows.All.Count(r => (r.State & (MessageState.Associated | MessageState.SoftDeleted | MessageState.Read)) == 0));
            folder.Counters.Size.ShouldBe(rows.All.Sum(r => r.MimeSize));
            foreach (var row in rows.All)
            {
                row.Uid.ShouldBeLessThan(folder.Counters.UidNext);
                row.Sequence.ShouldBeLessThanOrEqualTo(folder.Counters.HighestSequence);
            }
        }
        await storage!.DisposeAsync();
    }

    protected sealed class Rows : IStateSink
    {
        public List<StateRow> All { get; } = [];

        public void Add(in StateRow row) => All.Add(row);
    }
}
