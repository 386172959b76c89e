using System.Text;
using Rialto.Smtp.Wire;

namespace Rialto.Smtp.Tests.Wire;

public class OrganizationFieldsTests
{
    [Fact]
    public void Fields_are_taken_off_however_the_header_is_cut()
    {
        const string header = "X-MS-Exchange-Organization-SCL: -1\r\n folded\r\n\tagain\r\nX-MS\r\n kept\r\nX: 1\r\nx-microsoft-EXCHANGE-organizationX : a\r\nX-MS-Exchange-Organization: shorter than the prefix\r\nSubject: b\r\n"
            + "X-MS-Exchange-Forest-Id: c\r\n d";
        const string kept = "X-MS\r\n kept\r\nX: 1\r\nX-MS-Exchange-Organization: shorter than the prefix\r\nSubject: b\r\n";
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
