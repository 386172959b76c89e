using System.Diagnostics;
using System.Globalization;
using System.Runtime.CompilerServices;
using Rialto.Directory;
using Rialto.Directory.AddressBook;
using Rialto.Mapi.AddressBook;
using Rialto.Model;
using Rialto.Wire;

namespace Rialto.Mapi.Bench;

/// <summary>What the address book costs: its methods with their responses encoded, without the transport; and its memory.</summary>
internal static class AddressBookFigures
{
    private static readonly string[] s_first = ["Anna", "Bruno", "Chloé", "Dmitri", "Emil", "Fatima", "Gérard", "Hana", "Ivo", "Jürg", "Karla", "Lars", "Mina", "Noor", "Olga", "Pavel"];
    private static readonly string[] s_last = ["Ahrens", "Baumann", "Castelli", "Dubois", "Eriksson", "Fischer", "García", "Huber", "Ivanov", "Jensen", "Keller", "Müller", "Nowak", "O'Brien", "Petit", "Zürcher"];

    private const int Batch = 1_000;

    private static readonly PropertyTag[] s_columns =
    [
        PropertyTags.EntryId, PropertyTags.DisplayName, PropertyTags.SmtpAddress, PropertyTags.Title, PropertyTags.DepartmentName, PropertyTags.OfficeLocation, PropertyTags.BusinessTelephoneNumber,
        PropertyTags.DisplayTypeEx, PropertyTags.InstanceKey, PropertyTags.CompanyName,
    ];

    public static async Task MeasureAsync(int entries)
    {
        await using var directory = await DirectoryService.OpenAsync(new ForgetfulStorage());
        await directory.AddRangeAsync([new(new Organisation { Name = "Example" }), new(new Domain { Name = "example.com" }), new(Person(entries))]);
        var empty = Settled();
        for (var from = 0; from < entries; from += Batch)
            await AddAsync(directory, from, Math.Min(Batch, entries - from));
        var objects = Settled();
        using var service = new AddressBookService(directory);
        var viewer = directory.Current.Recipients.OfType<Account>().First();
        var stat = new Stat { CodePage = 1252, SortLocale = 0x0409, TemplateLocale = 0x0409 };
        NspiCall Call() => new(service.Current, directory, viewer, new MapiOptions(), "https://localhost", CancellationToken.None);

        var clock = Stopwatch.StartNew();
        await RowsAsync(Call(), stat, 1);
        var first = clock.Elapsed;
        directory.Current.Search.Ambiguous("anna", 1);
        clock.Restart();
        await RowsAsync(Call(), stat with { SortLocale = 0x0407 }, 1);
        var second = clock.Elapsed;
        directory.Current.Search.Find(SearchFields.All, SearchMatch.Substring, "mann", 1);
        foreach (var list in service.Current.AllLists)
            service.Current.View(list, AddressBookOrder.Default);
        var all = Settled();
        Say($"{entries:N0} entries: {(objects - empty) / entries} bytes an entry in the directory; {(all - objects) / entries} more with every search index, numbers, all lists, and one in a second language");
        Say($"first list {first.TotalMilliseconds:N0} ms, another language {second.TotalMilliseconds:N0} ms");

        var random = new Random(1);
        await RateAsync("QueryRows 50 x 10 anywhere", 2_000, () => RowsAsync(Call(), stat with { CurrentRec = Stat.Current, NumPos = (uint)random.Next(entries - 50), TotalRecs = (uint)entries }, 50));
        await RateAsync("UpdateStat from a row", 2_000, async () => Encoded(await NspiUpdateStat.ExecuteAsync(Call(), new() { State = stat with { CurrentRec = (uint)random.Next(100, entries), Delta = 7 } })));
        await RateAsync("SeekEntries", 2_000, async () => Encoded(await NspiSeekEntries.ExecuteAsync(Call(), new()
        {
            State = stat, Target = PropertyValue.Of(PropertyTags.DisplayName, s_last[random.Next(16)] + " " + s_first[random.Next(16)][..2]), Columns = s_columns,
        })));
        await RateAsync("ResolveNames, one", 2_000, () => ResolveAsync(Call(), stat, string.Create(CultureInfo.InvariantCulture, $"person{random.Next(entries)}@example.com")));
        await RateAsync("ResolveNames, several", 500, () => ResolveAsync(Call(), stat, s_last[random.Next(16)][..3] + " " + s_first[random.Next(16)][..2]));
        await RateAsync("ResolveNames, nobody", 2_000, () => ResolveAsync(Call(), stat, string.Create(CultureInfo.InvariantCulture, $"nobody{random.Next()}")));
        await RateAsync("GetMatches by a term over all", 20, async () => Encoded(await NspiGetMatches.ExecuteAsync(Call(), new()
        {
            State = stat, RowCount = 1_000, Columns = s_columns, Filter = new PropertyRestriction(RelationalOperator.Equal, PropertyTags.OfficeLocation, PropertyValue.Of(PropertyTags.OfficeLocation, "B-77")),
        })));
        var ids = directory.Current.Recipients.OfType<Account>().Select(a => a.Id).Take(200).ToArray();
        var next = 0;
        await RateAsync("a changed name, with the directory's own work", 100, async () =>
        {
            await directory.UpdateAsync<Account>(ids[next++ % ids.Length], a => a with { DisplayName = string.Create(CultureInfo.InvariantCulture, $"Renamed {random.Next()}") });
            return 0;
        });
    }

