using System.Text;
using Rialto.Content.Mail;
using Rialto.Content.Mime;
using Rialto.Content.Msg;
using Rialto.Content.Tests.Mime;
using Rialto.Model;
using Rialto.Testing;

namespace Rialto.Content.Tests.Mail;

/// <summary>[MS-OXCMAIL] 2.1.3.5.1, 2.4.3.1: mail that was kept with its skeleton comes back as it was.</summary>
public class MimeSkeletonTests
{
    private static readonly MimeToPropertiesOptions Keeping = new() { KeepSkeleton = true };
    private static readonly PropertiesToMimeOptions Using = new() { UseSkeleton = true };

    private const string Mail = """
        Received: from somewhere
        	by here
        X-Priority: 3 (Normal)
        From: "Ann, of Accounts" <ann@example.com>
        Bcc: hidden@example.com
        To: bob@example.com
        Subject: =?iso-8859-1?Q?caf=E9?= and more
        Mime-Version: 1.0 (by hand)
        Content-Type: multipart/mixed;
         boundary=outer

        A preamble.
        --outer
        Content-Type: multipart/alternative; boundary="in ner"

        --in ner
        Content-Type: text/plain; charset=iso-8859-1
        Content-Transfer-Encoding: quoted-printable
        X-Part: one

        caf=E9
        --in ner
        Content-Type: text/html; charset=iso-8859-1

        <b>one</b>
        --in ner--
        --outer
        Content-Type: application/octet-stream; name=a.bin
        Content-Transfer-Encoding: base64
        X-Part: two

        AAEC

        --outer
        Content-Type: text/calendar

        BEGIN:VCALENDAR
        END:VCALENDAR
        --outer--
        An epilogue.

        """;

    private static PropertyMessage Read(string mail = Mail) => MimeToProperties.Convert(MimeMessage.Parse(Encoding.UTF8.GetBytes(mail.ReplaceLineEndings("\r\n"))), Keeping);

    private static string Written(PropertyMessage message, PropertiesToMimeOptions? options = null) => Encoding.UTF8.GetString(PropertiesToMime.Convert(message, options ?? Using));

    [Fact]
    public void Nothing_changes()
    {
        var message = Read();
        var skeleton = Encoding.UTF8.GetString(message.Properties.GetBinary(PropertyTags.MimeSkeleton)!);
        skeleton.ShouldNotContain("\r\ncaf=E9", Case.Sensitive);
        skeleton.ShouldNotContain("AAEC", Case.Sensitive);
        skeleton.ShouldContain("BEGIN:VCALENDAR");
        skeleton.ShouldContain("X-Part: two\r\nX-Exchange-MIME-Skeleton-Content-Id: <");
        Written(message).ShouldBe(Mail.ReplaceLineEndings("\r\n"));
        // Through a file of another format, too.
        Written(MsgFile.Read(MsgWriter.ToArray(message), out _)!.Message).ShouldBe(Mail.ReplaceLineEndings("\r\n"));
    }

    [Fact]
    public void What_is_marked_later_is_written_anew()
    {
        var message = Read();
        message.Properties.Set(PropertyValue.Of(PropertyTags.Importance, 2));
        Written(message).ShouldBe(Mail.ReplaceLineEndings("\r\n").Replace("X-Priority: 3 (Normal)\r\n", "", StringComparison.Ordinal).Replace("boundary=outer\r\n", "boundary=outer\r\nImportance: high\r\nX-Priority: 1\r\n", StringComparison.Ordinal));
        Written(Read(), new PropertiesToMimeOptions { UseSkeleton = true, IncludeBcc = false }).ShouldBe(Mail.ReplaceLineEndings("\r\n").Replace("Bcc: hidden@example.com\r\n", "", StringComparison.Ordinal));
    }

