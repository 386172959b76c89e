using System.CommandLine;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Rialto.Server.Hosting;

namespace Rialto.Server.Commands;

/// <summary>`--certificate FILE…`: the certificates that others encrypt to, kept in the address book.</summary>
internal sealed class CertificateOption
{
    private readonly Option<string[]> _files = new("--certificate")
    {
        Description = "A certificate for S/MIME, as PEM or DER. May be repeated; all together replace those before (empty clears).", HelpName = "FILE",
    };

    public void AddTo(Command command) => command.Options.Add(_files);

    public async Task ApplyAsync(RialtoCommand root, RialtoServices services, Guid recipient, ParseResult parsed, CancellationToken cancel)
    {
        if (parsed.GetValue(_files) is not { Length: > 0 } files)
            return;
        var certificates = new List<byte[]>();
        foreach (var file in files.Where(f => f.Length > 0))
        {
            try
            {
                var bytes = await File.ReadAllBytesAsync(root.Environment.Resolve(file), cancel);
                using var certificate = bytes.AsSpan().StartsWith("-----"u8) ? X509Certificate2.CreateFromPem(System.Text.Encoding.ASCII.GetString(bytes)) : X509CertificateLoader.LoadCertificate(bytes);
                certificates.Add(certificate.RawData);
            }
            catch (CryptographicException)
            {
                throw new CommandException($"{file} is no certificate. Give a PEM or DER file of one certificate, without its key.");
            }
        }
        await services.Directory.SetCertificatesAsync(recipient, certificates, cancel);
    }
}
