using System.CommandLine;
using System.Text.Json.Nodes;
using Rialto.Directory;

namespace Rialto.Server.Commands;

/// <summary>`rialto domain …`: the mail domains that are this server's own.</summary>
internal static class DomainCommand
{
    public static Command Create(RialtoCommand root)
    {
        var command = new Command("domain", "Mail domains of the organisation.");
        command.Add(Add(root));
        command.Add(List(root));
        command.Add(Show(root));
        command.Add(Set(root));
        command.Add(Remove(root));
        return command;
    }

    private static Argument<string> Name() => new("DOMAIN") { Description = "The domain, e.g. example.com." };

    private static (Option<string[]> Alias, Option<bool?> Default, Option<string?> Netbios, Option<bool?> Plus, Option<string?> CatchAll) AddOptions(Command command)
    {
        var alias = new Option<string[]>("--alias") { Description = "Another domain whose addresses are this one's; a leading - takes it away. May be repeated.", HelpName = "[-]DOMAIN" };
        var isDefault = new Option<bool?>("--default") { Description = "The domain for names given without one.", HelpName = "true|false" };
        var netbios = new Option<string?>("--netbios") { Description = "The name in DOMAIN\\user log-ins (default: the first label, upper case).", HelpName = "NAME" };
        var plus = new Option<bool?>("--plus-addressing") { Description = "Whether user+anything@ reaches user@.", HelpName = "true|false" };
        command.Options.Add(alias);
        command.Options.Add(isDefault);
        command.Options.Add(netbios);
        var catchAll = new Option<string?>("--catch-all") { Description = "The address that mail for unknown ones goes to (empty: it is refused).", HelpName = "EMAIL" };
        command.Options.Add(plus);
        command.Options.Add(catchAll);
        return (alias, isDefault, netbios, plus, catchAll);
    }

    private static Domain Apply(Domain domain, ParseResult parsed, (Option<string[]> Alias, Option<bool?> Default, Option<string?> Netbios, Option<bool?> Plus, Option<string?> CatchAll) options)
    {
        foreach (var alias in parsed.GetValue(options.Alias) ?? [])
            domain = domain with { Aliases = alias.StartsWith('-') ? domain.Aliases.RemoveAll(a => string.Equals(a, alias[1..], StringComparison.OrdinalIgnoreCase)) : domain.Aliases.Add(alias) };
        return domain with
        {
            IsDefault = parsed.GetValue(options.Default) ?? domain.IsDefault,
            NetbiosName = parsed.GetValue(options.Netbios) ?? domain.NetbiosName,
            PlusAddressing = parsed.GetValue(options.Plus) ?? domain.PlusAddressing,
            CatchAll = parsed.GetValue(options.CatchAll) ?? domain.CatchAll,
        };
    }

    private static Command Add(RialtoCommand root)
    {
        var command = new Command("add", "Adds a domain. The first one is the default.");
        var name = Name();
        command.Arguments.Add(name);
        var options = AddOptions(command);
        command.SetAction(root.OnData(async (services, parsed, cancel) =>
        {
            var domain = Apply(new Domain { Name = parsed.GetRequiredValue(name), IsDefault = services.Directory.Current.DefaultDomain is null }, parsed, options);
            var added = await services.Directory.AddAsync(domain, null, cancel);
            await root.Environment.Console.Out.WriteLineAsync($"Added {added.Name}.");
            return 0;
        }));
        return command;
    }

    private static Command List(RialtoCommand root)
    {
        var command = new Command("list", "Lists the domains.");
        var json = RecipientCommands.JsonOption();
        command.Options.Add(json);
        command.SetAction(root.OnData(async (services, parsed, cancel) =>
        {
            await Output.WriteAsync(root.Environment, parsed.GetValue(json), services.Directory.Current.Domains, ToJson,
                [("Domain", d => d.Name), ("Default", d => d.IsDefault ? "yes" : ""), ("Aliases", d => string.Join(", ", d.Aliases)), ("Log-in name", d => d.NetbiosName)]);
            return 0;
        }));
        return command;
    }

    private static Command Show(RialtoCommand root)
    {
        var command = new Command("show", "Shows one domain.");
        var name = Name();
        var json = RecipientCommands.JsonOption();
        command.Arguments.Add(name);
        command.Options.Add(json);
        command.SetAction(root.OnData(async (services, parsed, cancel) =>
        {
            await Output.WriteOneAsync(root.Environment, parsed.GetValue(json), ToJson(Find(services.Directory.Current, parsed.GetRequiredValue(name))));
            return 0;
        }));
        return command;
    }

    private static Command Set(RialtoCommand root)
    {
        var command = new Command("set", "Changes a domain.");
        var name = Name();
        command.Arguments.Add(name);
        var options = AddOptions(command);
        command.SetAction(root.OnData(async (services, parsed, cancel) =>
        {
            var found = Find(services.Directory.Current, parsed.GetRequiredValue(name));
            await services.Directory.UpdateAsync<Domain>(found.Id, d => Apply(d, parsed, options), cancel);
            await root.Environment.Console.Out.WriteLineAsync($"Changed {found.Name}.");
            return 0;
        }));
        return command;
    }

    private static Command Remove(RialtoCommand root)
    {
        var command = new Command("remove", "Removes a domain that nobody has an address in any more.");
        var name = Name();
        command.Arguments.Add(name);
        command.SetAction(root.OnData(async (services, parsed, cancel) =>
        {
            var found = Find(services.Directory.Current, parsed.GetRequiredValue(name));
            await services.Directory.RemoveAsync(found.Id, cancel);
            await root.Environment.Console.Out.WriteLineAsync($"Removed {found.Name}.");
            return 0;
        }));
        return command;
    }

    private static Domain Find(DirectorySnapshot directory, string name) =>
        directory.FindDomain(name) ?? throw new CommandException($"There is no domain {name}. `rialto domain list` shows what there is.");

    private static JsonObject ToJson(Domain d) => new()
    {
        ["id"] = d.Id.ToString(),
        ["name"] = d.Name,
        ["default"] = d.IsDefault,
        ["aliases"] = new JsonArray([.. d.Aliases.Select(a => (JsonNode)JsonValue.Create(a))]),
        ["netbios"] = d.NetbiosName,
        ["plusAddressing"] = d.PlusAddressing,
        ["catchAll"] = d.CatchAll,
    };
}
