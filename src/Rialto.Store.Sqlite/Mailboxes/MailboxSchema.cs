using Rialto.Store.Sqlite.Databases;

namespace Rialto.Store.Sqlite.Mailboxes;

/// <summary>
/// The database of one mailbox. A folder's id is long and its UIDs are many, so each folder has a small number here, its slot, and
/// place = slot &lt;&lt; 32 | uid is the key of everything that lies in UID order: an integer key, the cheapest that SQLite has.
/// Columns are null where they have the value that they nearly always have (see <see cref="MessageTable"/>).
/// </summary>
internal static class MailboxSchema
{
    public static Schema Schema { get; } = new("a mailbox", [First, Second, Third]);

    private const string First = """
        -- What changes with every transaction, on one page: in slot 0 the mailbox's counter (a) and the LSN (b), in a folder's slot its counters (value).
        -- Slot -1 holds the oldest change (a), the highest slot ever given (b) and the mailbox's header (value).
        CREATE TABLE live(slot INTEGER PRIMARY KEY, a INTEGER, b INTEGER, value BLOB);
        CREATE TABLE folder(slot INTEGER PRIMARY KEY, id INTEGER NOT NULL, body BLOB NOT NULL);

        -- The narrow rows of folder views.
        CREATE TABLE state(
            place INTEGER PRIMARY KEY,
            id INTEGER NOT NULL,
            mid INTEGER,                 -- null: the same as id
            sequence INTEGER NOT NULL,
            cn INTEGER,                  -- null: the same as sequence
            read_cn INTEGER,             -- null: 0
            flags INTEGER NOT NULL,
            status INTEGER,              -- null: 0
            size INTEGER NOT NULL,
            received INTEGER NOT NULL,
            keywords TEXT);              -- separated by line feeds
        CREATE INDEX state_newest ON state(place >> 32, received) WHERE flags & 320 = 0;
        CREATE INDEX state_mid ON state(mid) WHERE mid IS NOT NULL;

        -- The summary rows of lists, and what else is known of a message.
        CREATE TABLE message(
            id INTEGER PRIMARY KEY,
            place INTEGER NOT NULL,
            kind INTEGER NOT NULL,
            content INTEGER NOT NULL,
            content_length INTEGER,      -- null: the MIME size
            converter INTEGER NOT NULL,
            sent INTEGER,
            created INTEGER,             -- null: when it was received
            modified INTEGER,            -- null: when it was created
            class TEXT,                  -- null: IPM.Note
            subject_prefix TEXT,
            subject TEXT,
            from_name TEXT,
            from_address TEXT,
            display_to TEXT,
            display_cc TEXT,
            display_bcc TEXT,
            importance INTEGER,          -- null: 1
            sensitivity INTEGER,         -- null: 0
            topic TEXT,                  -- null: the same as subject
            conversation BLOB,
            message_id TEXT,
            message_id_hash INTEGER,     -- 32 bits; the index need not repeat the text
            url_name TEXT,
            calendar_uid TEXT,
            range_start INTEGER,
            range_end INTEGER,
            preview TEXT,
            rest BLOB);                  -- packed: what few messages have
        CREATE INDEX message_by_message_id ON message(message_id_hash) WHERE message_id_hash IS NOT NULL;
        CREATE INDEX message_by_url_name ON message(place >> 32, url_name) WHERE url_name IS NOT NULL;
        CREATE INDEX message_by_calendar_uid ON message(calendar_uid) WHERE calendar_uid IS NOT NULL;
        CREATE INDEX message_by_range ON message(place >> 32, range_start, range_end) WHERE range_start IS NOT NULL;

        CREATE TABLE digest(place INTEGER PRIMARY KEY, digest BLOB NOT NULL);

        CREATE TABLE change(
            sequence INTEGER PRIMARY KEY,
            kind INTEGER NOT NULL,
            message INTEGER,
            folder INTEGER NOT NULL,
            old_folder INTEGER,
            uid INTEGER,
            old_uid INTEGER,
            mid INTEGER,
            old_mid INTEGER,
            time INTEGER);
        CREATE INDEX change_by_folder ON change(folder);
        CREATE INDEX change_by_old_folder ON change(old_folder) WHERE old_folder IS NOT NULL;

        CREATE TABLE named_property(id INTEGER PRIMARY KEY, property_set BLOB NOT NULL, lid INTEGER NOT NULL, name TEXT);
        CREATE TABLE setting(name TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
        CREATE TABLE client_state(client TEXT NOT NULL, collection TEXT NOT NULL, key TEXT NOT NULL, value BLOB NOT NULL, PRIMARY KEY(client, collection, key)) WITHOUT ROWID;
        CREATE TABLE read_set(principal BLOB NOT NULL, folder INTEGER NOT NULL, value BLOB NOT NULL, PRIMARY KEY(principal, folder)) WITHOUT ROWID;
        CREATE TABLE delivered(queue_id BLOB PRIMARY KEY, time INTEGER NOT NULL) WITHOUT ROWID;
        """;

    // The condition on flags made every change of a flag one of the index too.
    private const string Second = """
        DROP INDEX state_newest;
        CREATE INDEX state_newest ON state(place >> 32, received);
        -- Where the row stands for messages that follow each other by UID: see StateRun. The columns are those of the first, the sequence that of the last.
        ALTER TABLE change ADD COLUMN run BLOB;
        """;

    private const string Third = """
        -- When a message came into its folder, where that is not when it was created.
        CREATE TABLE saved(id INTEGER PRIMARY KEY, time INTEGER NOT NULL);
        """;
}
