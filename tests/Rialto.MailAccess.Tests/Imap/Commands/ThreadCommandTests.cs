using System.Text;
using Rialto.Content.Mime;
using Rialto.MailAccess.Imap.Search;

namespace Rialto.MailAccess.Tests.Imap.Commands;

public sealed class ThreadCommandTests : ImapTest
{
    private static string Threaded(string id, string subject, string references = "", int minute = 0, string field = "References") =>
        $"From: ann@example.com\r\nSubject: {subject}\r\nDate: Mon, 7 Feb 1994 21:{minute:00}:25 +0000\r\n" +
        (id.Length > 0 ? $"Message-ID: {id}\r\n" : "") + (references.Length > 0 ? $"{field}: {references}\r\n" : "") + "\r\ntext\r\n";

    private async Task<string> ThreadAsync(string algorithm, params string[] messages)
    {
        foreach (var message in messages)
            await Server.DeliverAsync(message);
        await Client.RunAsync("SELECT INBOX");
        return (await Client.RunAsync($"THREAD {algorithm} UTF-8 ALL")).Replace("\r\nOK THREAD completed", "", StringComparison.Ordinal);
    }

    [Fact]
    public async Task References_make_trees() => (await ThreadAsync(
        "REFERENCES",
        Threaded("<a@x>", "One", minute: 1),
        Threaded("<b@x>", "Re: One", "<a@x>", 2),
        Threaded("<c@x>", "Re: One", "<a@x>", 3),
        Threaded("<d@x>", "Re: One", "<a@x> <b@x>", 4),
        Threaded("<e@x>", "Another", minute: 5),
        Threaded("", "Without an id", minute: 6))).ShouldBe("* THREAD (1 (2 4)(3))(5)(6)");

    [Fact]
    public async Task In_reply_to_is_taken_where_there_are_no_references() => (await ThreadAsync(
        "REFERENCES",
        Threaded("<a@x>", "One", minute: 1),
        Threaded("<b@x>", "Other words", "<a@x>", 2, "In-Reply-To"),
        Threaded("<c@x>", "More", "no id at all", 3))).ShouldBe("* THREAD (1 2)(3)");

    [Fact]
    public async Task Quoted_ids_are_the_same_as_plain_ones() => (await ThreadAsync(
        "REFERENCES",
        Threaded("<\"a\\>b\"@x>", "One", minute: 1),
        Threaded("<b@x>", "Two", "<\"a>b\"@x>", 2))).ShouldBe("* THREAD (1 2)");

    [Fact]
    public async Task Messages_that_are_missing_hold_siblings_together() => (await ThreadAsync(
        "REFERENCES",
        Threaded("<b@x>", "One", "<gone@x>", 2),
        Threaded("<c@x>", "Two", "<gone@x>", 3),
        Threaded("<d@x>", "Three", "<only@x>", 4),
        Threaded("<e@x>", "Four", "<b@x> <lost@x>", 5))).ShouldBe("* THREAD ((1 4)(2))(3)");

    [Fact]
    public async Task Subjects_gather_what_says_nothing_else() => (await ThreadAsync(
        "REFERENCES",
        Threaded("<a@x>", "Re: Topic", minute: 3),
        Threaded("<b@x>", "Topic", minute: 2),
        Threaded("<c@x>", "Fwd: Topic", minute: 4),
        Threaded("<d@x>", "Same", minute: 5),
        Threaded("<e@x>", "same", minute: 6))).ShouldBe("* THREAD (2 (1)(3))((4)(5))");

    [Fact]
    public async Task Dummies_take_threads_of_their_subject() => (await ThreadAsync(
        "REFERENCES",
        Threaded("<a@x>", "Topic", "<gone@x>", 1),
        Threaded("<b@x>", "Topic", "<gone@x>", 2),
        Threaded("<c@x>", "Topic", minute: 3),
        Threaded("<d@x>", "Topic", "<lost@x>", 4),
        Threaded("<e@x>", "Topic", "<lost@x>", 5))).ShouldBe("* THREAD ((1)(2)(3)(4)(5))");

