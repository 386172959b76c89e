// [MS-OXCFOLD] folders, [MS-OXCPERM] their permissions and [MS-OXCSTOR] 3.2.5.6 their replicas, from the command line.
using System.Collections.Immutable;
using System.CommandLine;
using System.Text.Json.Nodes;
using Rialto.Directory;
using Rialto.Server.Hosting;
using Rialto.Store;

namespace Rialto.Server.Commands;

/// <summary>`rialto folder …`: the folders of a mailbox or of the public store, who may do what in them, and what they may hold.</summary>
internal static class FolderCommand
{
    public static Command Create(RialtoCommand root)
    {
        var command = new Command("folder", "Folders of mailboxes and public folders: permissions, limits, addresses, replicas.");
        command.Add(List(root));
        command.Add(Add(root));
        command.Add(Show(root));
        command.Add(Set(root));
        command.Add(Remove(root));
        return command;
    }

    private static Argument<string> Owner() => RecipientCommands.AddressArgument($"The mailbox's address or alias; {PublicFolders.Alias} for public folders.");

    private static Argument<string> PathArgument() => new("PATH") { Description = "The folder: Inbox/Projects. A path that begins with / is one from the mailbox's root." };

    private static Command List(RialtoCommand root)
    {
        var command = new Command("list", "Lists the folders of a mailbox.");
        var owner = Owner();
        var json = RecipientCommands.JsonOption();
        command.Arguments.Add(owner);
        command.Options.Add(json);
        command.SetAction(root.OnData(async (services, parsed, cancel) =>
        {
            using var session = await OpenAsync(services, parsed.GetRequiredValue(owner), cancel);
            List<JsonObject> rows = [.. session.Folders.Descendants(session.Folders.Root.Id).Select(f => Describe(services, session, f, permissions: false))];
            await Output.WriteAsync(root.Environment, parsed.GetValue(json), rows, r => r,
                [("Folder", r => Text(r, "path")), ("Type", r => Text(r, "type")), ("Class", r => Text(r, "class")), ("Messages", r => Text(r, "messages")),
                 ("Unread", r => Text(r, "unread")), ("Size", r => Output.Size(r["size"]!.GetValue<long>()))]);
            return 0;
        }));
        return command;
    }

    private static Command Add(RialtoCommand root)
    {
        var command = new Command("add", "Adds a folder; the one above it must be there.");
        var owner = Owner();
        var path = PathArgument();
        var changes = new ChangeOptions();
        command.Arguments.Add(owner);
        command.Arguments.Add(path);
        changes.AddTo(command);
        command.SetAction(root.OnData(async (services, parsed, cancel) =>
        {
            using var session = await OpenAsync(services, parsed.GetRequiredValue(owner), cancel);
            var text = parsed.GetRequiredValue(path);
            var slash = text.TrimEnd('/').LastIndexOf('/');
            var above = Find(session, slash > 0 ? text[..slash] : slash == 0 ? "/" : "");
            var name = text.TrimEnd('/')[(slash + 1)..];
            // What is wrong with the options is said before the folder is there.
            var change = changes.Read(services.Directory.Current, parsed);
            var publication = changes.Public.Read(services.Directory.Current, session, parsed);
            var folder = Value(await session.CreateFolderAsync(above.Id, new NewFolder(name), cancel), text);
            Value(await session.UpdateFolderAsync(folder.Id, change, cancel), text);
            try
            {
                await publication.ApplyAsync(services, session, folder.Id, root.Environment, cancel);
            }
            catch (DirectoryException)
            {
                await session.DeleteFolderAsync(folder.Id, recursive: false, cancel);
                throw;
            }
            await root.Environment.Console.Out.WriteLineAsync($"Added {text}.");
            return 0;
        }));
        return command;
    }

