// oab-bench [ENTRIES] [DIRECTORY]
// A directory in memory, its whole book, the same again unchanged, and one with a hundred changes: time, processor time, memory above what the directory takes, sizes.
using System.Diagnostics;
using System.Globalization;
using Microsoft.Extensions.Logging.Abstractions;
using Rialto.Directory;
using Rialto.Directory.AddressBook;
using Rialto.Oab;
using Rialto.Oab.Build;
using Rialto.Testing;

var entries = args.Length > 0 ? int.Parse(args[0], CultureInfo.InvariantCulture) : 100_000;
var files = args.Length > 1 ? args[1] : Path.Combine(Path.GetTempPath(), $"oab-bench-{Environment.ProcessId}");
await using var directory = await DirectoryService.OpenAsync(new MemoryDirectoryStorage());
await directory.AddRangeAsync([new(new Organisation { Name = "Example" }), new(new Domain { Name = "example.com" })]);
var random = new Random(1);
for (var i = 0; i < entries; i += 10_000)
    await directory.AddRangeAsync([.. Enumerable.Range(i, Math.Min(10_000, entries - i)).Select(n => new NewDirectoryObject(Person(n, random)))]);

var addressBook = new AddressBookService(directory);
var options = new OabOptions();
await using var service = new OabService(files, directory, addressBook, options, TimeProvider.System, NullLogger<OabService>.Instance);
var book = service.Books()[0];
var process = Process.GetCurrentProcess();
#pragma warning disable RS0030 // Only here: what making the directory left behind is given back, so that it is not used unseen.
GC.Collect(GC.MaxGeneration, GCCollectionMode.Aggressive, blocking: true, compacting: true);
#pragma warning restore RS0030
var before = WorkingSet();
var view = Stopwatch.StartNew();
_ = addressBook.Current.View(AddressBookList.Global, AddressBookOrder.Default).Count;
Console.WriteLine($"entries {entries}, process before {before >> 20} MB, sorting the list {view.Elapsed.TotalSeconds:F2} s");

await MeasureAsync("whole book");
await MeasureAsync("nothing changed");
foreach (var account in directory.Current.Recipients.OfType<Account>().Where(a => a.Id.GetHashCode() % (entries / 100) == 0).ToList())
    await directory.UpdateAsync<Account>(account.Id, a => a with { Details = a.Details with { Title = "Director" } }, default);
await MeasureAsync("a hundred changes");
System.IO.Directory.Delete(files, recursive: true);
return 0;

async Task MeasureAsync(string what)
{
    var peak = WorkingSet();
    using var stop = new CancellationTokenSource();
    var watching = Task.Run(async () =>
    {
        while (!stop.IsCancellationRequested)
        {
            peak = Math.Max(peak, WorkingSet());
            await Task.Delay(20);
        }
    });
    process.Refresh();
    var processor = process.TotalProcessorTime;
    var watch = Stopwatch.StartNew();
    var state = (await service.BuildAsync(book, OabBuild.IfChanged, default))[0].State;
    var elapsed = watch.Elapsed;
    await stop.CancelAsync();
    await watching;
    process.Refresh();
    var difference = state.Differences.Count > 0 ? $", difference {state.Differences[^1].File.Size:N0}" : "";
    Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
        $"{what}: {elapsed.TotalSeconds:F2} s, processor {(process.TotalProcessorTime - processor).TotalSeconds:F2} s, process {peak >> 20} MB ({(peak - before) >> 20} MB more), "
        + $"raw {state.Full.UncompressedSize:N0}, packed {state.Full.Size:N0} ({100.0 * state.Full.Size / state.Full.UncompressedSize:F1}%){difference}"));
}

long WorkingSet()
{
    process.Refresh();
    return process.WorkingSet64;
}

static Account Person(int n, Random random)
{
    string[] given = ["Anna", "Boris", "Chloé", "Dmitri", "Elif", "Fatima", "Günther", "Hiro", "Ines", "Jan", "Kofi", "Lucía", "Mei", "Nils", "Olga", "Priya", "Quentin", "Rosa", "Sven", "Tomasz", "Ursula", "Viktor", "Wanda", "Xavier", "Yara", "Zoltán"];
    string[] family = ["Müller", "Santos", "Nakamura", "O'Neill", "Kowalska", "Dubois", "Okafor", "Lindqvist", "Rossi", "Novák", "Silva", "Haddad", "Johansson", "Petrov", "Yılmaz", "Schneider", "Fernández", "Kim", "Nguyen", "Hansen", "Virtanen", "Papadopoulos", "Moreau", "Ricci"];
    string[] departments = ["Sales", "Research", "Legal", "Human Resources", "Production", "Logistics", "Finance", "Information Technology"];
    string[] cities = ["Berlin", "Lisboa", "Kraków", "Osaka", "Dublin", "Lagos", "Göteborg", "Toronto", "São Paulo"];
    string[] titles = ["Engineer", "Manager", "Assistant", "Consultant", "Analyst", "Director", "Technician"];
    var first = given[random.Next(given.Length)];
    var last = family[random.Next(family.Length)];
    var city = random.Next(cities.Length);
    return new()
    {
        Alias = $"user{n}",
        PrimaryAddress = $"user{n}@example.com",
        FurtherAddresses = [$"p{n}.{random.Next(1000)}@example.com"],
        DisplayName = $"{first} {last} {random.Next(100_000)}",
        Details = new()
        {
            GivenName = first,
            Surname = last,
            Title = titles[random.Next(titles.Length)],
            Department = departments[random.Next(departments.Length)],
            Company = "Example Ltd",
            Office = $"{random.Next(1, 9)}.{random.Next(100, 500)}",
            BusinessPhone = $"+49 30 {random.Next(1_000_000, 9_999_999)}",
            MobilePhone = random.Next(2) == 0 ? $"+49 171 {random.Next(1_000_000, 9_999_999)}" : null,
            Street = $"{random.Next(1, 200)} Main Street",
            City = cities[city],
            PostalCode = $"{10_000 + city * 1_000 + random.Next(100)}",
            Country = "Germany",
        },
    };
}
