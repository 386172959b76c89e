// The examples of [MS-NLMP] 4.2.4 (NTLMv2), 4.2.2 and 4.2.3 (NTLMv1), 4.2.2.4 (sealing without extended session security) and 4.2.3.4 (56-bit sealing without key exchange).
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

    [Theory]
    [InlineData(0xe2028233, "98def7b87f88aa5dafe2df779688a172def11c7d5ccdef13", "67c43011f30298a2ad35ece64f16331c44bdbed927841f94", "518822b1b3f350c8958682ecbb3e3cb7", "55555555555555555555555555555555")]
    [InlineData(0x820a8233, "aaaaaaaaaaaaaaaa00000000000000000000000000000000", "7537f803ae367128ca458204bde7caf81e97ed2683267232", "", "eb93429a8bd952f8b89c55b87f475edc")]
    public void Version_1_is_taken_where_it_is_allowed_and_gives_the_key_of_the_example(uint flags, string lm, string nt, string key, string exported)
    {
        var message = Version1((NtlmFlags)flags, Hex(lm), Hex(nt), Hex(key));
        foreach (var (limits, bindings, taken) in ((NegotiateLimits, bool, bool)[])[
            (new() { AllowVersion1 = true }, false, true), (new(), false, false), (new() { AllowVersion1 = true }, true, false), (new() { AllowVersion1 = true, RequireMic = true }, false, false)])
        {
            var server = new NtlmServer(new("Server", "Domain", "server.example.com", "example.com"), limits, TimeProvider.System, ServerChallenge);
            server.Challenge([.. Hex("4e544c4d53535000 01000000"), .. BitConverter.GetBytes(flags), .. new byte[24]]).ShouldNotBeNull();
            var claim = server.Read(message).ShouldNotBeNull();
            claim.Proves(NtHash.Of("password"), [], bindings).ShouldBeFalse();
            claim.Proves(NtHash.Of("Password"), [], bindings).ShouldBe(taken);
            if (taken) claim.Security!.SessionKey.ShouldBe(Hex(exported));
            else claim.Security.ShouldBeNull();
        }
    }

    /// <summary>4.2.4.2.1: the LMv2 response, beside no NT response or one that is wrong.</summary>
    [Theory]
    [InlineData("")]
    [InlineData("67c43011f30298a2ad35ece64f16331c44bdbed927841f94")]
    [InlineData("00000011f30298a2ad35ece64f16331c44bdbed927841f94")]
    public void The_response_of_LMv2_alone_proves_the_password_where_version_1_is_allowed(string nt)
    {
        const uint flags = 0xe2028233;
        var message = Version1((NtlmFlags)flags, Hex("86c35097ac9cec102554764a57cccc19aaaaaaaaaaaaaaaa"), Hex(nt), Hex("518822b1b3f350c8958682ecbb3e3cb7"));
        foreach (var (limits, bindings, taken) in ((NegotiateLimits, bool, bool)[])[
            (new() { AllowVersion1 = true }, false, true), (new(), false, false), (new() { AllowVersion1 = true }, true, false), (new() { AllowVersion1 = true, RequireMic = true }, false, false)])
        {
            var server = new NtlmServer(new("Server", "Domain", "server.example.com", "example.com"), limits, TimeProvider.System, ServerChallenge);
            server.Challenge([.. Hex("4e544c4d53535000 01000000"), .. BitConverter.GetBytes(flags), .. new byte[24]]).ShouldNotBeNull();
            var claim = server.Read(message).ShouldNotBeNull();
            claim.Proves(NtHash.Of("password"), [], bindings).ShouldBeFalse();
            // With the NT response of version 1 it is that which is right.
            var isVersion1 = nt.StartsWith("67", StringComparison.Ordinal);
            claim.Proves(NtHash.Of("Password"), [], bindings).ShouldBe(taken);
            (claim.Security is not null).ShouldBe(taken && isVersion1);
        }
    }

    [Fact]
    public void The_session_key_of_version_1_is_that_of_the_example()
    {
        NtlmCryptography.SessionKeyOfVersion1(NtHash.Of("Password")).ShouldBe(Hex("d87262b0cde4b1cb7499becccdf10784"));
        var key = Hex("518822b1b3f350c8958682ecbb3e3cb7");
        new Rc4(Hex("d87262b0cde4b1cb7499becccdf10784")).Transform(key);
        key.ShouldBe(Hex("55555555555555555555555555555555"));
    }

    [Fact]
    public void Des_is_that_of_the_system_and_takes_weak_keys()
    {
        var random = new Random(3);
        for (var i = 0; i < 200; i++)
        {
            var (key, block, own) = (new byte[7], new byte[8], new byte[8]);
            random.NextBytes(key);
            random.NextBytes(block);
            Des.Encrypt(key, block, own);
            var spread = new byte[8];
            for (var bit = 0; bit < 56; bit++) spread[bit / 7] |= (byte)(((key[bit / 8] >> (7 - (bit % 8))) & 1) << (7 - (bit % 7)));
#pragma warning disable CA5351 // What it is compared with.
            using var des = System.Security.Cryptography.DES.Create();
#pragma warning restore CA5351
            des.Key = spread;
            own.ShouldBe(des.EncryptEcb(block, System.Security.Cryptography.PaddingMode.None));
        }

        var weak = new byte[8];
        Des.Encrypt(new byte[7], new byte[8], weak);
        weak.ShouldBe(Hex("8ca64de9c1b123a7"));
    }

    [Fact]
    public void Sealing_gives_the_octets_of_the_example_and_is_undone_by_the_other_side()
    {
        var flags = (NtlmFlags)0xe28a8233;
        var key = Hex("55555555555555555555555555555555");
        var client = new NtlmSecurity(key, flags, client: true);
        var (message, signature) = Seal(client, "54e50165bf1936dc996020c1811b0f06fb5f", "01000000 7fb38ec5c55d4976 00000000");
        UnsealOnce(new NtlmSecurity(key, flags), message, signature);
    }

    [Fact]
    public void Sealing_with_56_bits_and_without_key_exchange_gives_the_octets_of_the_example()
    {
        var flags = (NtlmFlags)0x820a8233;
        NtlmCryptography.SealKey(Hex("eb93429a8bd952f8b89c55b87f475edc"), flags, client: true).ShouldBe(Hex("04dd7f014d8504d265a25cc86a3a7c06"));
        var client = new NtlmSecurity(Hex("eb93429a8bd952f8b89c55b87f475edc"), flags, client: true);
        Seal(client, "a02372f6530273f3aa1eb90190ce5200c99d", "01000000 ff2aeb52f681793a 00000000");
    }

    [Fact]
    public void Sealing_without_extended_session_security_gives_the_octets_of_the_example_and_is_undone_by_the_other_side()
    {
        NtlmCryptography.Crc32(Plain).ShouldBe(0x93aa847du);
        var flags = (NtlmFlags)0xe2028233;
        var key = Hex("55555555555555555555555555555555");
        var client = new NtlmSecurity(key, flags, client: true);
        var (message, signature) = Seal(client, "56fe04d861f9319af0d7238a2e3b4d457fb8", "01000000 45c844e5 09dcd1df 2e459d36");
        // The pad is the sender's affair.
        Array.Clear(signature, 4, 4);
        UnsealOnce(new NtlmSecurity(key, flags), message, signature);
    }

    /// <summary>Seals the text of the examples, which gives these octets.</summary>
    private static (byte[] Message, byte[] Signature) Seal(NtlmSecurity sender, string expected, string expectedSignature)
    {
        var message = (byte[])Plain.Clone();
        var signature = new byte[NtlmSecurity.SignatureLength];
        sender.Seal(message, signature);
        message.ShouldBe(Hex(expected));
        signature.ShouldBe(Hex(expectedSignature));
        return (message, signature);
    }

    private static void UnsealOnce(NtlmSecurity receiver, byte[] message, byte[] signature)
    {
        receiver.Unseal(message, signature).ShouldBeTrue();
        message.ShouldBe(Plain);
        receiver.Unseal((byte[])message.Clone(), signature).ShouldBeFalse("a message comes once");
    }

    [Fact]
    public void Extended_session_security_is_asked_of_version_2_where_version_1_is_not_allowed()
    {
        foreach (var allowed in (bool[])[false, true])
        {
            var limits = new NegotiateLimits { MaxClockSkew = TimeSpan.FromDays(400_000), AllowVersion1 = allowed };
            var server = new NtlmServer(new("Server", "Domain", "server.example.com", "example.com"), limits, new Rialto.Testing.ManualTimeProvider(), ServerChallenge);
            server.Challenge(Hex("4e544c4d53535000 01000000 338282e2 0000000000000000 0000000000000000 0000000000000000")).ShouldNotBeNull();
            var claim = server.Read(Authenticate).ShouldNotBeNull();
            claim.Proves(NtHash.Of("Password"), [], false).ShouldBeTrue();
            (claim.Security is not null).ShouldBe(allowed);
        }
    }

    [Theory]
    [InlineData(0xe28a8233)]
    [InlineData(0xe2028233)]
    public void Messages_follow_each_other_in_both_directions(uint agreed)
    {
        var flags = (NtlmFlags)agreed;
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
        signature[9] ^= 1;
        server.Verify(Plain, signature).ShouldBeFalse();
    }

    [Fact]
    public void Every_cut_of_a_message_is_refused_and_none_reads_beyond_it()
    {
        for (var length = 0; length < Authenticate.Length; length++)
            NtlmMessages.ReadAuthenticate(Authenticate.AsSpan(0, length), unicode: true).ShouldBeNull();
    }

    internal static byte[] Hex(string text) => Convert.FromHexString(string.Concat(text.Where(char.IsAsciiHexDigit)));

    /// <summary>AUTHENTICATE_MESSAGE of User in Domain at COMPUTER.</summary>
    private static byte[] Version1(NtlmFlags flags, byte[] lm, byte[] nt, byte[] key)
    {
        byte[][] fields = [lm, nt, Encoding.Unicode.GetBytes("Domain"), Encoding.Unicode.GetBytes("User"), Encoding.Unicode.GetBytes("COMPUTER"), key];
        var message = new List<byte>(Hex("4e544c4d53535000 03000000"));
        var at = 72;
        foreach (var field in fields)
        {
            message.AddRange([.. BitConverter.GetBytes((ushort)field.Length), .. BitConverter.GetBytes((ushort)field.Length), .. BitConverter.GetBytes(at)]);
            at += field.Length;
        }

        return [.. message, .. BitConverter.GetBytes((uint)flags), .. new byte[8], .. fields.SelectMany(f => f)];
    }
}
