using Rialto.Model;
using Rialto.Store.Backend;
using Rialto.Store.Sqlite.Codec;
using Rialto.Store.Sqlite.Log;

namespace Rialto.Store.Sqlite.Tests;

public sealed class CodecTests
{
    private static readonly Guid Id = new("00112233-4455-6677-8899-aabbccddeeff");

    /// <summary>One of each mutation. A test fails when a kind is missing here.</summary>
    private static WriteBatch Everything()
    {
        var batch = new WriteBatch { ExpectedSequence = 1, NewSequence = 300 };
        batch.Mutations.AddRange(
        [
            new InsertMessage(TestData.Row(0x403, 1) with { Keywords = ["k"], Sent = new FileTime(4), Overlay = [1], Creator = Id }, new byte[] { 1, 2, 3 }),
            new ReplaceMessage(TestData.Row(0x403, 2), TestData.Inbox, 1, null),
            new ReplaceMessage(TestData.Row(0x403, 3), TestData.Inbox, 2, new byte[] { 9 }),
            new SetMessageState(new(0x403), TestData.Inbox, 3, MessageState.Read, ["a", "b"], 4, 5, 6, true),
            new SetMessageStates(TestData.Inbox, [new MessageRun(3, new(0x403), 0x403, 5), new MessageRun(9, new(0x502), 0x409, 1)])
            {
                Touched = MessageState.Read | MessageState.Flagged, State = MessageState.Read, Keywords = ["a"], Status = 2, FirstSequence = 290, IsContent = true, IsReadState = true, TimeUtcTicks = 7,
            },
            new RelocateMessage(new(0x403), TestData.Inbox, 3, TestData.Archive, 1, 7, 8, 9, MessageState.Flagged),
            new DeleteMessage(new(0x403), TestData.Archive, 1),
            new PutFolder(TestData.Folder(TestData.Inbox, "I") with { Permissions = [new FolderPermission(Id, FolderRights.All)], Counters = new FolderCounters { UidNext = 3 } }),
            new PutFolderCounters(TestData.Inbox, new FolderCounters { UidNext = 9, Count = 1, Size = 1 << 20, NewestChange = new FileTime(3) }),
            new DeleteFolder(TestData.Archive),
            new AppendChange(new Change { Kind = ChangeKind.MessageModified, Parts = MessageParts.Subject | MessageParts.Others, Sequence = 9, Folder = TestData.Inbox }),
            new AppendChange(new Change { Kind = ChangeKind.MessageMoved, Sequence = 10, Folder = TestData.Inbox, OldFolder = TestData.Archive, Uid = 1, OldUid = 2, Mid = 3, OldMid = 4, Message = new(5), TimeUtcTicks = 6 }),
            new TrimChanges(4),
            new AddNamedProperty(0x8001, new PropertyName(Id, "n")),
            new PutClientState(new("c", "o", "k"), new byte[] { 5 }),
            new PutClientState(new("c", "o", "k"), null),
            new PutReadSet(Id, TestData.Inbox, new byte[] { 6 }),
            new PutSetting("s", "v"),
            new PutSetting("s", null),
            new MarkDelivered(Id, 77),
            new TrimDelivered(78),
        ]);
        return batch;
    }

    private static byte[] Encode(WriteBatch batch)
    {
        using var writer = new RecordWriter();
        WriteBatchCodec.Write(writer, batch);
        return writer.Written.ToArray();
    }

    [Fact]
    public void EveryMutationComesBackAsItWas()
    {
        var batch = Everything();
        batch.Mutations.Select(m => m.GetType()).Distinct().Count().ShouldBe(typeof(Mutation).Assembly.GetTypes().Count(t => t.IsSubclassOf(typeof(Mutation))), "one of each kind");
        var bytes = Encode(batch);
        var again = WriteBatchCodec.Read(bytes);
        (again.ExpectedSequence, again.NewSequence).ShouldBe((1, 300));
        Encode(again).ShouldBe(bytes);
        again.Mutations.Select(m => m.GetType()).ShouldBe(batch.Mutations.Select(m => m.GetType()));
        MailboxTests.Compare(((InsertMessage)again.Mutations[0]).Row, ((InsertMessage)batch.Mutations[0]).Row);
        ((ReplaceMessage)again.Mutations[1]).Digest.ShouldBeNull();
        again.Mutations.OfType<PutFolder>().Single().Folder.Counters.UidNext.ShouldBe(3u);
        again.Mutations.OfType<DeleteMessage>().ShouldBe(batch.Mutations.OfType<DeleteMessage>());
        again.Mutations.OfType<AppendChange>().ShouldBe(batch.Mutations.OfType<AppendChange>());
        again.Mutations.OfType<SetMessageStates>().Single().Changes().ShouldBe(batch.Mutations.OfType<SetMessageStates>().Single().Changes());
    }

    [Fact]
    public void EveryPrefixIsRefused()
    {
        var bytes = Encode(Everything());
        for (var length = 0; length < bytes.Length; length++)
            Should.Throw<InvalidDataException>(() => WriteBatchCodec.Read(bytes.AsSpan(0, length)), $"prefix of {length}");
    }

    [Fact]
    public void DamagedBytesGiveABatchOrAnError()
    {
        var bytes = Encode(Everything());
        var random = new Random(1);
        for (var i = 0; i < 3000; i++)
        {
            var damaged = bytes.ToArray();
            damaged[random.Next(damaged.Length)] ^= (byte)random.Next(1, 256);
            try
            {
                WriteBatchCodec.Read(damaged);
            }
            catch (Exception e) when (e is InvalidDataException or OverflowException)
            {
            }
        }
    }

    [Fact]
    public void NumbersOnDiskNeverChange()
    {
        Enum.GetValues<MutationKind>().Select(k => $"{(int)k} {k}").ShouldBe(
        [
            "1 InsertMessage", "2 ReplaceMessage", "3 SetMessageState", "4 RelocateMessage", "5 DeleteMessage", "6 PutFolder", "7 PutFolderCounters", "8 DeleteFolder", "9 AppendChange",
            "10 TrimChanges", "11 AddNamedProperty", "12 PutClientState", "13 PutReadSet", "14 PutSetting", "15 MarkDelivered", "16 TrimDelivered", "17 SetMessageMarks", "18 SetMessageStates",
        ]);
        Enum.GetValues<LogTargetKind>().Select(k => $"{(int)k} {k}").ShouldBe(["1 Registry", "2 Mailbox", "3 Queue", "4 Directory", "5 Contents"]);
        var batch = new WriteBatch { ExpectedSequence = 300, NewSequence = 301 };
        batch.Mutations.Add(new SetMessageState(new(0x403), TestData.Inbox, 3, MessageState.Read, ["a"], 0, 301, 302));
        batch.Mutations.Add(new PutClientState(new("c", "o", "k"), new byte[] { 5 }));
        Convert.ToHexString(Encode(batch)).ShouldBe("01AC02AD0202" + "03" + "8308" + "05" + "03" + "01" + "0101" + "61" + "00" + "AD02" + "AE02" + "0C" + "0163" + "016F" + "016B" + "0205");
    }
}
