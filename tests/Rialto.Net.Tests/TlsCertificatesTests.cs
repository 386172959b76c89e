using System.Security.Cryptography.X509Certificates;
using Microsoft.Extensions.Logging.Abstractions;
using Rialto.Testing;

namespace Rialto.Net.Tests;

public sealed class TlsCertificatesTests
{
    [Theory]
    [InlineData(SelfSignedKey.EcdsaP256, "1.2.840.10045.2.1")]
    [InlineData(SelfSignedKey.Rsa2048, "1.2.840.113549.1.1.1")]
    public void A_certificate_is_made_once_and_kept_for_its_owner_alone(SelfSignedKey kind, string algorithm)
    {
        using var folder = new TempDirectory();
        var options = new TlsOptions { Names = ["mail.example.com", "autodiscover.example.com", "192.0.2.5"], SelfSignedKey = kind };
        using var first = Open(options, folder.Path);
        var path = folder.File(TlsCertificates.GeneratedFileName);
        if (!OperatingSystem.IsWindows()) File.GetUnixFileMode(path).ShouldBe(UnixFileMode.UserRead | UnixFileMode.UserWrite);
        first.Current.PublicKey.Oid.Value.ShouldBe(algorithm);
        foreach (var name in (string[])["mail.example.com", "autodiscover.example.com", "localhost", "192.0.2.5", "127.0.0.1", "::1"])
            first.Current.MatchesHostname(name).ShouldBeTrue(name);
        first.Current.MatchesHostname("other.example.com").ShouldBeFalse();

        using var second = Open(options, folder.Path);
        second.Current.Thumbprint.ShouldBe(first.Current.Thumbprint);
    }

    [Theory]
    [InlineData(SelfSignedKey.EcdsaP256)]
    [InlineData(SelfSignedKey.Rsa2048)]
    public void A_server_certificate_signs_nothing_and_stands_on_an_authority_that_does(SelfSignedKey kind)
    {
        using var folder = new TempDirectory();
        using var opened = Open(new() { Names = ["mail.example.com"], SelfSignedKey = kind }, folder.Path);
        var leaf = opened.Current;
        leaf.Extensions.OfType<X509BasicConstraintsExtension>().Single().CertificateAuthority.ShouldBeFalse();
        leaf.Extensions.OfType<X509EnhancedKeyUsageExtension>().Single().EnhancedKeyUsages.Cast<System.Security.Cryptography.Oid>().Select(o => o.Value).ShouldBe(["1.3.6.1.5.5.7.3.1"]);
        leaf.Extensions.OfType<X509KeyUsageExtension>().Single().KeyUsages.HasFlag(X509KeyUsageFlags.KeyCertSign).ShouldBeFalse();

        var path = folder.File(TlsCertificates.AuthorityFileName);
        File.ReadAllText(path).ShouldNotContain("PRIVATE");
        if (!OperatingSystem.IsWindows()) File.GetUnixFileMode(Path.ChangeExtension(path, ".key")).ShouldBe(UnixFileMode.UserRead | UnixFileMode.UserWrite);
        using var authority = X509CertificateLoader.LoadCertificateFromFile(path);
        using var chain = Chain(authority);
        chain.Build(leaf).ShouldBeTrue(string.Join(", ", chain.ChainStatus.Select(s => s.StatusInformation)));
        opened.CurrentWithChain.Chain.ShouldHaveSingleItem().Thumbprint.ShouldBe(authority.Thumbprint);
    }

    [Fact]
    public void A_renewed_one_has_the_same_key_and_authority()
    {
        using var folder = new TempDirectory();
        var time = new ManualTimeProvider();
        using var opened = TlsCertificates.Open(new() { Names = ["mail.example.com"], ReloadInterval = TimeSpan.FromDays(1) }, folder.Path, time, NullLoggerFactory.Instance);
        var first = opened.Current;
        var authority = File.ReadAllText(folder.File(TlsCertificates.AuthorityFileName));
        time.Advance(TimeSpan.FromDays(700));
        opened.Current.Thumbprint.ShouldBe(first.Thumbprint);
        time.Advance(TimeSpan.FromDays(100));
        opened.Current.Thumbprint.ShouldNotBe(first.Thumbprint);
        opened.Current.PublicKey.ExportSubjectPublicKeyInfo().ShouldBe(first.PublicKey.ExportSubjectPublicKeyInfo());
        opened.Current.NotAfter.ShouldBeGreaterThan(first.NotAfter);
        File.ReadAllText(folder.File(TlsCertificates.AuthorityFileName)).ShouldBe(authority);
    }

