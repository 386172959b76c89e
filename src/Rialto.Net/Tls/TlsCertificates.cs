// RFC 8996 (no TLS before 1.2), RFC 8446, RFC 7301 (ALPN).
using System.Net.Security;
using System.Security.Authentication;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Https;
using Microsoft.Extensions.Logging;

namespace Rialto.Net;

/// <summary>
/// The server's certificate: the configured one, or one made at first start by an authority of the server's own and kept, readable by its owner alone. Looked at for changes; connections
/// that are up keep the one they began with.
/// </summary>
public sealed partial class TlsCertificates : IDisposable
{
    /// <summary>The generated certificate's file in the data directory.</summary>
    public const string GeneratedFileName = "certificate.pem";

    /// <summary>The file in the data directory with the authority that gave the generated certificate: what clients are told to trust. Its key stands beside it.</summary>
    public const string AuthorityFileName = "certificate-authority.pem";

    private readonly TlsOptions options;
    private readonly string dataDirectory;
    private readonly TimeProvider time;
    private readonly ILogger logger;
    private readonly Lock gate = new();
    private readonly ITimer timer;
    private State state;

    private TlsCertificates(TlsOptions options, string dataDirectory, TimeProvider time, ILogger logger)
    {
        this.options = options;
        this.dataDirectory = dataDirectory;
        this.time = time;
        this.logger = logger;
        state = Load();
        timer = time.CreateTimer(_ => ReloadIfChanged(), null, options.ReloadInterval, options.ReloadInterval);
    }

    /// <summary>What is in use, replaced as a whole.</summary>
    private sealed record State(X509Certificate2 Certificate, IReadOnlyList<X509Certificate2> Chain, SslStreamCertificateContext Context, DateTime Stamp)
    {
        public byte[] EndPoint { get; } = ChannelBindings.EndPointOf(Certificate);

        /// <summary>The end point of the certificate before.</summary>
        public byte[]? Before { get; init; }

        /// <summary>Options by ALPN name: sharing one object is what lets sessions resume.</summary>
        public Dictionary<string, SslServerAuthenticationOptions> Options { get; } = new(StringComparer.Ordinal);
    }

    /// <summary>Loads the configured certificate, or the generated one, making it if there is none yet or it has run out.</summary>
    /// <exception cref="TlsConfigurationException">The configured files cannot be used; the message says why.</exception>
    public static TlsCertificates Open(TlsOptions options, string dataDirectory, TimeProvider time, ILoggerFactory loggers) =>
        new(options, dataDirectory, time, loggers.CreateLogger<TlsCertificates>());

    /// <summary>The certificate in use.</summary>
    public X509Certificate2 Current => Volatile.Read(ref state).Certificate;

    /// <summary>The certificate in use with its key, and the certificates above it that its file holds.</summary>
    public (X509Certificate2 Certificate, IReadOnlyList<X509Certificate2> Chain) CurrentWithChain => Volatile.Read(ref state) is var now ? (now.Certificate, now.Chain) : default;

    /// <summary>The bindings of connections that do not say which certificate they began with: that of the one in use, and of the one before.</summary>
    public ChannelBindings Bindings => Volatile.Read(ref state) is { } now ? new(now.Before is { } before ? [now.EndPoint, before] : [now.EndPoint]) : new([]);

    /// <summary>Where the certificate in use is kept.</summary>
    public string CertificatePath => options.CertificateFile ?? Path.Combine(dataDirectory, GeneratedFileName);

    private string AuthorityPath => Path.Combine(dataDirectory, AuthorityFileName);

    /// <summary>Options for a connection: TLS 1.2 and later, session resumption, the application protocol where the listener has one.</summary>
    /// <param name="alpn">Its names, separated by a comma, the preferred one first; null for none.</param>
    /// <param name="asksForCertificate">Whether the client is asked for one. Any is taken, or none; sessions are then not resumed, so that it is shown each time.</param>
    public SslServerAuthenticationOptions OptionsFor(string? alpn, bool asksForCertificate = false)
    {
        var now = Volatile.Read(ref state);
        var key = (asksForCertificate ? "?" : "") + alpn;
        lock (now.Options)
        {
            if (now.Options.TryGetValue(key, out var made)) return made;
            made = new SslServerAuthenticationOptions
            {
                ServerCertificateContext = now.Context,
                EnabledSslProtocols = SslProtocols.Tls12 | SslProtocols.Tls13,
                AllowTlsResume = !asksForCertificate,
                AllowRenegotiation = false,
                ClientCertificateRequired = asksForCertificate,
                RemoteCertificateValidationCallback = asksForCertificate ? static (_, _, _, _) => true : null,
                CertificateChainPolicy = asksForCertificate ? Unchecked() : null,
                ApplicationProtocols = alpn?.Split(',').Select(name => new SslApplicationProtocol(name)).ToList(),
            };
            now.Options.Add(key, made);
            return made;
        }
    }

