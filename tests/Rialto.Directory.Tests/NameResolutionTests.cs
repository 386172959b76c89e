using Rialto.Testing;

namespace Rialto.Directory.Tests;

public sealed class NameResolutionTests
{
    [Fact]
    public async Task Prefixes_of_any_name_find_people_and_exact_names_win()
    {
        await using var directory = await TestDirectory.CreateAsync();
        await directory.Service.AddRangeAsync(
        [
            new(new Account { Alias = "ann", DisplayName = "Ann Marie Meier", Details = new() { GivenName = "Ann", Surname = "Meier" } }),
            new(new Account { Alias = "anna", DisplayName = "Anna Huber" }),
            new(new Account { Alias = "secret", DisplayName = "Ann Hidden", HiddenFromAddressLists = true }),
        ]);
        Names("ann").ShouldBe(["Ann Marie Meier"]);
        Names("an").ShouldBe(["Ann Marie Meier", "Anna Huber"]);
        Names("MARIE").ShouldBe(["Ann Marie Meier"]);
        Names("hub").ShouldBe(["Anna Huber"]);
        Names("ann@example.net").ShouldBe(["Ann Marie Meier"]);
        Names("hidden").ShouldBeEmpty();
        Names("").ShouldBeEmpty();
        directory.Current.ResolveName("an", 1).Count.ShouldBe(1);

        // Changes after the sorted names were made.
        await directory.Service.AddAsync(new Account { Alias = "zoe", DisplayName = "Zoë Meier" });
        await directory.Service.UpdateAsync<Account>(directory.Account("anna@example.com").Id, a => a with { DisplayName = "Anna Meier" });
        Names("Meier").ShouldBe(["Anna Meier", "Zoë Meier", "Ann Marie Meier"], ignoreOrder: true);
        Names("huber").ShouldBeEmpty();
        await directory.Service.RemoveAsync(directory.Account("zoe@example.com").Id);
        Names("zo").ShouldBeEmpty();

        IEnumerable<string> Names(string text) => directory.Current.ResolveName(text).Select(r => r.DisplayName);
    }
}
