using System.Globalization;
using System.Text;
using Rialto.Testing;

namespace Rialto.Interop;

/// <summary>Real mail through the whole server: in by SMTP, out by IMAP byte for byte, but for the organisation's own fields, which nobody may set from outside.</summary>
public class CorpusTests
{
    /// <summary>Messages a folder holds at most in this test, so that one FETCH stays small.</summary>
    private const int Users = 8;

    [CorpusFact]
    public async Task Every_message_sent_by_smtp_comes_back_byte_for_byte_by_imap()
    {
        using var data = new TempDirectory();
        await using var server = await ServerProcess.StartAsync(data.Path, demo: Users);
        var messages = CorpusMessages.All().ToList();
        messages.Count.ShouldBeGreaterThan(1400);
        var arriving = messages.ConvertAll(m => OutsideMail.AsItArrives(m.Bytes));

        var refused = new List<string>();
        await Parallel.ForEachAsync(Enumerable.Range(0, Users), async (user, _) =>
        {
            await using var smtp = await SmtpTestClient.ConnectAsync(server["smtp"]);
            for (var i = user; i < messages.Count; i += Users)
            {
                var reply = await smtp.SendAsync($"n{i}@corpus.example", [$"user{user + 1}@example.com"], messages[i].Bytes, " BODY=8BITMIME");
                if (!reply.StartsWith("250", StringComparison.Ordinal))
                    lock (refused)
                        refused.Add($"{messages[i].Name}: {reply}");
            }
        });
        refused.ShouldBeEmpty();

        var wrong = new List<string>();
        await Parallel.ForEachAsync(Enumerable.Range(0, Users), async (user, _) =>
        {
            var expected = (messages.Count - user + Users - 1) / Users;
            await using var imap = await ImapTestClient.ConnectAsync(server["imap"], $"user{user + 1}@example.com");
            for (var attempt = 0; ; attempt++)
            {
                var exists = (await imap.OkAsync("SELECT INBOX")).First(a => a.Text.EndsWith("EXISTS", StringComparison.Ordinal)).Text;
                if (int.Parse(exists.Split(' ')[1], CultureInfo.InvariantCulture) >= expected)
                    break;
                attempt.ShouldBeLessThan(600, $"user{user + 1} has {exists}, expected {expected}");
                await Task.Delay(100);
            }
            var seen = new HashSet<int>();
            for (var n = 1; n <= expected; n++)
            {
                var answer = (await imap.OkAsync($"FETCH {n} (RFC822.SIZE BODY.PEEK[] ENVELOPE BODYSTRUCTURE)"))[0];
                var bytes = answer.Literals.MaxBy(l => l.Length)!;
                var text = Encoding.Latin1.GetString(bytes);
                var at = text.IndexOf("Return-Path: <n", StringComparison.Ordinal);
                var index = int.Parse(text.AsSpan(at + 15, text.IndexOf("@corpus", at, StringComparison.Ordinal) - at - 15), CultureInfo.InvariantCulture);
                seen.Add(index).ShouldBeTrue($"{messages[index].Name} came twice");
                if (!bytes.AsSpan().EndsWith(arriving[index]))
                    lock (wrong)
                        wrong.Add($"{messages[index].Name}: {bytes.Length} bytes, expected {arriving[index].Length}");
                else if (TraceFields(bytes.AsSpan(0, bytes.Length - arriving[index].Length)) is { } problem)
                    lock (wrong)
                        wrong.Add($"{messages[index].Name}: {problem}");
                if (!answer.Text.Contains($"RFC822.SIZE {bytes.Length}", StringComparison.Ordinal))
                    lock (wrong)
                        wrong.Add($"{messages[index].Name}: RFC822.SIZE is not {bytes.Length}: {answer.Text[..Math.Min(200, answer.Text.Length)]}");
            }
        });
        wrong.ShouldBeEmpty();
        var check = await CommandLineTests.OkAsync(server, null, "check");
        check.Output.ShouldContain("sound");
    }

    /// <summary>What stands before the message as sent has to be whole trace fields.</summary>
    private static string? TraceFields(ReadOnlySpan<byte> head)
    {
        foreach (var line in Encoding.Latin1.GetString(head).Split("\r\n", StringSplitOptions.RemoveEmptyEntries))
            if (line[0] is not (' ' or '\t') && !line.StartsWith("Return-Path:", StringComparison.Ordinal) && !line.StartsWith("Received:", StringComparison.Ordinal))
                return $"an unexpected field before the message: {line}";
        return null;
    }
}
