using Rialto.Model;
using Rialto.Store.Backend;
using Rialto.Testing;

namespace Rialto.Store.Sqlite.Tests;

public sealed class MailboxTests : IDisposable
{
    private readonly TempDirectory _directory = new();

    public void Dispose() => _directory.Dispose();

    [Fact]
    public async Task ANewMailboxHasNoFileUntilItIsWrittenTo()
    {
        await using var backend = TestData.Open(_directory.Path);
        var mailbox = await backend.NewMailboxAsync(Guid.NewGuid());
        var image = await mailbox.LoadAsync(default);
        image.Folders.Select(f => f.Name).ShouldBe(["Inbox", "Archive"]);
        image.Settings["locale"].ShouldBe("en");
        image.Sequence.ShouldBe(0x402);
        (await mailbox.StatesAsync(TestData.Inbox)).ShouldBeEmpty();
        System.IO.Directory.EnumerateFiles(_directory.File("mailboxes"), "*.db", SearchOption.AllDirectories).ShouldBeEmpty();

        await mailbox.ApplyDurablyAsync(TestData.Insert(0x402, TestData.Row(0x403, 1)));
        System.IO.Directory.EnumerateFiles(_directory.File("mailboxes"), "*.db", SearchOption.AllDirectories).Count().ShouldBe(1);
        var after = await mailbox.LoadAsync(default);
        after.Folders.Select(f => f.Name).Order().ShouldBe(["Archive", "Inbox"]);
        after.Settings["locale"].ShouldBe("en");
        after.Sequence.ShouldBe(0x403);
    }

    [Fact]
    public async Task EveryFieldOfARowComesBack()
    {
        await using var backend = TestData.Open(_directory.Path);
        var mailbox = await backend.NewMailboxAsync(Guid.NewGuid());
        var full = TestData.Row(0x403, 1) with
        {
            Mid = 0x500, Cn = 0x300, ReadCn = 0x301, ChangeKey = [1, 2], PredecessorChangeList = [3], SourceKey = [], State = MessageState.Flagged, Keywords = ["a", "b c"], Status = 9,
            MimeSize = 77, Sent = new FileTime(5), Created = new FileTime(6), Modified = new FileTime(7), MessageClass = "IPM.Appointment", SubjectPrefix = "RE: ", ConversationTopic = "",
            SenderName = "s", SenderAddress = "s@x", DisplayCc = "cc", DisplayBcc = "bcc", Importance = 2, Sensitivity = 3, Preview = "vorschau ü 😀", InReplyTo = "<i>",
            ConversationIndex = [9], UrlName = "u.eml", CalendarUid = "cal", RangeStart = new FileTime(10), RangeEnd = new FileTime(20), Content = new BlobRef(5, 6),
            DerivedMime = new BlobRef(7, 8), Kind = ContentKind.Properties, ConverterVersion = 4, Overlay = [4, 4],
        };
        await mailbox.ApplyDurablyAsync(TestData.Insert(0x402, full));
        var row = (await mailbox.ReadRowsAsync(new[] { full.Id }, default)).ShouldHaveSingleItem();
        Compare(row, full);
        (await mailbox.FindByUrlNameAsync(TestData.Inbox, "u.eml", default)).ShouldBe(full.Id);
        (await mailbox.FindByCalendarUidAsync("cal", default)).ShouldBe([full.Id]);
        (await mailbox.FindByInternetMessageIdAsync(full.InternetMessageId, default)).ShouldBe([full.Id]);
        (await mailbox.FindByMidAsync(0x500, default)).ShouldBe(full.Id);
        (await mailbox.FindByMidAsync(0x403, default)).ShouldBeNull();
        (await mailbox.FindInTimeRangeAsync(TestData.Inbox, new FileTime(19), new FileTime(30), default)).ShouldBe([full.Id]);
        (await mailbox.FindInTimeRangeAsync(TestData.Inbox, new FileTime(20), new FileTime(30), default)).ShouldBeEmpty();

        var plain = TestData.Row(0x404, 2);
        await mailbox.ApplyDurablyAsync(TestData.Insert(0x403, plain));
        Compare((await mailbox.ReadRowsAsync(new[] { plain.Id }, default))[0], plain);
        (await mailbox.FindByMidAsync(0x404, default)).ShouldBe(plain.Id);
    }

