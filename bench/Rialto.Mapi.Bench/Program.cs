// Run from the repository's root, after `./run describe-config` has built the server:
//   dotnet run -c Release --project bench/Rialto.Mapi.Bench [PART…] [--data DIR] [MESSAGES]
//   dotnet run -c Release --project bench/Rialto.Mapi.Bench -- --sync [--rounds N] [MESSAGES…]      downloads by ICS from a server in the same process
//   dotnet run -c Release --project bench/Rialto.Mapi.Bench -- --server-sync DIR [MESSAGES…]         downloads from servers started just before, over data kept in DIR
//   dotnet run -c Release --project bench/Rialto.Mapi.Bench -- --upload [MESSAGES [CLIENTS TOGETHER]] changed messages taken in
//   dotnet run -c Release --project bench/Rialto.Mapi.Bench -- --discovery                           Autodiscover
//   dotnet run -c Release --project bench/Rialto.Mapi.Bench -- --address-book [ENTRIES…]       the address book
// With --server FILE (artifacts/rialto/rialto, or a rialto.dll) that one is measured as it is; else ./run, which builds it anew when the sources are newer, before anything is measured.
// Parts: tables, rates, waiting, idle; all of them when none is named. A data directory that was filled before is used again.
using System.Diagnostics;
using System.Globalization;
using System.Text.Json.Nodes;
using Rialto.Mapi.Bench;
using Rialto.Model;
using Rialto.Testing;

const string user = "user1@example.com";
const string password = "demo-password";
const int accounts = 20;
const int sessions = 16;
const int appends = 400;

string? program = null;
if (Array.IndexOf(args, "--server") is >= 0 and var serverAt)
{
    program = Path.GetFullPath(args[serverAt + 1]);
    if (!File.Exists(program))
    {
        Console.Error.WriteLine($"There is no {program}.");
        return 1;
    }
    args = [.. args[..serverAt], .. args[(serverAt + 2)..]];
}
ServerProcess.Command = program is null ? [Path.GetFullPath("run")] : program.EndsWith(".dll", StringComparison.Ordinal) ? ["dotnet", program] : [program];
if (args is ["--sync", .. var sizes])
{
    var rounds = sizes is ["--rounds", var count, ..] ? int.Parse(count, CultureInfo.InvariantCulture) : 3;
    if (sizes is ["--rounds", _, .. var rest])
        sizes = rest;
    foreach (var size in sizes.Length == 0 ? ["1000", "100000", "1000000"] : sizes)
        await SyncFigures.MeasureAsync(int.Parse(size, CultureInfo.InvariantCulture), rounds);
    return 0;
}
if (args is ["--server-sync", var directory, .. var numbersOfMessages])
{
    if (program is null)
        ServerProcess.Command = [Path.GetFullPath("artifacts/rialto/rialto")];
    foreach (var size in numbersOfMessages.Length == 0 ? ["100000"] : numbersOfMessages)
        await ServerSync.MeasureAsync(Path.Combine(directory, size), int.Parse(size, CultureInfo.InvariantCulture), starts: 3);
    return 0;
}
if (args is ["--upload", .. var counts])
{
    var numbers = counts.Select(c => int.Parse(c, CultureInfo.InvariantCulture)).ToArray();
    await UploadFigures.MeasureAsync(numbers is [var each, ..] ? each : 6000, numbers is [_, var at, var together] ? (at, together) : null);
    return 0;
}
if (args is ["--discovery"])
{
    await DiscoveryRates.MeasureAsync(user, password);
    return 0;
}
if (args is ["--address-book", .. var entries])
{
    foreach (var most in entries.Length == 0 ? ["20000", "100000"] : entries)
        await AddressBookFigures.MeasureAsync(int.Parse(most, CultureInfo.InvariantCulture));
    return 0;
}
string[] all = ["tables", "rates", "waiting", "idle"];
var parts = args.Where(all.Contains).ToArray() is { Length: > 0 } some ? some : all;
var messages = args.LastOrDefault() is { } last && int.TryParse(last, CultureInfo.InvariantCulture, out var wanted) ? wanted : 100_000;
var medium = Math.Min(30_000, messages);
using var files = new TempDirectory();
var data = Array.IndexOf(args, "--data") is >= 0 and var named ? Path.GetFullPath(args[named + 1]) : Path.Combine(files.Path, "data");
// More sessions of one account than people have, so that a few accounts do.
var environment = new Dictionary<string, string> { ["RIALTO__MAPI__MAXIMUMSESSIONSPERACCOUNT"] = "1000" };

if (!Directory.Exists(data))
    await FillAsync();
