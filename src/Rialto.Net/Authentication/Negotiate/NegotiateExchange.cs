// RFC 4178 3.2, 5 (SPNEGO's procedure and its integrity code), [MS-SPNG] 3.1.5, 3.2.5; RFC 4559 (over HTTP).
namespace Rialto.Net;

/// <summary>What a step of Negotiate came to.</summary>
/// <param name="Token">What to send back; null for nothing.</param>
/// <param name="Claim">Somebody who answered NTLM's challenge, to be decided on; then <see cref="NegotiateExchange.Complete"/>.</param>
/// <param name="Principal">Whom Kerberos vouches for.</param>
/// <param name="HasFailed">The exchange is over.</param>
internal readonly record struct NegotiateStep(byte[]? Token = null, NtlmClaim? Claim = null, string? Principal = null, bool HasFailed = false);

/// <summary>The server's side of one Negotiate exchange: SPNEGO with NTLM of ours or Kerberos of the system in it, or either without SPNEGO.</summary>
internal sealed class NegotiateExchange(AuthenticationService service, bool allowsNtlm) : IDisposable
{
    private NtlmServer? ntlm;
    private KerberosAcceptor? kerberos;
    private SpnegoInit? init;
    private byte[] clientMic = [];
    private int steps;

    /// <summary>Takes a token of the client.</summary>
    public NegotiateStep Accept(ReadOnlyMemory<byte> token)
    {
        if (token.Length > service.Options.Negotiate.MaxToken || ++steps > service.Options.Negotiate.MaxSteps) return Failed();
        if (kerberos is not null) return AcceptKerberos(token);
        if (ntlm is not null) return AcceptNtlm(token);
        if (NtlmMessages.IsNtlm(token.Span)) return allowsNtlm ? Challenge(token.Span) : Failed();

        switch (SpnegoTokens.FrameOf(token))
        {
            case SpnegoTokens.Kerberos when service.HasKerberos:
                kerberos = new KerberosAcceptor("Kerberos");
                return AcceptKerberos(token);
            case SpnegoTokens.Spnego when SpnegoTokens.ReadInit(token) is { } first:
                init = first;
                if (service.HasKerberos && first.Mechanisms[0] is (SpnegoTokens.Kerberos or SpnegoTokens.MicrosoftKerberos))
                {
                    kerberos = new KerberosAcceptor("Negotiate");
                    return AcceptKerberos(token);
                }

                if (!allowsNtlm || !first.Mechanisms.Contains(SpnegoTokens.Ntlm)) return Failed();

                // Not the favourite: its token is nothing for us, and the choice has to be proved in the end.
                if (first.Mechanisms[0] == SpnegoTokens.Ntlm && first.Token.Length > 0) return Challenge(first.Token);
                ntlm = service.BeginNtlm();
                return new(SpnegoTokens.Write(SpnegoState.RequestMic, SpnegoTokens.Ntlm));
            default:
                return Failed();
        }
    }

    /// <summary>The last token, once the claim is proved; null: the client's integrity code is wrong, and so is the log-in.</summary>
    public byte[]? Complete(NtlmClaim claim)
    {
        if (init is null) return [];
        if (clientMic.Length == 0)
        {
            // It may be left out only where the favourite was taken. RFC 4178 5.
            return init.Mechanisms[0] == SpnegoTokens.Ntlm ? SpnegoTokens.Write(SpnegoState.Completed) : null;
        }

        if (claim.Security is not { } security || clientMic.Length != NtlmSecurity.SignatureLength || !security.Verify(init.MechanismList, clientMic)) return null;
        var own = new byte[NtlmSecurity.SignatureLength];
        security.Sign(init.MechanismList, own);
        security.ResetCiphers();
        return SpnegoTokens.Write(SpnegoState.Completed, null, null, own);
    }

    /// <summary>What protects the connection from now on, where the client asked for that; then the exchange has no context any more. After <see cref="Complete"/> for NTLM.</summary>
    public SaslLayer? TakeLayer(NtlmClaim? claim, int maxMessage)
    {
        if (claim is not null) return claim.Security is { Signs: true } security ? new NtlmLayer(security, maxMessage) : null;
        if (kerberos is not { Protection: { Signs: true } or { Seals: true } } context) return null;
        kerberos = null;
        return new KerberosLayer(context, context.Protection.Seals, maxMessage);
    }

    public void Dispose() => kerberos?.Dispose();

    private NegotiateStep Challenge(ReadOnlySpan<byte> message)
    {
        ntlm ??= service.BeginNtlm();
        if (ntlm.Challenge(message) is not { } challenge) return Failed();
        return new(init is null ? challenge : SpnegoTokens.Write(SpnegoState.Incomplete, SpnegoTokens.Ntlm, challenge));
    }

    private NegotiateStep AcceptNtlm(ReadOnlyMemory<byte> token)
    {
        if (init is not null)
        {
            if (SpnegoTokens.ReadResponse(token) is not { } response) return Failed();
            token = response.Token;
            clientMic = response.Mic;
        }

        if (!ntlm!.IsChallenged) return Challenge(token.Span);
        return ntlm.Read(token.Span) is { } claim ? new(null, claim) : Failed();
    }

    private NegotiateStep AcceptKerberos(ReadOnlyMemory<byte> token)
    {
        var answer = kerberos!.Accept(token.Span);
        if (kerberos.HasFailed) return Failed();
        return new(answer, null, kerberos.IsDone ? kerberos.Principal : null);
    }

    private static NegotiateStep Failed() => new(HasFailed: true);
}
