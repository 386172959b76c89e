using System.CommandLine;
using System.Globalization;
using System.Text.Json.Nodes;
using Rialto.Directory;
using Rialto.Server.Hosting;
using Rialto.Store;

namespace Rialto.Server.Commands;

/// <summary>`rialto mailbox …`: the mailboxes of accounts, shared mailboxes, rooms and equipment.</summary>
internal static class MailboxCommand
{
    public static Command Create(RialtoCommand root)
    {
        var command = new Command("mailbox", "Mailboxes, of whatever kind their owner is.");
        command.Add(Add(root));
        command.Add(List(root));
        command.Add(Show(root));
        command.Add(ResourceCommands.Set<MailboxRecipient>(root, "Changes a mailbox: its access lists, quota and attributes."));
        command.Add(Enable(root, "enable", "Gives the owner a mailbox (the one it had, where it was disabled).", true));
        command.Add(Enable(root, "disable", "Takes the mailbox away from its owner: nobody opens it, no mail reaches it. Its data stays.", false));
        command.Add(Remove(root));
        command.Add(MailboxArchiveCommands.Export(root));
        command.Add(MailboxArchiveCommands.Import(root));
        command.Add(MailboxCopyCommand.Create(root));
        command.Add(Moved(root));
        return command;
    }

    private static Command Add(RialtoCommand root)
    {
        var command = new Command("add", "The same as `mailbox enable`: gives an account that has none a mailbox.");
        return Enable(root, command, true);
    }

    private static Command Enable(RialtoCommand root, string name, string description, bool enabled) => Enable(root, new Command(name, description), enabled);

    private static Command Enable(RialtoCommand root, Command command, bool enabled)
    {
        var address = RecipientCommands.AddressArgument("The owner's address or alias.");
        command.Arguments.Add(address);
        command.SetAction(root.OnData(async (services, parsed, cancel) =>
        {
            var found = RecipientCommands.Find<MailboxRecipient>(services.Directory.Current, parsed.GetRequiredValue(address));
            var updated = await services.Directory.UpdateAsync<MailboxRecipient>(found.Id, m => m with { MailboxEnabled = enabled }, cancel);
            if (enabled && updated is PublicStore)
                await PublicFolders.EnsureAsync(services, cancel);
            else if (enabled)
                await services.Engine.CreateMailboxAsync(updated.MailboxGuid, updated.Id, null, cancel);
            await root.Environment.Console.Out.WriteLineAsync($"{updated.PrimaryAddress}: mailbox {(enabled ? "enabled" : "disabled")}.");
            return 0;
        }));
        return command;
    }

    private static Command List(RialtoCommand root)
    {
        var command = new Command("list", "Lists the mailboxes with their sizes.");
        var json = RecipientCommands.JsonOption();
        command.Options.Add(json);
        command.SetAction(root.OnData(async (services, parsed, cancel) =>
        {
            var rows = new List<JsonObject>();
            foreach (var owner in services.Directory.Current.Recipients.OfType<MailboxRecipient>().OrderBy(m => m.PrimaryAddress, StringComparer.OrdinalIgnoreCase))
                rows.Add(await DescribeAsync(services, owner, folders: false, cancel));
            await Output.WriteAsync(root.Environment, parsed.GetValue(json), rows, r => r,
                [("Address", r => Text(r, "address")), ("Kind", r => Text(r, "kind")), ("Enabled", r => Text(r, "enabled")), ("Messages", r => Text(r, "messages")),
                 ("Size", r => r["size"] is { } s ? Output.Size(s.GetValue<long>()) : ""), ("Quota", r => r["quota"] is { } q ? Output.Size(q.GetValue<long>()) : "")]);
            return 0;
        }));
        return command;
    }

    private static Command Show(RialtoCommand root)
    {
        var command = new Command("show", "Shows a mailbox and its folders.");
        var address = RecipientCommands.AddressArgument("The owner's address or alias.");
        var json = RecipientCommands.JsonOption();
        command.Arguments.Add(address);
        command.Options.Add(json);
        command.SetAction(root.OnData(async (services, parsed, cancel) =>
        {
            var found = RecipientCommands.Find<MailboxRecipient>(services.Directory.Current, parsed.GetRequiredValue(address));
            var description = await DescribeAsync(services, found, folders: true, cancel);
            if (parsed.GetValue(json))
            {
                await Output.WriteJsonAsync(root.Environment, description);
                return 0;
            }
            var folders = description["folders"]?.AsArray() ?? [];
            description.Remove("folders");
            await Output.WriteOneAsync(root.Environment, false, description);
            await Output.WriteAsync(root.Environment, false, [.. folders.Select(f => f!.AsObject())], r => r,
                [("Folder", r => Text(r, "path")), ("Messages", r => Text(r, "messages")), ("Unread", r => Text(r, "unread")), ("Size", r => Output.Size(r["size"]!.GetValue<long>()))]);
            return 0;
        }));
        return command;
    }

