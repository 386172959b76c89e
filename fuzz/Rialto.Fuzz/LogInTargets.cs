using Rialto.Directory;
using Rialto.Net;

namespace Rialto.Fuzz;

/// <summary>What strangers send before they have logged in.</summary>
internal static class LogInTargets
{
    private static readonly NtlmNames s_names = new("SERVER", "DOMAIN", "server.example.com", "example.com");
    private static readonly ScramParameters s_parameters = new(new byte[16], 4096);
    private static readonly ScramVerifier s_verifier = ScramVerifier.CreateForNobody();
    private static readonly byte[] s_negotiate = Convert.FromHexString("4e544c4d5353500001000000b78208e2000000000000000000000000000000000601b11d0000000f");

    public static readonly byte[][] NtlmSamples =
    [
        s_negotiate,
        Convert.FromHexString(
            "4e544c4d5353500003000000180018006c00000054005400840000000c000c00480000000800080054000000100010005c00000010001000d8000000358288e20501280a0000000f44006f006d00610069006e0055007300"
            + "65007200" + "43004f004d0050005500540045005200" + "86c35097ac9cec102554764a57cccc19aaaaaaaaaaaaaaaa" + "68cd0ab851e51c96aabc927bebef6a1c01010000000000000000000000000000aaaaaaaaaaaaaaaa00000000"
            + "02000c0044006f006d00610069006e0001000c00530065007200760065007200" + "0000000000000000" + "c5dad2544fc9799094ce1ce90bc9d03e"),
    ];

    public static readonly byte[][] SpnegoSamples =
    [
        Convert.FromHexString("604806062b0601050502a03e303ca00e300c060a2b06010401823702020aa22a04284e544c4d535350000100000005028862000000000000000000000000000000000601b01d0000000f"),
        SpnegoTokens.Write(SpnegoState.Incomplete, SpnegoTokens.Ntlm, [1, 2, 3], new byte[16]),
    ];

    public static readonly byte[][] ScramSamples =
    [
        "n,,n=user,r=rOprNGfwEbeRWgbNEkqO"u8.ToArray(),
        "p=tls-unique,a=oth=2Cer,n=us=3Der,r=abc"u8.ToArray(),
        "c=biws,r=abcserver,p=dHzbZapWIk4jUhN+Ute9ytag9zjfMHgsqmmiz7AndVQ="u8.ToArray(),
    ];

    /// <summary>As the first message, as the answer to a challenge, with version 1 too, and as a protected message; nobody gets in.</summary>
    public static void Ntlm(ReadOnlyMemory<byte> input)
    {
        foreach (var allowed in (bool[])[false, true])
        {
            var limits = new NegotiateLimits { AllowVersion1 = allowed };
            _ = new NtlmServer(s_names, limits, TimeProvider.System).Challenge(input.Span);
            var server = new NtlmServer(s_names, limits, TimeProvider.System);
            server.Challenge(s_negotiate);
            if (server.Read(input.Span) is { } claim && claim.Proves(new byte[16], new byte[16], false))
                throw new InvalidOperationException("Somebody got in.");
        }
        foreach (var flags in (NtlmFlags[])[(NtlmFlags)0xe28a8233, (NtlmFlags)0xe28a8213, (NtlmFlags)0xe2028233, (NtlmFlags)0xe2028213])
        {
            if (new NtlmLayer(new NtlmSecurity(new byte[16], flags), 1024).Unwrap(input.Span) is not null)
                throw new InvalidOperationException("It is nobody's message.");
        }
    }

    public static void Spnego(ReadOnlyMemory<byte> input)
    {
        _ = SpnegoTokens.FrameOf(input);
        _ = SpnegoTokens.ReadInit(input);
        _ = SpnegoTokens.ReadResponse(input);
    }

    public static void Scram(ReadOnlyMemory<byte> input)
    {
        var bindings = new ChannelBindings([[1]], [2]);
        _ = new ScramExchange(true, true, bindings).ReadFirst(input.Span);
        var exchange = new ScramExchange(false, false, bindings, "server");
        if (exchange.ReadFirst(input.Span))
            _ = exchange.WriteFirst(s_parameters);
        exchange = new ScramExchange(false, false, bindings, "server");
        exchange.ReadFirst("n,,n=user,r=abc"u8);
        exchange.WriteFirst(s_parameters);
        if (exchange.ReadFinal(input.Span) == true && exchange.Proves(s_verifier))
            throw new InvalidOperationException("Somebody got in.");
    }
}
