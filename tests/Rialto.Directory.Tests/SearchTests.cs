using Rialto.Testing;

namespace Rialto.Directory.Tests;

public sealed class SearchTests
{
    [Fact]
    public async Task Words_in_any_order_narrow_the_result()
    {
        await using var directory = await PeopleAsync();
        Ambiguous(directory, "mei an").ShouldBe(["Ann Marie Meier"]);
        Ambiguous(directory, "an mei").ShouldBe(["Ann Marie Meier"]);
        Ambiguous(directory, "Meier, A").ShouldBe(["Ann Marie Meier"]);
        Ambiguous(directory, "meier").ShouldBe(["Ann Marie Meier", "Zoë Meier"]);
        Ambiguous(directory, "meier huber").ShouldBeEmpty();
        Ambiguous(directory, "zo").ShouldBe(["Zoë Meier"]);
        Ambiguous(directory, "").ShouldBeEmpty();
        Ambiguous(directory, "  ").ShouldBeEmpty();
        Ambiguous(directory, "()").ShouldBeEmpty();
    }

    [Fact]
    public async Task An_equals_sign_asks_for_whole_values()
    {
        await using var directory = await PeopleAsync();
        Ambiguous(directory, "=ann").ShouldBe(["Ann Marie Meier"]);
        Ambiguous(directory, "=an").ShouldBeEmpty();
        Ambiguous(directory, "=Anna Huber").ShouldBe(["Anna Huber"]);
        Ambiguous(directory, "=").ShouldBeEmpty();
    }

    [Fact]
    public async Task Addresses_and_legacy_names_mean_one()
    {
        await using var directory = await PeopleAsync();
        Ambiguous(directory, "ann@example.com").ShouldBe(["Ann Marie Meier"]);
        Ambiguous(directory, "SMTP:anna@example.net").ShouldBe(["Anna Huber"]);
        Ambiguous(directory, "zm@exa").ShouldBe(["Zoë Meier"]);
        Ambiguous(directory, directory.Account("ann@example.com").LegacyExchangeDn.ToUpperInvariant()).ShouldBe(["Ann Marie Meier"]);
        Ambiguous(directory, "/o=Nobody/cn=x").ShouldBeEmpty();
    }

    [Fact]
    public async Task Accents_width_and_kana_do_not_count()
    {
        await using var directory = await PeopleAsync();
        Ambiguous(directory, "ZOE").ShouldBe(["Zoë Meier"]);
        Ambiguous(directory, "zoë").ShouldBe(["Zoë Meier"]);
        Ambiguous(directory, "Ｚoe").ShouldBe(["Zoë Meier"]);
        Ambiguous(directory, "strasse").ShouldBe(["山田 花子"]);
        Ambiguous(directory, "やまだ").ShouldBe(["山田 花子"]);
        Ambiguous(directory, "花").ShouldBe(["山田 花子"]);
        Find(directory, SearchFields.DisplayName, SearchMatch.Substring, "田 花").ShouldBe(["山田 花子"]);
    }

    [Fact]
    public async Task Fields_are_kept_apart()
    {
        await using var directory = await PeopleAsync();
        Find(directory, SearchFields.Surname, SearchMatch.Exact, "meier").ShouldBe(["Ann Marie Meier"]);
        Find(directory, SearchFields.Surname, SearchMatch.Prefix, "mei").ShouldBe(["Ann Marie Meier"]);
        Find(directory, SearchFields.GivenName, SearchMatch.Prefix, "mei").ShouldBeEmpty();
        Find(directory, SearchFields.DisplayName, SearchMatch.Substring, "ei").ShouldBe(["Ann Marie Meier", "Zoë Meier"]);
        Find(directory, SearchFields.DisplayName, SearchMatch.Substring, "eier").ShouldBe(["Ann Marie Meier", "Zoë Meier"]);
        Find(directory, SearchFields.Surname, SearchMatch.Substring, "eie").ShouldBe(["Ann Marie Meier"]);
        Find(directory, SearchFields.Surname | SearchFields.City, SearchMatch.Substring, "zzz").ShouldBeEmpty();
        Find(directory, SearchFields.BusinessPhone, SearchMatch.Substring, "30-1234").ShouldBe(["Anna Huber"]);
        Find(directory, SearchFields.Alias, SearchMatch.Substring, "nn").ShouldBe(["Ann Marie Meier", "Anna Huber"]);
        Find(directory, SearchFields.LogonName, SearchMatch.Exact, "anna").ShouldBe(["Anna Huber"]);
        Find(directory, SearchFields.LogonName, SearchMatch.Exact, "ann").ShouldBeEmpty();
        Find(directory, SearchFields.LogonName, SearchMatch.Exact, "meier1").ShouldBe(["Ann Marie Meier"]);
        Find(directory, SearchFields.CommonName, SearchMatch.Exact, "Zoe Meier").ShouldBe(["Zoë Meier"]);
        Find(directory, SearchFields.All, SearchMatch.Substring, "example.com").Count().ShouldBe(4);
    }

    [Fact]
    public async Task Hidden_ones_come_only_when_asked_for()
    {
        await using var directory = await PeopleAsync();
        Ambiguous(directory, "hidden").ShouldBeEmpty();
        directory.Current.Search.Ambiguous("hidden", 10, includeHidden: true).Single().DisplayName.ShouldBe("Ann Hidden");
    }

