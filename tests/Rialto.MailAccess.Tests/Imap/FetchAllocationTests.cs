using System.IO.Pipelines;
using System.Text;
using Rialto.Content.Mime;
using Rialto.MailAccess.Imap;
using Rialto.MailAccess.Imap.Fetch;
using Rialto.MailAccess.Imap.Wire;
using Rialto.Store.Views;

namespace Rialto.MailAccess.Tests.Imap;

/// <summary>Rows of metadata are formatted without allocating.</summary>
public sealed class FetchAllocationTests : ImapTest
{
    [Fact]
    public async Task A_row_allocates_nothing()
    {
        await SelectWithAsync(1);
        using var mailbox = await Server.OpenMailboxAsync();
        using var view = (await mailbox.OpenViewAsync(Rialto.Store.SpecialFolders.IdOf(Rialto.Model.SpecialFolder.Inbox), CancellationToken.None)).Value;
        var snapshot = view.Current;
        var digest = ImapDigest.Build(MimeMessage.Parse(Encoding.Latin1.GetBytes(Nested)));
        var output = new OneBuffer();
        var row = Row("(UID FLAGS INTERNALDATE RFC822.SIZE ENVELOPE BODYSTRUCTURE)", output, snapshot);
        Write(10);

        var before = GC.GetAllocatedBytesForCurrentThread();
        Write(1000);
        (GC.GetAllocatedBytesForCurrentThread() - before).ShouldBe(0);

        void Write(int count)
        {
            for (var i = 0; i < count; i++)
                row.Write(i, snapshot[0], digest);
        }
    }

    private static FetchRow Row(string items, PipeWriter output, FolderSnapshot snapshot)
    {
        var parser = new ImapParser(Encoding.ASCII.GetBytes(items), new ImapOptions());
        return new FetchRow([.. FetchItem.ParseAll(ref parser)], output, new MimeConverter(), new FlagTexts(snapshot, null));
    }

    private sealed class OneBuffer : PipeWriter
    {
        private readonly byte[] _buffer = new byte[16 * 1024];

        public override void Advance(int bytes)
        {
        }

        public override Memory<byte> GetMemory(int sizeHint = 0) => _buffer;

        public override Span<byte> GetSpan(int sizeHint = 0) => _buffer;

        public override void CancelPendingFlush()
        {
        }

        public override void Complete(Exception? exception = null)
        {
        }

        public override ValueTask<FlushResult> FlushAsync(CancellationToken cancellationToken = default) => default;
    }
}
