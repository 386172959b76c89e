using System.Net;
using Rialto.Net.Dns;

namespace Rialto.Net.Tests;

/// <summary>DNS messages: what is asked, and answers of any bytes.</summary>
public class DnsMessageTests
{
    /// <summary>An answer to A of www.example.com: an alias to host.example.com written with a pointer, and its address.</summary>
    private const string Alias =
        "1234818000010002000000000377777707 6578616d706c6503636f6d0000010001" +
        "c00c000500010000003c000704686f7374c010" +
        "c02d000100010000003c0004c0000201";

    [Fact]
    public void A_query_has_its_name_and_asks_for_recursion()
    {
        var query = DnsMessage.WriteQuery(0x1234, "a.example", DnsRecordType.Mx)!;
        Convert.ToHexStringLower(query).ShouldBe("123401000001000000000001" + "0161076578616d706c6500" + "000f0001" + "00002904d0000000000000");
    }

    [Theory]
    [InlineData("")]
    [InlineData("a..b")]
    [InlineData(".a")]
    [InlineData("\u00e4.example")]
    [InlineData("aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa.example")]
    public void What_is_no_name_is_not_asked_for(string name) => DnsMessage.WriteQuery(1, name, DnsRecordType.A).ShouldBeNull();

    [Fact]
    public void A_name_has_255_octets_at_most()
    {
        var label = new string('a', 62) + ".";
        DnsMessage.WriteQuery(1, label + label + label + label + "b", DnsRecordType.A).ShouldNotBeNull();
        DnsMessage.WriteQuery(1, label + label + label + label + "bcd", DnsRecordType.A).ShouldBeNull();
    }

    [Fact]
    public void Names_are_followed_back()
    {
        var message = DnsMessage.Read(Bytes(Alias))!;
        (message.Id, message.Name, message.Type, message.Code).ShouldBe(((ushort)0x1234, "www.example.com", DnsRecordType.A, DnsResponseCode.NoError));
        message.Answers.ShouldBe([new("www.example.com", DnsRecordType.Cname, 60, new DnsTarget("host.example.com")), new("host.example.com", DnsRecordType.A, 60, new DnsAddress(IPAddress.Parse("192.0.2.1")))]);
    }

    [Theory]
    [InlineData(DnsRecordType.Mx, "000a046d61696c00", "10 mail.")]
    [InlineData(DnsRecordType.Mx, "000000", "0 .")]
    [InlineData(DnsRecordType.Srv, "0000000103e1046d61696c00", "0 1 993 mail.")]
    [InlineData(DnsRecordType.Txt, "0361226203637c64", "\"a\\\"bc|d\"")]
    [InlineData(DnsRecordType.Tlsa, "030101abcd", "3 1 1 abcd")]
    [InlineData(DnsRecordType.Caa, "00056973737565612e62", "0 issue \"a.b\"")]
    [InlineData(DnsRecordType.Aaaa, "20010db8000000000000000000000001", "2001:db8::1")]
    [InlineData(DnsRecordType.Soa, "00", "\\# 1 00")]
    [InlineData(DnsRecordType.Mx, "00", null)]
    [InlineData(DnsRecordType.Txt, "0561", null)]
    [InlineData(DnsRecordType.Caa, "000973", null)]
    [InlineData(DnsRecordType.A, "c00002", null)]
    [InlineData(DnsRecordType.Cname, "056d61696c", null)]
    public void Each_type_says_what_zone_files_say(DnsRecordType type, string data, string? expected)
    {
        var octets = Bytes(data);
        var message = DnsMessage.Read([.. Bytes("000081800001000100000000" + "0161000001 0001" + "c00c"), (byte)((int)type >> 8), (byte)type, .. Bytes("0001 00000001"), 0, (byte)octets.Length, .. octets])!;
        (message.Answers.SingleOrDefault()?.Data.ToString()).ShouldBe(expected);
    }

    [Fact]
    public void A_long_text_is_written_in_strings_of_255()
    {
        var text = new DnsText(new string('x', 300)).ToString();
        text.ShouldBe($"\"{new string('x', 255)}\" \"{new string('x', 45)}\"");
        new DnsText("").ToString().ShouldBe("\"\"");
    }

    [Theory]
    [InlineData("c00c")]
    [InlineData("c010")]
    [InlineData("0161c00c")]
    [InlineData("80")]
    [InlineData("3f")]
    public void Names_that_lead_in_circles_or_out_end(string name) => DnsMessage.Read(Bytes("000081800001000000000000" + name + "00010001"))?.Name.Length.ShouldBeLessThan(256);

    [Fact]
    public void Any_bytes_end()
    {
        var whole = Bytes(Alias);
        for (var length = 0; length <= whole.Length; length++)
            DnsMessage.Read(whole.AsSpan(0, length));
        var random = new Random(1);
        for (var i = 0; i < 20_000; i++)
        {
            var damaged = (byte[])whole.Clone();
            for (var n = random.Next(1, 6); n > 0; n--)
                damaged[random.Next(damaged.Length)] = (byte)random.Next(256);
            if (DnsMessage.Read(damaged) is { } message)
                message.Answers.ShouldAllBe(r => r.Name.Length < 256);
        }
    }

    private static byte[] Bytes(string hex) => Convert.FromHexString(hex.Replace(" ", "", StringComparison.Ordinal));
}
