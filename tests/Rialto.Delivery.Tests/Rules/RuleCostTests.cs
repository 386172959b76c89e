using System.Collections.Concurrent;
using Rialto.Model;
using Rialto.Store;

namespace Rialto.Delivery.Tests.Rules;

/// <summary>What rules cost those who have none, and what those who have them pay once.</summary>
public class RuleCostTests
{
    [Fact]
    public async Task A_mailbox_without_associated_messages_is_never_asked_for_rules()
    {
        await using var office = await RuleOffice.CreateAsync();
        await office.DeliverAsync("Warm");
        var reads = new ConcurrentQueue<string>();
        office.Office.Backend.OnRead = reads.Enqueue;
        for (var i = 0; i < 20; i++) await office.DeliverAsync($"{i}");
        reads.ShouldBeEmpty();
    }

    [Fact]
    public async Task Settings_beside_the_mail_are_looked_at_once()
    {
        await using var office = await RuleOffice.CreateAsync();
        await office.AppendAssociatedAsync(new PropertyMessage { Properties = new PropertyBag([PropertyValue.Of(PropertyTags.MessageClass, "IPM.Configuration.MRM")]) });
        await office.DeliverAsync("Warm");
        using var held = await office.OpenAsync();
        await office.DeliverAsync("Warm");
        var reads = new ConcurrentQueue<string>();
        office.Office.Backend.OnRead = reads.Enqueue;
        for (var i = 0; i < 20; i++) await office.DeliverAsync($"{i}");
        reads.ShouldBeEmpty();
    }

    [Fact]
    public async Task A_rule_that_is_met_adds_no_commit()
    {
        await using var office = await RuleOffice.CreateAsync();
        await office.AddRuleAsync([new PlainRuleAction(RuleActionType.MarkAsRead, 0, 0)]);
        await office.DeliverAsync("Warm");
        var commits = 0;
        office.Office.Backend.BeforeApply = _ => Interlocked.Increment(ref commits);
        for (var i = 0; i < 10; i++) await office.DeliverAsync($"{i}");
        commits.ShouldBe(10);
        (await office.RowsAsync(RuleOffice.Inbox)).ShouldAllBe(r => r.State.HasFlag(MessageState.Read));
    }
}
