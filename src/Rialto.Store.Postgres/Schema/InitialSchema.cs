namespace Rialto.Store.Postgres;

/// <summary>
/// Schema 1. Every key starts with the mailbox, so that a distributed database can shard by it. Text that came from outside is kept as its UTF-8 bytes: PostgreSQL's text
/// knows no U+0000, and nothing here depends on a collation. Columns are null where they have the value that they nearly always have.
/// Keys of unbounded length are looked up by a 64-bit hash: a B-tree entry is limited to a third of a page.
/// </summary>
internal static class InitialSchema
{
    public const string Sql = """
        CREATE TABLE mailbox(
            id uuid PRIMARY KEY,
            number bigint GENERATED ALWAYS AS IDENTITY,  -- short name, in the text index
            replica uuid NOT NULL,
            is_public boolean NOT NULL,
            owner uuid NOT NULL,
            created bigint NOT NULL,
            sequence bigint NOT NULL,
            oldest_change bigint NOT NULL DEFAULT 0,
            writer uuid                                  -- token of the batch that set the sequence
        ) WITH (fillfactor = 50);

        CREATE TABLE folder(mailbox uuid NOT NULL, id bigint NOT NULL, parent bigint NOT NULL, body bytea NOT NULL, PRIMARY KEY(mailbox, id));

        CREATE TABLE folder_counter(
            mailbox uuid NOT NULL, folder bigint NOT NULL,
            uid_next bigint NOT NULL, highest_sequence bigint NOT NULL, messages bigint NOT NULL, unread bigint NOT NULL,
            associated bigint NOT NULL, size bigint NOT NULL, newest_change bigint NOT NULL,
            PRIMARY KEY(mailbox, folder)
        ) WITH (fillfactor = 50);

        -- The narrow rows of folder views. Flags are in no index, so that changing them stays within the page.
        CREATE TABLE message_state(
            mailbox uuid NOT NULL, folder bigint NOT NULL, uid bigint NOT NULL,
            id bigint NOT NULL, mid bigint NOT NULL, sequence bigint NOT NULL, cn bigint NOT NULL, read_cn bigint NOT NULL,
            flags integer NOT NULL, status integer NOT NULL, size bigint NOT NULL, received bigint NOT NULL,
            keywords bytea,                              -- separated by line feeds
            PRIMARY KEY(mailbox, folder, uid)
        ) WITH (fillfactor = 80);
        CREATE UNIQUE INDEX message_state_id ON message_state(mailbox, id);
        CREATE INDEX message_state_mid ON message_state(mailbox, mid);
        CREATE INDEX message_state_newest ON message_state(mailbox, folder, received, uid);

        CREATE TABLE message_summary(
            mailbox uuid NOT NULL, id bigint NOT NULL,
            kind integer NOT NULL, content bigint NOT NULL, content_length bigint NOT NULL, derived bigint, derived_length bigint, converter integer NOT NULL,
            sent bigint, created bigint NOT NULL, modified bigint NOT NULL,
            class bytea,                                 -- null: IPM.Note
            subject_prefix bytea, subject bytea, from_name bytea, from_address bytea, display_to bytea, display_cc bytea, display_bcc bytea,
            importance integer NOT NULL, sensitivity integer NOT NULL,
            topic bytea,                                 -- null: the same as subject
            message_id bytea, message_id_hash bigint, url_name bytea, url_name_hash bigint, calendar_uid bytea, calendar_uid_hash bigint,
            range_start bigint, range_end bigint, preview bytea,
            rest bytea,                                  -- packed: what no list shows
            PRIMARY KEY(mailbox, id));
        CREATE INDEX message_summary_message_id ON message_summary(mailbox, message_id_hash) WHERE message_id_hash IS NOT NULL;
        CREATE INDEX message_summary_url_name ON message_summary(mailbox, url_name_hash) WHERE url_name_hash IS NOT NULL;
        CREATE INDEX message_summary_calendar_uid ON message_summary(mailbox, calendar_uid_hash) WHERE calendar_uid_hash IS NOT NULL;
        CREATE INDEX message_summary_range ON message_summary(mailbox, range_start) WHERE range_start IS NOT NULL;

        CREATE TABLE message_digest(mailbox uuid NOT NULL, folder bigint NOT NULL, uid bigint NOT NULL, digest bytea NOT NULL, PRIMARY KEY(mailbox, folder, uid));

        CREATE TABLE change(
            mailbox uuid NOT NULL, sequence bigint NOT NULL, kind integer NOT NULL, message bigint NOT NULL, folder bigint NOT NULL, old_folder bigint NOT NULL,
            uid bigint NOT NULL, old_uid bigint NOT NULL, mid bigint NOT NULL, old_mid bigint NOT NULL, time bigint NOT NULL,
            PRIMARY KEY(mailbox, sequence));
        CREATE INDEX change_folder ON change(mailbox, folder, sequence);
        CREATE INDEX change_old_folder ON change(mailbox, old_folder, sequence) WHERE old_folder <> 0;

        CREATE TABLE named_property(mailbox uuid NOT NULL, id integer NOT NULL, property_set uuid NOT NULL, lid bigint NOT NULL, name bytea, PRIMARY KEY(mailbox, id));
        CREATE TABLE setting(mailbox uuid NOT NULL, name text NOT NULL, value bytea NOT NULL, PRIMARY KEY(mailbox, name));
        CREATE TABLE client_state(mailbox uuid NOT NULL, collection uuid NOT NULL, item uuid NOT NULL, key bytea NOT NULL, value bytea NOT NULL, PRIMARY KEY(mailbox, collection, item));
        CREATE TABLE read_set(mailbox uuid NOT NULL, principal uuid NOT NULL, folder bigint NOT NULL, value bytea NOT NULL, PRIMARY KEY(mailbox, principal, folder));
        CREATE TABLE delivered(mailbox uuid NOT NULL, queue_id uuid NOT NULL, time bigint NOT NULL, PRIMARY KEY(mailbox, queue_id));

        -- Contents of all mailboxes, once each. hash is null while a large one is being written; data is null where it lies in chunks.
        CREATE TABLE blob(id bigint GENERATED BY DEFAULT AS IDENTITY PRIMARY KEY, hash bytea UNIQUE, length bigint NOT NULL, created bigint NOT NULL, data bytea);
        CREATE TABLE blob_chunk(blob bigint NOT NULL, number integer NOT NULL, data bytea NOT NULL, PRIMARY KEY(blob, number));

        CREATE TABLE text_mark(mailbox uuid NOT NULL, in_words boolean NOT NULL, up_to bigint NOT NULL, PRIMARY KEY(mailbox, in_words));
        -- Words of a message by field, for databases without tsvector; each text begins and ends with a space.
        CREATE TABLE text_plain(mailbox uuid NOT NULL, id bigint NOT NULL, subject text NOT NULL, participants text NOT NULL, body text NOT NULL, PRIMARY KEY(mailbox, id));

        CREATE TABLE mail_queue(
            id uuid PRIMARY KEY,
            number bigint GENERATED BY DEFAULT AS IDENTITY,
            content bigint NOT NULL, content_length bigint NOT NULL,
            envelope bytea NOT NULL, recipients bytea NOT NULL,
            due bigint NOT NULL,
            leased_until bigint NOT NULL DEFAULT 0,
            holder text,                                 -- null: never claimed, or let go of
            received bigint NOT NULL
        ) WITH (fillfactor = 70);
        -- Who claims, and when it was last alive, by the database's clock.
        CREATE TABLE queue_holder(holder text PRIMARY KEY, seen timestamptz NOT NULL);
        CREATE INDEX mail_queue_due ON mail_queue(due, number);
        CREATE INDEX mail_queue_content ON mail_queue(content);
        CREATE INDEX mail_queue_number ON mail_queue(number);

        CREATE TABLE directory_version(one integer PRIMARY KEY, version bigint NOT NULL, writer uuid);
        INSERT INTO directory_version(one, version) VALUES(1, 0);
        CREATE TABLE directory_object(id uuid PRIMARY KEY, kind integer NOT NULL, version bigint NOT NULL, payload bytea NOT NULL);
        CREATE INDEX directory_object_version ON directory_object(version);
        CREATE TABLE directory_credential(id uuid PRIMARY KEY, account uuid NOT NULL, kind integer NOT NULL, version bigint NOT NULL, payload bytea NOT NULL, last_used bigint);
        CREATE INDEX directory_credential_account ON directory_credential(account);
        CREATE INDEX directory_credential_version ON directory_credential(version);
        CREATE TABLE directory_blob(id uuid NOT NULL, name text NOT NULL, content bytea NOT NULL, PRIMARY KEY(id, name));
        CREATE TABLE directory_tombstone(id uuid NOT NULL, is_credential boolean NOT NULL, version bigint NOT NULL, PRIMARY KEY(id, is_credential));
        CREATE INDEX directory_tombstone_version ON directory_tombstone(version);
        """;

    /// <summary>Apart from the numbered scripts, since it depends on what the database can do: lexemes begin with the mailbox's number and the field.</summary>
    public const string TextVectors = """
        CREATE TABLE IF NOT EXISTS text_vector(mailbox uuid NOT NULL, id bigint NOT NULL, is_long boolean NOT NULL, is_cut boolean NOT NULL, words tsvector NOT NULL, PRIMARY KEY(mailbox, id));
        CREATE INDEX IF NOT EXISTS text_vector_words ON text_vector USING gin(words);
        CREATE INDEX IF NOT EXISTS text_vector_cut ON text_vector(mailbox) WHERE is_cut;
        """;

    /// <summary>Every table with a mailbox's rows, but the mailbox itself.</summary>
    public static IReadOnlyList<string> MailboxTables { get; } =
    [
        "folder", "folder_counter", "message_state", "message_summary", "message_digest", "change", "named_property", "setting", "client_state", "read_set", "delivered",
        "text_mark", "text_term", "text_plain", "message_saved",
    ];
}