    [Fact]
    public void An_authority_that_runs_out_is_made_anew_too()
    {
        using var folder = new TempDirectory();
        var time = new ManualTimeProvider();
        TlsCertificates.Open(new(), folder.Path, time, NullLoggerFactory.Instance).Dispose();
        var authority = File.ReadAllText(folder.File(TlsCertificates.AuthorityFileName));
        time.Advance(TimeSpan.FromDays(3_640));
        using var second = TlsCertificates.Open(new(), folder.Path, time, NullLoggerFactory.Instance);
        File.ReadAllText(folder.File(TlsCertificates.AuthorityFileName)).ShouldNotBe(authority);
        second.Current.NotAfter.ToUniversalTime().ShouldBeGreaterThan(time.GetUtcNow().UtcDateTime.AddDays(800));
    }

    [Fact]
    public void New_names_are_taken_in_with_the_same_key()
    {
        using var folder = new TempDirectory();
        using var first = Open(new() { Names = ["mail.example.com"] }, folder.Path);
        using var second = Open(new() { Names = ["mail.example.com", "autodiscover.example.net"] }, folder.Path);
        second.Current.MatchesHostname("autodiscover.example.net").ShouldBeTrue();
        second.Current.PublicKey.ExportSubjectPublicKeyInfo().ShouldBe(first.Current.PublicKey.ExportSubjectPublicKeyInfo());
        using var third = Open(new() { Names = ["mail.example.com"] }, folder.Path);
        third.Current.Thumbprint.ShouldBe(second.Current.Thumbprint);
    }

    [Fact]
    public void One_from_before_there_were_authorities_is_kept_until_it_runs_out_and_its_key_beyond()
    {
        using var folder = new TempDirectory();
        var time = new ManualTimeProvider();
        using var old = GeneratedCertificate.CreateAuthority("mail.example.com", SelfSignedKey.EcdsaP256, time);
        File.WriteAllText(folder.File(TlsCertificates.GeneratedFileName), GeneratedCertificate.ToPem(old));
        using (var first = TlsCertificates.Open(new() { Names = ["mail.example.com"] }, folder.Path, time, NullLoggerFactory.Instance)) first.Current.Thumbprint.ShouldBe(old.Thumbprint);
        time.Advance(TimeSpan.FromDays(3_640));
        using var second = TlsCertificates.Open(new() { Names = ["mail.example.com"] }, folder.Path, time, NullLoggerFactory.Instance);
        second.Current.Thumbprint.ShouldNotBe(old.Thumbprint);
        second.Current.PublicKey.ExportSubjectPublicKeyInfo().ShouldBe(old.PublicKey.ExportSubjectPublicKeyInfo());
        second.Current.Extensions.OfType<X509BasicConstraintsExtension>().Single().CertificateAuthority.ShouldBeFalse();
    }