    [Fact]
    public async Task StateChangesMovesAndDeletionsTouchTheirRowsAlone()
    {
        await using var backend = TestData.Open(_directory.Path);
        var mailbox = await backend.NewMailboxAsync(Guid.NewGuid());
        await mailbox.ApplyDurablyAsync(TestData.Insert(0x402, TestData.Row(0x403, 1), TestData.Row(0x404, 2), TestData.Row(0x405, 3)));

        var batch = new WriteBatch { ExpectedSequence = 0x405, NewSequence = 0x408 };
        batch.Mutations.Add(new SetMessageState(new(0x403), TestData.Inbox, 1, MessageState.Read, ["x"], 0, 0x406, 0x406));
        batch.Mutations.Add(new RelocateMessage(new(0x404), TestData.Inbox, 2, TestData.Archive, 1, 0x407, 0x407, 0x407, MessageState.Flagged));
        batch.Mutations.Add(new DeleteMessage(new(0x405), TestData.Inbox, 3));
        await mailbox.ApplyDurablyAsync(batch);

        var inbox = (await mailbox.StatesAsync(TestData.Inbox)).ShouldHaveSingleItem();
        inbox.ShouldBe(new StateRow(new(0x403), 1, 0x403, 0x406, 0x403, 0x406, MessageState.Read, 0, 100, inbox.ReceivedTicks, "x"));
        var archive = (await mailbox.StatesAsync(TestData.Archive)).ShouldHaveSingleItem();
        archive.Id.ShouldBe(new MessageId(0x404));
        archive.Mid.ShouldBe(0x407);
        (await mailbox.ReadRowsAsync(new[] { new MessageId(0x404), new MessageId(0x405) }, default)).ShouldHaveSingleItem().Folder.ShouldBe(TestData.Archive);
        var digests = new Digests();
        await mailbox.ScanDigestsAsync(TestData.Archive, 1, uint.MaxValue, digests, default);
        digests.Seen.ShouldBe([(1u, (byte)2)]);
        (await mailbox.ListIdsAsync(default, 10, default)).Select(i => i.Value).ShouldBe([0x403, 0x404]);
    }

    [Fact]
    public async Task ADeletedFolderTakesItsMessagesAlongAndItsNumberIsNotGivenAgain()
    {
        await using var backend = TestData.Open(_directory.Path);
        var mailbox = await backend.NewMailboxAsync(Guid.NewGuid());
        await mailbox.ApplyDurablyAsync(TestData.Insert(0x402, TestData.Row(0x403, 1, TestData.Archive)));
        var batch = new WriteBatch { ExpectedSequence = 0x403, NewSequence = 0x404 };
        batch.Mutations.Add(new DeleteFolder(TestData.Archive));
        batch.Mutations.Add(new PutFolder(TestData.Folder(new FolderId(0x404), "New")));
        await mailbox.ApplyDurablyAsync(batch);
        (await mailbox.StatesAsync(TestData.Archive)).ShouldBeEmpty();
        (await mailbox.StatesAsync(new FolderId(0x404))).ShouldBeEmpty();
        (await mailbox.ReadRowsAsync(new[] { new MessageId(0x403) }, default)).ShouldBeEmpty();
        (await mailbox.LoadAsync(default)).Folders.Select(f => f.Name).Order().ShouldBe(["Inbox", "New"]);
    }

    [Fact]
    public async Task ABatchComputedFromAnOlderSequenceIsRefused()
    {
        await using var backend = TestData.Open(_directory.Path);
        var mailbox = await backend.NewMailboxAsync(Guid.NewGuid());
        await mailbox.ApplyDurablyAsync(TestData.Insert(0x402, TestData.Row(0x403, 1)));
        (await Should.ThrowAsync<StaleSequenceException>(async () => await mailbox.ApplyAsync(TestData.Insert(0x402, TestData.Row(0x403, 2)), default))).Actual.ShouldBe(0x403);
        (await mailbox.StatesAsync(TestData.Inbox)).Count.ShouldBe(1);
    }

