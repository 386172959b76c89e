// What a public folder has beside a mailbox's: an address ([MS-OXCFOLD] 2.2.2.2.1.4) and replicas ([MS-OXCSTOR] 3.2.5.6, 3.2.5.7).
using System.Collections.Immutable;
using System.CommandLine;
using System.Globalization;
using System.Text.Json.Nodes;
using Rialto.Directory;
using Rialto.Server.Hosting;
using Rialto.Store;

namespace Rialto.Server.Commands;

/// <summary>Options of `rialto folder add|set public …`.</summary>
internal sealed class PublicFolderOptions
{
    private readonly Option<string?> _mail = new("--mail") { Description = "Public folders: the address that mail to the folder has; empty takes it away.", HelpName = "EMAIL" };
    private readonly Option<string[]> _address = new("--address") { Description = "A further address; a leading - takes it away. May be repeated.", HelpName = "[-]EMAIL" };
    private readonly Option<bool?> _listed = new("--listed") { Description = "Whether address lists show the folder: true or false.", HelpName = "true|false" };
    private readonly Option<string[]> _sendAs = new("--send-as") { Description = "Grants sending as the folder; a leading - takes it away.", HelpName = "[-]EMAIL" };
    private readonly Option<string[]> _onBehalf = new("--send-on-behalf") { Description = "Grants sending on its behalf; a leading - takes it away.", HelpName = "[-]EMAIL" };
    private readonly Option<string[]> _replica = new("--replica")
    {
        Description = "Public folders: another server with the contents, by its legacy DN, with what reaching it costs; \"inactive\" for one that does not serve them; a leading - takes it away. May be repeated.",
        HelpName = "[-]SERVER[=COST[,inactive]]",
    };

    private readonly Option<bool?> _ghosted = new("--ghosted") { Description = "Public folders: whether the contents are on other servers alone: true or false.", HelpName = "true|false" };

    public void AddTo(Command command)
    {
        command.Options.Add(_mail);
        command.Options.Add(_address);
        command.Options.Add(_listed);
        command.Options.Add(_sendAs);
        command.Options.Add(_onBehalf);
        command.Options.Add(_replica);
        command.Options.Add(_ghosted);
    }

    /// <summary>What is wanted, checked as far as it can be before the folder is touched.</summary>
    public Publication Read(DirectorySnapshot directory, MailboxSession session, ParseResult parsed)
    {
        var wanted = new Publication
        {
            Mail = parsed.GetValue(_mail),
            Addresses = parsed.GetValue(_address) ?? [],
            Listed = parsed.GetValue(_listed),
            SendAs = [.. (parsed.GetValue(_sendAs) ?? []).Select(a => Member(directory, a))],
            SendOnBehalf = [.. (parsed.GetValue(_onBehalf) ?? []).Select(a => Member(directory, a))],
            Replicas = [.. (parsed.GetValue(_replica) ?? []).Select(Replica)],
            Ghosted = parsed.GetValue(_ghosted),
        };
        if (!wanted.IsEmpty && !session.Header.IsPublic)
            throw new CommandException($"Addresses and replicas are for public folders: `rialto folder set {PublicFolders.Alias} …`.");
        if (wanted.Mail is { Length: > 0 } address && !SmtpAddress.TryParse(address, out _))
            throw new CommandException($"{address} is no mail address.");
        return wanted;
    }

    public static void Describe(DirectorySnapshot directory, MailboxSession session, Folder folder, JsonObject json)
    {
        if (directory.FindPublicFolder(folder.Id.Value) is { } listed)
        {
            json["mail"] = listed.PrimaryAddress;
            json["legacyExchangeDN"] = listed.LegacyExchangeDn;
            if (listed.FurtherAddresses.Length > 0)
                json["addresses"] = new JsonArray([.. listed.FurtherAddresses.Select(a => (JsonNode)JsonValue.Create(a))]);
            if (listed.HiddenFromAddressLists)
                json["listed"] = false;
            if (listed.SendAs.Length > 0)
                json["sendAs"] = new JsonArray([.. listed.SendAs.Select(a => (JsonNode)JsonValue.Create(RecipientJson.AddressOf(directory, a)))]);
            if (listed.SendOnBehalf.Length > 0)
                json["sendOnBehalf"] = new JsonArray([.. listed.SendOnBehalf.Select(a => (JsonNode)JsonValue.Create(RecipientJson.AddressOf(directory, a)))]);
        }
        var replicas = session.ReplicasOf(folder.Id);
        if (!replicas.IsHere)
            json["ghosted"] = true;
        if (replicas.Others.Length > 0)
        {
            json["replicas"] = new JsonArray([.. replicas.Others.Select(r => (JsonNode)new JsonObject { ["server"] = r.Server, ["cost"] = r.Cost, ["active"] = r.IsActive })]);
        }
    }

    private static (Guid Member, bool Removing) Member(DirectorySnapshot directory, string text) =>
        text.StartsWith('-') ? (RecipientCommands.Find<Recipient>(directory, text[1..]).Id, true) : (RecipientCommands.Find<Recipient>(directory, text).Id, false);

