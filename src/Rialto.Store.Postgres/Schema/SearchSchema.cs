namespace Rialto.Store.Postgres;

/// <summary>Schema 2: the full-text index knows whole headers and parts of words. What it held is derived data, and is indexed anew.</summary>
internal static class SearchSchema
{
    public const string Sql = """
        DROP TABLE IF EXISTS text_words;
        DROP TABLE text_plain;
        DELETE FROM text_mark;
        -- The words of a mailbox's messages by field (h: header, t: body): which of them hold a part is asked here.
        CREATE TABLE text_term(mailbox uuid NOT NULL, field "char" NOT NULL, term text COLLATE "C" NOT NULL, PRIMARY KEY(mailbox, field, term));
        -- For databases without tsvector: the folded texts.
        CREATE TABLE text_plain(mailbox uuid NOT NULL, id bigint NOT NULL, header text NOT NULL, body text NOT NULL, PRIMARY KEY(mailbox, id));
        """;
}
