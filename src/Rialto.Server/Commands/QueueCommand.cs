using System.CommandLine;
using System.Globalization;
using System.Text.Json.Nodes;
using Rialto.Delivery;
using Rialto.Server.Hosting;
using Spectre.Console;

namespace Rialto.Server.Commands;

/// <summary>`rialto queue …`: mail that was accepted and has not reached every recipient.</summary>
internal static class QueueCommand
{
    private static readonly TimeSpan s_refresh = TimeSpan.FromSeconds(1);

    public static Command Create(RialtoCommand root)
    {
        var command = new Command("queue", "Accepted mail that has not reached every recipient.");
        command.Add(List(root));
        command.Add(Show(root));
        command.Add(Change(root, "retry", "Tries recipients again now, held ones too.", "tried again", (_, r) => HeldMail.Release(r)));
        command.Add(Change(root, "hold", "Keeps recipients from being tried until `retry`.", "held", (_, r) => HeldMail.HoldByAdministrator(r)));
        command.Add(Change(root, "drop", "Takes recipients off the queue; their senders are not told.", "dropped", (_, _) => null));
        return command;
    }

    private static Command List(RialtoCommand root)
    {
        var list = new Command("list", "Lists the queue, oldest first.");
        var json = RecipientCommands.JsonOption();
        var watch = new Option<bool>("--watch") { Description = "Shows it over and over until Ctrl-C." };
        var to = To();
        list.Options.Add(json);
        list.Options.Add(watch);
        list.Options.Add(to);
        list.SetAction(root.OnData(async (services, parsed, cancel) =>
        {
            var part = parsed.GetValue(to);
            if (parsed.GetValue(watch))
                return await WatchAsync(root.Environment, services, part, cancel);
            var rows = new List<JsonObject>();
            await foreach (var message in services.Queue.ListAsync(cancel))
            {
                if (Matches(message, part))
                    rows.Add(ToJson(message, services.Time.GetUtcNow()));
            }
            await Output.WriteAsync(root.Environment, parsed.GetValue(json), rows, r => r,
                [("Id", r => r["id"]!.ToString()), ("Received", r => r["received"]!.ToString()), ("Age", r => r["age"]!.ToString()), ("Sender", r => r["sender"]!.ToString() is { Length: > 0 } s ? s : "<>"), ("Size", r => Output.Size(r["size"]!.GetValue<long>())),
                 ("Waiting for", r => string.Join("\n", r["recipients"]!.AsArray().Select(x => x!["address"]!.ToString()))),
                 ("Next attempt", r => string.Join("\n", r["recipients"]!.AsArray().Select(x => x!["next"]!.ToString()))),
                 ("Status", r => string.Join("\n", r["recipients"]!.AsArray().Select(x => x!["status"]!.ToString())))]);
            return 0;
        }));
        return list;
    }

    private static Command Show(RialtoCommand root)
    {
        var show = new Command("show", "Shows one message of the queue: its envelope, its recipients and its header.");
        var id = new Argument<string>("ID") { Description = "Its id, or the beginning of it." };
        var json = RecipientCommands.JsonOption();
        show.Arguments.Add(id);
        show.Options.Add(json);
        show.SetAction(root.OnData(async (services, parsed, cancel) =>
        {
            var message = await FindAsync(services, parsed.GetValue(id)!, cancel);
            var value = ToJson(message, services.Time.GetUtcNow());
            value["submitter"] = message.Submitter;
            value["envelopeId"] = message.EnvelopeId;
            value["return"] = message.Return;
            value["tls"] = message.Tls switch { TlsDemand.Required => "required by the sender (REQUIRETLS)", TlsDemand.NotRequired => "not required (TLS-Required: No)", _ => "as the recipients' domains have it" };
            if (message.DeliverBy is { } by)
                value["deliverBy"] = $"{new DateTimeOffset(by.UtcTicks, TimeSpan.Zero):yyyy-MM-dd HH:mm:ss}Z, {(by.Returns ? "or returned" : "the sender is told of a delay")}";
            using (var content = await services.Backend.Blobs.OpenAsync(message.Content, cancel))
            {
                var bytes = content.Memory.Span;
                var end = bytes.IndexOf("\r\n\r\n"u8);
                var header = System.Text.Encoding.UTF8.GetString(bytes[..Math.Min(end < 0 ? bytes.Length : end, 64 * 1024)]);
                // For a terminal, without what it would take for an order; JSON says such characters in its own way.
                value["header"] = parsed.GetValue(json) ? header : string.Concat(header.Where(c => !char.IsControl(c) || c is '\n' or '\t'));
            }
            if (parsed.GetValue(json))
            {
                await Output.WriteJsonAsync(root.Environment, value);
                return 0;
            }
            var now = services.Time.GetUtcNow();
            value["recipients"] = new JsonArray([.. message.Recipients.Select(r => (JsonNode)$"{r.Address}: {HeldMail.Describe(r, now)}")]);
            await Output.WriteOneAsync(root.Environment, false, value);
            return 0;
        }));
        return show;
    }

