using System.Text;
using System.Text.Json;
using Rialto.Content.Mail;
using Rialto.Content.Mime;
using Rialto.Content.Msg;
using Rialto.Mapi.Rops;
using Rialto.Mapi.Tests.Client;
using Rialto.Model;
using Rialto.Testing;

namespace Rialto.Interop;

/// <summary>What mail that came by SMTP is to a MAPI client, and what it is after a stay in the store.</summary>
public class MailContentTests
{
    private const string Address = "user1@example.com";

    private const string Head = "From: Ann <ann@example.org>\r\nTo: user1@example.com\r\nDate: Fri, 20 Nov 2026 10:00:00 +0000\r\nMIME-Version: 1.0\r\n";

    /// <summary>A message of each kind, as other systems send it, and the class that it has here.</summary>
    private static readonly (string Class, string Mail)[] s_kinds =
    [
        ("IPM.Note", "Subject: note\r\n\r\nText.\r\n"),
        ("REPORT.IPM.Note.NDR", Report("delivery-status", "Reporting-MTA: dns; mx.example.org\r\n\r\nFinal-Recipient: rfc822; bob@example.net\r\nAction: failed\r\nStatus: 5.1.1\r\n")),
        ("REPORT.IPM.Note.DR", Report("delivery-status", "Reporting-MTA: dns; mx.example.org\r\n\r\nFinal-Recipient: rfc822; bob@example.net\r\nAction: delivered\r\nStatus: 2.0.0\r\n")),
        ("REPORT.IPM.Note.IPNRN", Report("disposition-notification", "Final-Recipient: rfc822; bob@example.net\r\nDisposition: manual-action/MDN-sent-manually; displayed\r\n")),
        ("REPORT.IPM.Note.IPNNRN", Report("disposition-notification", "Final-Recipient: rfc822; bob@example.net\r\nDisposition: automatic-action/MDN-sent-automatically; deleted\r\n")),
        ("IPM.Schedule.Meeting.Request", Meeting("REQUEST", "")),
        ("IPM.Schedule.Meeting.Canceled", Meeting("CANCEL", "")),
        ("IPM.Schedule.Meeting.Resp.Pos", Meeting("REPLY", "ATTENDEE;PARTSTAT=ACCEPTED:mailto:bob@example.net\r\n")),
        ("IPM.Schedule.Meeting.Resp.Neg", Meeting("REPLY", "ATTENDEE;PARTSTAT=DECLINED:mailto:bob@example.net\r\n")),
        ("IPM.Schedule.Meeting.Resp.Tent", Meeting("REPLY", "ATTENDEE;PARTSTAT=TENTATIVE:mailto:bob@example.net\r\n")),
        ("IPM.Note.SMIME.MultipartSigned", "Subject: signed\r\nContent-Type: multipart/signed; protocol=\"application/pkcs7-signature\"; micalg=sha-256; boundary=s\r\n\r\n" +
            "--s\r\n\r\nText.\r\n--s\r\nContent-Type: application/pkcs7-signature; name=smime.p7s\r\nContent-Transfer-Encoding: base64\r\n\r\nMIAG\r\n--s--\r\n"),
        ("IPM.Note.SMIME", "Subject: encrypted\r\nContent-Type: application/pkcs7-mime; smime-type=enveloped-data; name=smime.p7m\r\nContent-Transfer-Encoding: base64\r\n\r\nMIAG\r\n"),
        ("IPM.Note.Microsoft.Voicemail.UM", "Subject: voice\r\nContent-Class: voice\r\nX-CallingTelephoneNumber: +4912345\r\nX-VoiceMessageDuration: 7\r\nContent-Type: multipart/mixed; boundary=v\r\n\r\n" +
            "--v\r\nContent-Type: text/plain\r\n\r\nText.\r\n--v\r\nContent-Type: audio/mp3; name=voice.mp3\r\nContent-Transfer-Encoding: base64\r\n\r\nAAAA\r\n--v--\r\n"),
        ("IPM.Note.Microsoft.Missed.Voice", "Subject: missed\r\nContent-Class: missedcall\r\n\r\nYou missed a call.\r\n"),
    ];

    private static string Report(string type, string machine) =>
        $"Subject: report\r\nContent-Type: multipart/report; report-type={type}; boundary=r\r\n\r\n--r\r\nContent-Type: text/plain\r\n\r\nSee below.\r\n--r\r\nContent-Type: message/{type}\r\n\r\n{machine}\r\n--r--\r\n";

    private static string Meeting(string method, string attendee) =>
        $"Subject: meeting\r\nContent-Type: text/calendar; charset=utf-8; method={method}\r\n\r\nBEGIN:VCALENDAR\r\nVERSION:2.0\r\nMETHOD:{method}\r\nBEGIN:VEVENT\r\nUID:1@example.org\r\n" +
        $"DTSTART:20261201T100000Z\r\nDTEND:20261201T110000Z\r\nORGANIZER:mailto:ann@example.org\r\n{attendee}SUMMARY:meeting\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n";

