using Rialto.Testing;

namespace Rialto.Directory.Tests;

/// <summary>Matches found one after the other are those that are found together, each once.</summary>
public sealed class ScanTests
{
    private static readonly SearchFields[] Fields =
    [
        SearchFields.DisplayName, SearchFields.CommonName, SearchFields.LogonName, SearchFields.Address, SearchFields.Surname,
        SearchFields.CommonName | SearchFields.Surname | SearchFields.GivenName | SearchFields.PrimaryAddress,
        SearchFields.DisplayName | SearchFields.CommonName | SearchFields.GivenName | SearchFields.Surname | SearchFields.Alias | SearchFields.PrimaryAddress,
        SearchFields.LogonName | SearchFields.CommonName,
    ];

    [Fact]
    public async Task They_are_the_same_before_and_after_changes()
    {
        await using var directory = await TestDirectory.CreateAsync();
        var names = (string[])["Anna", "Anton", "Ann", "Berta", "Annalena"];
        for (var i = 0; i < 60; i++)
        {
            var (given, sur) = (names[i % 5], names[i / 5 % 5] + (i % 3 == 0 ? "sen" : ""));
            var account = new Account
            {
                PrimaryAddress = $"{given}.{sur}{i}@example.com".ToLowerInvariant(),
                Alias = $"{given}{i}",
                DisplayName = $"{sur}, {given}",
                LogonName = i % 4 == 0 ? $"ann-log{i}" : "",
                FurtherAddresses = i % 7 == 0 ? [$"ann{i}@example.com", $"anna{i}@example.com"] : [],
                Details = new() { GivenName = given, Surname = sur },
                CustomAttributes = i % 2 == 0 ? NamedTexts.Empty.Add("cn", $"{given} {sur}") : NamedTexts.Empty,
            };
            await directory.Service.AddAsync(account, null);
        }

        await directory.Service.AddAsync(new Group { DisplayName = "Ann's friends", Alias = "ann-friends", PrimaryAddress = "friends@example.com" }, null);
        Compare(directory.Service.Current.Search, inOrder: true);
        for (var i = 0; i < 60; i += 9)
        {
            var found = directory.Service.Current.FindByAlias($"{names[i % 5]}{i}")!;
            await directory.Service.UpdateAsync<Account>(found.Id, a => a with { DisplayName = "Annegret " + i, CustomAttributes = NamedTexts.Empty });
        }

        // Who changed since the large indexes were made comes after those who did not.
        Compare(directory.Service.Current.Search, inOrder: false);
    }

    private static void Compare(DirectorySearch search, bool inOrder)
    {
        var any = 0;
        foreach (var fields in Fields)
        {
            foreach (var match in Enum.GetValues<SearchMatch>())
            {
                foreach (var text in (string[])["ann", "anna", "a", "nn", "sen", "annsen, anna", "anna annsen", "anna annsen0", "ann-log", "ann-log4", "ann0@example.com", "zz", " "])
                {
                    using var set = search.None().Add(fields, match, text);
                    var together = set.Select(r => r.Id).ToList();
                    var scanned = new List<Guid>();
                    using var scan = search.Scan(fields, match, text);
                    while (scan!.MoveNext()) scanned.Add(scan.Current.Id);
                    scanned.Order().ShouldBe(together.Order(), $"{fields} {match} {text}");
                    any += scanned.Count;
                    if (inOrder && fields == SearchFields.DisplayName) scanned.ShouldBe(together, "in order");
                }
            }
        }

        any.ShouldBeGreaterThan(1_000);
    }
}
