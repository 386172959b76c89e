using System.Text;
using Rialto.Content.Mime;
using Rialto.Smtp.Wire;
using Rialto.Testing;

namespace Rialto.Smtp.Tests.Wire;

public class OrganizationFieldsTests
{
    [Fact]
    public void Fields_are_taken_off_however_the_header_is_cut()
    {
        const string header = "X-MS-Exchange-Organization-SCL: -1\r\n folded\r\n\tagain\r\nX-MS: a\r\n kept\r\nX: 1\r\nx-microsoft-EXCHANGE-organizationX : a\r\nX-MS-Exchange-Organization: shorter than the prefix\r\nSubject: b\r\n"
            + "X-MS-Exchange-Forest-Id: c\r\n d";
        const string kept = "X-MS: a\r\n kept\r\nX: 1\r\nX-MS-Exchange-Organization: shorter than the prefix\r\nSubject: b\r\n";
        var bytes = Encoding.ASCII.GetBytes(header);
        for (var cut = 0; cut <= bytes.Length; cut++)
        {
            if (cut > 0 && bytes[cut - 1] == '\r') continue;
            var taken = new StringBuilder();
            var filter = new OrganizationFields(run => taken.Append(Encoding.ASCII.GetString(run)));
            filter.Pass(bytes.AsSpan(0, cut));
            filter.Pass(bytes.AsSpan(cut));
            filter.End();
            taken.ToString().ShouldBe(kept, $"cut at {cut}");
        }
    }

    [Theory]
    [InlineData("Subject: a\r\nstray\r\nX-MS-Exchange-Organization-SCL: -1\r\n", "Subject: a\r\nstray\r\n")]
    [InlineData("Subject: a\r\nstray\r\n folded\r\nX-MS-Exchange-Organization-SCL: text\r\n", "Subject: a\r\nstray\r\n folded\r\nX-MS-Exchange-Organization-SCL: text\r\n")]
    [InlineData("Subject: a\r\n\tfolded\r\n \r\nX-MS-Exchange-Organization-SCL: -1\r\n", "Subject: a\r\n\tfolded\r\n \r\n")]
    [InlineData(" of the trace\r\nstray\r\nX-MS-Exchange-Organization-SCL : -1\r\nA: b\r\n", " of the trace\r\nstray\r\nA: b\r\n")]
    [InlineData("From a@b Tue\r\nX-MS-Exchange-Organization-SCL:-1\r\nA: b\r\n", "From a@b Tue\r\nA: b\r\n")]
    [InlineData("A: b\r\nThis is text without a blank line before it,\r\nand it goes on.\r\nX-MS-Exchange-Organization-SCL: text\r\n", "A: b\r\nThis is text without a blank line before it,\r\nand it goes on.\r\nX-MS-Exchange-Organization-SCL: text\r\n")]
    public void A_header_without_an_empty_line_ends_where_the_reader_ends_it(string message, string kept)
    {
        for (var cut = 0; cut <= message.Length; cut++)
        {
            var taken = new StringBuilder();
            var filter = new OrganizationFields(run => taken.Append(Encoding.ASCII.GetString(run)));
            filter.Pass(Encoding.ASCII.GetBytes(message[..cut]));
            filter.Pass(Encoding.ASCII.GetBytes(message[cut..]));
            filter.End();
            taken.ToString().ShouldBe(kept, $"cut at {cut}");
        }
    }

    [CorpusFact]
    public void In_no_message_the_reader_finds_a_field_that_was_to_go_and_no_body_changes()
    {
        var trace = "Received: from a by b\r\n"u8.ToArray();
        foreach (var file in Corpus.Files("eml"))
        {
            byte[] bytes = File.ReadAllBytes(file);
            var content = new MemoryStream();
            content.Write(trace);
            var filter = new OrganizationFields(run => content.Write(run));
            var end = bytes.AsSpan().IndexOf("\r\n\r\n"u8) is >= 0 and var crlf ? crlf + 2 : bytes.AsSpan().IndexOf("\n\n"u8) is >= 0 and var lf ? lf + 1 : bytes.Length;
            filter.Pass(bytes.AsSpan(0, end));
            filter.End();
            content.Write(bytes.AsSpan(end));
            var before = MimeMessage.Parse((byte[])[.. trace, .. bytes]);
            var after = MimeMessage.Parse(content.ToArray());
            foreach (var field in after.Root.Headers)
                Encoding.ASCII.GetString(after.Root.Name(field)).ShouldNotStartWith("X-MS-Exchange-Organization-", Case.Insensitive, Corpus.NameOf(file));
            after.Root.RawBody.SequenceEqual(before.Root.RawBody).ShouldBeTrue(Corpus.NameOf(file));
        }
    }

    [Fact]
    public void What_has_no_end_is_not_lost()
    {
        var taken = new StringBuilder();
        var filter = new OrganizationFields(run => taken.Append(Encoding.ASCII.GetString(run)));
        filter.Pass("X-MS-Exchange-Org"u8);
        filter.End();
        taken.ToString().ShouldBe("X-MS-Exchange-Org");
    }
}
