using System.Globalization;
using Rialto.Delivery;
using Rialto.Server.Hosting;
using Spectre.Console;
using Spectre.Console.Rendering;

namespace Rialto.Server.Commands;

/// <summary>The live view of `rialto queue list --watch`: the queue by destination, and the messages that wait longest.</summary>
internal static class QueueView
{
    /// <summary>Rows of both tables together: a screenful.</summary>
    private const int Destinations = 20;
    private const int Messages = 10;

    /// <summary>How it stands now.</summary>
    /// <param name="services">The server's parts.</param>
    /// <param name="chosen">The recipients of a message that are to be seen.</param>
    /// <param name="width">Columns of the terminal.</param>
    /// <param name="cancel">Ends reading.</param>
    public static async Task<IRenderable> DrawAsync(RialtoServices services, Func<QueuedMessage, IEnumerable<QueuedRecipient>> chosen, int width, CancellationToken cancel)
    {
        var groups = new Dictionary<string, Group>(StringComparer.OrdinalIgnoreCase);
        var oldest = new List<(QueuedMessage Message, int Waiting, QueuedRecipient Last)>();
        var now = services.Time.GetUtcNow();
        var messages = 0;
        await foreach (var message in services.Queue.ListAsync(cancel))
        {
            var waiting = 0;
            QueuedRecipient? last = null;
            foreach (var recipient in chosen(message))
            {
                waiting++;
                if (last is null || recipient.LastStatus is not null)
                    last = recipient;
                var domain = recipient.Address[(recipient.Address.LastIndexOf('@') + 1)..];
                if (!groups.TryGetValue(domain, out var group))
                    groups.Add(domain, group = new Group());
                group.Note(message, recipient, now);
            }
            if (last is null)
                continue;
            messages++;
            // The list is in order of arrival.
            if (oldest.Count < Messages)
                oldest.Add((message, waiting, last));
        }
        var total = groups.Values.Sum(g => g.Count);
        var sending = services.Outbound?.Pending ?? 0;
        var title = $"{Number(messages)} {(messages == 1 ? "message" : "messages")} for {Number(total)} {(total == 1 ? "recipient" : "recipients")} at {Number(groups.Count)} {(groups.Count == 1 ? "destination" : "destinations")}, {Number(sending)} being sent to; {now:HH:mm:ss} UTC. Ctrl-C ends.";
        if (total == 0)
            return new Text($"The queue is empty; {now:HH:mm:ss} UTC. Ctrl-C ends.");

        // One line a row, whatever strangers' servers said: the screen must not jump.
        var room = Math.Max(20, width - 64);
        var byDestination = Table("Destination", "Due", "Waiting", "Held", "Tries", "Oldest", "Next try", "Last error");
        // Those in trouble first.
        foreach (var (domain, group) in groups.OrderByDescending(g => g.Value.Error.Length > 0).ThenByDescending(g => g.Value.Count).ThenBy(g => g.Key, StringComparer.OrdinalIgnoreCase).Take(Destinations))
            Row(byDestination, Cut(domain, 28), Number(group.Due), Number(group.Waiting), Number(group.Held), Number(group.Tries), Duration(now.UtcTicks - group.Oldest), group.NextTry(now), Cut(group.Error, room - 8));
        if (groups.Count > Destinations)
            Row(byDestination, $"… {Number(groups.Count - Destinations)} more");
        var byAge = Table("Id", "Age", "From", "For", "Next try", "Last error");
        foreach (var (message, waiting, last) in oldest)
            Row(byAge, message.Id.ToString("N")[..16], Duration(now.UtcTicks - message.ReceivedUtcTicks), Cut(message.Sender.Length > 0 ? message.Sender : "<>", 24), Cut(waiting == 1 ? last.Address : $"{last.Address} +{Number(waiting - 1)}", 28), NextTry(last, now), Cut(last.LastStatus ?? "", room - 18));
        return new Rows(new Text(title), byDestination, byAge);
    }

    /// <summary>A length of time for people, in two units.</summary>
    public static string Duration(long ticks) => TimeSpan.FromTicks(Math.Max(0, ticks)) is var age && age.TotalDays >= 1 ? $"{(int)age.TotalDays}d {age.Hours}h"
        : age.TotalHours >= 1 ? $"{(int)age.TotalHours}h {age.Minutes}m" : age.TotalMinutes >= 1 ? $"{age.Minutes}m {age.Seconds}s" : $"{age.Seconds}s";

    private static string NextTry(QueuedRecipient recipient, DateTimeOffset now) =>
        HeldMail.IsHeld(recipient) ? "held" : recipient.NextAttemptUtcTicks <= now.UtcTicks ? "now" : "in " + Duration(recipient.NextAttemptUtcTicks - now.UtcTicks);

    private static Table Table(params string[] headers)
    {
        var table = new Table().Border(TableBorder.Simple);
        foreach (var header in headers)
            table.AddColumn(new TableColumn(new Text(header)).NoWrap());
        return table;
    }

    private static void Row(Table table, params string[] cells) => table.AddRow([.. cells.Select(c => (IRenderable)new Text(c) { Overflow = Overflow.Ellipsis })]);

    private static string Cut(string text, int length) => text.Length <= length ? text : text[..(Math.Max(2, length) - 1)] + "…";

    private static string Number(int count) => count.ToString(CultureInfo.InvariantCulture);

    private sealed class Group
    {
        private long _next = long.MaxValue;

        public int Due { get; private set; }

        public int Waiting { get; private set; }

        public int Held { get; private set; }

        public int Tries { get; private set; }

        public long Oldest { get; private set; } = long.MaxValue;

        public string Error { get; private set; } = "";

        public int Count => Due + Waiting + Held;

        public void Note(QueuedMessage message, QueuedRecipient recipient, DateTimeOffset now)
        {
            if (HeldMail.IsHeld(recipient))
                Held++;
            else if (recipient.NextAttemptUtcTicks > now.UtcTicks)
                Waiting++;
            else
                Due++;
            _next = Math.Min(_next, recipient.NextAttemptUtcTicks);
            Tries = Math.Max(Tries, recipient.Attempts);
            Oldest = Math.Min(Oldest, message.ReceivedUtcTicks);
            Error = recipient.LastStatus ?? Error;
        }

        public string NextTry(DateTimeOffset now) => _next == long.MaxValue ? "held" : _next <= now.UtcTicks ? "now" : "in " + Duration(_next - now.UtcTicks);
    }
}
