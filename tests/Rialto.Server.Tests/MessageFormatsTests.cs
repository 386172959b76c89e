using System.Text;
using Rialto.Model;
using Rialto.Server.Import;
using Rialto.Testing;

namespace Rialto.Server.Tests;

/// <summary>Each format to each other, for whole and for broken files.</summary>
public class MessageFormatsTests
{
    private static readonly MessageFormat[] s_all = [MessageFormat.Eml, MessageFormat.Msg, MessageFormat.Tnef, MessageFormat.Json];

    private static readonly byte[] s_mail = Encoding.UTF8.GetBytes("""
        From: Ann Archer <ann@example.org>
        To: Bob <bob@example.net>, carl@example.net
        Cc: =?utf-8?q?D=C3=B6ra?= <d@example.net>
        Subject: =?utf-8?q?Gr=C3=BC=C3=9Fe?=
        Date: Fri, 20 Nov 2026 10:00:00 +0000
        Message-ID: <1@example.org>
        X-Custom: kept
        Keywords: Blue
        MIME-Version: 1.0
        Content-Type: multipart/mixed; boundary=b

        --b
        Content-Type: multipart/alternative; boundary=a

        --a
        Content-Type: text/plain; charset=utf-8

        Grüße
        --a
        Content-Type: text/html; charset=utf-8

        <p>Grüße</p>
        --a--
        --b
        Content-Type: application/pdf; name="paper.pdf"
        Content-Disposition: attachment; filename="paper.pdf"
        Content-Transfer-Encoding: base64

        AQIDBAUG
        --b
        Content-Type: message/rfc822

        From: eve@example.org
        Subject: inner

        Inside.
        --b--
        """.ReplaceLineEndings("\r\n"));

    public static TheoryData<string, string> Pairs()
    {
        var pairs = new TheoryData<string, string>();
        foreach (var from in s_all)
        {
            foreach (var to in s_all)
                pairs.Add(from.ToString(), to.ToString());
        }
        return pairs;
    }

    [Theory]
    [MemberData(nameof(Pairs))]
    public void Every_format_becomes_every_other(string from, string to)
    {
        var source = MessageFormats.Write(MessageFormats.Read(s_mail, MessageFormat.Eml).Message, Enum.Parse<MessageFormat>(from));
        MessageFormats.Detect(source).ShouldBe(Enum.Parse<MessageFormat>(from));
        var target = MessageFormats.Write(MessageFormats.Read(source, Enum.Parse<MessageFormat>(from)).Message, Enum.Parse<MessageFormat>(to));
        MessageFormats.Detect(target).ShouldBe(Enum.Parse<MessageFormat>(to));

        var message = MessageFormats.Read(target, Enum.Parse<MessageFormat>(to)).Message;
        message.Properties.GetString(PropertyTags.Subject).ShouldBe("Grüße");
        message.Properties.GetString(PropertyTags.SenderEmailAddress).ShouldBe("ann@example.org");
        message.Properties.GetString(PropertyTags.InternetMessageId).ShouldBe("<1@example.org>");
        message.Properties.GetString(PropertyTags.Body)!.Trim().ShouldBe("Grüße");
        Encoding.UTF8.GetString(message.Properties.GetBinary(PropertyTags.Html)!).Trim().ShouldBe("<p>Grüße</p>");
        message.Properties.GetTime(PropertyTags.ClientSubmitTime)!.Value.ToDateTimeOffset().ShouldBe(new DateTimeOffset(2026, 11, 20, 10, 0, 0, TimeSpan.Zero));
        message.Recipients.Select(r => r.Properties.GetString(PropertyTags.DisplayName)).ShouldBe(["Bob", "carl@example.net", "Döra"]);
        message.Attachments.Count.ShouldBe(2);
        message.Attachments[0].Properties.GetString(PropertyTags.AttachLongFilename).ShouldBe("paper.pdf");
        message.Attachments[0].Properties.GetBinary(PropertyTags.AttachDataBinary).ShouldBe([1, 2, 3, 4, 5, 6]);
        message.Attachments[1].Embedded!.Properties.GetString(PropertyTags.Subject).ShouldBe("inner");
        message.NamedProperties.Values.ShouldContain(n => n.PropertySet == PropertySets.InternetHeaders && string.Equals(n.Name, "x-custom", StringComparison.OrdinalIgnoreCase));
    }

    /// <summary>Damaged files of each format: a message that every format can hold, or a reason; nothing else.</summary>
    [Theory]
    [MemberData(nameof(Pairs))]
    public void Damaged_files_become_something_or_say_why_not(string from, string to)
    {
        var whole = MessageFormats.Write(MessageFormats.Read(s_mail, MessageFormat.Eml).Message, Enum.Parse<MessageFormat>(from));
        var random = new Random(from.Length * 31 + to.Length);
        for (var round = 0; round < 150; round++)
        {
            byte[] bytes = [.. whole];
            for (var i = random.Next(1, 12); i > 0; i--)
                bytes[random.Next(bytes.Length)] = (byte)random.Next(256);
            Convert(bytes[..(round % 3 == 0 ? random.Next(bytes.Length) : bytes.Length)], Enum.Parse<MessageFormat>(from), Enum.Parse<MessageFormat>(to));
        }
    }

    [CorpusFact]
    public void Every_file_of_the_corpus_becomes_every_format()
    {
        var files = Corpus.Files("msg").Where(f => Path.GetExtension(f) is ".msg" or ".oft").Concat(Corpus.Files("tnef").Where(f => Path.GetExtension(f) is ".tnef" or ".dat")).ToList();
        var converted = 0;
        foreach (var file in files.Where(f => new FileInfo(f).Length < 300_000))
        {
            var bytes = File.ReadAllBytes(file);
            if (MessageFormats.Detect(bytes) is not { } from)
                continue;
            foreach (var to in s_all)
                converted += Convert(bytes, from, to) ? 1 : 0;
        }
        converted.ShouldBeGreaterThan(700);
    }

    private static bool Convert(byte[] bytes, MessageFormat from, MessageFormat to)
    {
        ReadMessage read;
        try
        {
            read = MessageFormats.Read(bytes, from);
        }
        catch (FormatException e)
        {
            e.Message.ShouldNotBeEmpty();
            return false;
        }
        try
        {
            MessageFormats.Read(MessageFormats.Write(read.Message, to), to);
        }
        catch (NotSupportedException e)
        {
            e.Message.ShouldNotBeEmpty();
            return false;
        }
        return true;
    }
}
