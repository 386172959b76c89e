using System.Runtime.CompilerServices;
using Rialto.Directory.AddressBook;

namespace Rialto.Directory.Tests;

/// <summary>What an entry costs while the server runs: objects, maps, every search index, and the address book's lists.</summary>
[CollectionDefinition("Memory", DisableParallelization = true)]
[Collection("Memory")]
public sealed class MemoryTests
{
    private const int Entries = 20_000;

    [Fact]
    public async Task An_entry_with_all_indexes_stays_below_1300_bytes()
    {
        var before = Settled();
        var service = await DirectoryService.OpenAsync(new GeneratedStorage(Entries));
        await using (service)
        {
            service.Current.Recipients.Count().ShouldBe(Entries);
            service.Current.Search.Find(SearchFields.All, SearchMatch.Substring, "baka", 10).ShouldNotBeEmpty();
            using var book = new AddressBookService(service);
            foreach (var language in new[] { AddressBookOrder.Default, AddressBookOrder.Of(0x0407) })
            {
                foreach (var list in book.Current.AllLists) book.Current.View(list, language).Count.ShouldBeLessThanOrEqualTo(Entries);
            }

            var perEntry = (Settled() - before) / Entries;
            perEntry.ShouldBeLessThan(1_300);
            GC.KeepAlive(service);
        }
    }

    [Fact]
    public async Task Look_ups_allocate_for_their_results_only()
    {
        await using var service = await DirectoryService.OpenAsync(new GeneratedStorage(2_000));
        var search = service.Current.Search;
        search.Ambiguous("baka", 10).ShouldNotBeEmpty();
        search.Find(SearchFields.DisplayName, SearchMatch.Substring, "aka", 10).ShouldNotBeEmpty();
        var start = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < 100; i++)
        {
            search.Ambiguous("baka an", 10);
            search.Find(SearchFields.DisplayName, SearchMatch.Substring, "aka", 10);
            search.Find(SearchFields.PrimaryAddress, SearchMatch.Exact, "nobody@example.com", 10);
        }

        ((GC.GetAllocatedBytesForCurrentThread() - start) / 300).ShouldBeLessThan(1_500);
    }

    private static long Settled()
    {
        GC.Collect(2, GCCollectionMode.Forced, blocking: true, compacting: true);
        GC.WaitForPendingFinalizers();
        return GC.GetTotalMemory(forceFullCollection: true);
    }

    /// <summary>Rows as storage gives them, made when asked for and not kept.</summary>
    private sealed class GeneratedStorage(int count) : IDirectoryStorage
    {
        private static readonly string[] Syllables = ["ba", "ka", "lo", "mi", "ne", "ru", "so", "ti", "vu", "de"];
        private static readonly string[] First = ["Anna", "Bernd", "Carla", "David", "Elena", "Frank", "Greta", "Hans", "Ines", "Jonas"];
        private static readonly string[] Departments = ["Sales", "IT", "Legal", "HR", "R&D"];

        public ValueTask<long> GetVersionAsync(CancellationToken cancellationToken) => new(1);

        public ValueTask<DirectoryContents> LoadAllAsync(CancellationToken cancellationToken)
        {
            var rows = new List<DirectoryRow>(count + 2)
            {
                DirectoryPayload.Write(new Organisation { Id = Guid.NewGuid(), Name = "Example", DisplayName = "Example" }),
                DirectoryPayload.Write(new Domain { Id = Guid.NewGuid(), Name = "example.com", DisplayName = "example.com", IsDefault = true }),
            };
            for (var i = 0; i < count; i++) rows.Add(DirectoryPayload.Write(Person(i)));
            return new(new DirectoryContents(1, rows, []));
        }

        public ValueTask<DirectoryDelta?> LoadSinceAsync(long version, CancellationToken cancellationToken) => new(new DirectoryDelta(1, [], [], [], []));

        public ValueTask<DirectoryApplyResult> ApplyAsync(DirectoryChange change, CancellationToken cancellationToken) => throw new NotSupportedException();

        public async IAsyncEnumerable<long> WatchAsync([EnumeratorCancellation] CancellationToken cancellationToken)
        {
            await Task.Delay(Timeout.Infinite, cancellationToken);
            yield break;
        }

        public ValueTask<byte[]?> ReadBlobAsync(Guid id, string name, CancellationToken cancellationToken) => new((byte[]?)null);

        public ValueTask TouchCredentialsAsync(IReadOnlyList<CredentialUse> uses, CancellationToken cancellationToken) => default;

        private static Account Person(int number)
        {
            var random = new Random(number);
            var last = string.Concat(Enumerable.Range(0, random.Next(2, 5)).Select(_ => Syllables[random.Next(Syllables.Length)]));
            last = char.ToUpperInvariant(last[0]) + last[1..];
            var first = First[random.Next(First.Length)];
            var department = Departments[random.Next(Departments.Length)];
            var id = Guid.NewGuid();
            var alias = $"{char.ToLowerInvariant(first[0])}{last.ToLowerInvariant()}{number}";
            return new Account
            {
                Id = id,
                Version = 1,
                Alias = alias,
                DisplayName = $"{last}, {first} ({department})",
                PrimaryAddress = $"{first.ToLowerInvariant()}.{last.ToLowerInvariant()}{number}@example.com",
                LegacyExchangeDn = LegacyDn.ForRecipient("Example", id, alias),
                MailboxGuid = Guid.NewGuid(),
                Details = new()
                {
                    GivenName = first,
                    Surname = last,
                    BusinessPhone = $"+49 30 {random.Next(9_999_999):D7}",
                    MobilePhone = $"+49 170 {random.Next(9_999_999):D7}",
                    Title = "Engineer",
                    Department = department,
                    City = "Berlin",
                },
            };
        }
    }
}