    [Fact]
    public void A_renewed_file_is_taken_up_and_a_broken_one_is_not()
    {
        using var folder = new TempDirectory();
        var time = new ManualTimeProvider();
        var path = folder.File("own.pem");
        Write(path, "one.example.com", 1);
        using var certificates = TlsCertificates.Open(new() { CertificateFile = path }, folder.Path, time, NullLoggerFactory.Instance);
        var options = certificates.OptionsFor("imap");
        certificates.OptionsFor("imap").ShouldBeSameAs(options);
        certificates.ReloadIfChanged().ShouldBeFalse();

        Write(path, "two.example.com", 2);
        time.Advance(TimeSpan.FromMinutes(1));
        certificates.Current.MatchesHostname("two.example.com").ShouldBeTrue();
        certificates.OptionsFor("imap").ShouldNotBeSameAs(options);

        File.WriteAllText(path, "-----BEGIN CERTIFICATE-----\nbroken");
        File.SetLastWriteTimeUtc(path, new DateTime(2020, 1, 3, 0, 0, 0, DateTimeKind.Utc));
        certificates.ReloadIfChanged().ShouldBeFalse();
        certificates.Current.MatchesHostname("two.example.com").ShouldBeTrue();
        File.Delete(path);
        certificates.ReloadIfChanged().ShouldBeFalse();
        Write(path, "three.example.com", 4);
        certificates.ReloadIfChanged().ShouldBeTrue();
    }

    [Fact]
    public void Certificates_come_as_separate_files_encrypted_keys_or_PFX()
    {
        using var folder = new TempDirectory();
        using var certificate = Make("own.example.com");
        File.WriteAllText(folder.File("cert.pem"), certificate.ExportCertificatePem());
        using var key = certificate.GetECDsaPrivateKey()!;
        File.WriteAllText(folder.File("key.pem"), key.ExportPkcs8PrivateKeyPem());
        File.WriteAllText(folder.File("locked.pem"), key.ExportEncryptedPkcs8PrivateKeyPem("secret", new(System.Security.Cryptography.PbeEncryptionAlgorithm.Aes256Cbc, System.Security.Cryptography.HashAlgorithmName.SHA256, 10)));
        File.WriteAllBytes(folder.File("all.pfx"), certificate.Export(X509ContentType.Pkcs12, "secret"));
        foreach (var options in (TlsOptions[])
        [
            new() { CertificateFile = folder.File("cert.pem"), KeyFile = folder.File("key.pem") },
            new() { CertificateFile = folder.File("cert.pem"), KeyFile = folder.File("locked.pem"), Password = "secret" },
            new() { CertificateFile = folder.File("all.pfx"), Password = "secret" },
        ])
        {
            using var opened = Open(options, folder.Path);
            opened.Current.Thumbprint.ShouldBe(certificate.Thumbprint);
            opened.Current.HasPrivateKey.ShouldBeTrue();
        }

        foreach (var options in (TlsOptions[])
        [
            new() { CertificateFile = folder.File("cert.pem") },
            new() { CertificateFile = folder.File("all.pfx"), Password = "wrong" },
            new() { CertificateFile = folder.File("missing.pem") },
        ])
        {
            Should.Throw<TlsConfigurationException>(() => Open(options, folder.Path)).Message.ShouldContain(Path.GetFileName(options.CertificateFile!));
        }
    }

    private static TlsCertificates Open(TlsOptions options, string folder) => TlsCertificates.Open(options, folder, TimeProvider.System, NullLoggerFactory.Instance);

    private static X509Chain Chain(X509Certificate2 root)
    {
        var chain = new X509Chain { ChainPolicy = { TrustMode = X509ChainTrustMode.CustomRootTrust, RevocationMode = X509RevocationMode.NoCheck, DisableCertificateDownloads = true } };
        chain.ChainPolicy.CustomTrustStore.Add(root);
        chain.ChainPolicy.ApplicationPolicy.Add(new System.Security.Cryptography.Oid("1.3.6.1.5.5.7.3.1"));
        return chain;
    }

    private static X509Certificate2 Make(string name)
    {
        using var authority = GeneratedCertificate.CreateAuthority(name, SelfSignedKey.EcdsaP256, TimeProvider.System);
        using var key = GeneratedCertificate.CreateKey(SelfSignedKey.EcdsaP256);
        return GeneratedCertificate.Create([name], key, authority, TimeProvider.System);
    }

    private static void Write(string path, string name, int day)
    {
        using var certificate = Make(name);
        File.WriteAllText(path, GeneratedCertificate.ToPem(certificate));
        File.SetLastWriteTimeUtc(path, new DateTime(2020, 1, day, 0, 0, 0, DateTimeKind.Utc));
    }
}
