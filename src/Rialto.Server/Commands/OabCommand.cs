using System.CommandLine;
using System.Globalization;
using System.Text.Json.Nodes;
using Rialto.Oab.Build;
using Rialto.Oab.Wire;
using Rialto.Server.Hosting;

namespace Rialto.Server.Commands;

/// <summary>`rialto oab …`: offline address books.</summary>
internal static class OabCommand
{
    public static Command Create(RialtoCommand root)
    {
        var command = new Command("oab", "Offline address books: what clients download to resolve names without a connection.");
        command.Add(Build(root));
        command.Add(List(root));
        command.Add(Show(root));
        return command;
    }

    private static Command Build(RialtoCommand root)
    {
        var command = new Command("build", "Makes a new generation of the books, where something changed since the last.");
        var name = BookArgument("Its name or id; all books when left out.");
        var force = new Option<bool>("--force") { Description = "Makes a generation even where nothing changed." };
        var anew = new Option<bool>("--anew")
        {
            Description = "Begins a new row of generations that follows none, for clients to download whole: after the books' files came back from an older copy, so that no number means two things.",
        };
        command.Arguments.Add(name);
        command.Options.Add(force);
        command.Options.Add(anew);
        command.SetAction(root.OnData(async (services, parsed, cancel) =>
        {
            var books = Select(services, parsed.GetValue(name));
            if (books.Count == 0)
                throw new CommandException("There is no offline address book: the organisation is made at first start (`rialto serve`), and the lists named in oab.books must exist.");
            var kind = parsed.GetValue(anew) ? OabBuild.Anew : parsed.GetValue(force) ? OabBuild.Always : OabBuild.IfChanged;
            foreach (var book in books)
            {
                foreach (var (state, isNew) in await services.Oab.BuildAsync(book, kind, cancel))
                {
                    await root.Environment.Console.Out.WriteLineAsync(isNew
                        ? $"{book.Name}, {state.Name.TrimStart('\\')}: generation {state.Sequence} with {state.Count} entries, {Output.Size(state.Full.Size)} of {Output.Size(state.Full.UncompressedSize)}{Difference(state)}."
                        : $"{book.Name}, {state.Name.TrimStart('\\')}: nothing changed since generation {state.Sequence}.");
                }
            }
            return 0;
        }));
        return command;
    }

    private static string Difference(OabListState state) =>
        state.Differences.Count > 0 ? $", the difference {Output.Size(state.Differences[^1].File.Size)}" : "";

    private static Command List(RialtoCommand root)
    {
        var command = new Command("list", "Lists the books and where they are downloaded.");
        var json = RecipientCommands.JsonOption();
        command.Options.Add(json);
        command.SetAction(root.OnData(async (services, parsed, cancel) =>
        {
            var told = services.Oab.DefaultBook;
            var rows = services.Oab.Books().Select(book =>
            {
                var published = services.Oab.Library.Find(book.Id);
                return new JsonObject
                {
                    ["id"] = book.Id.ToString("D"),
                    ["name"] = book.Name,
                    ["default"] = book.Id == told,
                    ["path"] = $"/OAB/{book.Id:D}/oab.xml",
                    ["lists"] = new JsonArray([.. book.Lists.Select(l => (JsonNode)l.Name)]),
                    ["made"] = published is null ? null : Time(published.Made),
                    ["entries"] = published?.State.Lists.Sum(l => l.Count),
                    ["size"] = published?.State.Lists.Sum(l => l.Full.Size),
                };
            }).ToList();
            await Output.WriteAsync(root.Environment, parsed.GetValue(json), rows, r => r,
                [("Name", r => r["name"]!.ToString() + (r["default"]!.GetValue<bool>() ? " (default)" : "")), ("Lists", r => string.Join("\n", r["lists"]!.AsArray().Select(l => l!.ToString()))),
                 ("Made", r => r["made"]?.ToString() ?? "never"), ("Entries", r => r["entries"]?.ToString() ?? ""), ("Size", r => r["size"] is { } s ? Output.Size(s.GetValue<long>()) : ""), ("Path", r => r["path"]!.ToString())]);
            return 0;
        }));
        return command;
    }

    private static Command Show(RialtoCommand root)
    {
        var command = new Command("show", "Shows a book's lists and files.");
        var name = BookArgument("Its name or id; the default book when left out.");
        var json = RecipientCommands.JsonOption();
        command.Arguments.Add(name);
        command.Options.Add(json);
        command.SetAction(root.OnData(async (services, parsed, cancel) =>
        {
            var wanted = parsed.GetValue(name) ?? services.Oab.DefaultBook?.ToString("D");
            var book = wanted is null ? null : Select(services, wanted).FirstOrDefault();
            if (book is null)
                throw new CommandException("There is no offline address book.");
            if (services.Oab.Library.Find(book.Id) is not { } published)
                throw new CommandException($"{book.Name} was not made yet: `rialto oab build` makes it.");
            var files = published.State.Lists.SelectMany(FilesOf).ToList();
            await Output.WriteAsync(root.Environment, parsed.GetValue(json), files, f => new JsonObject
            {
                ["list"] = f.List.Name.TrimStart('\\'),
                ["listId"] = f.List.Id.ToString("D"),
                ["dn"] = f.List.Dn,
                ["kind"] = f.Kind,
                ["sequence"] = f.File.Sequence,
                ["entries"] = f.List.Count,
                ["size"] = f.File.Size,
                ["uncompressedSize"] = f.File.UncompressedSize,
                ["sha1"] = f.File.Sha1,
                ["file"] = f.File.Name,
            },
            [("List", f => f.List.Name.TrimStart('\\')), ("Kind", f => f.Kind), ("Generation", f => f.File.Sequence.ToString(CultureInfo.InvariantCulture)), ("Size", f => Output.Size(f.File.Size)),
             ("Unpacked", f => Output.Size(f.File.UncompressedSize)), ("File", f => f.File.Name)]);
            return 0;
        }));
        return command;
    }

    private static IEnumerable<(OabListState List, OabFile File, string Kind)> FilesOf(OabListState list) =>
    [
        (list, list.Full, "whole"),
        .. list.Templates.Select(t => (list, t.File, t.IsMacintosh ? $"templates {t.LanguageId}, Macintosh" : $"templates {t.LanguageId}")),
        .. list.Differences.Select(d => (list, d.File, "difference")),
    ];

    private static Argument<string?> BookArgument(string description) => new("book") { Description = description, HelpName = "BOOK", Arity = ArgumentArity.ZeroOrOne };

    private static List<OabBook> Select(RialtoServices services, string? wanted)
    {
        var books = services.Oab.Books();
        if (wanted is null)
            return [.. books];
        var found = books.Where(b => b.Name.Equals(wanted, StringComparison.OrdinalIgnoreCase) || (Guid.TryParse(wanted, CultureInfo.InvariantCulture, out var id) && b.Id == id)).ToList();
        return found.Count > 0 ? found : throw new CommandException($"There is no offline address book \"{wanted}\". There are: {string.Join(", ", books.Select(b => b.Name))}.");
    }

    private static string Time(DateTimeOffset time) => time.UtcDateTime.ToString("yyyy-MM-dd HH:mm:ss'Z'", CultureInfo.InvariantCulture);
}