var listed = await ServerProcess.CommandAsync(null, "account", "list", "--json", "--data", data);
var names = JsonNode.Parse(listed.Output)!.AsArray().ToDictionary(a => (string)a!["address"]!, a => (string)a!["legacyExchangeDN"]!);
var legacyDns = Enumerable.Range(1, accounts).Select(i => names[string.Create(CultureInfo.InvariantCulture, $"user{i}@example.com")]).ToList();
var legacyDn = legacyDns[0];

if (parts.Contains("tables"))
    await TablesAsync();
if (parts.Contains("rates"))
{
    await using var server = await ServerProcess.StartAsync(data, accounts, environment);
    using var reader = await ConnectAsync(server);
    var rates = new Rates(server, password, legacyDns);
    string[] only = args.Contains("--only") ? args[(Array.IndexOf(args, "--only") + 1)].Split(',') : ["trips", "connects", "saving", "reading"];
    if (only.Contains("trips"))
        rates.RoundTrips(reader.Folders["Small"], reader.Folders["Large"]);
    if (only.Contains("connects"))
        rates.Connects();
    if (only.Contains("saving"))
    {
        rates.Saving("of 8 accounts", [], 8);
        rates.SavingWatched(reader.Folders["Saved"]);
    }
    if (only.Contains("reading"))
    {
        rates.Reading("received, half a kilobyte of text", reader.Folders["Large"]);
        rates.Reading("saved, 10 KB of text", reader.Folders["Saved"]);
    }
}
if (parts.Contains("waiting"))
{
    await using var server = await ServerProcess.StartAsync(data, accounts, environment);
    var target = new Target(server["https"], true, user, password, legacyDn);
    var (first, longest) = await Waiting.MeasureAsync(target, server["smtp"], 500);
    Print("mail sent by SMTP: to the first of 500 waiting sessions, median", first);
    Print("  to the last of them", longest);
}
if (parts.Contains("idle"))
{
    await using var server = await ServerProcess.StartAsync(data, accounts, environment);
    await new Idle(server, password, legacyDns).MeasureAsync();
}
return 0;

async Task FillAsync()
{
    await using var server = await ServerProcess.StartAsync(data, accounts, environment);
    await using (var feed = await ImapFeed.ConnectAsync(server["imap"], user, password))
    {
        foreach (var (folder, count) in new[] { ("Saved", 0), ("Small", 1000), ("Medium", medium), ("Large", messages) })
        {
            await feed.CommandAsync($"CREATE {folder}");
            if (count == 0)
                continue;
            var begun = Stopwatch.GetTimestamp();
            await feed.FillAsync(folder, count);
            Print($"fill {folder}, {count} messages", Stopwatch.GetElapsedTime(begun));
            // The index waits for a quiet moment, so the first search makes it.
            var cpu = Cpu(server);
            begun = Stopwatch.GetTimestamp();
            await feed.CommandAsync($"EXAMINE {folder}");
            await feed.CommandAsync("SEARCH BODY zeppelin");
            Print("  then full-text indexing, a message", Stopwatch.GetElapsedTime(begun) / count);
            Print("  of the server's CPU time", (Cpu(server) - cpu) / count);
            begun = Stopwatch.GetTimestamp();
            for (var i = 0; i < 20; i++)
                await feed.CommandAsync("SEARCH TEXT 17");
            Print("  a search of texts", Stopwatch.GetElapsedTime(begun) / 20);
            await feed.CommandAsync("SEARCH SUBJECT zeppelin");
            begun = Stopwatch.GetTimestamp();
            for (var i = 0; i < 20; i++)
                await feed.CommandAsync("SEARCH SUBJECT \"picnic 7\"");
            Print("  a search of subjects", Stopwatch.GetElapsedTime(begun) / 20);
        }
    }
}

