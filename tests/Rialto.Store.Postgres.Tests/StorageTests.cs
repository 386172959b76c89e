using Npgsql;
using Rialto.Model;
using Rialto.Store.Backend;
using Rialto.Store.Conformance;

namespace Rialto.Store.Postgres.Tests;

/// <summary>Opening, creating, checking, and what happens when the database is away.</summary>
[Collection(PostgresCollection.Name)]
public sealed class StorageTests(PostgresFixture postgres)
{
    private static readonly CancellationToken None = CancellationToken.None;

    [Fact]
    public async Task ServersThatStartAtOnceMakeOneSchema()
    {
        var database = await postgres.CreateDatabaseAsync();
        var opened = await Task.WhenAll(Enumerable.Range(0, 6).Select(_ => Task.Run(() => PostgresFixture.OpenAsync(database))));
        (await opened[5].Directory.GetVersionAsync(None)).ShouldBe(0);
        foreach (var storage in opened)
            await storage.DisposeAsync();
        (await SqlAsync(database, "SELECT count(*) FROM schema_version")).ShouldBe(Migrations.Newest);
    }

    [Fact]
    public async Task NewerSchemaIsRefused()
    {
        var database = await postgres.CreateDatabaseAsync();
        await (await PostgresFixture.OpenAsync(database)).DisposeAsync();
        await SqlAsync(database, "INSERT INTO schema_version(version, applied) VALUES(1000, 0)");
        (await Should.ThrowAsync<InvalidOperationException>(() => PostgresFixture.OpenAsync(database))).Message.ShouldContain("1000");
    }

    [Fact]
    public async Task DatabaseThatIsAwayIsUnavailable() => await Should.ThrowAsync<StorageUnavailableException>(() =>
        PostgresFixture.OpenAsync("Host=127.0.0.1;Port=1;Username=x;Password=x;Database=x;Timeout=2"));

    [Fact]
    public async Task ConnectionsThatWereCutAreReplaced()
    {
        var database = await postgres.CreateDatabaseAsync();
        await using var storage = await PostgresFixture.OpenAsync(database);
        (await storage.Directory.GetVersionAsync(None)).ShouldBe(0);
        await SqlAsync(database, "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()");
        (await storage.Directory.GetVersionAsync(None)).ShouldBe(0);
    }

    [Fact]
    public async Task ManyMailboxesAreCreatedAndListed()
    {
        await using var storage = await postgres.CreateStorageAsync();
        await using var engine = new StoreEngine(storage.Store, new PlainConverter(), new StoreOptions(), TimeProvider.System);
        var mailboxes = Enumerable.Range(0, 600).Select(_ => (Guid.NewGuid(), Guid.NewGuid())).ToList();
        await engine.CreateMailboxesAsync(mailboxes.Take(400).ToList(), None);
        await engine.CreateMailboxesAsync([.. mailboxes, mailboxes[599]], None);
        var listed = new List<MailboxHeader>();
        await foreach (var header in storage.Store.ListMailboxesAsync(None))
            listed.Add(header);
        listed.Select(h => (h.Id, h.Owner)).ShouldBe(mailboxes, ignoreOrder: true);
        (await engine.CreateMailboxAsync(mailboxes[0].Item1, Guid.NewGuid(), null, None)).ShouldBeFalse();
        var problems = new List<string>();
        await foreach (var problem in storage.Store.CheckAsync(null, None))
            problems.Add(problem);
        problems.ShouldBeEmpty();
    }