    private static Command Remove(RialtoCommand root)
    {
        var command = new Command("remove", "Deletes a mailbox's data for good. The owner stays, with its mailbox disabled.");
        var address = RecipientCommands.AddressArgument("The owner's address or alias.");
        var yes = new Option<bool>("--yes") { Description = "Needed: there is no way back." };
        command.Arguments.Add(address);
        command.Options.Add(yes);
        command.SetAction(root.OnData(async (services, parsed, cancel) =>
        {
            var found = RecipientCommands.Find<MailboxRecipient>(services.Directory.Current, parsed.GetRequiredValue(address));
            if (!parsed.GetValue(yes))
                throw new CommandException($"This deletes everything in the mailbox of {found.PrimaryAddress}. Repeat it with --yes; `rialto mailbox disable` keeps the data.");
            await services.Directory.UpdateAsync<MailboxRecipient>(found.Id, m => m with { MailboxEnabled = false }, cancel);
            await services.Engine.DeleteMailboxAsync(found.MailboxGuid, cancel);
            await root.Environment.Console.Out.WriteLineAsync($"Deleted the mailbox of {found.PrimaryAddress}.");
            return 0;
        }));
        return command;
    }

    private static Command Moved(RialtoCommand root)
    {
        var command = new Command("moved", "Says that a mailbox is on another server now: clients are sent there, and nobody opens it here. What is left can still be copied.");
        var address = RecipientCommands.AddressArgument("The owner's address or alias.");
        var to = new Option<string?>("--to") { Description = "The other server: https://host[:port].", HelpName = "URL" };
        var back = new Option<bool>("--back") { Description = "It is here again." };
        command.Arguments.Add(address);
        command.Options.Add(to);
        command.Options.Add(back);
        command.SetAction(root.OnData(async (services, parsed, cancel) =>
        {
            var found = RecipientCommands.Find<MailboxRecipient>(services.Directory.Current, parsed.GetRequiredValue(address));
            var server = parsed.GetValue(to);
            if (server is null != parsed.GetValue(back))
                throw new CommandException("Either --to URL or --back.");
            if (server is not null && (!Uri.TryCreate(server, UriKind.Absolute, out var uri) || uri.Scheme != "https"))
                throw new CommandException("The other server is to be named as https://host[:port].");
            using var session = await services.OpenMailboxAsync(found, cancel) ?? throw new CommandException($"{found.PrimaryAddress} has no mailbox.");
            if (await session.SetMovedToAsync(server, cancel) is var error and not StoreError.None)
                throw new CommandException($"The mailbox could not be changed: {error}.");
            await root.Environment.Console.Out.WriteLineAsync(server is null ? $"{found.PrimaryAddress} is here." : $"{found.PrimaryAddress} is at {server}; clients are sent there.");
            return 0;
        }));
        return command;
    }

    private static async Task<JsonObject> DescribeAsync(RialtoServices services, MailboxRecipient owner, bool folders, CancellationToken cancel)
    {
        var json = new JsonObject { ["address"] = owner.PrimaryAddress, ["kind"] = owner.Kind.ToString(), ["mailbox"] = owner.MailboxGuid.ToString(), ["enabled"] = owner.MailboxEnabled };
        using var session = await services.OpenMailboxAsync(owner, cancel);
        if (session is null)
            return json;
        if (session.MovedTo is { } server)
            json["movedTo"] = server;
        var all = session.Folders.Descendants(session.Folders.Root.Id).ToList();
        // Search folders count messages that are elsewhere.
        json["messages"] = all.Where(f => f.Type != FolderType.Search).Sum(f => (long)f.Counters.Count);
        json["unread"] = all.Where(f => f.Type != FolderType.Search).Sum(f => (long)f.Counters.Unread);
        json["size"] = session.Quota.Used;
        if ((owner.Quotas?.ProhibitSendReceive ?? session.Quota.Limit) is > 0 and var quota)
            json["quota"] = quota;
        if (folders)
            json["folders"] = new JsonArray([.. all.Select(f => (JsonNode)new JsonObject
            {
                ["path"] = FolderPaths.PathOf(session.Folders, f),
                ["messages"] = f.Counters.Count,
                ["unread"] = f.Counters.Unread,
                ["associated"] = f.Counters.AssociatedCount,
                ["size"] = f.Counters.Size,
            })]);
        return json;
    }

    private static string Text(JsonObject row, string name) => row[name] switch
    {
        null => "",
        JsonValue v when v.TryGetValue<bool>(out var b) => b ? "yes" : "no",
        var v => v.ToString(),
    };
}
