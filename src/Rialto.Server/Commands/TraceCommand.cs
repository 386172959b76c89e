using System.CommandLine;
using System.Globalization;
using System.Text.Json.Nodes;
using Rialto.Delivery.Trace;
using Rialto.Server.Hosting;

namespace Rialto.Server.Commands;

/// <summary>`rialto trace`: what became of messages.</summary>
internal static class TraceCommand
{
    public static Command Create(RialtoCommand root)
    {
        var command = new Command("trace", "Finds out what became of messages: who gave them to this server, and what happened to each recipient.");
        var from = new Option<string>("--from") { Description = "Part of the sender's address.", HelpName = "TEXT", DefaultValueFactory = _ => "" };
        var to = new Option<string>("--to") { Description = "Part of a recipient's address.", HelpName = "TEXT", DefaultValueFactory = _ => "" };
        var id = new Option<string>("--id") { Description = "Part of the Message-ID, or of the id in the queue and the log.", HelpName = "TEXT", DefaultValueFactory = _ => "" };
        var subject = new Option<string>("--subject") { Description = "Part of the subject.", HelpName = "TEXT", DefaultValueFactory = _ => "" };
        var step = new Option<TraceStep?>("--step") { Description = "Messages that came to this: received, refused, submitted, delivered, relayed, expanded, deferred, held, failed, reported.", HelpName = "STEP" };
        var since = new Option<string>("--since") { Description = "From when on: a time (2026-11-21, 2026-11-21T14:30Z) or how long ago (90m, 12h, 7d).", HelpName = "TIME", DefaultValueFactory = _ => "1d" };
        var until = new Option<string?>("--until") { Description = "Up to when, in the same way.", HelpName = "TIME" };
        var limit = new Option<int>("--limit") { Description = "Messages at most, the last ones.", HelpName = "N", DefaultValueFactory = _ => 20 };
        var json = RecipientCommands.JsonOption();
        foreach (var option in (Option[])[from, to, id, subject, step, since, until, limit, json])
            command.Options.Add(option);
        command.SetAction(root.OnData(async (services, parsed, cancel) =>
        {
            var now = services.Time.GetUtcNow();
            var most = parsed.GetValue(limit);
            if (most is < 1 or > 100_000)
                throw new CommandException("--limit takes a number from 1 to 100000.");
            var query = new TraceQuery
            {
                From = parsed.GetValue(from)!,
                To = parsed.GetValue(to)!,
                Id = parsed.GetValue(id)!,
                Subject = parsed.GetValue(subject)!,
                Step = parsed.GetValue(step),
                Since = Time(parsed.GetValue(since)!, now),
                Until = parsed.GetValue(until) is { } end ? Time(end, now) : DateTimeOffset.MaxValue,
                Limit = most,
            };
            var found = await new TraceSearch(RuntimePaths.Trace(services.Options)).FindAsync(query, cancel);
            if (parsed.GetValue(json))
                await Output.WriteJsonAsync(root.Environment, new JsonArray([.. found.Select(Json)]));
            else
                await WriteAsync(root.Environment, found);
            return found.Count > 0 ? 0 : 1;
        }));
        return command;
    }

    private static async Task WriteAsync(CommandEnvironment environment, IReadOnlyList<TracedMessage> found)
    {
        if (found.Count == 0)
        {
            await environment.Console.Out.WriteLineAsync("No message matches. --since reaches further back than a day.");
            return;
        }
        foreach (var message in found)
        {
            await environment.Console.Out.WriteLineAsync($"{message.Id}  {(message.MessageId.Length > 0 ? message.MessageId : "(no Message-ID known)")}");
            await environment.Console.Out.WriteLineAsync($"From {(message.Sender.Length > 0 ? message.Sender : "<>")}, {Output.Size(message.Size)}{(message.Subject.Length > 0 ? ": " + Plain(message.Subject) : "")}");
            await Output.WriteTableAsync(environment, message.Hops,
                [("Time (UTC)", h => new DateTime(h.TimeUtcTicks, DateTimeKind.Utc).ToString("yyyy-MM-dd HH:mm:ss.fff", CultureInfo.InvariantCulture)), ("Step", h => h.Step.ToString().ToLowerInvariant()),
                 ("Recipient", h => string.Join("\n", h.Recipients)), ("By", h => string.Join(' ', new[] { h.Via, h.Peer, h.Login }.Where(t => t.Length > 0))), ("Status", h => Plain(h.Status))]);
        }
    }

    private static JsonNode Json(TracedMessage message) => new JsonObject
    {
        ["id"] = message.Id.ToString(),
        ["messageId"] = message.MessageId,
        ["from"] = message.Sender,
        ["size"] = message.Size,
        ["subject"] = message.Subject,
        ["hops"] = new JsonArray([.. message.Hops.Select(h => (JsonNode)new JsonObject
        {
            ["time"] = new DateTime(h.TimeUtcTicks, DateTimeKind.Utc).ToString("O", CultureInfo.InvariantCulture),
            ["step"] = h.Step.ToString().ToLowerInvariant(),
            ["to"] = new JsonArray([.. h.Recipients.Select(r => (JsonNode)r)]),
            ["via"] = h.Via,
            ["peer"] = h.Peer,
            ["login"] = h.Login,
            ["status"] = h.Status,
        })]),
    };

    /// <summary>What strangers wrote, without what a terminal would take for an order.</summary>
    private static string Plain(string text) => string.Concat(text.Select(c => char.IsControl(c) ? ' ' : c));

    private static DateTimeOffset Time(string text, DateTimeOffset now)
    {
        if (text.Length > 1 && int.TryParse(text.AsSpan(0, text.Length - 1), NumberStyles.None, CultureInfo.InvariantCulture, out var number) && "mhd".Contains(text[^1], StringComparison.Ordinal))
        {
            var ago = text[^1] switch { 'm' => TimeSpan.FromMinutes(number), 'h' => TimeSpan.FromHours(number), _ => TimeSpan.FromDays(Math.Min(number, 36_500)) };
            return now - ago;
        }
        return DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal, out var time)
            ? time
            : throw new CommandException($"\"{text}\" is no time such as 2026-11-21, 2026-11-21T14:30Z, 90m, 12h or 7d.");
    }
}