    private static Command Change(RialtoCommand root, string name, string description, string done, Func<QueuedMessage, QueuedRecipient, QueuedRecipient?> change)
    {
        var command = new Command(name, description);
        var ids = new Argument<string[]>("ID") { Description = "Messages, by id or the beginning of it.", Arity = ArgumentArity.ZeroOrMore };
        var all = new Option<bool>("--all") { Description = "The whole queue." };
        var to = To();
        command.Arguments.Add(ids);
        command.Options.Add(all);
        command.Options.Add(to);
        command.SetAction(root.OnData(async (services, parsed, cancel) =>
        {
            var part = parsed.GetValue(to);
            var named = parsed.GetValue(ids) ?? [];
            if (named.Length == 0 && !parsed.GetValue(all) && part is null)
                throw new CommandException($"Name what is to be {done}: ids, --to, or --all.");
            if (name == "retry")
                services.Outbound?.EndRests();
            var chosen = new List<Guid>();
            if (named.Length > 0)
            {
                foreach (var text in named)
                    chosen.Add((await FindAsync(services, text, cancel)).Id);
            }
            else
            {
                await foreach (var message in services.Queue.ListAsync(cancel))
                    if (Matches(message, part))
                        chosen.Add(message.Id);
            }
            int changed = 0, busy = 0;
            foreach (var id in chosen)
            {
                var count = 0;
                var outcome = await services.Queue.ReviseAsync(id, message =>
                {
                    var kept = new List<QueuedRecipient>();
                    count = 0;
                    foreach (var recipient in message.Recipients)
                    {
                        if (part is not null && !Matches(recipient, part))
                        {
                            kept.Add(recipient);
                            continue;
                        }
                        count++;
                        if (change(message, recipient) is { } next)
                            kept.Add(next);
                    }
                    return kept;
                }, cancel);
                if (outcome == QueueRevision.Done)
                    changed += count;
                else if (outcome == QueueRevision.InWork)
                    busy++;
            }
            if (chosen.Count == 0 && part is not null)
                throw new CommandException($"Nothing in the queue is for {part}.");
            if (chosen.Count == 0)
            {
                await root.Environment.Console.Out.WriteLineAsync($"0 recipients are {done}. The queue is empty.");
                return 0;
            }
            await root.Environment.Console.Out.WriteLineAsync(changed == 1 ? $"1 recipient is {done}." : $"{changed} recipients are {done}.");
            if (busy == 0)
                return 0;
            await root.Environment.Console.Error.WriteLineAsync(busy == 1 ? "1 message is being delivered right now and was left alone." : $"{busy} messages are being delivered right now and were left alone.");
            return 1;
        }));
        return command;
    }

    private static Option<string?> To() => new("--to") { Description = "Recipients at this domain, or this very address.", HelpName = "DOMAIN|ADDRESS" };

    /// <summary>The message whose id begins so.</summary>
    private static async Task<QueuedMessage> FindAsync(RialtoServices services, string text, CancellationToken cancel)
    {
        var wanted = text.Replace("-", "", StringComparison.Ordinal);
        QueuedMessage? found = null;
        await foreach (var message in services.Queue.ListAsync(cancel))
        {
            if (wanted.Length == 0 || !message.Id.ToString("N").StartsWith(wanted, StringComparison.OrdinalIgnoreCase))
                continue;
            if (found is not null)
                throw new CommandException($"More than one message in the queue begins with {text}. `rialto queue list` shows them.");
            found = message;
        }
        if (found is not null)
            return found;
        throw new CommandException(wanted.All(char.IsAsciiHexDigit) && wanted.Length <= 32
            ? $"There is no message {text} in the queue: it may have left it meanwhile (`rialto trace --id {text}` says what became of it). `rialto queue list` shows what there is."
            : $"\"{text}\" is no id of a message. `rialto queue list` shows the ids; --to takes a domain or an address.");
    }

    private static async Task<int> WatchAsync(CommandEnvironment environment, RialtoServices services, string? part, CancellationToken cancel)
    {
        if (!environment.Console.Interactive)
            throw new CommandException("--watch needs a terminal. Without it, `rialto queue list --json` says how it stands.");
        await environment.Ansi.Live(new Text("")).AutoClear(false).StartAsync(async live =>
        {
            while (!cancel.IsCancellationRequested)
            {
                live.UpdateTarget(await QueueView.DrawAsync(services, m => part is null ? m.Recipients : m.Recipients.Where(r => Matches(r, part)), environment.Console.Width, cancel));
                live.Refresh();
                try
                {
                    await Task.Delay(s_refresh, services.Time, cancel);
                }
                catch (OperationCanceledException)
                {
                    return;
                }
            }
        });
        return 0;
    }

    private static bool Matches(QueuedMessage message, string? part) => part is null || message.Recipients.Any(r => Matches(r, part));

    private static bool Matches(QueuedRecipient recipient, string part) =>
        part.Contains('@', StringComparison.Ordinal)
            ? recipient.Address.Equals(part, StringComparison.OrdinalIgnoreCase)
            : recipient.Address.AsSpan(recipient.Address.LastIndexOf('@') + 1).Equals(part, StringComparison.OrdinalIgnoreCase);

    private static JsonObject ToJson(QueuedMessage message, DateTimeOffset now) => new()
    {
        ["id"] = message.Id.ToString(),
        ["received"] = Time(message.ReceivedUtcTicks),
        ["age"] = QueueView.Duration(now.UtcTicks - message.ReceivedUtcTicks),
        ["sender"] = message.Sender,
        ["size"] = message.Content.Length,
        ["recipients"] = new JsonArray([.. message.Recipients.Select(r => (JsonNode)new JsonObject
        {
            ["address"] = r.Address,
            ["attempts"] = r.Attempts,
            ["next"] = r.NextAttemptUtcTicks is 0 ? "now" : r.NextAttemptUtcTicks == long.MaxValue ? "held" : Time(r.NextAttemptUtcTicks),
            ["status"] = r.LastStatus ?? "",
        })]),
    };

    private static string Time(long ticks) => new DateTime(ticks, DateTimeKind.Utc).ToString("yyyy-MM-dd HH:mm:ss'Z'", CultureInfo.InvariantCulture);
}
