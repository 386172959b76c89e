using Rialto.Directory.AddressBook;
using Rialto.Testing;

namespace Rialto.Directory.Tests.AddressBook;

/// <summary>[MS-OXNSPI] 3.1.4.3.6, 3.1.4.6: views stay sorted as the directory changes, numbers stay whose they are.</summary>
public sealed class SortedViewTests
{
    [Fact]
    public async Task Views_that_follow_changes_are_those_that_are_made_anew()
    {
        await using var directory = await TestDirectory.CreateAsync(40);
        using var followed = new AddressBookService(directory.Service);
        AddressBookOrder[] orders = [AddressBookOrder.Default, AddressBookOrder.Of(0x0407), AddressBookOrder.Of(0x0411, AddressBookSort.PhoneticDisplayName)];
        AddressBookList[] lists = [AddressBookList.Global, AddressBookList.Users, AddressBookList.Groups];
        foreach (var order in orders)
        foreach (var list in lists)
            _ = followed.Current.View(list, order);
        var random = new Random(3);
        string[] names = ["émile", "Emil", "EMILE", "ärger", "Zug", "zug 2", "O'Neil", "ONeil", "", "かな", "カナ", "ﾜ", "straße", "Strasse"];
        for (var round = 0; round < 200; round++)
        {
            var all = directory.Current.Recipients.ToList();
            var one = all[random.Next(all.Count)];
            switch (random.Next(6))
            {
                case 0:
                    await directory.Service.AddAsync(new Group { DisplayName = names[random.Next(names.Length)] + round, Alias = $"g{round}" });
                    break;
                case 1 when one is Group:
                    await directory.Service.RemoveAsync(one.Id);
                    break;
                case 2:
                    await directory.Service.UpdateAsync<Recipient>(one.Id, r => r with { HiddenFromAddressLists = !r.HiddenFromAddressLists });
                    break;
                case 3:
                    await directory.Service.UpdateAsync<Recipient>(one.Id, r => r with { Details = r.Details with { PhoneticDisplayName = names[random.Next(names.Length)] } });
                    break;
                default:
                    await directory.Service.UpdateAsync<Recipient>(one.Id, r => r with { DisplayName = names[random.Next(names.Length)] + " x" });
                    break;
            }
        }

        using var fresh = new AddressBookService(directory.Service);
        foreach (var order in orders)
        foreach (var list in lists)
        {
            var expected = fresh.Current.View(list, order).All().Select(n => fresh.Current.Find(n)!.Id).ToList();
            followed.Current.View(list, order).All().Select(n => followed.Current.Find(n)!.Id).ShouldBe(expected);
            expected.Select(id => followed.Current.PositionOf(list, order, followed.Current.NumberOf(id))).ShouldBe(Enumerable.Range(0, expected.Count));
        }
    }

    [Fact]
    public async Task A_number_is_one_objects_for_ever()
    {
        await using var directory = await TestDirectory.CreateAsync(3);
        using var service = new AddressBookService(directory.Service);
        var group = await directory.Service.AddAsync(new Group { DisplayName = "G", Alias = "g" });
        var number = service.Current.NumberOf(group.Id);
        number.ShouldBeGreaterThanOrEqualTo(0x10u);
        await directory.Service.RemoveAsync(group.Id);
        service.Current.Find(number).ShouldBeNull();
        var other = await directory.Service.AddAsync(new Group { DisplayName = "H", Alias = "h" });
        service.Current.NumberOf(other.Id).ShouldNotBe(number);
        service.Current.NumberOf(group.Id).ShouldBe(number);
    }

    [Fact]
    public async Task A_large_view_changes_in_blocks()
    {
        var numbers = Enumerable.Range(1, 5_000).Select(i => (uint)i * 2).ToArray();
        var view = SortedEntries.Of(numbers);
        var expected = numbers.ToList();
        var random = new Random(5);
        for (var i = 0; i < 3_000; i++)
        {
            var at = random.Next(expected.Count + 1);
            if (i % 3 == 0 && at < expected.Count)
            {
                view = view.RemoveAt(at);
                expected.RemoveAt(at);
            }
            else
            {
                view = view.Insert(at, (uint)(i + 100_000));
                expected.Insert(at, (uint)(i + 100_000));
            }
        }

        view.All().ShouldBe(expected);
        view.Count.ShouldBe(expected.Count);
        var page = new uint[700];
        view.CopyTo(4_000, page).ShouldBe(700);
        page.ShouldBe(expected.Skip(4_000).Take(700));
        view[4_321].ShouldBe(expected[4_321]);
        await Task.CompletedTask;
    }

    [Theory]
    [InlineData(0u, "en-US")]
    [InlineData(0x0809u, "en-US")]
    [InlineData(0x0807u, "de-CH")]
    [InlineData(0xFFFFFFFFu, "en-US")]
    public void A_locale_that_is_none_sorts_as_English(uint locale, string culture) => AddressBookOrder.Of(locale).Culture.ShouldBe(culture);
}
