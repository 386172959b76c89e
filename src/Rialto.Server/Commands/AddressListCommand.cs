using System.CommandLine;
using System.Text.Json.Nodes;
using Rialto.Directory;
using Rialto.Directory.AddressBook;

namespace Rialto.Server.Commands;

/// <summary>`rialto address-list …`: the lists that clients see in the address book.</summary>
internal static class AddressListCommand
{
    public static Command Create(RialtoCommand root)
    {
        var command = new Command("address-list", "Lists of the address book.");
        command.Add(Add(root));
        command.Add(List(root));
        command.Add(Set(root));
        command.Add(Remove(root));
        return command;
    }

    private static Argument<string> Name() => new("NAME") { Description = "The list's name." };

    private static Option<string?> Filter() => new("--filter") { Description = "Who is in it, as an RFC 4515 filter: (&(kind=account)(city=Bern)).", HelpName = "FILTER" };

    private static Option<string?> Parent() => new("--parent") { Description = "The list that it stands under (empty: at the top).", HelpName = "NAME" };

    private static Command Add(RialtoCommand root)
    {
        var command = new Command("add", "Adds a list that a filter defines.");
        var name = Name();
        var filter = Filter();
        filter.Required = true;
        var parent = Parent();
        command.Arguments.Add(name);
        command.Options.Add(filter);
        command.Options.Add(parent);
        command.SetAction(root.OnData(async (services, parsed, cancel) =>
        {
            var list = new AddressList
            {
                DisplayName = parsed.GetRequiredValue(name), Filter = parsed.GetValue(filter) ?? "", ParentId = ParentOf(services.Directory.Current, parsed.GetValue(parent)),
            };
            if (TryFind(services.Directory.Current, list.DisplayName) is not null)
                throw new CommandException($"There is a list \"{list.DisplayName}\" already. Change it with `rialto address-list set`.");
            var added = await services.Directory.AddAsync(list, null, cancel);
            await root.Environment.Console.Out.WriteLineAsync($"Added {added.DisplayName}.");
            return 0;
        }));
        return command;
    }

    private static Command List(RialtoCommand root)
    {
        var command = new Command("list", "Lists the lists: those that every organisation has, and those that filters define.");
        var json = new Option<bool>("--json") { Description = "As JSON." };
        command.Options.Add(json);
        command.SetAction(root.OnData(async (services, parsed, _) =>
        {
            var book = services.AddressBook.Current;
            await Output.WriteAsync(
                root.Environment, parsed.GetValue(json), book.AllLists,
                list => new JsonObject { ["name"] = list.Name, ["parent"] = list.Parent?.Name, ["dn"] = list.Dn, ["filter"] = FilterOf(book, list), ["entries"] = Count(book, list) },
                [
                    ("Name", list => new string(' ', list.Depth * 2) + list.Name), ("Entries", list => Count(book, list).ToString(System.Globalization.CultureInfo.InvariantCulture)),
                    ("Filter", list => FilterOf(book, list) ?? ""),
                ]);
            return 0;
        }));
        return command;
    }

    private static Command Set(RialtoCommand root)
    {
        var command = new Command("set", "Changes a list that a filter defines.");
        var name = Name();
        var rename = new Option<string?>("--name") { Description = "Its new name.", HelpName = "NAME" };
        var filter = Filter();
        var parent = Parent();
        command.Arguments.Add(name);
        command.Options.Add(rename);
        command.Options.Add(filter);
        command.Options.Add(parent);
        command.SetAction(root.OnData(async (services, parsed, cancel) =>
        {
            var found = FindByName(services.Directory.Current, parsed.GetRequiredValue(name));
            var updated = await services.Directory.UpdateAsync<AddressList>(found.Id, list => list with
            {
                DisplayName = parsed.GetValue(rename) ?? list.DisplayName,
                Filter = parsed.GetValue(filter) ?? list.Filter,
                ParentId = parsed.GetValue(parent) is { } under ? ParentOf(services.Directory.Current, under) : list.ParentId,
            }, cancel);
            await root.Environment.Console.Out.WriteLineAsync($"Changed {updated.DisplayName}.");
            return 0;
        }));
        return command;
    }

    private static Command Remove(RialtoCommand root)
    {
        var command = new Command("remove", "Removes a list that a filter defines. Who is in it stays.");
        var name = Name();
        command.Arguments.Add(name);
        command.SetAction(root.OnData(async (services, parsed, cancel) =>
        {
            var found = FindByName(services.Directory.Current, parsed.GetRequiredValue(name));
            await services.Directory.RemoveAsync(found.Id, cancel);
            await root.Environment.Console.Out.WriteLineAsync($"Removed {found.DisplayName}.");
            return 0;
        }));
        return command;
    }

    private static int Count(AddressBookSnapshot book, AddressBookList list) => book.View(list, AddressBookOrder.Default).Count;

    private static string? FilterOf(AddressBookSnapshot book, AddressBookList list) => book.Directory.Find<AddressList>(list.Id)?.Filter;

    private static Guid? ParentOf(DirectorySnapshot directory, string? name) => string.IsNullOrEmpty(name) ? null : FindByName(directory, name).Id;

    private static AddressList? TryFind(DirectorySnapshot directory, string name) => directory.AddressLists.FirstOrDefault(l => l.DisplayName.Equals(name, StringComparison.OrdinalIgnoreCase));

    private static AddressList FindByName(DirectorySnapshot directory, string name) =>
        TryFind(directory, name) ?? throw new CommandException($"There is no list \"{name}\" that a filter defines. `rialto address-list list` shows them all.");
}
