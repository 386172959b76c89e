using Microsoft.Extensions.Logging.Abstractions;
using Rialto.Directory;
using Rialto.Directory.AddressBook;
using Rialto.Oab.Build;
using Rialto.Testing;

namespace Rialto.Oab.Tests;

/// <summary>When books are made, and of what.</summary>
public sealed class OabServiceTests : IAsyncLifetime
{
    private readonly TempDirectory files = new();
    private readonly ManualTimeProvider time = new();
    private TestDirectory directory = null!;
    private AddressBookService addressBook = null!;

    public async Task InitializeAsync()
    {
        directory = await TestDirectory.CreateAsync(20);
        addressBook = new(directory.Service);
    }

    public async Task DisposeAsync()
    {
        addressBook.Dispose();
        await directory.DisposeAsync();
        files.Dispose();
    }

    [Fact]
    public async Task Changes_that_come_to_rest_are_one_generation()
    {
        await using var service = Service(new OabOptions());
        var made = new List<int>();
        service.Published = (publication, _) =>
        {
            lock (made)
                made.Add(publication.Published.State.Lists[0].Sequence);
            return Task.CompletedTask;
        };
        service.Start();
        await UntilAsync(() => made.Count == 1 && time.WaitingTimers == 1);
        for (var i = 0; i < 5; i++)
        {
            await AddAsync($"more{i}");
            await UntilAsync(() => time.WaitingTimers == 1);
            await Task.Delay(50);
            time.Advance(TimeSpan.FromMinutes(2));
        }
        made.ShouldBe([1]);
        await Task.Delay(50);
        time.Advance(TimeSpan.FromMinutes(6));
        await UntilAsync(() => made.Count == 2);
        service.Library.Find(service.DefaultBook!.Value)!.State.Lists[0].Count.ShouldBe(26u);
    }

    [Fact]
    public async Task Lists_that_are_configured_are_books_and_the_others_go()
    {
        await directory.Service.AddAsync(new ExternalContact { DisplayName = "Somebody", ExternalAddress = "somebody@example.org" }, null, default);
        await using (var first = Service(new OabOptions()))
        {
            foreach (var book in first.Books())
                await first.BuildAsync(book, OabBuild.IfChanged, default);
        }
        await using var service = Service(new OabOptions { Books = new() { ["Outside"] = "All Contacts; No Such List", ["Everybody"] = "Global Address List; All Users", ["Empty"] = "No Such List" } });
        service.Books().Select(b => (b.Name, b.Lists.Count)).ShouldBe([("Outside", 1), ("Everybody", 2)]);
        service.Start();
        await UntilAsync(() => service.Library.Books.Count == 2 && service.Library.Books.All(b => b.State.Name is "Outside" or "Everybody"));
        var outside = service.Library.Books.Single(b => b.State.Name == "Outside");
        (outside.State.Lists.Single().Count, outside.State.Lists[0].Name).ShouldBe((1u, "\\All Contacts"));
        outside.State.Lists[0].Dn.ShouldStartWith("/guid=");
        service.DefaultBook.ShouldBe(outside.State.Book);
        service.Library.Books.Single(b => b.State.Name == "Everybody").State.Lists.Select(l => l.Count).ShouldBe([22u, 21u]);
    }

    [Fact]
    public async Task Another_organisation_has_other_ids_for_the_same_lists()
    {
        await using var other = await TestDirectory.CreateAsync(1);
        using var otherBook = new AddressBookService(other.Service);
        var here = OabBook.Of(new(), addressBook.Current).Single();
        var there = OabBook.Of(new(), otherBook.Current).Single();
        here.Id.ShouldNotBe(there.Id);
        here.IdOf(AddressBookList.Global).ShouldNotBe(there.IdOf(AddressBookList.Global));
        OabBook.Of(new(), addressBook.Current).Single().Id.ShouldBe(here.Id);
    }

    private OabService Service(OabOptions options) => new(files.Path, directory.Service, addressBook, options, time, NullLogger<OabService>.Instance);

    private Task AddAsync(string alias) => directory.Service.AddAsync(new Account { PrimaryAddress = $"{alias}@example.com", DisplayName = alias }, null, default);

    private static async Task UntilAsync(Func<bool> condition)
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        while (!condition())
            await Task.Delay(10, patience.Token);
    }
}
