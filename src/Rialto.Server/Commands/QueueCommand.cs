using System.CommandLine;
using System.Globalization;
using System.Text.Json.Nodes;

namespace Rialto.Server.Commands;

/// <summary>`rialto queue …`: mail that was accepted and has not reached every recipient.</summary>
internal static class QueueCommand
{
    public static Command Create(RialtoCommand root)
    {
        var command = new Command("queue", "Accepted mail that has not reached every recipient.");
        var list = new Command("list", "Lists the queue, oldest first.");
        var json = RecipientCommands.JsonOption();
        list.Options.Add(json);
        list.SetAction(root.OnData(async (services, parsed, cancel) =>
        {
            var rows = new List<JsonObject>();
            await foreach (var message in services.Queue.ListAsync(cancel))
                rows.Add(new JsonObject
                {
                    ["id"] = message.Id.ToString(),
                    ["received"] = Time(message.ReceivedUtcTicks),
                    ["sender"] = message.Sender,
                    ["size"] = message.Content.Length,
                    ["recipients"] = new JsonArray([.. message.Recipients.Select(r => (JsonNode)new JsonObject
                    {
                        ["address"] = r.Address,
                        ["attempts"] = r.Attempts,
                        ["next"] = r.NextAttemptUtcTicks is 0 ? "now" : r.NextAttemptUtcTicks == long.MaxValue ? "held" : Time(r.NextAttemptUtcTicks),
                        ["status"] = r.LastStatus ?? "",
                    })]),
                });
            await Output.WriteAsync(root.Environment, parsed.GetValue(json), rows, r => r,
                [("Id", r => r["id"]!.ToString()), ("Received", r => r["received"]!.ToString()), ("Sender", r => r["sender"]!.ToString() is { Length: > 0 } s ? s : "<>"), ("Size", r => Output.Size(r["size"]!.GetValue<long>())),
                 ("Waiting for", r => string.Join("\n", r["recipients"]!.AsArray().Select(x => x!["address"]!.ToString()))),
                 ("Next attempt", r => string.Join("\n", r["recipients"]!.AsArray().Select(x => x!["next"]!.ToString()))),
                 ("Status", r => string.Join("\n", r["recipients"]!.AsArray().Select(x => x!["status"]!.ToString())))]);
            return 0;
        }));
        command.Add(list);
        return command;
    }

    private static string Time(long ticks) => new DateTime(ticks, DateTimeKind.Utc).ToString("yyyy-MM-dd HH:mm:ss'Z'", CultureInfo.InvariantCulture);
}
