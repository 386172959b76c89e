using System.CommandLine;
using System.Globalization;
using System.Text.Json.Nodes;
using Rialto.Ldap.Client;
using Rialto.Server.Hosting;

namespace Rialto.Server.Commands;

/// <summary>`rialto directory …`: the other directory that accounts and groups come from.</summary>
internal static class DirectoryCommand
{
    public static Command Create(RialtoCommand root)
    {
        var command = new Command("directory", "The LDAP directory or Active Directory that accounts and groups come from.");
        var sync = new Command("sync", "Fetches what changed there, now.");
        var full = new Option<bool>("--full") { Description = "Reads all, and disables what is gone." };
        sync.Options.Add(full);
        sync.SetAction(root.OnData(async (services, parsed, cancel) =>
        {
            RequireConfigured(services);
            try
            {
                var report = await ExternalDirectory.SyncAsync(services, parsed.GetValue(full), cancel);
                await Output.WriteOneAsync(root.Environment, false, Describe(report));
                return report.Problems.Length == 0 ? 0 : 1;
            }
            catch (LdapSourceException e)
            {
                throw new CommandException(e.Message);
            }
        }));
        var status = new Command("status", "Shows when it was last read and what came of it.");
        var json = RecipientCommands.JsonOption();
        status.Options.Add(json);
        status.SetAction(root.OnData(async (services, parsed, cancel) =>
        {
            RequireConfigured(services);
            var known = services.Directory.Current.Recipients.Where(r => r.External is not null).ToList();
            var value = ExternalDirectory.Last(services) is { } report ? Describe(report) : new JsonObject { ["Last run"] = "never" };
            value.Insert(0, "Directory", services.Options.ExternalDirectory.Url);
            value["Known objects"] = known.Count;
            value["Gone, disabled"] = known.Count(r => r.External!.IsGone);
            await Output.WriteOneAsync(root.Environment, parsed.GetValue(json), value);
            return 0;
        }));
        command.Add(sync);
        command.Add(status);
        return command;
    }

    private static void RequireConfigured(RialtoServices services)
    {
        if (!ExternalDirectory.IsConfigured(services))
            throw new CommandException("No other directory is configured. Set externalDirectory.url in rialto.json; `rialto describe-config` explains the section.");
    }

    private static JsonObject Describe(SyncReport report) => new()
    {
        ["Last run"] = report.When.ToString("yyyy-MM-dd HH:mm:ss'Z'", CultureInfo.InvariantCulture),
        ["Kind"] = report.IsFull ? "all" : "changes",
        ["Read"] = report.Read,
        ["Added"] = report.Added,
        ["Changed"] = report.Changed,
        ["Disabled"] = report.Disabled,
        ["Problems"] = new JsonArray([.. report.Problems.Select(p => (JsonNode)p)]),
    };
}
