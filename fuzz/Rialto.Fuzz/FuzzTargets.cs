using Rialto.Content.Mime;

namespace Rialto.Fuzz;

/// <summary>Every reader that takes bytes from outside: a line each.</summary>
public static class FuzzTargets
{
    private static readonly byte[] MimeTokens = "\r\n-:;<>\"\\()[]=?*,@ \0\t\xff'%"u8.ToArray();

    private static readonly byte[] SessionTokens = "\r\n .<>@:;=+*\"\\(){}[]0129,\0\x1b\xff"u8.ToArray();

    public static IReadOnlyList<FuzzTarget> All { get; } =
    [
        new("mime", ["eml/*.eml"], MimeTargets.Message) { Samples = MimeTargets.Samples, Tokens = MimeTokens, AllocationFactor = 200 },
        new("mime-file", ["eml/*.eml"], MimeTargets.Streamed) { Samples = MimeTargets.Samples, Tokens = MimeTokens, AllocationFactor = 200 },
        new("header", ["eml/*.eml"], MimeTargets.Header) { Samples = MimeTargets.Samples, Tokens = MimeTokens, AllocationFactor = 200 },
        new("transfer", ["eml/*.eml"], MimeTargets.Transfer) { Samples = MimeTargets.Samples, Tokens = MimeTokens },
        new("charset", ["charset/*.txt"], MimeTargets.Charsets) { Samples = MimeTargets.Samples, AllocationFactor = 800 },
        new("uuencode", ["eml/*.eml"], bytes => UuencodedText.Split(bytes.Span)) { Samples = MimeTargets.Samples },
        new("flowed", ["eml/*.eml"], MimeTargets.Flowed) { Samples = MimeTargets.Samples, Tokens = "> \r\n-"u8.ToArray() },
        // A mark and a length of 255 make 85 bytes of one.
        new("macfile", ["eml/*.eml"], MimeTargets.MacFiles) { Samples = MimeTargets.MacSamples, AllocationFactor = 600 },
        new("lzfu", ["rtf/*.lzfu"], BodyTargets.Compressed) { Samples = BodyTargets.CompressedSamples },
        new("rtf", ["rtf/*.rtf"], BodyTargets.Rtf) { Samples = BodyTargets.RtfSamples, Tokens = "{}\\'*;0 \r\nu"u8.ToArray(), AllocationFactor = 400 },
        new("html", ["rtf/*.html"], BodyTargets.Html) { Samples = BodyTargets.HtmlSamples, Tokens = "<>/&;=\"' !-\r\n"u8.ToArray(), AllocationFactor = 1600 },
        new("enriched", [], BodyTargets.Enriched) { Samples = BodyTargets.EnrichedSamples, Tokens = "<>/\r\n "u8.ToArray(), AllocationFactor = 400 },
        new("tnef", ["tnef/*.tnef", "tnef/*.dat"], TnefTargets.Tnef) { Samples = TnefTargets.Samples, Tokens = TnefTargets.Tokens, AllocationFactor = 200 },
        new("cfb", ["msg/*.msg"], MsgTargets.Compound) { Samples = MsgTargets.Samples, Tokens = MsgTargets.Tokens, AllocationFactor = 200 },
        new("msg", ["msg/*.msg"], MsgTargets.Message) { Samples = MsgTargets.Samples, Tokens = MsgTargets.Tokens, AllocationFactor = 400 },
        new("dump", [], MsgTargets.Dump) { Samples = MsgTargets.DumpSamples, Tokens = "{}[]\",:0x \\truefalsn"u8.ToArray(), AllocationFactor = 400 },
        new("convert", ["msg/*.msg", "tnef/*.tnef", "eml/*.eml"], ConvertTargets.Convert) { Samples = ConvertTargets.Samples, Tokens = ConvertTargets.Tokens, AllocationFactor = 3000 },
        // The output's length is the container's, up to 128 KB; the tables and a second packing come on top.
        new("lzx", [], LzxTargets.Unpack) { Samples = LzxTargets.Samples, AllocationFloor = 32 << 20 },
        new("ldap", [], LdapTargets.Message) { Samples = LdapTargets.MessageSamples, Tokens = [0x30, 0x04, 0x02, 0x0A, 0x80, 0x82, 0x84, 0xA0, 0xA2, 0xA4, 0x63, 0xFF], AllocationFactor = 400 },
        new("ldap-filter", [], LdapTargets.Filter) { Samples = ["(&(cn=a*b*c)(!(sn=x)))"u8.ToArray(), "(|(a:dn:1.2:=v)(b>=1)(c~=\\2a))"u8.ToArray()], Tokens = "()&|!=*\\:<>~"u8.ToArray(), AllocationFactor = 400 },
        new("ldap-certificate", [], LdapTargets.Certificate) { Samples = LdapTargets.CertificateSamples(), AllocationFactor = 400 },
        new("ldif", [], LdapTargets.Ldif) { Samples = LdapTargets.LdifSamples, Tokens = ": \n\r#-<"u8.ToArray(), AllocationFactor = 400 },
        new("ntlm", [], LogInTargets.Ntlm) { Samples = LogInTargets.NtlmSamples, AllocationFactor = 400 },
        new("spnego", [], LogInTargets.Spnego) { Samples = LogInTargets.SpnegoSamples, Tokens = [0x30, 0x60, 0xA0, 0xA1, 0xA2, 0xA3, 0x04, 0x06, 0x0A, 0x80, 0x82, 0xFF], AllocationFactor = 400 },
        new("scram", [], LogInTargets.Scram) { Samples = LogInTargets.ScramSamples, Tokens = "n,y=aprcsiv2CD3\0"u8.ToArray(), AllocationFactor = 400 },
        // A session's store and mailboxes are made anew for each input.
        new("smtp", [], SessionTargets.Smtp) { Samples = SessionTargets.SmtpSamples, Tokens = SessionTokens, AllocationFactor = 800, AllocationFloor = 32 << 20 },
        new("imap", [], SessionTargets.Imap) { Samples = SessionTargets.ImapSamples, Tokens = SessionTokens, AllocationFactor = 2000, AllocationFloor = 64 << 20 },
        new("pop3", [], SessionTargets.Pop3) { Samples = SessionTargets.Pop3Samples, Tokens = SessionTokens, AllocationFactor = 800, AllocationFloor = 32 << 20 },
        new("oab", [], OabTargets.Read) { Samples = OabTargets.Samples, AllocationFloor = 32 << 20 },
        // Rows times columns are bounded, and more than the bytes that ask for them.
        new("nspi", [], AddressBookTargets.Request) { Samples = AddressBookTargets.Samples, AllocationFloor = 64 << 20 },
        new("junk", [], JunkTargets.Rule) { Samples = JunkTargets.RuleSamples, AllocationFactor = 200 },
        new("postmark", [], JunkTargets.Postmark) { Samples = JunkTargets.PostmarkSamples, AllocationFactor = 200 },
    ];

    public static FuzzTarget? Find(string name) => All.FirstOrDefault(t => t.Name.Equals(name, StringComparison.OrdinalIgnoreCase));
}
