using System.Text;
using Rialto.Server.Import;
using Rialto.Store;
using Rialto.Testing;

namespace Rialto.Server.Tests;

public class ImportSourceTests
{
    private static List<FoundMessage> ReadMbox(string text)
    {
        using var directory = new TempDirectory();
        var file = Path.Combine(directory.Path, "x.mbox");
        File.WriteAllText(file, text, Encoding.Latin1);
        return [.. MessageSource.List(file).SelectMany(MessageSource.Read)];
    }

    private static string Text(FoundMessage m) => Encoding.Latin1.GetString(m.Bytes.Span);

    [Fact]
    public void Messages_are_split_at_separator_lines_only()
    {
        var found = ReadMbox("From a@x Fri Nov 20 10:00:00 2026\nSubject: 1\nStatus: RO\n\nFrom here on it is text.\n\nFrom me to you\n>From quoted\n>>From twice\n\nFrom b@x Sat Nov 21 11:00 2026\nSubject: 2\nX-Status: AF\n\nx\n\n");
        found.Count.ShouldBe(2);
        Text(found[0]).ShouldBe("Subject: 1\r\nStatus: RO\r\n\r\nFrom here on it is text.\r\n\r\nFrom me to you\r\nFrom quoted\r\n>From twice\r\n");
        found[0].State.ShouldBe(MessageState.Read);
        found[0].Received!.Value.ToDateTimeOffset().ShouldBe(new DateTimeOffset(2026, 11, 20, 10, 0, 0, TimeSpan.Zero));
        Text(found[1]).ShouldBe("Subject: 2\r\nX-Status: AF\r\n\r\nx\r\n");
        found[1].State.ShouldBe(MessageState.Answered | MessageState.Flagged);
    }

    [Fact]
    public void Files_with_crlf_are_taken_too() =>
        Text(ReadMbox("From a@x Fri Nov 20 10:00:00 2026\r\nSubject: 1\r\n\r\nx\r\n\r\nFrom b@x Fri Nov 20 10:00:00 2026\r\nSubject: 2\r\n\r\ny\r\n")[0]).ShouldBe("Subject: 1\r\n\r\nx\r\n");

    [Theory]
    [InlineData("a\nb\r\nc", "a\r\nb\r\nc")]
    [InlineData("\n", "\r\n")]
    [InlineData("", "")]
    [InlineData("a\r\nb\r\n", "a\r\nb\r\n")]
    public void Line_ends_become_crlf(string from, string to) => Encoding.ASCII.GetString(LineEnds.ToCrLf(Encoding.ASCII.GetBytes(from)).Span).ShouldBe(to);

    [Fact]
    public void A_maildir_gives_flags_and_subfolders()
    {
        using var directory = new TempDirectory();
        foreach (var part in (string[])["cur", "new", "tmp", ".A.B/cur", ".A.B/new", ".A.B/tmp"])
            System.IO.Directory.CreateDirectory(Path.Combine(directory.Path, part));
        File.WriteAllText(Path.Combine(directory.Path, "cur", "1:2,FRS"), "Subject: 1\n\nx\n");
        File.WriteAllText(Path.Combine(directory.Path, ".A.B", "new", "2"), "Subject: 2\n\nx\n");
        var found = MessageSource.List(directory.Path).SelectMany(MessageSource.Read).ToList();
        found.Select(f => f.Folder).ShouldBe(["", "A/B"]);
        found[0].State.ShouldBe(MessageState.Flagged | MessageState.Answered | MessageState.Read);
    }

    [CorpusFact]
    public void Every_mbox_of_the_corpus_gives_messages_or_says_why_not()
    {
        foreach (var file in Corpus.Files("mbox"))
        {
            try
            {
                MessageSource.List(file).SelectMany(MessageSource.Read).ShouldAllBe(m => m.Bytes.Length >= 0);
            }
            catch (IOException e)
            {
                e.Message.ShouldContain("From");
            }
        }
    }
}
