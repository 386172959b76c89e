using System.CommandLine;
using System.Net;
using System.Net.NetworkInformation;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text.Json.Nodes;
using Rialto.Directory;
using Rialto.Net;
using Rialto.Net.Dns;
using Rialto.Server.Configuration;
using Rialto.Server.Records;
using Rialto.Server.Hosting;

namespace Rialto.Server.Commands;

/// <summary>`rialto dns`: the DNS records that the domains need, and whether they are there.</summary>
internal static class DnsCommand
{
    public static Command Create(RialtoCommand root)
    {
        var command = new Command("dns", "Prints the DNS records that the domains need.");
        var domains = Domains();
        var addresses = Addresses();
        var zone = new Option<bool>("--zone") { Description = "As zone files." };
        var json = RecipientCommands.JsonOption();
        command.Arguments.Add(domains);
        command.Options.Add(addresses);
        command.Options.Add(zone);
        command.Options.Add(json);
        command.SetAction(root.OnData(async (services, parsed, cancel) =>
        {
            var source = Source(services.Options, parsed.GetValue(addresses));
            foreach (var domain in Find(services.Directory.Current, parsed.GetValue(domains)))
            {
                var records = DomainRecords.For(domain, source);
                if (parsed.GetValue(zone))
                    await root.Environment.Console.Out.WriteLineAsync(ZoneFile.Write(domain, records));
                else
                    await Output.WriteAsync(root.Environment, parsed.GetValue(json), records, ToJson,
                        [("Name", r => r.Name), ("Type", r => ZoneFile.Mnemonic(r.Type)), ("Value", ValueOf), ("Need", r => r.Need.ToString().ToLowerInvariant()), ("For", r => r.Purpose)]);
            }
            return 0;
        }));
        command.Add(Check(root));
        return command;
    }

    private static Command Check(RialtoCommand root)
    {
        var command = new Command("check", "Looks the records up and says which are wrong. Exit code 0: none; 1: some.");
        var domains = Domains();
        var addresses = Addresses();
        var server = new Option<string?>("--server") { Description = "The DNS server to ask (default: the system's).", HelpName = "IP[:PORT]" };
        var json = RecipientCommands.JsonOption();
        command.Arguments.Add(domains);
        command.Options.Add(addresses);
        command.Options.Add(server);
        command.Options.Add(json);
        command.SetAction(root.OnData(async (services, parsed, cancel) =>
        {
            var source = Source(services.Options, parsed.GetValue(addresses));
            var check = new RecordCheck(new DnsResolver(new DnsOptions { Servers = parsed.GetValue(server) is { } text ? [ParseServer(text)] : [] }), source.HostName);
            var defects = 0;
            foreach (var domain in Find(services.Directory.Current, parsed.GetValue(domains)))
            {
                var rows = new List<CheckedRecord>();
                foreach (var record in DomainRecords.For(domain, source))
                    rows.Add(await check.CheckAsync(record, cancel));
                defects += rows.Count(r => r.IsDefect);
                await Output.WriteAsync(root.Environment, parsed.GetValue(json), rows, ToJson,
                [
                    ("State", r => r.State.ToString().ToLowerInvariant()),
                    ("Name", r => r.Record.Name),
                    ("Type", r => ZoneFile.Mnemonic(r.Record.Type)),
                    ("There is", r => r.Found),
                    ("Should be", r => r.State == RecordState.Ok ? "" : ValueOf(r.Record)),
                    ("Need", r => r.Record.Need.ToString().ToLowerInvariant()),
                ]);
            }
            if (defects == 0)
                return 0;
            await root.Environment.Console.Error.WriteLineAsync(defects == 1 ? "One record is missing or wrong." : $"{defects} records are missing or wrong.");
            return 1;
        }));
        return command;
    }

    private static Argument<string[]> Domains() => new("DOMAIN") { Description = "Domains, or their aliases (default: all).", Arity = ArgumentArity.ZeroOrMore };

    private static Option<string[]> Addresses() => new("--address") { Description = "An address of the server as others reach it (default: the public ones of this machine). May be repeated.", HelpName = "IP" };

