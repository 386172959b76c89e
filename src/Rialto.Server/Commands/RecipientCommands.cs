using System.CommandLine;
using Rialto.Directory;
using Rialto.Server.Hosting;

namespace Rialto.Server.Commands;

/// <summary>What account, shared, room, contact and group commands have in common: the attributes, list, show, remove.</summary>
internal static class RecipientCommands
{
    /// <summary>Options that each set one attribute of the directory by its name.</summary>
    private static readonly (string Option, string Attribute, string Description)[] s_attributes =
    [
        ("--name", "displayName", "Display name."),
        ("--given-name", "givenName", "Given name."),
        ("--surname", "sn", "Surname."),
        ("--title", "title", "Job title."),
        ("--department", "department", "Department."),
        ("--company", "company", "Company."),
        ("--office", "office", "Office or location."),
        ("--phone", "telephoneNumber", "Business phone."),
        ("--mobile", "mobile", "Mobile phone."),
        ("--notes", "info", "Notes."),
        ("--alias", "alias", "Alias (mail nickname): unique in the organisation."),
        ("--primary", "mail", "Primary address."),
    ];

    /// <summary>The options for attributes, with a method that applies those given.</summary>
    public sealed class AttributeOptions
    {
        private readonly List<(Option<string?> Option, string Attribute)> _each = [];
        private readonly Option<string[]> _set = new("--set") { Description = "Any directory attribute: NAME=VALUE (empty value clears). May be repeated.", HelpName = "NAME=VALUE", AllowMultipleArgumentsPerToken = false };
        private readonly Option<string[]> _address = new("--address") { Description = "A further address. May be repeated.", HelpName = "EMAIL" };
        private readonly Option<string[]> _removeAddress = new("--remove-address") { Description = "Takes an address away. May be repeated.", HelpName = "EMAIL" };
        private readonly Option<string?> _manager = new("--manager") { Description = "The manager's address (empty clears).", HelpName = "EMAIL" };
        private readonly Option<bool?> _hidden = new("--hidden") { Description = "Whether it is left out of address lists: true or false.", HelpName = "true|false" };

        public void AddTo(Command command, bool changing)
        {
            foreach (var (option, attribute, description) in s_attributes)
            {
                if (option == "--primary" && !changing)
                    continue;
                var o = new Option<string?>(option) { Description = description, HelpName = "TEXT" };
                _each.Add((o, attribute));
                command.Options.Add(o);
            }
            command.Options.Add(_address);
            if (changing)
                command.Options.Add(_removeAddress);
            command.Options.Add(_manager);
            command.Options.Add(_hidden);
            command.Options.Add(_set);
        }

        public T Apply<T>(T target, ParseResult parsed, DirectorySnapshot directory)
            where T : Recipient
        {
            foreach (var (option, attribute) in _each)
                if (parsed.GetValue(option) is { } value)
                    target = DirectoryAttributes.With(target, attribute, value);
            foreach (var pair in parsed.GetValue(_set) ?? [])
            {
                var at = pair.IndexOf('=', StringComparison.Ordinal);
                if (at <= 0)
                    throw new CommandException($"--set takes NAME=VALUE, not \"{pair}\".");
                target = DirectoryAttributes.With(target, pair[..at], pair[(at + 1)..]);
            }
            foreach (var address in parsed.GetValue(_address) ?? [])
                if (!target.FurtherAddresses.Contains(address, StringComparer.OrdinalIgnoreCase))
                    target = target with { FurtherAddresses = target.FurtherAddresses.Add(address) };
            foreach (var address in parsed.GetValue(_removeAddress) ?? [])
            {
                var kept = target.FurtherAddresses.RemoveAll(a => string.Equals(a, address, StringComparison.OrdinalIgnoreCase));
                if (kept.Length == target.FurtherAddresses.Length)
                    throw new CommandException($"{address} is none of the further addresses of {target.PrimaryAddress}. Change the primary address with --primary.");
                target = target with { FurtherAddresses = kept };
            }
            if (parsed.GetValue(_hidden) is { } hidden)
                target = target with { HiddenFromAddressLists = hidden };
            if (parsed.GetValue(_manager) is { } manager)
                target = target with { Details = target.Details with { ManagerId = manager.Length == 0 ? null : Find<Recipient>(directory, manager).Id } };
            return target;
        }
    }

    public static Argument<string> AddressArgument(string description) => new("EMAIL") { Description = description };

    public static Option<bool> JsonOption() => new("--json") { Description = "Print JSON." };

