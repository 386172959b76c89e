using System.Runtime.CompilerServices;
using Rialto.Store.Backend;

namespace Rialto.Store.Postgres;

/// <summary>What must hold between the tables, asked of the database itself; each query gives one line a defect.</summary>
internal static class DataCheck
{
    /// <summary>Of one kind: whoever has so many has one cause.</summary>
    private const int MostLines = 1000;

    private static readonly (string What, string Sql)[] Queries =
    [
        ("summaries", """
            SELECT 'mailbox ' || m.mailbox || ': message ' || m.id || ' has a summary and is in no folder' FROM message_summary m
            WHERE NOT EXISTS (SELECT 1 FROM message_state s WHERE s.mailbox = m.mailbox AND s.id = m.id)
            """),
        ("states", """
            SELECT 'mailbox ' || s.mailbox || ' folder ' || s.folder || ': message ' || s.id || ' has no summary' FROM message_state s
            WHERE NOT EXISTS (SELECT 1 FROM message_summary m WHERE m.mailbox = s.mailbox AND m.id = s.id)
            """),
        ("folders of messages", """
            SELECT DISTINCT 'mailbox ' || s.mailbox || ': folder ' || s.folder || ' has messages and is not there' FROM message_state s
            WHERE NOT EXISTS (SELECT 1 FROM folder f WHERE f.mailbox = s.mailbox AND f.id = s.folder)
            """),
        ("digests", """
            SELECT 'mailbox ' || coalesce(s.mailbox, d.mailbox) || ' folder ' || coalesce(s.folder, d.folder) || ': UID ' || coalesce(s.uid, d.uid)
                || CASE WHEN d.uid IS NULL THEN ' has no digest' ELSE ' has a digest and no message' END
            FROM message_state s FULL JOIN message_digest d ON d.mailbox = s.mailbox AND d.folder = s.folder AND d.uid = s.uid WHERE s.uid IS NULL OR d.uid IS NULL
            """),
        ("folders", """
            SELECT 'mailbox ' || f.mailbox || ': folder ' || f.id || CASE WHEN c.folder IS NULL THEN ' has no counters' ELSE ' has no parent ' || f.parent END
            FROM folder f LEFT JOIN folder_counter c ON c.mailbox = f.mailbox AND c.folder = f.id LEFT JOIN folder p ON p.mailbox = f.mailbox AND p.id = f.parent
            WHERE c.folder IS NULL OR p.id IS NULL
            """),
        ("counters", """
            SELECT 'mailbox ' || c.mailbox || ' folder ' || c.folder || ': counters do not fit its messages (' || c.messages || '/' || coalesce(n.messages, 0) || ' messages, '
                || c.unread || '/' || coalesce(n.unread, 0) || ' unread, ' || c.associated || '/' || coalesce(n.associated, 0) || ' associated, ' || c.size || '/' || coalesce(n.size, 0) || ' bytes)'
            FROM folder_counter c LEFT JOIN (
                SELECT mailbox, folder, count(*) FILTER (WHERE flags & 320 = 0) AS messages, count(*) FILTER (WHERE flags & 321 = 0) AS unread,
                    count(*) FILTER (WHERE flags & 320 = 64) AS associated, sum(size) AS size, max(uid) AS uid, max(sequence) AS sequence
                FROM message_state GROUP BY mailbox, folder) n ON n.mailbox = c.mailbox AND n.folder = c.folder
            WHERE (c.messages <> coalesce(n.messages, 0) OR c.unread <> coalesce(n.unread, 0) OR c.associated <> coalesce(n.associated, 0) OR c.size <> coalesce(n.size, 0)
                OR c.uid_next <= coalesce(n.uid, 0) OR c.highest_sequence < coalesce(n.sequence, 0))
                -- Search folders, which never give a UID, count messages that are elsewhere.
                AND NOT (c.uid_next = 1 AND n.uid IS NULL AND c.associated = 0 AND c.size = 0)
            """),
        ("sequences", """
            SELECT 'mailbox ' || m.id || ': sequence ' || m.sequence || ' is below that of a change or folder' FROM mailbox m
            WHERE EXISTS (SELECT 1 FROM change c WHERE c.mailbox = m.id AND c.sequence > m.sequence)
                OR EXISTS (SELECT 1 FROM folder_counter c WHERE c.mailbox = m.id AND c.highest_sequence > m.sequence)
            """),
        ("contents", """
            SELECT 'mailbox ' || m.mailbox || ': message ' || m.id || CASE WHEN b.id IS NULL OR b.hash IS NULL THEN ' has lost its content' ELSE ' has a content of another length' END
            FROM message_summary m LEFT JOIN blob b ON b.id = m.content WHERE b.id IS NULL OR b.hash IS NULL OR b.length <> m.content_length
            """),
        ("derived contents", """
            SELECT 'mailbox ' || m.mailbox || ': message ' || m.id || ' has lost its MIME form' FROM message_summary m LEFT JOIN blob b ON b.id = m.derived
            WHERE m.derived IS NOT NULL AND (b.id IS NULL OR b.hash IS NULL OR b.length <> m.derived_length)
            """),
        ("queued contents", """
            SELECT 'queue: entry ' || q.id || ' has lost its content' FROM mail_queue q LEFT JOIN blob b ON b.id = q.content WHERE b.id IS NULL OR b.hash IS NULL
            """),
        ("blobs", """
            SELECT 'blob ' || b.id || ' has ' || coalesce(length(b.data), c.length, 0) || ' bytes instead of ' || b.length
            FROM blob b LEFT JOIN (SELECT blob, sum(length(data)) AS length FROM blob_chunk GROUP BY blob) c ON c.blob = b.id
            WHERE b.hash IS NOT NULL AND coalesce(length(b.data), c.length, 0) <> b.length
            """),
        .. InitialSchema.MailboxTables.Select(t => ($"owners of {t}", $"""
            SELECT DISTINCT '{t} has rows of a mailbox that is not there, ' || t.mailbox FROM {t} t WHERE NOT EXISTS (SELECT 1 FROM mailbox m WHERE m.id = t.mailbox)
            """)),
    ];

    public static async IAsyncEnumerable<string> RunAsync(Database database, IProgress<BackendProgress>? progress, [EnumeratorCancellation] CancellationToken cancel)
    {
        for (var i = 0; i < Queries.Length; i++)
        {
            foreach (var line in await database.ListAsync($"{Queries[i].Sql} LIMIT {MostLines}", p => { }, r => r.GetString(0), cancel))
                yield return line;
            progress?.Report(new BackendProgress(Queries[i].What, i + 1, Queries.Length));
        }
    }
}
