using System.CommandLine;
using System.Text.Json.Nodes;
using Rialto.Directory;

namespace Rialto.Server.Commands;

/// <summary>`rialto group …`: distribution and permission groups, with listed members or by filter.</summary>
internal static class GroupCommand
{
    public static Command Create(RialtoCommand root)
    {
        var command = new Command("group", "Groups: mail to all members, permissions for all members.");
        command.Add(Write(root, "add", "Adds a group. With --filter its members are all who match, always.", changing: false));
        command.Add(RecipientCommands.List<Group>(root, "groups",
            ("Members", (g, d) => g.IsDynamic ? "by filter" : g.Members.Length.ToString(System.Globalization.CultureInfo.InvariantCulture)),
            ("Owners", (g, d) => string.Join(", ", g.Owners.Select(o => RecipientJson.AddressOf(d, o))))));
        command.Add(RecipientCommands.Show<Group>(root, "group"));
        command.Add(Write(root, "set", "Changes a group.", changing: true));
        command.Add(RecipientCommands.Remove<Group>(root, "group", "Its members stay."));
        command.Add(Members(root));
        return command;
    }

    private static Command Write(RialtoCommand root, string name, string description, bool changing)
    {
        var command = new Command(name, description);
        var address = RecipientCommands.AddressArgument(changing ? "Its address or alias." : "Its primary address.");
        var attributes = new RecipientCommands.AttributeOptions();
        var member = new Option<string[]>("--member") { Description = changing ? "Adds a member; a leading - takes one away. May be repeated." : "A member. May be repeated.", HelpName = changing ? "[-]EMAIL" : "EMAIL" };
        var owner = new Option<string[]>("--owner") { Description = "Adds an owner; a leading - takes one away. May be repeated.", HelpName = "[-]EMAIL" };
        var filter = new Option<string?>("--filter") { Description = "Dynamic membership, e.g. \"(department=Sales)\" (RFC 4515 syntax over directory attributes).", HelpName = "FILTER" };
        var closed = new Option<bool?>("--authenticated-only") { Description = "Whether only authenticated senders may write to it.", HelpName = "true|false" };
        var top = new Option<bool>("--root-department") { Description = "Puts it at the top of the organisation's hierarchy of departments. Below it stand its members with --set isDepartment=true." };
        command.Arguments.Add(address);
        attributes.AddTo(command, changing);
        command.Options.Add(top);
        command.Options.Add(member);
        command.Options.Add(owner);
        command.Options.Add(filter);
        command.Options.Add(closed);
        command.SetAction(root.OnData(async (services, parsed, cancel) =>
        {
            Group Change(Group g)
            {
                var directory = services.Directory.Current;
                g = attributes.Apply(g, parsed, directory);
                foreach (var change in parsed.GetValue(member) ?? [])
                    g = g with { Members = Toggle(g.Members, change, directory) };
                foreach (var change in parsed.GetValue(owner) ?? [])
                    g = g with { Owners = Toggle(g.Owners, change, directory) };
                return g with { Filter = parsed.GetValue(filter) is { } f ? (f.Length == 0 ? null : f) : g.Filter, RequireAuthenticatedSender = parsed.GetValue(closed) ?? g.RequireAuthenticatedSender };
            }

            var text = parsed.GetRequiredValue(address);
            var result = changing
                ? await services.Directory.UpdateAsync<Group>(RecipientCommands.Find<Group>(services.Directory.Current, text).Id, Change, cancel)
                : await services.Directory.AddAsync(Change(new Group { PrimaryAddress = text }), null, cancel);
            if (parsed.GetValue(top))
            {
                if (!result.IsDepartment)
                    await services.Directory.UpdateAsync<Group>(result.Id, g => g with { IsDepartment = true }, cancel);
                if (services.Directory.Current.Organisation is { } organisation)
                    await services.Directory.UpdateAsync<Organisation>(organisation.Id, o => o with { RootDepartmentId = result.Id }, cancel);
            }
            await root.Environment.Console.Out.WriteLineAsync($"{(changing ? "Changed" : "Added")} {result.PrimaryAddress}.");
            return 0;
        }));
        return command;
    }

    private static System.Collections.Immutable.ImmutableArray<Guid> Toggle(System.Collections.Immutable.ImmutableArray<Guid> list, string change, DirectorySnapshot directory)
    {
        var removing = change.StartsWith('-');
        var id = RecipientCommands.Find<Recipient>(directory, removing ? change[1..] : change).Id;
        return removing ? list.Remove(id) : list.Contains(id) ? list : list.Add(id);
    }

    private static Command Members(RialtoCommand root)
    {
        var command = new Command("members", "Lists everyone whom mail to the group reaches, nested and dynamic groups resolved.");
        var address = RecipientCommands.AddressArgument("Its address or alias.");
        var json = RecipientCommands.JsonOption();
        command.Arguments.Add(address);
        command.Options.Add(json);
        command.SetAction(root.OnData(async (services, parsed, cancel) =>
        {
            var directory = services.Directory.Current;
            var expansion = directory.Expand(RecipientCommands.Find<Group>(directory, parsed.GetRequiredValue(address)));
            await Output.WriteAsync(root.Environment, parsed.GetValue(json), expansion.Recipients, r => new JsonObject { ["address"] = r.PrimaryAddress, ["name"] = r.DisplayName, ["kind"] = r.Kind.ToString() },
                [("Address", r => r.PrimaryAddress), ("Name", r => r.DisplayName), ("Kind", r => r.Kind.ToString())]);
            return 0;
        }));
        return command;
    }
}