    private static Command Show(RialtoCommand root)
    {
        var command = new Command("show", "Shows a folder and its permissions.");
        var owner = Owner();
        var path = PathArgument();
        var json = RecipientCommands.JsonOption();
        command.Arguments.Add(owner);
        command.Arguments.Add(path);
        command.Options.Add(json);
        command.SetAction(root.OnData(async (services, parsed, cancel) =>
        {
            using var session = await OpenAsync(services, parsed.GetRequiredValue(owner), cancel);
            var description = Describe(services, session, Find(session, parsed.GetRequiredValue(path)), permissions: true);
            if (parsed.GetValue(json))
            {
                await Output.WriteJsonAsync(root.Environment, description);
                return 0;
            }
            var permissions = description["permissions"]!.AsArray();
            description.Remove("permissions");
            await Output.WriteOneAsync(root.Environment, false, description);
            await Output.WriteAsync(root.Environment, false, [.. permissions.Select(p => p!.AsObject())], r => r, [("Member", r => Text(r, "member")), ("Rights", r => Text(r, "rights"))]);
            return 0;
        }));
        return command;
    }

    private static Command Set(RialtoCommand root)
    {
        var command = new Command("set", "Changes a folder: its name, place, class, comment, permissions and limits; a public one's address and replicas.");
        var owner = Owner();
        var path = PathArgument();
        var name = new Option<string?>("--name") { Description = "A new name.", HelpName = "TEXT" };
        var parent = new Option<string?>("--parent") { Description = "The folder to stand in from now on. A deleted public folder comes back so: out of /NON_IPM_SUBTREE/DUMPSTER_ROOT.", HelpName = "PATH" };
        var changes = new ChangeOptions();
        command.Arguments.Add(owner);
        command.Arguments.Add(path);
        command.Options.Add(name);
        command.Options.Add(parent);
        changes.AddTo(command);
        command.SetAction(root.OnData(async (services, parsed, cancel) =>
        {
            using var session = await OpenAsync(services, parsed.GetRequiredValue(owner), cancel);
            var text = parsed.GetRequiredValue(path);
            var folder = Find(session, text);
            var change = changes.Read(services.Directory.Current, parsed);
            var publication = changes.Public.Read(services.Directory.Current, session, parsed);
            var above = parsed.GetValue(parent) is { } place ? Find(session, place).Id : folder.Parent;
            if (parsed.GetValue(name) is not null || above != folder.Parent)
                Value(await session.MoveFolderAsync(folder.Id, above, parsed.GetValue(name) ?? folder.Name, cancel), text);
            Value(await session.UpdateFolderAsync(folder.Id, change, cancel), text);
            await publication.ApplyAsync(services, session, folder.Id, root.Environment, cancel);
            await root.Environment.Console.Out.WriteLineAsync($"Changed {FolderPaths.PathOf(session.Folders, Find(session, folder.Id))}.");
            return 0;
        }));
        return command;
    }

    private static Command Remove(RialtoCommand root)
    {
        var command = new Command("remove", "Deletes a folder with all that is in it. Its messages can be recovered from Recoverable Items for a while, public folders from /NON_IPM_SUBTREE/DUMPSTER_ROOT.");
        var owner = Owner();
        var path = PathArgument();
        var hard = new Option<bool>("--hard") { Description = "For good: nothing can be recovered." };
        command.Arguments.Add(owner);
        command.Arguments.Add(path);
        command.Options.Add(hard);
        command.SetAction(root.OnData(async (services, parsed, cancel) =>
        {
            using var session = await OpenAsync(services, parsed.GetRequiredValue(owner), cancel);
            var text = parsed.GetRequiredValue(path);
            var folder = Find(session, text);
            List<FolderId> gone = [folder.Id, .. session.Folders.Descendants(folder.Id).Select(f => f.Id)];
            Value(await session.DeleteFolderAsync(folder.Id, recursive: true, cancel, keepContents: !parsed.GetValue(hard)), text);
            foreach (var id in session.Header.IsPublic ? gone : [])
            {
                if (services.Directory.Current.FindPublicFolder(id.Value) is { } listed)
                    await services.Directory.RemoveAsync(listed.Id, cancel);
            }
            await root.Environment.Console.Out.WriteLineAsync($"Deleted {text}.");
            return 0;
        }));
        return command;
    }