    [Fact]
    public async Task RowsKeepEveryValue()
    {
        var database = await postgres.CreateDatabaseAsync();
        await using var storage = await PostgresFixture.OpenAsync(database);
        var header = new MailboxHeader(Guid.NewGuid(), Guid.NewGuid(), true, Guid.NewGuid(), 638_000_000_000_000_000);
        var blob = await storage.Store.Blobs.WriteAsync(new("content"u8.ToArray()), None);
        var row = new MessageRow
        {
            Id = new(0x500), Folder = new(0x501), Uid = uint.MaxValue, Mid = 0x502, Sequence = 0x510, Cn = 0x511, ReadCn = 0x512, ChangeKey = [1], PredecessorChangeList = [], SourceKey = [3, 4],
            State = Store.MessageState.Read | Store.MessageState.FromMe, Keywords = new[] { "a b", "ümläut" }, Status = -5, MimeSize = 7, Received = new(1), Sent = new(long.MaxValue), Created = new(3),
            Creator = Guid.NewGuid(), Modified = new(4), MessageClass = "", SubjectPrefix = "Re: ", NormalizedSubject = "nul \0 inside", FromName = "日本", FromAddress = "a@b", SenderName = "s", SenderAddress = "t",
            DisplayTo = "to", DisplayCc = "cc", DisplayBcc = "bcc", Importance = 2, Sensitivity = 3, Preview = "p", InternetMessageId = new string('m', 20_000), InReplyTo = "r",
            ConversationTopic = "", ConversationIndex = [9], ConversationId = Guid.NewGuid(), UrlName = "u.eml", CalendarUid = "uid", RangeStart = new(10), RangeEnd = new(20),
            Kind = ContentKind.Properties, Content = blob, DerivedMime = blob, ConverterVersion = 4, Overlay = [7, 7],
        };
        var initial = new WriteBatch { ExpectedSequence = 0, NewSequence = 0x600 };
        var folder = new Folder
        {
            Id = row.Folder, Parent = row.Folder, Name = "x\0\ud800y", Type = FolderType.Search, Special = SpecialFolder.Inbox, ContainerClass = "IPF.X", Comment = "c", Hidden = true, Sequence = 5, Cn = 6,
            ChangeKey = [1], Created = new(7), Modified = new(8), UidValidity = uint.MaxValue, Permissions = [new(Guid.NewGuid(), FolderRights.All)], Properties = [2],
        };
        var counters = new FolderCounters { UidNext = uint.MaxValue, HighestSequence = 1, Count = 2, Unread = 3, AssociatedCount = 4, Size = 5, NewestChange = new(6) };
        var name = new PropertyName(Guid.NewGuid(), "N\0");
        initial.Mutations.AddRange([
            new PutFolder(folder), new PutFolderCounters(folder.Id, counters), new InsertMessage(row, new byte[] { 1, 2 }), new AddNamedProperty(0x8000, name), new PutSetting("s", "v\0"),
            new MarkDelivered(header.Id, 5), new PutReadSet(header.Owner, folder.Id, new byte[] { 8 }),
        ]);
        (await storage.Store.CreateMailboxAsync(header, initial, None)).ShouldBeTrue();

        await using var mailbox = (await storage.Store.OpenMailboxAsync(header.Id, None))!;
        var read = (await mailbox.ReadRowsAsync(new[] { row.Id, new(1) }, None)).ShouldHaveSingleItem();
        read.ShouldBeEquivalentTo(row);
        var image = await mailbox.LoadAsync(None);
        image.Header.ShouldBe(header);
        var readFolder = image.Folders.ShouldHaveSingleItem();
        readFolder.Permissions.ShouldBe(folder.Permissions);
        (readFolder with { Permissions = [] }).ShouldBeEquivalentTo(folder with { Permissions = [], Name = "x\0\ufffdy", Counters = counters });
        image.NamedProperties.ShouldBe([((ushort)0x8000, name)]);
        image.Settings["s"].ShouldBe("v\0");
        (await mailbox.IsDeliveredAsync(header.Id, None)).ShouldBeTrue();
        (await mailbox.IsDeliveredAsync(header.Owner, None)).ShouldBeFalse();
        (await mailbox.ReadReadSetAsync(header.Owner, folder.Id, None))!.Value.ToArray().ShouldBe([8]);
        (await mailbox.FindByUrlNameAsync(folder.Id, "u.eml", None)).ShouldBe(row.Id);
        (await mailbox.FindByUrlNameAsync(new(1), "u.eml", None)).ShouldBeNull();
        (await mailbox.FindByCalendarUidAsync("uid", None)).ShouldBe([row.Id]);
        (await mailbox.FindByInternetMessageIdAsync(row.InternetMessageId, None)).ShouldBe([row.Id]);
        (await mailbox.FindByMidAsync(0x502, None)).ShouldBe(row.Id);
        (await mailbox.FindInTimeRangeAsync(folder.Id, new(19), new(30), None)).ShouldBe([row.Id]);
        (await mailbox.FindInTimeRangeAsync(folder.Id, new(20), new(30), None)).ShouldBeEmpty();
    }

    [Fact]
    public async Task CheckNamesWhatIsBroken()
    {
        var database = await postgres.CreateDatabaseAsync();
        await using var storage = await PostgresFixture.OpenAsync(database);
        await using var engine = new StoreEngine(storage.Store, new PlainConverter(), new StoreOptions(), TimeProvider.System);
        var owner = new Principal(Guid.NewGuid(), "o@example.com", [], PrincipalKind.Account);
        var mailbox = Guid.NewGuid();
        await engine.CreateMailboxAsync(mailbox, owner.Id, null, None);
        using var session = (await engine.OpenAsync(mailbox, owner, None)).Value;
        var message = await engine.PrepareMimeAsync(new System.Buffers.ReadOnlySequence<byte>("Subject: x\r\n\r\ny"u8.ToArray()), None);
        await session.AppendAsync(SpecialFolders.IdOf(SpecialFolder.Inbox), message, AppendOptions.Default, None);
        await SqlAsync(database, "UPDATE blob SET length = length + 1; DELETE FROM message_digest; UPDATE folder_counter SET unread = unread + 1 WHERE messages > 0; INSERT INTO setting VALUES(gen_random_uuid(), 'x', '')");
        var problems = new List<string>();
        await foreach (var problem in storage.Store.CheckAsync(null, None))
            problems.Add(problem);
        problems.ShouldContain(p => p.Contains("another length"));
        problems.ShouldContain(p => p.Contains("no digest"));
        problems.ShouldContain(p => p.Contains("counters do not fit"));
        problems.ShouldContain(p => p.Contains("blob") && p.Contains("bytes instead of"));
        problems.ShouldContain(p => p.StartsWith("setting has rows"));
        problems.Count.ShouldBe(5);
    }

    [Fact]
    public async Task BackupSaysWhichToolToUse()
    {
        await using var storage = await postgres.CreateStorageAsync();
        (await Should.ThrowAsync<BackupNotSupportedException>(async () => await storage.Store.BackupAsync("/nowhere", null, None))).Message.ShouldContain("pg_dump");
    }

    private static async Task<long> SqlAsync(string database, string sql)
    {
        await using var connection = new NpgsqlConnection(database + ";Pooling=false");
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand(sql, connection);
        return await command.ExecuteScalarAsync() is long count ? count : 0;
    }
}