    private static List<string> Find(DirectorySnapshot directory, string[]? names)
    {
        if (names is null or [])
        {
            if (directory.Domains.IsEmpty)
                throw new CommandException("There is no domain yet. Add one with `rialto domain add`.");
            return [.. directory.Domains.SelectMany(d => d.Aliases.Prepend(d.Name))];
        }
        var found = new List<string>();
        foreach (var name in names)
        {
            if (directory.FindDomain(name) is not { } domain || !SmtpAddress.TryParseDomain(name, out var normal))
                throw new CommandException($"There is no domain {name}. `rialto domain list` shows what there is.");
            found.Add(domain.Aliases.Contains(normal) ? normal : domain.Name);
        }
        return found;
    }

    private static RecordSource Source(RialtoOptions options, string[]? addresses)
    {
        var host = options.HostName.Length > 0 ? options.HostName : System.Net.Dns.GetHostName();
        var given = (addresses ?? []).Select(a => IPAddress.TryParse(a, out var address) ? address : throw new CommandException($"--address takes an IP address, not \"{a}\".")).ToList();
        // Listeners that the system gave a port are a test's; others find them at none.
        return new RecordSource(host, given.Count > 0 ? given : OwnAddresses(), [.. EndpointPlan.Make(options).Where(l => l.Port > 0)], CertificateOf(options), MtaStsPolicy.Text(options.MtaSts, host));
    }

    private static List<IPAddress> OwnAddresses() =>
    [
        .. NetworkInterface.GetAllNetworkInterfaces().Where(i => i.OperationalStatus == OperationalStatus.Up)
            .SelectMany(i => i.GetIPProperties().UnicastAddresses).Select(a => a.Address).Where(IsPublic).Distinct(),
    ];

    /// <summary>Not of a private, local or shared network, nor one for examples (RFC 1918, 3927, 4193, 5737, 6598).</summary>
    private static bool IsPublic(IPAddress address)
    {
        var bytes = address.GetAddressBytes();
        return address.AddressFamily == AddressFamily.InterNetworkV6
            ? (bytes[0] & 0xE0) == 0x20
            : bytes[0] is not (0 or 10 or 127 or >= 224) && (bytes[0], bytes[1]) is not ((172, >= 16 and <= 31) or (192, 168) or (169, 254) or (100, >= 64 and <= 127))
                && (bytes[0], bytes[1], bytes[2]) is not ((192, 0, 2) or (198, 51, 100) or (203, 0, 113));
    }

    /// <summary>The certificate without its key; null where it cannot be read, and what needs it is left out.</summary>
    private static X509Certificate2? CertificateOf(RialtoOptions options)
    {
        var path = options.Tls.Certificate.Length > 0 ? Path.GetFullPath(options.Tls.Certificate, options.Data) : Path.Combine(options.Data, TlsCertificates.GeneratedFileName);
        try
        {
            if (Path.GetExtension(path) is not (".pfx" or ".p12"))
                return X509Certificate2.CreateFromPem(File.ReadAllText(path));
            var password = options.Tls.PasswordFile.Length > 0 ? File.ReadAllText(Path.GetFullPath(options.Tls.PasswordFile, options.Data)).TrimEnd('\r', '\n') : null;
            return X509CertificateLoader.LoadPkcs12FromFile(path, password);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or CryptographicException)
        {
            return null;
        }
    }

    private static IPEndPoint ParseServer(string text)
    {
        if (IPAddress.TryParse(text.Trim('[', ']'), out var address))
            return new IPEndPoint(address, 53);
        return IPEndPoint.TryParse(text, out var server) && server.Port > 0 ? server : throw new CommandException($"--server takes IP or IP:PORT, not \"{text}\".");
    }

    private static string ValueOf(DomainRecord record) => record.Data?.ToString() ?? "(address of this server)";

    private static JsonObject ToJson(DomainRecord record) => new()
    {
        ["name"] = record.Name,
        ["type"] = ZoneFile.Mnemonic(record.Type),
        ["value"] = record.Data?.ToString(),
        ["need"] = record.Need.ToString().ToLowerInvariant(),
        ["purpose"] = record.Purpose,
    };

    private static JsonNode ToJson(CheckedRecord row)
    {
        var json = ToJson(row.Record);
        json["state"] = row.State.ToString().ToLowerInvariant();
        json["found"] = row.Found;
        return json;
    }
}