    /// <summary>Apart, so that nothing of what was handed over is alive when memory is measured.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    private static async Task AddAsync(DirectoryService directory, int from, int count) =>
        await directory.AddRangeAsync([.. Enumerable.Range(from, count).Select(i => new NewDirectoryObject(Person(i)))]);

    private static Account Person(int i) => new()
    {
        PrimaryAddress = string.Create(CultureInfo.InvariantCulture, $"person{i}@example.com"),
        DisplayName = string.Create(CultureInfo.InvariantCulture, $"{s_last[i % 16]} {s_first[i / 16 % 16]} {i}"),
        Details = new()
        {
            GivenName = s_first[i / 16 % 16], Surname = s_last[i % 16], Title = "Engineer", Department = string.Create(CultureInfo.InvariantCulture, $"Department {i % 97}"),
            Company = "Example", Office = string.Create(CultureInfo.InvariantCulture, $"B-{i % 499}"), BusinessPhone = string.Create(CultureInfo.InvariantCulture, $"+41 31 {i:D6}"),
        },
    };

    private static async Task<int> RowsAsync(NspiCall call, Stat stat, uint count) => Encoded(await NspiQueryRows.ExecuteAsync(call, new() { State = stat, RowCount = count, Columns = s_columns }));

    private static async Task<int> ResolveAsync(NspiCall call, Stat stat, string name) =>
        Encoded(await NspiResolveNames.ExecuteAsync(call, new() { State = stat, Names = [name], PropertyTags = s_columns }));

    private static int Encoded<TResponse>(TResponse response)
        where TResponse : struct, INspiResponse<TResponse>
    {
        var body = new NspiBody<TResponse> { Response = response };
        var writer = new WireWriter(4096);
        writer.Structure(ref body);
        var length = writer.Position;
        writer.Dispose();
        return length;
    }

    private static async Task RateAsync(string what, int rounds, Func<Task<int>> act)
    {
        var times = new double[rounds];
        for (var i = 0; i < rounds / 10; i++)
            await act();
        var allocated = GC.GetTotalAllocatedBytes(true);
        for (var i = 0; i < rounds; i++)
        {
            var start = Stopwatch.GetTimestamp();
            await act();
            times[i] = Stopwatch.GetElapsedTime(start).TotalMicroseconds;
        }
        allocated = (GC.GetTotalAllocatedBytes(true) - allocated) / rounds;
        Array.Sort(times);
        Say($"  {what,-48} median {times[rounds / 2],9:N1} us   99th {times[rounds * 99 / 100],9:N1} us   {allocated,9:N0} bytes");
    }

    private static long Settled()
    {
        GC.Collect(2, GCCollectionMode.Forced, true, true);
        GC.WaitForPendingFinalizers();
        return GC.GetTotalMemory(true);
    }

    private static void Say(FormattableString text) => Console.WriteLine(text.ToString(CultureInfo.InvariantCulture));

    /// <summary>Keeps nothing, so that what is measured is the directory alone.</summary>
    private sealed class ForgetfulStorage : IDirectoryStorage
    {
        private long version;

        public ValueTask<long> GetVersionAsync(CancellationToken cancellationToken) => new(version);

        public ValueTask<DirectoryContents> LoadAllAsync(CancellationToken cancellationToken) => new(new DirectoryContents(version, [], []));

        public ValueTask<DirectoryDelta?> LoadSinceAsync(long version, CancellationToken cancellationToken) => new(new DirectoryDelta(this.version, [], [], [], []));

        public ValueTask<DirectoryApplyResult> ApplyAsync(DirectoryChange change, CancellationToken cancellationToken) => new(new DirectoryApplyResult(true, ++version));

        public async IAsyncEnumerable<long> WatchAsync([EnumeratorCancellation] CancellationToken cancellationToken)
        {
            await Task.Delay(Timeout.Infinite, cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            yield break;
        }

        public ValueTask<byte[]?> ReadBlobAsync(Guid id, string name, CancellationToken cancellationToken) => new((byte[]?)null);

        public ValueTask TouchCredentialsAsync(IReadOnlyList<CredentialUse> uses, CancellationToken cancellationToken) => default;
    }
}