    [Fact]
    public async Task Loops_and_double_ids_are_no_trouble() => (await ThreadAsync(
        "REFERENCES",
        Threaded("<a@x>", "One", "<b@x>", 1),
        Threaded("<b@x>", "Two", "<a@x>", 2),
        Threaded("<c@x>", "Three", "<c@x>", 3),
        Threaded("<b@x>", "Four", "<c@x>", 4))).ShouldBe("* THREAD (2 1)(3 4)");

    [Fact]
    public async Task Ordered_subject_gathers_by_subject_alone() => (await ThreadAsync(
        "ORDEREDSUBJECT",
        Threaded("<a@x>", "Re: Topic", minute: 3),
        Threaded("<b@x>", "Topic", minute: 2),
        Threaded("<c@x>", "Other", "<a@x>", 1),
        Threaded("<d@x>", "Topic", minute: 9))).ShouldBe("* THREAD (3)(2 (1)(4))");

    [Fact]
    public async Task Keys_and_numbers()
    {
        for (var i = 0; i < 3; i++)
            await Server.DeliverAsync(Threaded($"<{i}@x>", "Same", i > 0 ? "<0@x>" : "", i));
        await Client.RunAsync("SELECT INBOX");
        await Client.RunAsync("STORE 1 +FLAGS (\\Deleted)");
        await Client.RunAsync("EXPUNGE");

        (await Client.RunAsync("UID THREAD REFERENCES UTF-8 ALL")).ShouldBe("* THREAD ((2)(3))\r\nOK THREAD completed");
        (await Client.RunAsync("THREAD REFERENCES US-ASCII 2")).ShouldBe("* THREAD (2)\r\nOK THREAD completed");
        (await Client.RunAsync("THREAD REFERENCES UTF-8 SUBJECT nothing")).ShouldBe("* THREAD\r\nOK THREAD completed");
        (await Client.RunAsync("THREAD REFERENCES KOI8-R ALL")).ShouldStartWith("NO [BADCHARSET");
        (await Client.RunAsync("THREAD REFS UTF-8 ALL")).ShouldStartWith("BAD");
        (await Client.RunAsync("THREAD REFERENCES ALL")).ShouldStartWith("BAD");
    }

    [Fact]
    public async Task A_thread_as_deep_as_the_folder_is_written()
    {
        const int depth = 3000;
        for (var i = depth; i > 0; i--)
            await Server.DeliverAsync(Threaded($"<{i}@x>", "Deep", i > 1 ? $"<{i - 1}@x>" : ""));
        (await Client.RunAsync("SELECT INBOX")).ShouldContain($"* {depth} EXISTS");

        (await Client.RunAsync("THREAD REFERENCES UTF-8 ALL")).ShouldBe($"* THREAD ({string.Join(' ', Enumerable.Range(1, depth).Reverse())})\r\nOK THREAD completed");
    }

    [Fact]
    public void Digests_of_the_first_version_are_read_and_tell_no_thread()
    {
        var digest = ImapDigest.Build(MimeMessage.Parse(Encoding.Latin1.GetBytes(Threaded("<a@x>", "One", "<b@x> <c@x>"))));
        ImapDigest.TryReadThread(digest, out var envelope, out var hashes).ShouldBeTrue();
        hashes.Length.ShouldBe(3 * 8);
        ImapDigest.Split(digest, out _, out var structure).ShouldBeTrue();

        byte[] first = [1, .. digest[1..(digest.Length - structure.Length - hashes.Length - 1)], .. structure];
        ImapDigest.Split(first, out var sameEnvelope, out var sameStructure).ShouldBeTrue();
        sameEnvelope.SequenceEqual(envelope).ShouldBeTrue();
        sameStructure.SequenceEqual(structure).ShouldBeTrue();
        ImapDigest.TryReadThread(first, out _, out _).ShouldBeFalse();
        for (var length = 0; length < digest.Length - structure.Length; length++)
            ImapDigest.Split(digest.AsSpan(0, length), out _, out _).ShouldBeFalse();
    }
}