    /// <summary>
    /// Makes a listener HTTPS with this certificate and its chain, following its changes. The options are shared rather than made from a certificate at each handshake:
    /// that would check the chain every time, leave it out of what is sent, and let no session resume.
    /// </summary>
    public void Secure(ListenOptions listener) =>
        listener.UseHttps(new TlsHandshakeCallbackOptions { OnConnection = _ => new(OptionsFor("h2,http/1.1")) });

    /// <summary>Loads the files again if they changed. What cannot be loaded is logged, and the certificate in use stays.</summary>
    /// <returns>Whether another certificate is in use now.</returns>
    public bool ReloadIfChanged()
    {
        lock (gate)
        {
            try
            {
                if (options.CertificateFile is null && state.Certificate.NotAfter.ToUniversalTime() <= time.GetUtcNow().UtcDateTime + options.RenewBefore) EnsureGenerated();
                if (StampOfFiles() == state.Stamp) return false;
                var next = Load() with { Before = state.EndPoint };

                // The old one is not disposed: handshakes under way use it. The collector takes it.
                Volatile.Write(ref state, next);
                LogReloaded(next.Certificate.Subject, next.Certificate.NotAfter);
                return true;
            }
            catch (Exception e) when (e is TlsConfigurationException or IOException or UnauthorizedAccessException)
            {
                LogReloadFailed(e, CertificatePath);
                return false;
            }
        }
    }

    /// <inheritdoc/>
    public void Dispose() => timer.Dispose();

    /// <summary>What a client shows is looked at when it logs in by it: in the handshake no chain is built, and nothing is fetched.</summary>
    private static X509ChainPolicy Unchecked() => new()
    {
        TrustMode = X509ChainTrustMode.CustomRootTrust,
        RevocationMode = X509RevocationMode.NoCheck,
        DisableCertificateDownloads = true,
        VerificationFlags = X509VerificationFlags.AllFlags,
    };

    private State Load()
    {
        if (options.CertificateFile is null) EnsureGenerated();
        var stamp = StampOfFiles();
        var (certificate, chain) = Read();
        if (!certificate.HasPrivateKey) throw new TlsConfigurationException($"{CertificatePath} holds no private key. Name its file in KeyFile, or use a PFX with the key in it.");
        return new State(certificate, [.. chain], SslStreamCertificateContext.Create(certificate, chain, offline: true), stamp);
    }

    private (X509Certificate2 Certificate, X509Certificate2Collection Chain) Read()
    {
        var path = CertificatePath;
        try
        {
            if (Path.GetExtension(path) is ".pfx" or ".p12")
            {
                var all = X509CertificateLoader.LoadPkcs12CollectionFromFile(path, options.Password);
                var own = all.FirstOrDefault(c => c.HasPrivateKey) ?? throw new TlsConfigurationException($"{path} holds no certificate with a private key.");
                all.Remove(own);
                return (own, all);
            }

            var key = options.CertificateFile is null ? path : options.KeyFile ?? path;
            var certificate = options.Password is { } password
                ? X509Certificate2.CreateFromEncryptedPemFile(path, password, key)
                : X509Certificate2.CreateFromPemFile(path, key);
            var chain = new X509Certificate2Collection();
            chain.ImportFromPemFile(path);
            var copy = chain.FirstOrDefault(c => c.Thumbprint == certificate.Thumbprint);
            if (copy is not null) chain.Remove(copy);
            return (certificate, chain);
        }
        catch (Exception e) when (e is CryptographicException or ArgumentException)
        {
            throw new TlsConfigurationException($"The certificate in {path} cannot be read: {e.Message} It has to be PEM (certificate, chain, key) or PFX, with the right password.", e);
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException or UnauthorizedAccessException)
        {
            throw new TlsConfigurationException($"The certificate file {path} or its key cannot be opened: {e.Message} Check the path and who may read it.", e);
        }
    }