    [Fact]
    public async Task Each_kind_of_mail_has_its_class_over_mapi()
    {
        using var data = new TempDirectory();
        await using var server = await ServerProcess.StartAsync(data.Path, demo: 1);
        var expected = s_kinds;
        await DeliverAsync(server, expected.Select((k, i) => $"Message-ID: <k{i}@example.org>\r\n" + Head + k.Mail));

        using var http = await ConnectAsync(server);
        var (session, mailbox, logon) = await LogonAsync(server, http);
        var inbox = await session.OpenFolderAsync(mailbox, logon.FolderIds[4]);
        var (table, _) = await session.ContentsTableAsync(inbox);
        var rows = await session.RowsAsync(table, [PropertyTags.Mid, PropertyTags.MessageClass, PropertyTags.InternetMessageId]);
        var listed = rows.ToDictionary(r => r[2].AsString(), r => r[1].AsString());
        var opened = new Dictionary<string, string?>();
        foreach (var row in rows)
        {
            var (_, message) = await session.OpenMessageAsync(mailbox, logon.FolderIds[4], (ulong)row[0].AsInt64());
            opened[row[2].AsString()] = await session.TextAsync(message, PropertyTags.MessageClass);
            await session.ReleaseAsync(message);
        }
        for (var i = 0; i < expected.Length; i++)
        {
            listed[$"<k{i}@example.org>"].ShouldBe(expected[i].Class, expected[i].Mail);
            opened[$"<k{i}@example.org>"].ShouldBe(expected[i].Class);
        }
    }

    [Fact]
    public async Task Fields_of_delivered_mail_are_named_properties()
    {
        using var data = new TempDirectory();
        await using var server = await ServerProcess.StartAsync(data.Path, demo: 1);
        await DeliverAsync(server, [Head + "Subject: fields\r\nX-Custom-Field: one =?utf-8?q?zw=C3=B6lf?=\r\nX-Mailer: Example 1.0\r\nKeywords: Blue, Red\r\nX-Message-Flag: Call back\r\n\r\nText.\r\n"]);

        using var http = await ConnectAsync(server);
        var (session, mailbox, logon) = await LogonAsync(server, http);
        var inbox = await session.OpenFolderAsync(mailbox, logon.FolderIds[4]);
        var (table, _) = await session.ContentsTableAsync(inbox);
        var mid = (ulong)(await session.RowsAsync(table, [PropertyTags.Mid]))[0][0].AsInt64();
        // Known names have ids at once; those that strangers made up get one when someone asks for them.
        var ids = await session.NamesAsync(mailbox, new PropertyName(PropertySets.InternetHeaders, "x-custom-field"), new PropertyName(PropertySets.InternetHeaders, "X-Mailer"),
            PropertyNames.PidNameKeywords, PropertyNames.PidLidFlagRequest);
        ids.ShouldAllBe(id => id >= 0x8000);
        var (_, message) = await session.OpenMessageAsync(mailbox, logon.FolderIds[4], mid);
        var values = await session.PropertiesAsync(message, new PropertyTag(ids[0], PropertyType.String), new PropertyTag(ids[1], PropertyType.String),
            new PropertyTag(ids[2], PropertyType.MultipleString), new PropertyTag(ids[3], PropertyType.String));
        values[0].AsString().ShouldBe("one zwölf");
        values[1].AsString().ShouldBe("Example 1.0");
        values[2].AsArray<string>().ShouldBe(["Blue", "Red"]);
        values[3].AsString().ShouldBe("Call back");

        var all = (await session.CallAsync<RopGetPropertiesAll.Response>(RopId.GetPropertiesAll, new RopGetPropertiesAll.Request { WantUnicode = 1 }, message)).PropertyValues;
        foreach (var id in ids)
            all.ShouldContain(v => v.Tag.Id == id);
        all.Single(v => v.Tag.Id == ids[0]).AsString().ShouldBe("one zwölf");
    }

    /// <summary>A draft to an entry of the address book, seen by IMAP; and an address of another system, encapsulated for this one, seen by MAPI.</summary>
    [Fact]
    public async Task Addresses_of_the_address_book_are_known_in_both_forms()
    {
        using var data = new TempDirectory();
        await using var server = await ServerProcess.StartAsync(data.Path, demo: 2);
        await DeliverAsync(server, ["From: Ann <ann@example.org>\r\nTo: Other <IMCEAX400-_c=de_a=x@example.com>\r\nSubject: other\r\n\r\nText.\r\n"]);

        using var http = await ConnectAsync(server);
        var (session, mailbox, logon) = await LogonAsync(server, http);
        var draft = await session.CreateMessageAsync(mailbox, logon.FolderIds[4]);
        await session.SetAsync(draft, PropertyValue.Of(PropertyTags.Subject, "draft"), PropertyValue.Of(PropertyTags.Body, "Text."), PropertyValue.Of(PropertyTags.SentRepresentingName, "User Two"),
            PropertyValue.Of(PropertyTags.SentRepresentingAddressType, "EX"), PropertyValue.Of(PropertyTags.SentRepresentingEmailAddress, await DnAsync(server, "user2@example.com")));
        await session.SaveAsync(draft);

        await using var imap = await ImapTestClient.ConnectAsync(server["imap"], Address);
        await imap.OkAsync("SELECT INBOX");
        Encoding.Latin1.GetString((await imap.OkAsync("FETCH 2 BODY.PEEK[HEADER.FIELDS (FROM)]"))[0].Literals[0]).ShouldContain("<user2@example.com>");

        var inbox = await session.OpenFolderAsync(mailbox, logon.FolderIds[4]);
        var (table, _) = await session.ContentsTableAsync(inbox);
        var mid = (await session.RowsAsync(table, [PropertyTags.Mid, PropertyTags.Subject])).Single(r => r[1].AsString() == "other")[0].AsInt64();
        var (opened, _) = await session.OpenMessageAsync(mailbox, logon.FolderIds[4], (ulong)mid);
        var recipient = opened.Message.RecipientRows.ShouldHaveSingleItem().Row!.Value;
        (recipient.AddressType, recipient.EmailAddress).ShouldBe(("X400", "/c=de/a=x"));
    }