    [Fact]
    public async Task TheNewestOrdinaryMessagesComeFirst()
    {
        await using var backend = TestData.Open(_directory.Path);
        var mailbox = await backend.NewMailboxAsync(Guid.NewGuid());
        await mailbox.ApplyDurablyAsync(TestData.Insert(0x402, TestData.Row(0x403, 1), TestData.Row(0x404, 2) with { State = MessageState.Associated }, TestData.Row(0x405, 3), TestData.Row(0x406, 4)));
        var sink = new TestData.States();
        await mailbox.ScanNewestAsync(TestData.Inbox, 2, sink, default);
        sink.Rows.Select(r => r.Uid).ShouldBe([4u, 3u]);
    }

    [Fact]
    public async Task ChangesOfAFolderHoldWhatLeftIt()
    {
        await using var backend = TestData.Open(_directory.Path);
        var mailbox = await backend.NewMailboxAsync(Guid.NewGuid());
        var batch = new WriteBatch { ExpectedSequence = 0x402, NewSequence = 0x405 };
        batch.Mutations.Add(new AppendChange(new Change { Kind = ChangeKind.MessageCreated, Sequence = 0x403, Folder = TestData.Inbox, Message = new(9) }));
        batch.Mutations.Add(new AppendChange(new Change { Kind = ChangeKind.MessageMoved, Sequence = 0x404, Folder = TestData.Archive, OldFolder = TestData.Inbox, Message = new(9) }));
        batch.Mutations.Add(new AppendChange(new Change { Kind = ChangeKind.MessageDeleted, Sequence = 0x405, Folder = TestData.Archive, Message = new(9) }));
        await mailbox.ApplyDurablyAsync(batch);
        (await mailbox.ReadChangesAsync(0, TestData.Inbox, 10, default)).Select(c => c.Sequence).ShouldBe([0x403, 0x404]);
        (await mailbox.ReadChangesAsync(0x403, null, 1, default)).Select(c => c.Sequence).ShouldBe([0x404]);

        var trim = new WriteBatch { ExpectedSequence = 0x405, NewSequence = 0x405 };
        trim.Mutations.Add(new TrimChanges(0x404));
        await mailbox.ApplyDurablyAsync(trim);
        (await mailbox.ReadChangesAsync(0, null, 10, default)).Select(c => c.Sequence).ShouldBe([0x405]);
        (await mailbox.LoadAsync(default)).OldestChange.ShouldBe(0x404);
    }

    [Fact]
    public async Task SummariesGiveTheColumnsAskedFor()
    {
        await using var backend = TestData.Open(_directory.Path);
        var mailbox = await backend.NewMailboxAsync(Guid.NewGuid());
        await mailbox.ApplyDurablyAsync(TestData.Insert(0x402, TestData.Row(0x403, 1, content: new BlobRef(44, 55)), TestData.Row(0x404, 2) with { MessageClass = "IPM.Task" }));
        var sink = new Summaries();
        await mailbox.ScanSummariesAsync(TestData.Inbox, 0, uint.MaxValue, SummaryColumns.Subject | SummaryColumns.MessageClass | SummaryColumns.ConversationTopic | SummaryColumns.Content | SummaryColumns.Modified, sink, default);
        sink.Seen.ShouldBe(
        [
            "1 Subject 1027 IPM.Note Subject 1027 44/55 133000000000001027 from:",
            "2 Subject 1028 IPM.Task Subject 1028 1/100 133000000000001028 from:",
        ]);
        (await UidsAsync(0, 1)).ShouldBe("1");
        (await UidsAsync(2, uint.MaxValue)).ShouldBe("2");
        (await UidsAsync(1, 2)).ShouldBe("1 2");
        (await UidsAsync(3, 9)).ShouldBe("");

        async Task<string> UidsAsync(uint first, uint last)
        {
            var some = new Summaries();
            await mailbox.ScanSummariesAsync(TestData.Inbox, first, last, SummaryColumns.Subject, some, default);
            return string.Join(' ', some.Seen.Select(line => line.Split(' ')[0]));
        }
    }