    private static async Task<MailboxSession> OpenAsync(RialtoServices services, string owner, CancellationToken cancel)
    {
        if (owner.Equals(PublicFolders.Alias, StringComparison.OrdinalIgnoreCase) || services.Directory.Current.FindByAddress(owner) is PublicStore)
        {
            var store = await PublicFolders.EnsureAsync(services, cancel)
                ?? throw new CommandException("There is no domain yet, so that public folders would have no address. `rialto domain add` adds one.");
            return await services.OpenMailboxAsync(store, cancel) ?? throw new CommandException("The public folders cannot be opened.");
        }
        var found = RecipientCommands.Find<MailboxRecipient>(services.Directory.Current, owner);
        return await services.OpenMailboxAsync(found, cancel) ?? throw new CommandException($"{found.PrimaryAddress} has no mailbox. `rialto mailbox enable` makes one.");
    }

    private static Folder Find(MailboxSession session, string path) =>
        FolderPaths.Find(session.Folders, path) ?? throw new CommandException($"There is no folder {path}. `rialto folder list` shows what there is.");

    private static Folder Find(MailboxSession session, FolderId id) => session.Folders.TryGet(id, out var folder) ? folder : throw new CommandException("The folder was deleted meanwhile.");

    private static T Value<T>(StoreResult<T> result, string path) => result.TryGet(out var value) ? value : throw new CommandException(result.Error switch
    {
        StoreError.AlreadyExists => $"{path}: there is a folder of that name already.",
        StoreError.InvalidName => $"{path}: no folder can have that name.",
        StoreError.SpecialFolder => $"{path} belongs to every mailbox or to every public store: it cannot be deleted or renamed.",
        StoreError.NotSupported => $"{path}: nothing can be put into a search folder.",
        StoreError.StorageUnavailable => "The storage is not available now; nothing was changed.",
        var other => $"{path}: {other}.",
    });

    private static JsonObject Describe(RialtoServices services, MailboxSession session, Folder folder, bool permissions)
    {
        var json = new JsonObject
        {
            ["path"] = FolderPaths.PathOf(session.Folders, folder),
            ["id"] = folder.Id.Value,
            ["type"] = folder.Type.ToString().ToLowerInvariant(),
            ["class"] = folder.ContainerClass,
            ["comment"] = folder.Comment,
            ["hidden"] = folder.Hidden,
            ["messages"] = folder.Counters.Count,
            ["unread"] = folder.Counters.Unread,
            ["associated"] = folder.Counters.AssociatedCount,
            ["size"] = folder.Counters.Size,
        };
        var limits = FolderLimits.Of(folder);
        if (limits.Quota is { } quota)
            json["quota"] = quota;
        if (limits.Warning is { } warning)
            json["warning"] = warning;
        if (limits.MessageSize is { } messageSize)
            json["messageSize"] = messageSize;
        if (limits.Retention is { } retention)
            json["retentionDays"] = retention.TotalDays;
        if (session.Header.IsPublic)
            PublicFolderOptions.Describe(services.Directory.Current, session, folder, json);
        if (permissions)
        {
            json["permissions"] = new JsonArray([.. folder.Permissions.Select(p => (JsonNode)new JsonObject
            {
                ["member"] = RightsText.MemberOf(services.Directory.Current, p.Member),
                ["rights"] = RightsText.Write(p.Rights),
            })]);
        }
        return json;
    }

    private static string Text(JsonObject row, string name) => row[name]?.ToString() ?? "";