    /// <summary>Signed mail of the corpus by SMTP in and by IMAP out; and as the properties of a .msg file in, which are then what the mailbox holds, and by IMAP out.</summary>
    [ProgramFact("openssl")]
    public async Task Signatures_hold_in_the_store()
    {
        if (!Corpus.Available)
            return;
        using var data = new TempDirectory();
        using var files = new TempDirectory();
        var signed = new List<byte[]>();
        foreach (var (_, bytes) in CorpusMessages.All())
        {
            if (MessageFacts.Of(MimeMessage.Parse(bytes)).MessageClass.StartsWith("IPM.Note.SMIME", StringComparison.Ordinal) && await VerifiesAsync(files, bytes))
                signed.Add(bytes);
        }
        signed.Count.ShouldBeGreaterThan(10);
        await using var server = await ServerProcess.StartAsync(data.Path, demo: 2);
        await DeliverAsync(server, signed.Select(Encoding.Latin1.GetString));
        System.IO.Directory.CreateDirectory(files.File("import"));
        for (var i = 0; i < signed.Count; i++)
            await File.WriteAllBytesAsync(files.File($"import/{i}.msg"), MsgWriter.ToArray(MimeToProperties.Convert(MimeMessage.Parse(signed[i]), new MimeToPropertiesOptions { KeepSkeleton = true })));
        await CommandLineTests.OkAsync(server, null, "import", files.File("import"), "--mailbox", Address, "--folder", "Files");

        await using var imap = await ImapTestClient.ConnectAsync(server["imap"], Address);
        foreach (var folder in (string[])["INBOX", "Files"])
        {
            await imap.OkAsync($"SELECT {folder}");
            var failures = 0;
            for (var n = 1; n <= signed.Count; n++)
            {
                var mail = (await imap.OkAsync($"FETCH {n} BODY.PEEK[]"))[0].Literals[0];
                if (!await VerifiesAsync(files, mail))
                    failures++;
            }
            failures.ShouldBe(0, folder);
        }
    }

    private static async Task<bool> VerifiesAsync(TempDirectory files, byte[] mail)
    {
        await File.WriteAllBytesAsync(files.File("v.eml"), mail);
        return (await CommandResult.RunAsync("openssl", null, ["smime", "-verify", "-noverify", "-in", files.File("v.eml"), "-out", files.File("content")])).ExitCode == 0;
    }

    private static async Task DeliverAsync(ServerProcess server, IEnumerable<string> messages)
    {
        var count = 0;
        await using (var smtp = await SmtpTestClient.ConnectAsync(server["smtp"]))
        {
            foreach (var message in messages)
            {
                (await smtp.SendAsync("ann@example.org", [Address], Encoding.Latin1.GetBytes(message), " BODY=8BITMIME")).ShouldStartWith("250");
                count++;
            }
        }
        await using var imap = await ImapTestClient.ConnectAsync(server["imap"], Address);
        for (var attempt = 0; ; attempt++)
        {
            if ((await imap.OkAsync("STATUS INBOX (MESSAGES)"))[0].Text.Contains($"MESSAGES {count})", StringComparison.Ordinal))
                return;
            attempt.ShouldBeLessThan(300);
            await Task.Delay(50);
        }
    }

    private static async Task<MapiHttpClient> ConnectAsync(ServerProcess server)
    {
        var http = new MapiHttpClient(new Uri($"https://{server["https"]}"), Address, "demo-password");
        await http.ConnectAsync(await DnAsync(server));
        return http;
    }

    private static async Task<(RopSession Session, uint Mailbox, RopLogon.Response Logon)> LogonAsync(ServerProcess server, MapiHttpClient http)
    {
        var session = new RopSession(http);
        var (logon, mailbox) = await session.LogonAsync(await DnAsync(server));
        return (session, mailbox, logon);
    }

    private static async Task<string> DnAsync(ServerProcess server, string address = Address) =>
        JsonDocument.Parse((await CommandLineTests.OkAsync(server, null, "account", "show", address, "--json")).Output).RootElement.GetProperty("legacyExchangeDN").GetString()!;
}