    [Fact]
    public void New_text_stands_in_the_old_place()
    {
        var message = Read();
        message.Properties.Set(PropertyValue.Of(PropertyTags.Body, "日本"));
        message.Properties.Set(PropertyValue.Of(PropertyTags.Html, "<i>two</i>"u8.ToArray()));
        var written = Written(message);
        written.ShouldContain("<i>two</i>\r\n--in ner--");
        written.ShouldContain("X-Part: one\r\nContent-Type: text/plain; charset=\"utf-8\"");
        MimeToProperties.Convert(MimeMessage.Parse(Encoding.UTF8.GetBytes(written))).Properties.GetString(PropertyTags.Body).ShouldBe("日本");
    }

    [Fact]
    public void A_skeleton_of_another_message_is_none()
    {
        var changes = new List<Action<PropertyMessage>>
        {
            m => m.Properties.Set(PropertyValue.Of(PropertyTags.Subject, "other")),
            m => m.Properties.Set(PropertyValue.Of(PropertyTags.SentRepresentingSmtpAddress, "eve@example.com")),
            m => m.Recipients.RemoveAt(0),
            m => m.Recipients[0].Properties.Set(PropertyValue.Of(PropertyTags.SmtpAddress, "eve@example.com")),
            m => m.Attachments.RemoveAt(0),
            m => m.Attachments.Add(new PropertyAttachment { Properties = new PropertyBag([PropertyValue.Of(PropertyTags.AttachDataBinary, new byte[3])]) }),
            m =>
            {
                m.Properties.Remove(PropertyIds.Html);
                m.Properties.Remove(PropertyIds.NativeBody);
            },
            m => m.Properties.Set(PropertyValue.Of(PropertyTags.MimeSkeleton, new byte[100])),
            m => m.Properties.Set(PropertyValue.Of(PropertyTags.MimeSkeleton, "Subject: only"u8.ToArray())),
        };
        foreach (var change in changes)
        {
            var message = Read();
            change(message);
            Written(message).ShouldNotContain("A preamble.");
        }
        Written(Read(), PropertiesToMimeOptions.Default).ShouldNotContain("Received");
    }

    [Theory]
    [InlineData("Content-Type: multipart/mixed; boundary=b\n\n--b\n\none\n--b\n\ntwo\n--b--\n")]
    [InlineData("Subject: x\n\nbegin 644 a\n#AAAA\n`\nend\n")]
    public void Texts_of_several_parts_keep_none(string mail) => Read(mail).Properties.TryGet(PropertyIds.MimeSkeleton, out _).ShouldBeFalse();

    [CorpusFact]
    public void Mail_of_the_collection_comes_back()
    {
        var failures = new List<string>();
        var (kept, same, all) = (0, 0, 0);
        foreach (var (name, raw) in CorpusMail.All())
        {
            var bytes = Encoding.Latin1.GetBytes(Encoding.Latin1.GetString(raw).ReplaceLineEndings("\n").Replace("\n", "\r\n", StringComparison.Ordinal));
            all++;
            var before = MimeMessage.Parse(bytes);
            var message = MimeToProperties.Convert(before, Keeping);
            if (!message.Properties.TryGet(PropertyIds.MimeSkeleton, out _))
                continue;
            kept++;
            var written = PropertiesToMime.Convert(message, Using);
            if (written.AsSpan().SequenceEqual(bytes))
            {
                same++;
                continue;
            }
            var differences = MailEquivalence.Differences(before, MimeMessage.Parse(written));
            if (differences.Count > 0 && !MailRoundTripTests.IsKnown(name))
                failures.Add($"{Corpus.NameOf(name)}: {string.Join("; ", differences.Take(4))}");
        }
        if (Environment.GetEnvironmentVariable("RIALTO_LIST_DIFFERENCES") is { } list)
            File.WriteAllLines(list + ".skeleton", [$"{same} the same of {kept} with a skeleton of {all}", .. failures]);
        failures.Count.ShouldBe(0, string.Join('\n', failures.Take(20)));
        kept.ShouldBeGreaterThan(all * 3 / 4);
        // The rest differs in where lines of encodings end, and how they escape.
        same.ShouldBeGreaterThan(kept * 3 / 5);
    }
}
