using Rialto.Store.Sqlite.Databases;
using Rialto.Store.Sqlite.Directory;
using Rialto.Store.Sqlite.Mailboxes;
using Rialto.Store.Sqlite.Native;
using Rialto.Store.Sqlite.Queue;
using Rialto.Testing;

namespace Rialto.Store.Sqlite.Tests;

/// <summary>
/// Data made by every earlier schema opens. Each schema has a frozen maker: the statements by which a program of that time wrote a mailbox, never changed afterwards.
/// </summary>
public sealed class MigrationTests : IDisposable
{
    private readonly TempDirectory _directory = new();

    public void Dispose() => _directory.Dispose();

    public static TheoryData<int> EveryMailboxSchema => [.. Enumerable.Range(1, MailboxSchema.Schema.Version)];

    [Theory]
    [MemberData(nameof(EveryMailboxSchema))]
    public async Task AMailboxOfAnyEarlierSchemaOpens(int schema)
    {
        var id = Guid.NewGuid();
        await using (var backend = TestData.Open(_directory.Path))
        {
            var mailbox = await backend.NewMailboxAsync(id);
            await mailbox.ApplyDurablyAsync(TestData.Insert(0x402, TestData.Row(0x403, 1)));
        }
        var path = System.IO.Directory.GetFiles(_directory.File("mailboxes"), "*.db", SearchOption.AllDirectories).Single();
        File.Delete(path);
        Makers[schema](path);

        await using var again = TestData.Open(_directory.Path);
        var reopened = (await again.OpenMailboxAsync(id, default))!;
        var image = await reopened.LoadAsync(default);
        image.Sequence.ShouldBe(1100);
        image.Folders.ShouldHaveSingleItem().Name.ShouldBe("Inbox");
        image.Folders[0].Counters.UidNext.ShouldBe(2u);
        var row = (await reopened.ReadRowsAsync(new[] { new MessageId(1050) }, default)).ShouldHaveSingleItem();
        row.NormalizedSubject.ShouldBe("An old message");
        row.ConversationTopic.ShouldBe("An old message");
        row.Content.ShouldBe(new BlobRef(77, 1234));
        row.Uid.ShouldBe(1u);
        row.MessageClass.ShouldBe("IPM.Note");
        (await reopened.FindByInternetMessageIdAsync("<old@example.com>", default)).ShouldBe([row.Id]);
        await reopened.ApplyDurablyAsync(TestData.Insert(1100, TestData.Row(1101, 2)));
        using var connection = SqliteConnection.Open(path, SqliteApi.OpenReadWrite);
        connection.Scalar("PRAGMA user_version").ShouldBe(MailboxSchema.Schema.Version);
    }

    [Fact]
    public void ASchemaOfALaterVersionIsRefused()
    {
        var path = _directory.File("later.db");
        using var connection = SqliteConnection.Open(path, SqliteApi.OpenReadWrite | SqliteApi.OpenCreate);
        MailboxSchema.Schema.Migrate(connection);
        connection.Execute("PRAGMA user_version=99");
        Should.Throw<InvalidDataException>(() => MailboxSchema.Schema.Migrate(connection));
    }

    /// <summary>A released migration is frozen: whoever changes one finds out here, and writes a new one instead.</summary>
    [Fact]
    public void ReleasedMigrationsNeverChange()
    {
        Fingerprint(MailboxSchema.Schema).ShouldBe(["1:f1a0ee232657", "2:52401ddcee76", "3:2dde13308459"]);
        Fingerprint(MailboxRegistry.RegistrySchema).ShouldBe(["1:c607232a8d9f"]);
        Fingerprint(QueueDatabase.QueueSchema).ShouldBe(["1:2ebef875d75f"]);
        Fingerprint(DirectoryDatabase.DirectorySchema).ShouldBe(["1:55fcc723661e"]);
    }

    private static readonly Dictionary<int, Action<string>> Makers = new() { [1] = MakeSchema1, [2] = MakeSchema2, [3] = MakeSchema3 };

    /// <summary>A mailbox as schema 3 had it.</summary>
    private static void MakeSchema3(string path)
    {
        MakeSchema2(path);
        using var c = SqliteConnection.Open(path, SqliteApi.OpenReadWrite);
        c.Execute("""
            CREATE TABLE saved(id INTEGER PRIMARY KEY, time INTEGER NOT NULL);
            PRAGMA user_version=3;
            """);
    }

    /// <summary>A mailbox as schema 2 had it.</summary>
    private static void MakeSchema2(string path)
    {
        MakeSchema1(path);
        using var c = SqliteConnection.Open(path, SqliteApi.OpenReadWrite);
        c.Execute("""
            DROP INDEX state_newest;
            CREATE INDEX state_newest ON state(place >> 32, received);
            ALTER TABLE change ADD COLUMN run BLOB;
            PRAGMA user_version=2;
            """);
    }

