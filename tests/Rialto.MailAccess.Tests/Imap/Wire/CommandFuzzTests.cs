using System.Text;
using Rialto.MailAccess.Imap;
using Rialto.MailAccess.Imap.Wire;

namespace Rialto.MailAccess.Tests.Imap.Wire;

/// <summary>Any bytes give a command or an error: no exception, no endless loop.</summary>
public sealed class CommandFuzzTests
{
    private static readonly string[] s_seeds =
    [
        " 1:*,3 (UID FLAGS BODY.PEEK[1.2.HEADER.FIELDS (A \"b\" {1}\r\nc)]<0.12> RFC822.SIZE)",
        " RETURN (MIN MAX) CHARSET UTF-8 OR (SEEN NOT DELETED) HEADER a \"b\\\"\" SINCE \"1-Jan-2020\" UID 4:*",
        " 1,2:5 +FLAGS.SILENT (\\Seen $x \\Deleted)",
        " (SUBSCRIBED REMOTE) \"\" (\"a%\" b* {2}\r\nxy) RETURN (CHILDREN STATUS (MESSAGES UIDNEXT))",
        " \"Entw&APw-rfe\" (\\Seen k) \" 5-Feb-2019 11:12:13 +0100\" {123+}",
        " (\"name\" NIL \"version\" {3}\r\n1.0)",
        " PLAIN AGEAYg==",
        " 1:2 \"a b\"",
        " REFERENCES UTF-8 OR (UID 1:3 EMAILID x) NOT SUBJECT {2}\r\nab",
        " RETURN (UPDATE CONTEXT PARTIAL -1:-100 SAVE) (REVERSE DATE SUBJECT) UTF-8 THREADID T1",
        " 4 \"INBOX\" (\\Draft) CATENATE (URL \"/INBOX;UIDVALIDITY=1/;UID=2/;SECTION=1.2\" TEXT {3}",
        " (DEPTH infinity MAXSIZE 10) \"INBOX\" (/private/a /shared/b)",
        " \"INBOX\" (/private/comment \"x\" /shared/a NIL /private/b ~{2}\r\n\0a)",
        " SET STATUS (selected (MessageNew (UID BODY.PEEK[1]) MessageExpunge)) (subtree (a \"b\") NONE)",
        " \"INBOX\" user@example.com +lrw",
        " \"\" (STORAGE 512)",
        " 1:* (UID BINARY.PEEK[1.2]<0.5> BINARY.SIZE[2] PREVIEW (LAZY) EMAILID) (CHANGEDSINCE 5 PARTIAL 1:3)",
    ];

    [Fact]
    public void Mutations_of_every_command()
    {
        var random = new Random(11);
        var options = new ImapOptions();
        foreach (var row in ImapCommandTable.Rows)
        {
            foreach (var seed in s_seeds)
            {
                var original = Encoding.Latin1.GetBytes(seed);
                for (var length = 0; length <= original.Length; length++)
                    Parse(row, original.AsSpan(0, length), options);
                for (var i = 0; i < 1500; i++)
                {
                    var bytes = (byte[])original.Clone();
                    for (var changes = random.Next(1, 5); changes > 0; changes--)
                        bytes[random.Next(bytes.Length)] = random.Next(3) == 0 ? (byte)random.Next(256) : (byte)"()[]{}<>\"\\*%:,.+-=~ 0129aNIL\r\n\0"[random.Next(31)];
                    Parse(row, bytes, options);
                }
            }
        }
    }

    private static void Parse(ImapCommandRow row, ReadOnlySpan<byte> arguments, ImapOptions options)
    {
        var parser = new ImapParser(arguments, options);
        row.Create().Parse(ref parser);
        parser.End();
        if (!parser.Failed)
            parser.AtEnd.ShouldBeTrue();
    }
}
