using System.Buffers;
using Rialto.Ldap.Client;
using Rialto.Ldap.Wire;

namespace Rialto.Ldap.Tests;

public sealed class WireTests
{
    [Theory]
    [InlineData(0)]
    [InlineData(127)]
    [InlineData(128)]
    [InlineData(255)]
    [InlineData(256)]
    [InlineData(65_535)]
    [InlineData(65_536)]
    [InlineData(20_000_000)]
    public void Lengths_are_the_shortest(int length)
    {
        using var writer = new BerWriter();
        var outer = writer.Begin(Tags.Sequence);
        writer.WriteOctets(new byte[length]);
        writer.WriteInteger(5);
        writer.End(outer);
        var reader = new System.Formats.Asn1.AsnReader(writer.Written.ToArray(), System.Formats.Asn1.AsnEncodingRules.DER);
        var sequence = reader.ReadSequence();
        sequence.ReadOctetString().Length.ShouldBe(length);
        sequence.ReadInteger().ShouldBe(5);
        reader.HasData.ShouldBeFalse();
    }

    [Theory]
    [InlineData(int.MinValue)]
    [InlineData(-129)]
    [InlineData(-128)]
    [InlineData(0)]
    [InlineData(127)]
    [InlineData(128)]
    [InlineData(65_536)]
    [InlineData(int.MaxValue)]
    public void Integers_come_back(int value)
    {
        using var writer = new BerWriter();
        writer.WriteInteger(value);
        new BerReader(writer.Written).ReadInteger().ShouldBe(value);
        ((int)new System.Formats.Asn1.AsnReader(writer.Written.ToArray(), System.Formats.Asn1.AsnEncodingRules.DER).ReadInteger()).ShouldBe(value);
    }

    [Fact]
    public void Every_prefix_of_a_message_is_partial_or_refused()
    {
        using var search = new BerWriter();
        LdapTestClient.WriteSearch(search, "(&(cn=a*b*c)(!(sn=x))(a:dn:1.2:=v)(b>=1))", attributes: ["cn", "sn"]);
        var bytes = LdapTestClient.Message(7, Tags.SearchRequest, search.Written.ToArray());
        LdapMessage.Measure(new ReadOnlySequence<byte>(bytes), 1 << 20, out var length).ShouldBe(FrameStatus.Whole);
        length.ShouldBe(bytes.Length);
        for (var i = 0; i < bytes.Length; i++)
        {
            LdapMessage.Measure(new ReadOnlySequence<byte>(bytes.AsMemory(0, i)), 1 << 20, out _).ShouldBe(FrameStatus.Partial);
            Parse(bytes[..i]);
        }

        Parse(bytes).ShouldBeOfType<SearchRequest>().Filter.ToString().ShouldBe("(&(cn=a*b*c)(!(sn=x))(a:dn:1.2:=v)(b>=1))");
    }

    [Fact]
    public void Damaged_messages_are_requests_or_nothing()
    {
        var random = new Random(11);
        using var search = new BerWriter();
        LdapTestClient.WriteSearch(search, "(|(cn=a*b*c)(&(sn=x)(mail=*)))", attributes: ["cn", "sn"]);
        var good = LdapTestClient.Message(7, Tags.SearchRequest, search.Written.ToArray());
        for (var i = 0; i < 20_000; i++)
        {
            var bytes = (byte[])good.Clone();
            for (var n = random.Next(1, 5); n > 0; n--) bytes[random.Next(bytes.Length)] = (byte)random.Next(256);
            Parse(bytes);
        }
    }

    [Theory]
    [InlineData("(cn=a\\2ab)", "(cn=a\\2ab)")]
    [InlineData("(cn=\\c3\\a4)", "(cn=\\c3\\a4)")]
    [InlineData("(:dn:2.5.13.2:=x)", "(:dn:2.5.13.2:=x)")]
    public void Filters_in_text_are_encoded(string text, string expected)
    {
        var reader = new BerReader(FilterText.Encode(text));
        LdapFilter.Parse(ref reader, 10, 100)!.ToString().ShouldBe(expected);
    }

    [Theory]
    [InlineData("")]
    [InlineData("cn=a")]
    [InlineData("(cn=a")]
    [InlineData("(&(cn=a)")]
    [InlineData("(!(a=b)(c=d))")]
    [InlineData("(cn=\\zz)")]
    [InlineData("(cn=a))")]
    public void Text_that_is_no_filter_is_none(string text) => FilterText.Encode(text).ShouldBeNull();

    [Theory]
    [InlineData("uid=a,dc=example,dc=com", "uid=a,dc=example,dc=com")]
    [InlineData("UID = a , DC=example;DC=com", "uid=a,dc=example,dc=com")]
    [InlineData("cn=Meier\\, Anna,o=X", "cn=Meier\\, Anna,o=X")]
    [InlineData("cn=\"Meier, Anna\",o=X", "cn=Meier\\, Anna,o=X")]
    [InlineData("cn=M\\C3\\BCller", "cn=Müller")]
    [InlineData("cn=#0403414243", "cn=ABC")]
    [InlineData("2.5.4.3=x", "cn=x")]
    [InlineData("", "")]
    public void Names_are_parsed(string text, string expected) => DistinguishedName.Parse(text)!.ToString().ShouldBe(expected);

    [Theory]
    [InlineData("x")]
    [InlineData("=x")]
    [InlineData("cn=\"x")]
    [InlineData("cn=x\\")]
    [InlineData("c n=x")]
    [InlineData("cn=#zz")]
    [InlineData("cn=a,")]
    public void What_is_no_name_is_none(string text) => DistinguishedName.Parse(text).ShouldBeNull();

    [Fact]
    public void Names_with_any_value_come_back()
    {
        var random = new Random(5);
        for (var i = 0; i < 2_000; i++)
        {
            var value = new string([.. Enumerable.Range(0, random.Next(1, 12)).Select(_ => " ,+\"\\<>;=#\0aä*"[random.Next(14)])]);
            var parsed = DistinguishedName.Parse($"cn={DistinguishedName.Escape(value)},o=x");
            parsed.ShouldNotBeNull(value);
            parsed.Parts[0].Value.ShouldBe(value);
        }
    }

    private static LdapRequest? Parse(byte[] bytes) => LdapMessage.TryParse(bytes, 16, out var message) ? LdapRequest.Parse(message, new LdapOptions()) : null;
}