    /// <summary>A DN has signs of equality itself, so that the cost stands behind the last one and is a number.</summary>
    private static (FolderReplica Replica, bool Removing) Replica(string text)
    {
        var removing = text.StartsWith('-');
        var server = removing ? text[1..] : text;
        var cost = 0;
        var active = true;
        if (!removing && server.LastIndexOf('=') is var equals and > 0)
        {
            var parts = server[(equals + 1)..].Split(',');
            if (int.TryParse(parts[0], NumberStyles.None, CultureInfo.InvariantCulture, out var number) && (parts.Length == 1 || parts is [_, "inactive"]))
                (server, cost, active) = (server[..equals], number, parts.Length == 1);
        }
        if (!LegacyDn.IsValid(server))
            throw new CommandException($"{server} is no server's legacy DN: it has the form /o=…/ou=…/cn=…");
        return (new FolderReplica(server, cost, active), removing);
    }
}

/// <summary>What a command wants of a public folder's address and replicas.</summary>
internal sealed record Publication
{
    public string? Mail { get; init; }

    public required string[] Addresses { get; init; }

    public bool? Listed { get; init; }

    public required (Guid Member, bool Removing)[] SendAs { get; init; }

    public required (Guid Member, bool Removing)[] SendOnBehalf { get; init; }

    public required (FolderReplica Replica, bool Removing)[] Replicas { get; init; }

    public bool? Ghosted { get; init; }

    private bool ChangesListing => Mail is not null || Addresses.Length + SendAs.Length + SendOnBehalf.Length > 0 || Listed is not null;

    private bool ChangesReplicas => Replicas.Length > 0 || Ghosted is not null;

    public bool IsEmpty => !ChangesListing && !ChangesReplicas;

    public async Task ApplyAsync(RialtoServices services, MailboxSession session, FolderId id, CommandEnvironment environment, CancellationToken cancel)
    {
        if (!session.Folders.TryGet(id, out var folder))
            throw new CommandException("The folder was deleted meanwhile.");
        if (ChangesListing)
            await ListAsync(services, folder, environment, cancel);
        if (!ChangesReplicas)
            return;
        var replicas = session.ReplicasOf(id);
        var others = replicas.Others;
        foreach (var (replica, removing) in Replicas)
        {
            others = others.RemoveAll(r => r.Server.Equals(replica.Server, StringComparison.OrdinalIgnoreCase));
            if (!removing)
                others = others.Add(replica);
        }
        var error = await session.SetReplicasAsync(id, new FolderReplicas { IsHere = Ghosted is { } ghosted ? !ghosted : replicas.IsHere, Others = others }, cancel);
        if (error != StoreError.None)
            throw new CommandException($"The replicas could not be set: {error}.");
    }

    private async Task ListAsync(RialtoServices services, Folder folder, CommandEnvironment environment, CancellationToken cancel)
    {
        var listed = services.Directory.Current.FindPublicFolder(folder.Id.Value);
        if (Mail is { Length: 0 })
        {
            if (listed is not null)
                await services.Directory.RemoveAsync(listed.Id, cancel);
            return;
        }
        if (listed is null)
        {
            if (Mail is null)
                throw new CommandException("The folder has no address. --mail gives it one.");
            await services.Directory.AddAsync(Changed(new MailPublicFolder { FolderId = folder.Id.Value, DisplayName = folder.Name }), null, cancel);
            if (folder.Permissions.All(p => p.Member != FolderPermission.AnonymousMember || (p.Rights & FolderRights.Create) == 0))
                await environment.Console.Out.WriteLineAsync("Mail from outside is refused until anonymous senders may create items: --permission anonymous=create.");
        }
        else
        {
            await services.Directory.UpdateAsync<MailPublicFolder>(listed.Id, Changed, cancel);
        }
    }

    private MailPublicFolder Changed(MailPublicFolder folder)
    {
        var addresses = folder.FurtherAddresses;
        foreach (var address in Addresses)
        {
            addresses = addresses.RemoveAll(a => a.Equals(address.TrimStart('-'), StringComparison.OrdinalIgnoreCase));
            if (!address.StartsWith('-'))
                addresses = addresses.Add(address);
        }
        return folder with
        {
            PrimaryAddress = Mail ?? folder.PrimaryAddress,
            FurtherAddresses = addresses,
            HiddenFromAddressLists = Listed is { } shown ? !shown : folder.HiddenFromAddressLists,
            SendAs = With(folder.SendAs, SendAs),
            SendOnBehalf = With(folder.SendOnBehalf, SendOnBehalf),
        };
    }

    private static ImmutableArray<Guid> With(ImmutableArray<Guid> list, (Guid Member, bool Removing)[] changes)
    {
        foreach (var (member, removing) in changes)
        {
            list = list.Remove(member);
            if (!removing)
                list = list.Add(member);
        }
        return list;
    }
}