    /// <summary>What `add` and `set` change.</summary>
    private sealed class ChangeOptions
    {
        private readonly Option<string?> _class = new("--class") { Description = "The kind of its items: IPF.Note, IPF.Appointment, …", HelpName = "CLASS" };
        private readonly Option<string?> _comment = new("--comment") { Description = "A comment.", HelpName = "TEXT" };
        private readonly Option<bool?> _hidden = new("--hidden") { Description = "Whether clients hide it: true or false.", HelpName = "true|false" };
        private readonly Option<string[]> _permission = new("--permission")
        {
            Description = $"Who may do what: MEMBER is an address, default or anonymous; RIGHTS is {string.Join(", ", RightsText.Roles)}, or rights separated by commas; nothing takes the entry away. May be repeated.",
            HelpName = "MEMBER=RIGHTS",
        };

        private readonly Option<string?> _quota = new("--quota") { Description = "Size of all its messages, e.g. 500MB; 0: no limit.", HelpName = "SIZE" };
        private readonly Option<string?> _warning = new("--warning") { Description = "Size from which on somebody is to be warned; 0: none.", HelpName = "SIZE" };
        private readonly Option<string?> _messageSize = new("--message-size") { Description = "Size of one message; 0: no limit.", HelpName = "SIZE" };
        private readonly Option<double?> _retention = new("--retention") { Description = "Days that messages stay; 0: for ever.", HelpName = "DAYS" };

        public PublicFolderOptions Public { get; } = new();

        public void AddTo(Command command)
        {
            command.Options.Add(_quota);
            command.Options.Add(_warning);
            command.Options.Add(_messageSize);
            command.Options.Add(_retention);
            Public.AddTo(command);
            command.Options.Add(_class);
            command.Options.Add(_comment);
            command.Options.Add(_hidden);
            command.Options.Add(_permission);
        }

        public Func<Folder, Folder> Read(DirectorySnapshot directory, ParseResult parsed)
        {
            var permissions = (parsed.GetValue(_permission) ?? []).Select(p => RightsText.Read(directory, p)).ToList();
            var (containerClass, comment, hidden) = (parsed.GetValue(_class), parsed.GetValue(_comment), parsed.GetValue(_hidden));
            var (quota, warning, messageSize) = (Size(parsed, _quota), Size(parsed, _warning), Size(parsed, _messageSize));
            var retention = parsed.GetValue(_retention);
            if (retention is < 0 or > 36_500)
                throw new CommandException("--retention takes days, up to a hundred years.");
            return folder => Limited(folder, quota, warning, messageSize, retention) with
            {
                ContainerClass = containerClass ?? folder.ContainerClass,
                Comment = comment ?? folder.Comment,
                Hidden = hidden ?? folder.Hidden,
                Permissions = permissions.Aggregate(folder.Permissions, With),
            };
        }

        private static Folder Limited(Folder folder, long? quota, long? warning, long? messageSize, double? retention)
        {
            if (quota is null && warning is null && messageSize is null && retention is null)
                return folder;
            var limits = FolderLimits.Of(folder);
            return (limits with
            {
                Quota = Limit(quota, limits.Quota),
                Warning = Limit(warning, limits.Warning),
                MessageSize = Limit(messageSize, limits.MessageSize),
                Retention = retention is null ? limits.Retention : retention == 0 ? null : TimeSpan.FromDays(retention.Value),
            }).On(folder);
        }

        private static long? Limit(long? wanted, long? now) => wanted is null ? now : wanted == 0 ? null : wanted;

        private static long? Size(ParseResult parsed, Option<string?> option) => parsed.GetValue(option) is not { } text ? null
            : Configuration.OptionReflection.TryParseNumber(text, out var bytes) && bytes >= 0 ? bytes
            : throw new CommandException($"{option.Name} takes a size such as 500MB or 2GB, not \"{text}\".");

        private static ImmutableArray<FolderPermission> With(ImmutableArray<FolderPermission> list, (Guid Member, FolderRights? Rights) change)
        {
            var at = -1;
            for (var i = 0; i < list.Length; i++)
                at = list[i].Member == change.Member ? i : at;
            if (change.Rights is not { } rights)
                return at < 0 ? list : list.RemoveAt(at);
            var permission = new FolderPermission(change.Member, rights);
            return at < 0 ? list.Add(permission) : list.SetItem(at, permission);
        }
    }
}
