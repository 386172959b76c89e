using System.CommandLine;
using Rialto.Directory;

namespace Rialto.Server.Commands;

/// <summary>`rialto shared …`: mailboxes that nobody logs in to, opened by those who are granted access.</summary>
internal static class SharedMailboxCommand
{
    public static Command Create(RialtoCommand root)
    {
        var command = new Command("shared", "Shared mailboxes.");
        command.Add(ResourceCommands.Add(root, "add", "Adds a shared mailbox.", () => new SharedMailbox()));
        command.Add(RecipientCommands.List<SharedMailbox>(root, "shared mailboxes", ("Full access", (s, d) => string.Join(", ", s.FullAccess.Select(i => RecipientJson.AddressOf(d, i))))));
        command.Add(RecipientCommands.Show<SharedMailbox>(root, "shared mailbox"));
        command.Add(ResourceCommands.Set<SharedMailbox>(root, "Changes a shared mailbox."));
        command.Add(RecipientCommands.Remove<SharedMailbox>(root, "shared mailbox", "Its mail goes with it, unless --keep-mailbox is given."));
        return command;
    }
}

/// <summary>`rialto room …`: rooms and equipment.</summary>
internal static class RoomCommand
{
    public static Command Create(RialtoCommand root)
    {
        var command = new Command("room", "Rooms and equipment that meetings book.");
        var equipment = new Option<bool>("--equipment") { Description = "Equipment rather than a room." };
        var add = ResourceCommands.Add<ResourceMailbox>(root, "add", "Adds a room, or equipment.", parsed => parsed.GetValue(equipment) ? new Equipment() : new Room());
        add.Options.Add(equipment);
        command.Add(add);
        command.Add(RecipientCommands.List<ResourceMailbox>(root, "rooms and equipment",
            ("Kind", (r, _) => r.Kind.ToString()),
            ("Capacity", (r, _) => r.Capacity?.ToString(System.Globalization.CultureInfo.InvariantCulture) ?? "")));
        command.Add(RecipientCommands.Show<ResourceMailbox>(root, "room"));
        command.Add(ResourceCommands.Set<ResourceMailbox>(root, "Changes a room."));
        command.Add(RecipientCommands.Remove<ResourceMailbox>(root, "room", "Its calendar goes with it, unless --keep-mailbox is given."));
        return command;
    }
}

/// <summary>Adding and changing mailboxes that nobody logs in to.</summary>
internal static class ResourceCommands
{
    public static Command Add<T>(RialtoCommand root, string name, string description, Func<T> create)
        where T : MailboxRecipient
        => Add(root, name, description, _ => create());

    public static Command Add<T>(RialtoCommand root, string name, string description, Func<ParseResult, T> create)
        where T : MailboxRecipient
    {
        var command = new Command(name, description);
        var address = RecipientCommands.AddressArgument("Its primary address.");
        var attributes = new RecipientCommands.AttributeOptions();
        var access = new AccessOptions();
        var capacity = new Option<int?>("--capacity") { Description = "Persons it holds." };
        command.Arguments.Add(address);
        attributes.AddTo(command, changing: false);
        access.AddTo(command);
        if (typeof(T) == typeof(ResourceMailbox))
            command.Options.Add(capacity);
        command.SetAction(root.OnData(async (services, parsed, cancel) =>
        {
            var directory = services.Directory.Current;
            var value = access.Apply(attributes.Apply(create(parsed) with { PrimaryAddress = parsed.GetRequiredValue(address) }, parsed, directory), parsed, directory);
            if (value is ResourceMailbox resource && parsed.GetValue(capacity) is { } persons)
                value = (T)(MailboxRecipient)(resource with { Capacity = persons });
            var added = await RecipientCommands.AddWithMailboxAsync(services, (MailboxRecipient)value, null, cancel);
            if (access.ChangesQuota(parsed))
                await AccessOptions.ApplyQuotaAsync(services, added, cancel);
            await root.Environment.Console.Out.WriteLineAsync($"Added {added.PrimaryAddress}.");
            return 0;
        }));
        return command;
    }

    public static Command Set<T>(RialtoCommand root, string description)
        where T : MailboxRecipient
    {
        var command = new Command("set", description);
        var address = RecipientCommands.AddressArgument("Its address or alias.");
        var attributes = new RecipientCommands.AttributeOptions();
        var access = new AccessOptions();
        command.Arguments.Add(address);
        attributes.AddTo(command, changing: true);
        access.AddTo(command);
        command.SetAction(root.OnData(async (services, parsed, cancel) =>
        {
            var found = RecipientCommands.Find<T>(services.Directory.Current, parsed.GetRequiredValue(address));
            var updated = await services.Directory.UpdateAsync<T>(found.Id, r => access.Apply(attributes.Apply(r, parsed, services.Directory.Current), parsed, services.Directory.Current), cancel);
            if (access.ChangesQuota(parsed))
                await AccessOptions.ApplyQuotaAsync(services, updated, cancel);
            await root.Environment.Console.Out.WriteLineAsync($"Changed {updated.PrimaryAddress}.");
            return 0;
        }));
        return command;
    }
}