    /// <summary>
    /// Makes the certificate if there is none, or renews it: when it runs out soon, or has not all the names. Its key stays, and the authority as long as it can. A certificate from before there was
    /// an authority is kept until it runs out: somebody may have told a client to trust just that.
    /// </summary>
    private void EnsureGenerated()
    {
        var path = CertificatePath;
        var soon = time.GetUtcNow().UtcDateTime + options.RenewBefore;
        AsymmetricAlgorithm? key = null;
        try
        {
            if (File.Exists(path))
            {
                using var existing = X509Certificate2.CreateFromPem(File.ReadAllText(path));
                if (existing.NotAfter.ToUniversalTime() > soon && (IsAuthority(existing) || GeneratedCertificate.HasNames(existing, options.Names))) return;
                using var whole = X509Certificate2.CreateFromPemFile(path, path);
                key = GeneratedCertificate.KeyOf(whole);
                if (key is not null && !GeneratedCertificate.IsOf(key, options.SelfSignedKey)) key = null;
            }
        }
        catch (Exception e) when (e is CryptographicException or ArgumentException)
        {
            throw new TlsConfigurationException($"The certificate in {path} cannot be read: {e.Message} It was made by the server itself: take it away, and another is made.", e);
        }

        System.IO.Directory.CreateDirectory(dataDirectory);
        using var authority = EnsureAuthority(soon);
        using var own = key ?? GeneratedCertificate.CreateKey(options.SelfSignedKey);
        using var certificate = GeneratedCertificate.Create(options.Names, own, authority, time);
        WriteFile(path, GeneratedCertificate.ToPem(certificate, authority), forAll: false);
        LogGenerated(path, certificate.Subject, AuthorityPath);
    }

    /// <summary>The authority, made if there is none or if it runs out too soon. What clients are to trust is a file without the key, that everybody may read.</summary>
    private X509Certificate2 EnsureAuthority(DateTime soon)
    {
        var keyPath = Path.ChangeExtension(AuthorityPath, ".key");
        if (File.Exists(AuthorityPath) && File.Exists(keyPath))
        {
            try
            {
                var kept = X509Certificate2.CreateFromPemFile(AuthorityPath, keyPath);
                if (kept.NotAfter.ToUniversalTime() > soon) return kept;
                kept.Dispose();
            }
            catch (Exception e) when (e is CryptographicException or ArgumentException)
            {
                throw new TlsConfigurationException($"The authority in {AuthorityPath} or its key {keyPath} cannot be read: {e.Message} The server made both itself: take them away, and others are made.", e);
            }
        }

        var made = GeneratedCertificate.CreateAuthority(options.Names.Count > 0 ? options.Names[0] : "localhost", options.SelfSignedKey, time);
        using var key = GeneratedCertificate.KeyOf(made)!;
        WriteFile(keyPath, key.ExportPkcs8PrivateKeyPem() + "\n", forAll: false);
        WriteFile(AuthorityPath, made.ExportCertificatePem() + "\n", forAll: true);
        return made;
    }

    private static bool IsAuthority(X509Certificate2 certificate) => certificate.Extensions.OfType<X509BasicConstraintsExtension>().Any(e => e.CertificateAuthority);

    /// <summary>Written beside and moved into place: never half a file, and a key is never readable by others, not even for a moment.</summary>
    private static void WriteFile(string path, string text, bool forAll)
    {
        var beside = path + ".new";
        File.Delete(beside);
        var creation = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows()) creation.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite | (forAll ? UnixFileMode.GroupRead | UnixFileMode.OtherRead : 0);
        using (var file = new FileStream(beside, creation))
        {
            file.Write(System.Text.Encoding.ASCII.GetBytes(text));
            file.Flush(flushToDisk: true);
        }

        File.Move(beside, path, overwrite: true);
    }

    /// <summary>Changes when any of the files does, links followed: certificates are renewed by moving links.</summary>
    private DateTime StampOfFiles()
    {
        var stamp = StampOf(CertificatePath);
        if (options.CertificateFile is not null && options.KeyFile is { } key && StampOf(key) is var other && other > stamp) stamp = other;
        return stamp;
    }

    private static DateTime StampOf(string path)
    {
        try
        {
            return File.GetLastWriteTimeUtc(new FileInfo(path).ResolveLinkTarget(returnFinalTarget: true)?.FullName ?? path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new TlsConfigurationException($"The certificate file {path} cannot be opened: {e.Message} Check the path and who may read it.", e);
        }
    }

    [LoggerMessage(20, LogLevel.Information, "A certificate for {Subject} was made in {Path}; clients that trust the authority in {Authority} take it")]
    private partial void LogGenerated(string path, string subject, string authority);

    [LoggerMessage(21, LogLevel.Information, "The certificate was replaced: {Subject}, good until {NotAfter}")]
    private partial void LogReloaded(string subject, DateTime notAfter);

    [LoggerMessage(22, LogLevel.Error, "The changed certificate {Path} cannot be used; the one before stays in use")]
    private partial void LogReloadFailed(Exception exception, string path);
}

/// <summary>The configured certificate cannot be used; the message says what to do.</summary>
public sealed class TlsConfigurationException(string message, Exception? inner = null) : Exception(message, inner);