async Task TablesAsync()
{
    for (var run = 0; run < 6; run++)
    {
        await using var server = await ServerProcess.StartAsync(data, accounts, environment);
        var begun = Stopwatch.GetTimestamp();
        using var reader = await ConnectAsync(server);
        Print("fresh process: connect, log on, list folders", Stopwatch.GetElapsedTime(begun));
        var large = await reader.OpenFolderAsync("Large");
        if (run < 3)
        {
            Print($"fresh process: first rows by subject of {messages}", (await reader.FirstRowsAsync(large, TableReader.BySubject)).Took);
            continue;
        }
        Print($"fresh process: first rows by date of {messages}", (await reader.FirstRowsAsync(large, TableReader.ByDate)).Took);
        begun = Stopwatch.GetTimestamp();
        await using var feed = await ImapFeed.ConnectAsync(server["imap"], user, password);
        Print("fresh process: IMAP log in", Stopwatch.GetElapsedTime(begun));
        begun = Stopwatch.GetTimestamp();
        await feed.CommandAsync("EXAMINE Large");
        Print($"fresh process: IMAP EXAMINE of {messages}", Stopwatch.GetElapsedTime(begun));
        begun = Stopwatch.GetTimestamp();
        await feed.CommandAsync("EXAMINE Medium");
        Print($"then: IMAP EXAMINE of {medium}", Stopwatch.GetElapsedTime(begun));
        if (run < 5)
            continue;

        foreach (var (name, sort) in new[] { ("date", TableReader.ByDate), ("subject", TableReader.BySubject) })
        {
            foreach (var folder in new[] { "Small", "Large" })
            {
                var handle = await reader.OpenFolderAsync(folder);
                Print($"first time: rows of {folder} by {name}", await RowsAsync(reader, handle, sort));
                for (var i = 0; i < 100; i++)
                    await RowsAsync(reader, handle, sort);
                var took = new List<TimeSpan>();
                var cpu = Cpu(server);
                for (var i = 0; i < 101; i++)
                    took.Add(await RowsAsync(reader, handle, sort));
                took.Sort();
                Print($"warm: first rows of {folder} by {name}, median", took[50]);
                Print("  of the server's CPU time", (Cpu(server) - cpu) / took.Count);
            }
        }
        {
            var random = new Random(1);
            var handle = await reader.OpenFolderAsync("Large");
            var (table, _) = await reader.FirstRowsAsync(handle, TableReader.BySubject);
            var pages = new List<TimeSpan>();
            for (var i = 0; i < 500; i++)
                pages.Add(await reader.PageAtAsync(table, random.Next(messages - TableReader.Page)));
            pages = [.. pages.Skip(200).Order()];
            Print($"50 rows of 13 columns at random positions of {messages} by subject, median", pages[pages.Count / 2]);
            Print("  99 of 100", pages[pages.Count * 99 / 100]);
            await reader.CloseAsync(table);
            string[] words = ["harbour", "meeting", "invoice", "winter", "orchard", "schedule", "violin", "report"];
            var searches = new List<TimeSpan>();
            for (var i = 0; i < 15; i++)
            {
                var (took, rows) = await reader.SearchAsync(handle, string.Create(CultureInfo.InvariantCulture, $"{words[i % 8]} {random.Next(100)}"));
                searches.Add(took);
                if (i == 0)
                    Print($"first time: subject-contains over {messages}, {rows} rows", took);
            }
            searches.Sort();
            Print($"subject-contains over {messages}, another text each time, median", searches[searches.Count / 2]);
        }
        await AppendAsync("append one by one, nobody looks (warming up)", server, feed);
        var alone = await AppendAsync("append one by one, nobody looks", server, feed);
        var readers = new List<TableReader>();
        SortOrderSet[] orders = [TableReader.ByDate, TableReader.BySubject, Order(PropertyTags.SentRepresentingName), Order(PropertyTags.MessageSize)];
        for (var i = 0; i < sessions; i++)
        {
            readers.Add(await ConnectAsync(server));
            await readers[i].FirstRowsAsync(await readers[i].OpenFolderAsync("Medium"), orders[i % orders.Length]);
        }
        var watched = await AppendAsync($"append one by one, {sessions} sessions hold tables in {orders.Length} orders", server, feed);
        readers.ForEach(r => r.Dispose());
        var after = await AppendAsync("the same once more", server, feed);
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"with tables open: {(watched + after) / 2 / alone:F2} times as long"));
    }
}

static SortOrderSet Order(PropertyTag tag) => new([new Rialto.Model.SortKey(tag, SortDirection.Ascending)]);

async Task<TableReader> ConnectAsync(ServerProcess server) =>
    await TableReader.ConnectAsync(new Uri($"https://{server["https"]}"), user, password, legacyDn);

static async Task<TimeSpan> RowsAsync(TableReader reader, uint folder, SortOrderSet sort)
{
    var (table, took) = await reader.FirstRowsAsync(folder, sort);
    await reader.CloseAsync(table);
    return took;
}

async Task<TimeSpan> AppendAsync(string what, ServerProcess server, ImapFeed feed)
{
    var took = new List<TimeSpan>();
    var cpu = Cpu(server);
    for (var i = 0; i < appends; i++)
    {
        var begun = Stopwatch.GetTimestamp();
        await feed.AppendAsync("Medium");
        took.Add(Stopwatch.GetElapsedTime(begun));
    }
    took.Sort();
    Print(what + ", median", took[appends / 2]);
    Print("  of the server's CPU time", (Cpu(server) - cpu) / appends);
    return took[appends / 2];
}

static TimeSpan Cpu(ServerProcess server)
{
    using var process = Process.GetProcessById(server.ProcessId);
    return process.TotalProcessorTime;
}

static void Print(string what, TimeSpan took) => Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{what,-80} {took.TotalMilliseconds,10:F2} ms"));
