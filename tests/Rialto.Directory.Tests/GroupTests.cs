using Rialto.Testing;

namespace Rialto.Directory.Tests;

public sealed class GroupTests
{
    [Fact]
    public async Task Nested_groups_with_loops_give_each_member_once()
    {
        await using var directory = await TestDirectory.CreateAsync(3);
        Guid a = Guid.NewGuid(), b = Guid.NewGuid(), c = Guid.NewGuid();
        var users = Enumerable.Range(1, 3).Select(i => directory.Account($"user{i}@example.com")).ToList();
        await directory.Service.AddRangeAsync(
        [
            new(new Group { Id = a, Alias = "a", Members = [users[0].Id, b] }),
            new(new Group { Id = b, Alias = "b", Members = [users[1].Id, users[0].Id, c, users[1].Id] }),
            new(new Group { Id = c, Alias = "c", Members = [a, users[2].Id] }),
        ]);

        foreach (var id in (Guid[])[a, b, c])
        {
            var expansion = directory.Current.Expand(directory.Current.Find<Group>(id)!);
            expansion.Outcome.ShouldBe(ExpansionOutcome.Complete);
            expansion.Recipients.ShouldBe(users, ignoreOrder: true);
            expansion.Groups.ShouldBe([a, b, c], ignoreOrder: true);
        }

        directory.Current.GroupsOf(users[2]).ShouldBe([a, b, c], ignoreOrder: true);
        Authenticator.PrincipalOf(directory.Current, users[2]).Groups.ShouldBe([a, b, c], ignoreOrder: true);
        directory.Current.Includes([b], users[2]).ShouldBeTrue();
        directory.Current.Includes([Guid.NewGuid()], users[2]).ShouldBeFalse();
    }

    [Fact]
    public async Task Limits_refuse_the_whole_expansion()
    {
        await using var directory = await TestDirectory.CreateAsync(5);
        var inner = await directory.Service.AddAsync(new Group { Alias = "inner", Members = [.. directory.Current.Recipients.Select(r => r.Id)] });
        var outer = await directory.Service.AddAsync(new Group { Alias = "outer", Members = [inner.Id] });
        directory.Current.Expand(outer, new(MaxRecipients: 6)).Recipients.Length.ShouldBe(6);
        directory.Current.Expand(outer, new(MaxRecipients: 5)).Outcome.ShouldBe(ExpansionOutcome.TooManyRecipients);
        directory.Current.Expand(outer, new(MaxRecipients: 5)).Recipients.ShouldBeEmpty();
        directory.Current.Expand(outer, new(MaxDepth: 1)).Outcome.ShouldBe(ExpansionOutcome.TooDeep);
    }

    [Fact]
    public async Task Dynamic_groups_follow_attributes()
    {
        await using var directory = await TestDirectory.CreateAsync(2);
        var sales = await directory.Service.AddAsync(new Group { Alias = "sales", Filter = "(department=Sales)" });
        var all = await directory.Service.AddAsync(new Group { Alias = "all", Members = [sales.Id] });
        directory.Current.Expand(all).Recipients.ShouldBeEmpty();

        var user = await directory.Service.UpdateAsync<Account>(directory.Account("user2@example.com").Id, a => a with { Details = a.Details with { Department = "sales" } });
        directory.Current.Expand(all).Recipients.ShouldBe([user]);
        directory.Current.GroupsOf(user).ShouldBe([sales.Id, all.Id]);

        await directory.Service.UpdateAsync<Group>(sales.Id, g => g with { Filter = "(department=Legal)" });
        directory.Current.Expand(all).Recipients.ShouldBeEmpty();
        await directory.Service.RemoveAsync(sales.Id);
        directory.Current.GroupsOf(user).ShouldBeEmpty();
    }
}
