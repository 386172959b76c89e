namespace Rialto.Net;

/// <summary>TLS of all listeners.</summary>
public sealed class TlsOptions
{
    /// <summary>Certificate with its chain: PEM, or PFX (by its extension .pfx or .p12). Null: one is made in the data directory at first start, by an authority of the server's own.</summary>
    public string? CertificateFile { get; set; }

    /// <summary>Private key in PEM; null when it is in the certificate's file.</summary>
    public string? KeyFile { get; set; }

    /// <summary>Password of the PFX or of an encrypted key; null for none.</summary>
    public string? Password { get; set; }

    /// <summary>Names in a generated certificate, the first as its subject; <c>localhost</c> and the loopback addresses are always added.</summary>
    public IReadOnlyList<string> Names { get; set; } = [];

    /// <summary>Kind of key of a generated certificate and its authority: EcdsaP256, or Rsa2048 for clients that know nothing else.</summary>
    public SelfSignedKey SelfSignedKey { get; set; } = SelfSignedKey.EcdsaP256;

    /// <summary>A generated certificate is renewed, with the same key, when it runs out within this time: long enough for a server that is off for weeks.</summary>
    public TimeSpan RenewBefore { get; set; } = TimeSpan.FromDays(30);

    /// <summary>How often the files are looked at for a change; a renewal is taken up without a restart.</summary>
    public TimeSpan ReloadInterval { get; set; } = TimeSpan.FromSeconds(30);
}

/// <summary>Key of a generated certificate.</summary>
public enum SelfSignedKey
{
    EcdsaP256,
    Rsa2048,
}
