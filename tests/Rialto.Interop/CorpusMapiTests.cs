using System.Globalization;
using System.Text;
using System.Text.Json;
using Rialto.Content.Mail;
using Rialto.Content.Mime;
using Rialto.Mapi.Rops;
using Rialto.Mapi.Tests.Client;
using Rialto.Model;
using Rialto.Testing;

namespace Rialto.Interop;

/// <summary>Real mail through the whole server: in by SMTP, out over MAPI/HTTP with subject, sender, recipients, dates, bodies and attachments.</summary>
public class CorpusMapiTests
{
    private const int Users = 4;

    [CorpusFact]
    public async Task Every_message_sent_by_smtp_comes_back_over_mapi()
    {
        using var data = new TempDirectory();
        await using var server = await ServerProcess.StartAsync(data.Path, demo: Users);
        var messages = CorpusMessages.All().ToList();
        await Parallel.ForEachAsync(Enumerable.Range(0, Users), async (user, _) =>
        {
            await using var smtp = await SmtpTestClient.ConnectAsync(server["smtp"]);
            for (var i = user; i < messages.Count; i += Users)
                (await smtp.SendAsync($"n{i}@corpus.example", [$"user{user + 1}@example.com"], messages[i].Bytes, " BODY=8BITMIME")).ShouldStartWith("250");
        });

        var wrong = new List<string>();
        await Parallel.ForEachAsync(Enumerable.Range(0, Users), async (user, _) =>
        {
            var problems = await CompareAsync(server, user, messages);
            lock (wrong)
                wrong.AddRange(problems);
        });
        wrong.ShouldBeEmpty();
    }

    private static async Task<List<string>> CompareAsync(ServerProcess server, int user, List<(string Name, byte[] Bytes)> messages)
    {
        var address = string.Create(CultureInfo.InvariantCulture, $"user{user + 1}@example.com");
        var dn = JsonDocument.Parse((await CommandLineTests.OkAsync(server, null, "account", "show", address, "--json")).Output).RootElement.GetProperty("legacyExchangeDN").GetString()!;
        using var http = new MapiHttpClient(new Uri($"https://{server["https"]}"), address, "demo-password");
        await http.ConnectAsync(dn);
        var session = new RopSession(http);
        var (logon, mailbox) = await session.LogonAsync(dn);
        var inbox = await session.OpenFolderAsync(mailbox, logon.FolderIds[4]);
        var expected = (messages.Count - user + Users - 1) / Users;
        List<PropertyValue[]> rows = [];
        for (var attempt = 0; rows.Count < expected && attempt < 300; attempt++)
        {
            if (attempt > 0)
                await Task.Delay(100);
            var (table, _) = await session.ContentsTableAsync(inbox);
            rows = await session.RowsAsync(table, [PropertyTags.Mid, PropertyTags.Subject]);
            await session.ReleaseAsync(table);
        }
        rows.Count.ShouldBe(expected);

        var problems = new List<string>();
        foreach (var row in rows)
        {
            var (opened, handle) = await session.OpenMessageAsync(mailbox, logon.FolderIds[4], (ulong)row[0].AsInt64());
            var headers = await session.TextAsync(handle, PropertyTags.TransportMessageHeaders) ?? "";
            var at = headers.IndexOf("Return-Path: <n", StringComparison.Ordinal);
            if (at < 0)
            {
                problems.Add($"{row[1].AsString()}: no Return-Path in the transport headers");
                continue;
            }
            var index = int.Parse(headers.AsSpan(at + 15, headers.IndexOf("@corpus", at, StringComparison.Ordinal) - at - 15), CultureInfo.InvariantCulture);
            foreach (var problem in await CompareAsync(session, handle, opened, row, MimeToProperties.Convert(MimeMessage.Parse(Traced(OutsideMail.AsItArrives(messages[index].Bytes))))))
                problems.Add($"{messages[index].Name}: {problem}");
            await session.ReleaseAsync(handle);
        }
        return problems;
    }

