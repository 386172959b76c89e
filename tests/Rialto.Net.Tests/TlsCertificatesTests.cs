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

    [Fact]
    public void One_that_has_run_out_is_made_anew()
    {
        using var folder = new TempDirectory();
        var time = new ManualTimeProvider();
        var first = TlsCertificates.Open(new(), folder.Path, time, NullLoggerFactory.Instance);
        first.Dispose();
        time.Advance(TimeSpan.FromDays(820));
        using var second = TlsCertificates.Open(new(), folder.Path, time, NullLoggerFactory.Instance);
        second.Current.Thumbprint.ShouldNotBe(first.Current.Thumbprint);
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
        using var certificate = SelfSignedCertificate.Create(["own.example.com"], SelfSignedKey.EcdsaP256, TimeProvider.System);
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

    private static void Write(string path, string name, int day)
    {
        using var certificate = SelfSignedCertificate.Create([name], SelfSignedKey.EcdsaP256, TimeProvider.System);
        File.WriteAllText(path, SelfSignedCertificate.ToPem(certificate));
        File.SetLastWriteTimeUtc(path, new DateTime(2020, 1, day, 0, 0, 0, DateTimeKind.Utc));
    }
}