    [Fact]
    public async Task Changes_are_found_at_once_and_in_order()
    {
        await using var directory = await PeopleAsync();
        Ambiguous(directory, "meier").Count().ShouldBe(2);
        await directory.Service.AddAsync(new Account { Alias = "bm", DisplayName = "Bert Meier" });
        Ambiguous(directory, "meier").ShouldBe(["Ann Marie Meier", "Bert Meier", "Zoë Meier"]);
        await directory.Service.UpdateAsync<Account>(directory.Account("ann@example.com").Id, a => a with { DisplayName = "Zzz Meier" });
        Ambiguous(directory, "meier").ShouldBe(["Bert Meier", "Zoë Meier", "Zzz Meier"]);
        await directory.Service.RemoveAsync(directory.Account("zm@example.com").Id);
        Ambiguous(directory, "meier").ShouldBe(["Bert Meier", "Zzz Meier"]);
        await directory.Service.RemoveAsync(directory.Account("bm@example.com").Id);
        Ambiguous(directory, "meier").ShouldBe(["Zzz Meier"]);
        Ambiguous(directory, "marie").ShouldBeEmpty();
    }

    [Theory]
    [InlineData(3)]
    [InlineData(700)]
    public async Task Random_changes_leave_the_same_result_as_a_scan(int batch)
    {
        await using var directory = await TestDirectory.CreateAsync();
        var random = new Random(batch);
        var next = 0;
        for (var round = 0; round < 12; round++)
        {
            await directory.Service.AddRangeAsync([.. Enumerable.Range(0, random.Next(1, batch)).Select(_ => new NewDirectoryObject(Person(random, next++)))]);
            var accounts = directory.Current.Recipients.OfType<Account>().Where(a => !a.IsAdministrator).ToList();
            var changed = accounts[random.Next(accounts.Count)];
            await directory.Service.UpdateAsync<Account>(changed.Id, a => a with { DisplayName = Name(random) });
            if (accounts.Count > 3) await directory.Service.RemoveAsync(accounts[random.Next(accounts.Count)].Id);
            foreach (var text in new[] { "ba", "be ka", "lo", "kaba", "x" })
            {
                var words = text.Split(' ');
                var expected = directory.Current.Recipients
                    .Where(r => words.All(w => $"{r.DisplayName} {r.Details.GivenName} {r.Alias} {r.PrimaryAddress}".Split(' ').Any(v => v.StartsWith(w, StringComparison.OrdinalIgnoreCase))))
                    .OrderBy(r => r.DisplayName.ToLowerInvariant(), StringComparer.Ordinal).ThenBy(r => r.Id).Select(r => r.Id);
                directory.Current.Search.Ambiguous(text, int.MaxValue).Select(r => r.Id).ShouldBe(expected);

                var anywhere = directory.Current.Recipients.Where(r => r.DisplayName.Contains(words[0], StringComparison.OrdinalIgnoreCase)).Select(r => r.Id);
                directory.Current.Search.Find(SearchFields.DisplayName, SearchMatch.Substring, words[0], int.MaxValue).Select(r => r.Id).ShouldBe(anywhere, ignoreOrder: true);
            }
        }
    }

    [Fact]
    public void Any_text_folds()
    {
        var random = new Random(7);
        for (var i = 0; i < 2_000; i++)
        {
            var text = new string([.. Enumerable.Range(0, random.Next(40)).Select(_ => (char)random.Next(i % 2 == 0 ? 0x10000 : 0x180))]);
            var folded = SearchText.Fold(text);
            folded.ShouldAllBe(b => b >= ' ');
            SearchText.Fold(System.Text.Encoding.UTF8.GetString(folded)).Length.ShouldBeLessThanOrEqualTo(folded.Length + 8);
        }

        SearchText.Fold(new string('ﷺ', 5_000)).Length.ShouldBeLessThan(100_000);
        // What the library's normalisation throws at.
        SearchText.Fold("a\uFFFEé").ShouldBe("a\uFFFDe"u8.ToArray());
        SmtpAddress.TryParse("a\uFFFE@example.com", out _).ShouldBeFalse();
    }

    private static async Task<TestDirectory> PeopleAsync()
    {
        var directory = await TestDirectory.CreateAsync();
        await directory.Service.AddRangeAsync(
        [
            new(new Account { Alias = "ann", LogonName = "meier1", DisplayName = "Ann Marie Meier", Details = new() { GivenName = "Ann", Surname = "Meier" } }),
            new(new Account { Alias = "anna", DisplayName = "Anna Huber", Details = new() { BusinessPhone = "+49 (30) 12-34 567" } }),
            new(new Account { Alias = "secret", DisplayName = "Ann Hidden", HiddenFromAddressLists = true }),
            new(new Account { Alias = "zm", DisplayName = "Zoë Meier" }),
            new(new ExternalContact { ExternalAddress = "hanako@example.org", DisplayName = "山田 花子", Details = new() { Office = "Straße 5", PhoneticDisplayName = "ヤマダ ハナコ" } }),
        ]);
        return directory;
    }

    private static IEnumerable<string> Ambiguous(TestDirectory directory, string text) => directory.Current.Search.Ambiguous(text, 10).Select(r => r.DisplayName);

    private static IEnumerable<string> Find(TestDirectory directory, SearchFields fields, SearchMatch match, string text) =>
        directory.Current.Search.Find(fields, match, text, 10).Select(r => r.DisplayName);

    private static Account Person(Random random, int number) => new() { Alias = $"u{number}", DisplayName = Name(random), Details = new() { GivenName = Name(random).Split(' ')[0] } };

    private static string Name(Random random)
    {
        string[] syllables = ["ba", "be", "ka", "lo", "Ka", "Xu"];
        return string.Join(' ', Enumerable.Range(0, 2).Select(_ => string.Concat(Enumerable.Range(0, random.Next(1, 4)).Select(_ => syllables[random.Next(syllables.Length)]))));
    }
}