    /// <summary>The recipient of an address (or alias, or id), or an error that says what is there.</summary>
    public static T Find<T>(DirectorySnapshot directory, string text)
        where T : Recipient
    {
        var found = directory.FindByAddress(text) ?? directory.FindByAlias(text) ?? (Guid.TryParse(text, out var id) ? directory.Find<Recipient>(id) : null);
        return found switch
        {
            T match => match,
            null => throw new CommandException($"There is no {NameOf(typeof(T))} {text}. `rialto {CommandOf(typeof(T))} list` shows what there is."),
            _ => throw new CommandException($"{text} is a {found.Kind.ToString().ToLowerInvariant()}, not a {NameOf(typeof(T))}."),
        };
    }

    public static Command List<T>(RialtoCommand root, string what, params (string Header, Func<T, DirectorySnapshot, string> Cell)[] columns)
        where T : Recipient
    {
        var command = new Command("list", $"Lists {what}.");
        var json = JsonOption();
        var filter = new Option<string?>("--match") { Description = "Only those whose name or address contains this.", HelpName = "TEXT" };
        command.Options.Add(filter);
        command.Options.Add(json);
        command.SetAction(root.OnData(async (services, parsed, cancel) =>
        {
            var directory = services.Directory.Current;
            var text = parsed.GetValue(filter);
            var rows = directory.Recipients.OfType<T>()
                .Where(r => text is null || r.DisplayName.Contains(text, StringComparison.OrdinalIgnoreCase) || r.PrimaryAddress.Contains(text, StringComparison.OrdinalIgnoreCase))
                .OrderBy(r => r.PrimaryAddress, StringComparer.OrdinalIgnoreCase).ToList();
            await Output.WriteAsync(root.Environment, parsed.GetValue(json), rows, r => RecipientJson.From(r, directory),
                [("Address", r => r.PrimaryAddress), ("Name", r => r.DisplayName), .. columns.Select(c => (c.Header, (Func<T, string>)(r => c.Cell(r, directory))))]);
            return 0;
        }));
        return command;
    }

    public static Command Show<T>(RialtoCommand root, string what)
        where T : Recipient
    {
        var command = new Command("show", $"Shows everything about one {what}.");
        var address = AddressArgument("Its address or alias.");
        var json = JsonOption();
        command.Arguments.Add(address);
        command.Options.Add(json);
        command.SetAction(root.OnData(async (services, parsed, cancel) =>
        {
            var directory = services.Directory.Current;
            var found = Find<T>(directory, parsed.GetRequiredValue(address));
            await Output.WriteOneAsync(root.Environment, parsed.GetValue(json), RecipientJson.From(found, directory));
            return 0;
        }));
        return command;
    }

    public static Command Remove<T>(RialtoCommand root, string what, string consequence)
        where T : Recipient
    {
        var command = new Command("remove", $"Removes a {what}. {consequence}");
        var address = AddressArgument("Its address or alias.");
        var keep = new Option<bool>("--keep-mailbox") { Description = "Keep the mailbox's data." };
        command.Arguments.Add(address);
        if (typeof(MailboxRecipient).IsAssignableFrom(typeof(T)))
            command.Options.Add(keep);
        command.SetAction(root.OnData(async (services, parsed, cancel) =>
        {
            var found = Find<T>(services.Directory.Current, parsed.GetRequiredValue(address));
            await services.Directory.RemoveAsync(found.Id, cancel);
            if (found is MailboxRecipient mailbox && mailbox.MailboxGuid != Guid.Empty && !parsed.GetValue(keep))
                await services.Engine.DeleteMailboxAsync(mailbox.MailboxGuid, cancel);
            await root.Environment.Console.Out.WriteLineAsync($"Removed {found.PrimaryAddress}.");
            return 0;
        }));
        return command;
    }

    /// <summary>Adds a recipient that has a mailbox, and makes the mailbox.</summary>
    public static async Task<T> AddWithMailboxAsync<T>(RialtoServices services, T value, PasswordHash? password, CancellationToken cancel)
        where T : MailboxRecipient
    {
        var added = await services.Directory.AddAsync(value, password, cancel);
        if (added.MailboxEnabled)
            await services.Engine.CreateMailboxAsync(added.MailboxGuid, added.Id, null, cancel);
        return added;
    }

    private static string NameOf(Type type) => type == typeof(SharedMailbox) ? "shared mailbox" : type == typeof(MailboxRecipient) ? "mailbox" : type == typeof(ExternalContact) ? "contact" : type.Name.ToLowerInvariant();

    private static string CommandOf(Type type) => type == typeof(SharedMailbox) ? "shared" : type == typeof(ExternalContact) ? "contact" : type == typeof(ResourceMailbox) ? "room"
        : type == typeof(MailboxRecipient) ? "mailbox" : type == typeof(Recipient) ? "account" : type.Name.ToLowerInvariant();
}