    private static async Task<List<string>> CompareAsync(RopSession session, uint handle, RopOpenMessage.Response opened, PropertyValue[] row, PropertyMessage sent)
    {
        var problems = new List<string>();
        foreach (var tag in (PropertyTag[])[PropertyTags.Subject, PropertyTags.SenderName, PropertyTags.SenderEmailAddress, PropertyTags.SentRepresentingName, PropertyTags.MessageClass, PropertyTags.InternetMessageId, PropertyTags.Body])
        {
            var expected = sent.Properties.GetString(tag);
            var actual = await session.TextAsync(handle, tag);
            // What the message has not, the server may compute; what it has must come back.
            if (expected is not null && (actual ?? "") != expected)
                problems.Add($"{PropertyRegistry.NameOf(tag)}: \"{Short(actual)}\" instead of \"{Short(expected)}\"");
        }
        if (row[1].AsString() != (sent.Properties.GetString(PropertyTags.Subject) ?? ""))
            problems.Add($"subject in the table: \"{Short(row[1].AsString())}\"");
        var times = await session.PropertiesAsync(handle, PropertyTags.ClientSubmitTime, PropertyTags.MessageDeliveryTime);
        if (sent.Properties.GetTime(PropertyTags.ClientSubmitTime) is { } submitted && (times[0].IsError || times[0].AsTime() != submitted))
            problems.Add("date");
        if (times[1].IsError)
            problems.Add("no delivery time");
        if (opened.Message.RecipientCount != sent.Recipients.Count)
            problems.Add($"{opened.Message.RecipientCount} recipients instead of {sent.Recipients.Count}");
        for (var i = 0; i < Math.Min(opened.Message.RecipientRows.Length, sent.Recipients.Count); i++)
            if (opened.Message.RecipientRows[i].Row is { } recipient && recipient.EmailAddress is { } mail && mail != sent.Recipients[i].Properties.GetString(PropertyTags.EmailAddress))
                problems.Add($"recipient {i}: {mail}");
        if (sent.Properties.GetBinary(PropertyTags.Html) is { } html && !(await session.StreamAsync(handle, PropertyTags.Html)).AsSpan().SequenceEqual(html))
            problems.Add("html");
        var table = await session.AttachmentTableAsync(handle);
        var attachments = await session.RowsAsync(table, [PropertyTags.AttachNumber, PropertyTags.AttachMethod, PropertyTags.AttachLongFilename]);
        if (attachments.Count != sent.Attachments.Count)
            problems.Add($"{attachments.Count} attachments instead of {sent.Attachments.Count}");
        for (var i = 0; i < Math.Min(attachments.Count, sent.Attachments.Count); i++)
        {
            var attachment = await session.OpenAttachmentAsync(handle, attachments[i][0].AsInt32());
            if (sent.Attachments[i].Embedded is { } embedded)
            {
                var (_, within) = await session.OpenEmbeddedAsync(attachment);
                if (embedded.Properties.GetString(PropertyTags.Subject) is { } subject && await session.TextAsync(within, PropertyTags.Subject) != subject)
                    problems.Add($"embedded message {i}");
                await session.ReleaseAsync(within);
            }
            else if (sent.Attachments[i].Properties.GetBinary(PropertyTags.AttachDataBinary) is { Length: > 0 } bytes
                && !(await session.StreamAsync(attachment, PropertyTags.AttachDataBinary)).AsSpan().SequenceEqual(bytes))
            {
                problems.Add($"attachment {i}: other bytes");
            }
            await session.ReleaseAsync(attachment);
        }
        await session.ReleaseAsync(table);
        return problems;
    }

    /// <summary>As it lies in the mailbox: a message that begins with a blank line or a continuation reads otherwise behind a trace field.</summary>
    private static byte[] Traced(byte[] message) => [.. "Return-Path: <n@corpus.example>\r\n"u8, .. message];

    private static string Short(string? text) => text is null ? "(none)" : text.Length <= 60 ? text : text[..60] + "…";
}
