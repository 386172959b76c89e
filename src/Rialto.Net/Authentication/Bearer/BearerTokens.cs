// RFC 7519, RFC 7515 (signed tokens), RFC 8414 and OpenID Connect Discovery 1.0 (the issuer's configuration and keys), RFC 8725 (what to refuse), RFC 9068 (access tokens).
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Protocols;
using Microsoft.IdentityModel.Protocols.OpenIdConnect;
using Microsoft.IdentityModel.Tokens;
using Rialto.Directory;

namespace Rialto.Net;

/// <summary>Whom a token stands for.</summary>
/// <param name="Account">The account; null: the token is not good, or nobody's here.</param>
/// <param name="Shown">A name for logs; never the token.</param>
/// <param name="IsUnavailable">The issuer's keys cannot be had now.</param>
internal readonly record struct BearerAccount(Account? Account, string Shown, bool IsUnavailable = false);

/// <summary>Checks access tokens of one issuer, with the keys that it publishes. Signatures with public keys alone: no token signs itself with "none", or with a public key taken for a secret.</summary>
internal sealed class BearerTokens
{
    private readonly BearerOptions options;
    private readonly ConfigurationManager<OpenIdConnectConfiguration> configuration;
    private readonly JsonWebTokenHandler handler;
    private readonly TimeProvider time;

    public BearerTokens(BearerOptions options, TimeProvider time)
    {
        this.options = options;
        this.time = time;
        if (!Uri.TryCreate(options.Issuer, UriKind.Absolute, out var issuer) || !(issuer.Scheme == Uri.UriSchemeHttps || (issuer.Scheme == Uri.UriSchemeHttp && issuer.IsLoopback)))
            throw new ArgumentException($"The issuer \"{options.Issuer}\" is not an https address.", nameof(options));
        handler = new JsonWebTokenHandler { MaximumTokenSizeInBytes = options.MaxToken, MapInboundClaims = false };
        configuration = new ConfigurationManager<OpenIdConnectConfiguration>(
            $"{options.Issuer.TrimEnd('/')}/.well-known/openid-configuration",
            new OpenIdConnectConfigurationRetriever(),
            new HttpDocumentRetriever { RequireHttps = issuer.Scheme == Uri.UriSchemeHttps })
        { RefreshInterval = options.KeyRefresh };
    }

    /// <summary>The account that a token is for.</summary>
    public async ValueTask<BearerAccount> AccountOfAsync(string token, DirectorySnapshot directory, CancellationToken cancellationToken)
    {
        if (token.Length == 0 || token.Length > options.MaxToken || options.Audiences.Count == 0) return new(null, "(token)");
        OpenIdConnectConfiguration known;
        try
        {
            known = await configuration.GetConfigurationAsync(cancellationToken);
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            return new(null, "(token)", IsUnavailable: true);
        }

        var result = await handler.ValidateTokenAsync(token, Parameters(known));
        if (!result.IsValid && result.Exception is SecurityTokenSignatureKeyNotFoundException)
        {
            // The issuer may have changed its keys; asked at most every so often, whatever tokens come.
            configuration.RequestRefresh();
            try
            {
                var fresh = await configuration.GetConfigurationAsync(cancellationToken);
                if (!ReferenceEquals(fresh, known)) result = await handler.ValidateTokenAsync(token, Parameters(fresh));
            }
            catch (Exception e) when (e is not OperationCanceledException)
            {
                return new(null, "(token)", IsUnavailable: true);
            }
        }

        if (!result.IsValid || result.SecurityToken is not JsonWebToken valid) return new(null, "(token)");
        if (options.Scope.Length > 0 && !HasScope(valid)) return new(null, "(token)");
        if (!valid.TryGetPayloadValue<string>(options.AccountClaim, out var name) || string.IsNullOrEmpty(name)) return new(null, "(token)");
        if (options.AccountClaim == "email" && valid.TryGetPayloadValue<bool>("email_verified", out var verified) && !verified) return new(null, name);
        return new(directory.FindByLogin(name), name);
    }

    private TokenValidationParameters Parameters(OpenIdConnectConfiguration known) => new()
    {
        // Both what is configured and what the issuer says of itself: a configuration that names another issuer is not this one's.
        ValidIssuer = known.Issuer == options.Issuer ? options.Issuer : null,
        ValidAudiences = options.Audiences,
        IssuerSigningKeys = known.SigningKeys,
        ValidAlgorithms = ["RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512"],
        RequireSignedTokens = true,
        RequireExpirationTime = true,
        RequireAudience = true,
        TryAllIssuerSigningKeys = false,
        ClockSkew = options.ClockSkew,
        LifetimeValidator = IsOfNow,
    };

    /// <summary>By this server's clock, which tests can set.</summary>
    private bool IsOfNow(DateTime? from, DateTime? until, SecurityToken token, TokenValidationParameters parameters)
    {
        var now = time.GetUtcNow().UtcDateTime;
        return until is { } end && end.Add(options.ClockSkew) > now && (from is not { } begin || begin.Subtract(options.ClockSkew) <= now);
    }

    private bool HasScope(JsonWebToken token)
    {
        foreach (var claim in (ReadOnlySpan<string>)["scope", "scp"])
            if (token.TryGetPayloadValue<string>(claim, out var scopes) && scopes.Split(' ').Contains(options.Scope, StringComparer.Ordinal)) return true;
        return false;
    }
}