    /// <summary>A mailbox as schema 1 had it.</summary>
    private static void MakeSchema1(string path)
    {
        using var c = SqliteConnection.Open(path, SqliteApi.OpenReadWrite | SqliteApi.OpenCreate);
        c.Execute("""
            PRAGMA page_size=4096;
            PRAGMA journal_mode=WAL;
            CREATE TABLE live(slot INTEGER PRIMARY KEY, a INTEGER, b INTEGER, value BLOB);
            CREATE TABLE folder(slot INTEGER PRIMARY KEY, id INTEGER NOT NULL, body BLOB NOT NULL);
            CREATE TABLE state(place INTEGER PRIMARY KEY, id INTEGER NOT NULL, mid INTEGER, sequence INTEGER NOT NULL, cn INTEGER, read_cn INTEGER, flags INTEGER NOT NULL, status INTEGER,
                size INTEGER NOT NULL, received INTEGER NOT NULL, keywords TEXT);
            CREATE INDEX state_newest ON state(place >> 32, received) WHERE flags & 320 = 0;
            CREATE INDEX state_mid ON state(mid) WHERE mid IS NOT NULL;
            CREATE TABLE message(id INTEGER PRIMARY KEY, place INTEGER NOT NULL, kind INTEGER NOT NULL, content INTEGER NOT NULL, content_length INTEGER, converter INTEGER NOT NULL, sent INTEGER,
                created INTEGER, modified INTEGER, class TEXT, subject_prefix TEXT, subject TEXT, from_name TEXT, from_address TEXT, display_to TEXT, display_cc TEXT, display_bcc TEXT,
                importance INTEGER, sensitivity INTEGER, topic TEXT, conversation BLOB, message_id TEXT, message_id_hash INTEGER, url_name TEXT, calendar_uid TEXT, range_start INTEGER,
                range_end INTEGER, preview TEXT, rest BLOB);
            CREATE INDEX message_by_message_id ON message(message_id_hash) WHERE message_id_hash IS NOT NULL;
            CREATE INDEX message_by_url_name ON message(place >> 32, url_name) WHERE url_name IS NOT NULL;
            CREATE INDEX message_by_calendar_uid ON message(calendar_uid) WHERE calendar_uid IS NOT NULL;
            CREATE INDEX message_by_range ON message(place >> 32, range_start, range_end) WHERE range_start IS NOT NULL;
            CREATE TABLE digest(place INTEGER PRIMARY KEY, digest BLOB NOT NULL);
            CREATE TABLE change(sequence INTEGER PRIMARY KEY, kind INTEGER NOT NULL, message INTEGER, folder INTEGER NOT NULL, old_folder INTEGER, uid INTEGER, old_uid INTEGER, mid INTEGER,
                old_mid INTEGER, time INTEGER);
            CREATE INDEX change_by_folder ON change(folder);
            CREATE INDEX change_by_old_folder ON change(old_folder) WHERE old_folder IS NOT NULL;
            CREATE TABLE named_property(id INTEGER PRIMARY KEY, property_set BLOB NOT NULL, lid INTEGER NOT NULL, name TEXT);
            CREATE TABLE setting(name TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
            CREATE TABLE client_state(client TEXT NOT NULL, collection TEXT NOT NULL, key TEXT NOT NULL, value BLOB NOT NULL, PRIMARY KEY(client, collection, key)) WITHOUT ROWID;
            CREATE TABLE read_set(principal BLOB NOT NULL, folder INTEGER NOT NULL, value BLOB NOT NULL, PRIMARY KEY(principal, folder)) WITHOUT ROWID;
            CREATE TABLE delivered(queue_id BLOB PRIMARY KEY, time INTEGER NOT NULL) WITHOUT ROWID;
            PRAGMA user_version=1;
            INSERT INTO live(slot, a, b, value) VALUES(-1, 0, 1, x'00');
            INSERT INTO live(slot, a, b) VALUES(0, 1100, 5);
            INSERT INTO live(slot, value) VALUES(1, x'010200010000000000000000000000');
            INSERT INTO folder(slot, id, body) VALUES(1, 5, x'010105496E626F7801FF000000000000000000000000000000000000000000000000070000');
            INSERT INTO state(place, id, sequence, flags, size, received) VALUES(4294967297, 1050, 1050, 1, 1234, 133000000000000000);
            INSERT INTO message(id, place, kind, content, converter, subject, message_id, message_id_hash) VALUES(1050, 4294967297, 1, 77, 1, 'An old message', '<old@example.com>', 0);
            INSERT INTO digest(place, digest) VALUES(4294967297, x'0102');
            """);
        c.Execute($"UPDATE message SET message_id_hash={MessageTable.Hash("<old@example.com>")}");
    }

    private static IEnumerable<string> Fingerprint(Schema schema) =>
        schema.Migrations.Select((m, i) => $"{i + 1}:{Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(System.Text.Encoding.UTF8.GetBytes(m)))[..12]}");
}
