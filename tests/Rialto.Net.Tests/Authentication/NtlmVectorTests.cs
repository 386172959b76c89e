// The examples of [MS-NLMP] 4.2.4 (NTLMv2) and 4.2.3.4 (56-bit sealing without key exchange).
using System.Text;
using Rialto.Directory;

namespace Rialto.Net.Tests.Authentication;

public sealed class NtlmVectorTests
{
    private static readonly byte[] ServerChallenge = Hex("0123456789abcdef");
    private static readonly byte[] Plain = Encoding.Unicode.GetBytes("Plaintext");

    /// <summary>4.2.4.3: AUTHENTICATE_MESSAGE.</summary>
    internal static readonly byte[] Authenticate = Hex(
        """
        4e544c4d53535000 03000000 18001800 6c000000 54005400 84000000 0c000c00 48000000 08000800 54000000 10001000 5c000000 10001000 d8000000 358288e2
        0501280a0000000f 44006f006d00610069006e00 5500730065007200 43004f004d0050005500540045005200
        86c35097ac9cec102554764a57cccc19aaaaaaaaaaaaaaaa
        68cd0ab851e51c96aabc927bebef6a1c 0101000000000000 0000000000000000 aaaaaaaaaaaaaaaa 00000000
        02000c0044006f006d00610069006e00 01000c005300650072007600650072 00 00000000 00000000
        c5dad2544fc979 9094ce1ce90bc9d03e
        """);

    [Fact]
    public void The_nt_hash_is_md4_of_the_password()
    {
        NtHash.Of("Password").ShouldBe(Hex("a4f49c406510bdcab6824ee7c30fd852"));
        NtHash.Of("").ShouldBe(Hex("31d6cfe0d16ae931b73c59d7e0c089c0"));
    }

    [Fact]
    public void The_response_key_is_that_of_the_example() =>
        NtlmCryptography.ResponseKey(NtHash.Of("Password"), "User", "Domain").ShouldBe(Hex("0c868a403bfd7a93a3001ef22ef02e3f"));

    [Fact]
    public void The_message_of_the_example_proves_its_password_and_gives_its_session_key()
    {
        var time = new Rialto.Testing.ManualTimeProvider();
        var limits = new NegotiateLimits { MaxClockSkew = TimeSpan.FromDays(400_000) };
        var server = new NtlmServer(new("Server", "Domain", "server.example.com", "example.com"), limits, time, ServerChallenge);
        server.Challenge(Hex("4e544c4d53535000 01000000 33828ae2 0000000000000000 0000000000000000 0000000000000000")).ShouldNotBeNull();
        var claim = server.Read(Authenticate).ShouldNotBeNull();
        (claim.User, claim.Domain).ShouldBe(("User", "Domain"));
        claim.Proves(NtHash.Of("password"), [], false).ShouldBeFalse();
        claim.Proves(NtHash.Of("Password"), [], true).ShouldBeFalse("it names no channel");
        claim.Proves(NtHash.Of("Password"), [], false).ShouldBeTrue();
        claim.Security!.SessionKey.ShouldBe(Hex("55555555555555555555555555555555"));
        server.Read(Authenticate).ShouldBeNull("a challenge is answered once");
    }

    [Fact]
    public void Sealing_gives_the_octets_of_the_example_and_is_undone_by_the_other_side()
    {
        var flags = (NtlmFlags)0xe28a8233;
        var key = Hex("55555555555555555555555555555555");
        var client = new NtlmSecurity(key, flags, client: true);
        var server = new NtlmSecurity(key, flags);
        var message = (byte[])Plain.Clone();
        var signature = new byte[NtlmSecurity.SignatureLength];
        client.Seal(message, signature);
        message.ShouldBe(Hex("54e50165bf1936dc996020c1811b0f06fb5f"));
        signature.ShouldBe(Hex("01000000 7fb38ec5c55d4976 00000000"));
        server.Unseal(message, signature).ShouldBeTrue();
        message.ShouldBe(Plain);
        server.Unseal((byte[])message.Clone(), signature).ShouldBeFalse("a message comes once");
    }

    [Fact]
    public void Sealing_with_56_bits_and_without_key_exchange_gives_the_octets_of_the_example()
    {
        var flags = (NtlmFlags)0x820a8233;
        NtlmCryptography.SealKey(Hex("eb93429a8bd952f8b89c55b87f475edc"), flags, client: true).ShouldBe(Hex("04dd7f014d8504d265a25cc86a3a7c06"));
        var client = new NtlmSecurity(Hex("eb93429a8bd952f8b89c55b87f475edc"), flags, client: true);
        var message = (byte[])Plain.Clone();
        var signature = new byte[NtlmSecurity.SignatureLength];
        client.Seal(message, signature);
        message.ShouldBe(Hex("a02372f6530273f3aa1eb90190ce5200c99d"));
        signature.ShouldBe(Hex("01000000 ff2aeb52f681793a 00000000"));
    }

    [Fact]
    public void Messages_follow_each_other_in_both_directions()
    {
        var flags = (NtlmFlags)0xe28a8233;
        var key = Hex("000102030405060708090a0b0c0d0e0f");
        var client = new NtlmSecurity(key, flags, client: true);
        var server = new NtlmSecurity(key, flags);
        Span<byte> signature = stackalloc byte[NtlmSecurity.SignatureLength];
        for (var i = 0; i < 5; i++)
        {
            client.Sign(Plain, signature);
            server.Verify(Plain, signature).ShouldBeTrue();
            server.Sign(Plain, signature);
            client.Verify(Plain, signature).ShouldBeTrue();
        }

        client.Sign(Plain, signature);
        signature[5] ^= 1;
        server.Verify(Plain, signature).ShouldBeFalse();
    }

    [Fact]
    public void Every_cut_of_a_message_is_refused_and_none_reads_beyond_it()
    {
        for (var length = 0; length < Authenticate.Length; length++)
            NtlmMessages.ReadAuthenticate(Authenticate.AsSpan(0, length), unicode: true).ShouldBeNull();
    }

    internal static byte[] Hex(string text) => Convert.FromHexString(string.Concat(text.Where(char.IsAsciiHexDigit)));
}