    [Fact]
    public async Task ClientStateReadSetsAndMarksAreKeptAndForgotten()
    {
        await using var backend = TestData.Open(_directory.Path);
        var mailbox = await backend.NewMailboxAsync(Guid.NewGuid());
        var (queue, reader) = (Guid.NewGuid(), Guid.NewGuid());
        var batch = new WriteBatch { ExpectedSequence = 0x402, NewSequence = 0x402 };
        batch.Mutations.Add(new PutClientState(new("c", "f", "k"), new byte[] { 1, 2 }));
        batch.Mutations.Add(new PutClientState(new("c", "f", "empty"), Array.Empty<byte>()));
        batch.Mutations.Add(new PutReadSet(reader, TestData.Inbox, new byte[] { 3 }));
        batch.Mutations.Add(new MarkDelivered(queue, 100));
        batch.Mutations.Add(new AddNamedProperty(0x8000, new PropertyName(reader, "name")));
        batch.Mutations.Add(new AddNamedProperty(0x8001, new PropertyName(reader, 0x8205)));
        await mailbox.ApplyDurablyAsync(batch);
        (await mailbox.ReadClientStateAsync(new("c", "f", "k"), default))!.Value.ToArray().ShouldBe([1, 2]);
        (await mailbox.ReadClientStatesAsync("c", "f", default)).Select(s => (s.Key, s.Value.Length)).ShouldBe([("empty", 0), ("k", 2)]);
        (await mailbox.ReadReadSetAsync(reader, TestData.Inbox, default))!.Value.ToArray().ShouldBe([3]);
        (await mailbox.IsDeliveredAsync(queue, default)).ShouldBeTrue();
        (await mailbox.LoadAsync(default)).NamedProperties.ShouldBe([((ushort)0x8000, new PropertyName(reader, "name")), ((ushort)0x8001, new PropertyName(reader, 0x8205))]);

        var forget = new WriteBatch { ExpectedSequence = 0x402, NewSequence = 0x402 };
        forget.Mutations.Add(new PutClientState(new("c", "f", "k"), null));
        forget.Mutations.Add(new TrimDelivered(101));
        forget.Mutations.Add(new PutSetting("locale", null));
        await mailbox.ApplyDurablyAsync(forget);
        (await mailbox.ReadClientStateAsync(new("c", "f", "k"), default)).ShouldBeNull();
        (await mailbox.IsDeliveredAsync(queue, default)).ShouldBeFalse();
        (await mailbox.LoadAsync(default)).Settings.ShouldBeEmpty();
    }

    internal static void Compare(MessageRow actual, MessageRow expected)
    {
        // Records compare arrays and lists by reference: compare those by value and the rest as a whole.
        actual.Keywords.ShouldBe(expected.Keywords);
        actual.ChangeKey.ShouldBe(expected.ChangeKey);
        actual.PredecessorChangeList.ShouldBe(expected.PredecessorChangeList);
        actual.SourceKey.ShouldBe(expected.SourceKey);
        actual.ConversationIndex.ShouldBe(expected.ConversationIndex);
        actual.Overlay.ShouldBe(expected.Overlay);
        (actual with
        {
            Keywords = expected.Keywords, ChangeKey = expected.ChangeKey, PredecessorChangeList = expected.PredecessorChangeList, SourceKey = expected.SourceKey,
            ConversationIndex = expected.ConversationIndex, Overlay = expected.Overlay,
        }).ShouldBe(expected);
    }

    private sealed class Digests : IDigestSink
    {
        public List<(uint, byte)> Seen { get; } = [];

        public bool Add(uint uid, ReadOnlySpan<byte> digest)
        {
            Seen.Add((uid, digest[0]));
            return true;
        }
    }

    private sealed class Summaries : ISummarySink
    {
        public List<string> Seen { get; } = [];

        public void Add(in SummaryRow row) =>
            Seen.Add($"{row.Uid} {Utf8(row.NormalizedSubject)} {Utf8(row.MessageClass)} {Utf8(row.ConversationTopic)} {row.Mime.Key}/{row.Mime.Length} {row.ModifiedTicks} from:{Utf8(row.FromName)}");

        private static string Utf8(ReadOnlySpan<byte> bytes) => System.Text.Encoding.UTF8.GetString(bytes);
    }
}
