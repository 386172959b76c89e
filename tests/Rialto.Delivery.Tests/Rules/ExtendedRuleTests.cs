using Rialto.Content.Junk;
using Rialto.Model;
using Rialto.Store;

namespace Rialto.Delivery.Tests.Rules;

/// <summary>[MS-OXORULE] 2.2.4: rules that clients write as associated messages, the junk e-mail rule among them.</summary>
public class ExtendedRuleTests
{
    private static readonly FolderId Junk = SpecialFolders.IdOf(SpecialFolder.JunkEmail);

    private static PropertyMessage Rule(ExtendedRuleCondition condition, ExtendedRuleActions actions, RuleState state = RuleState.Enabled) => new()
    {
        Properties = new PropertyBag(
        [
            PropertyValue.Of(PropertyTags.MessageClass, MailRule.ExtendedClass), PropertyValue.Of(PropertyTags.RuleMessageProvider, "Test"),
            PropertyValue.Of(PropertyTags.RuleMessageState, (int)state), PropertyValue.Of(PropertyTags.RuleMessageSequence, 5),
            PropertyValue.Of(PropertyTags.ExtendedRuleMessageCondition, condition.ToArray()), PropertyValue.Of(PropertyTags.ExtendedRuleMessageActions, actions.ToArray()),
        ]),
    };

    [Fact]
    public async Task Names_in_conditions_and_actions_are_the_rules_own()
    {
        await using var office = await RuleOffice.CreateAsync();
        // The mailbox has given 0x8000 to something else already.
        using (var mailbox = await office.OpenAsync())
            await mailbox.GetPropertyIdsAsync([PropertyNames.PidLidFlagRequest], true, default);
        var keywords = new PropertyTag(0x8000, PropertyType.MultipleString);
        var condition = new ExtendedRuleCondition(
            new Dictionary<ushort, PropertyName> { [0x8000] = PropertyNames.PidNameKeywords },
            new ContentRestriction(FuzzyLevel.FullString, keywords, PropertyValue.Of(new PropertyTag(0x8000, PropertyType.String), "urgent")));
        var actions = new ExtendedRuleActions(
            new Dictionary<ushort, PropertyName> { [0x9000] = PropertyNames.PidLidFlagRequest },
            [new TagRuleAction(0, 0, PropertyValue.Of(new PropertyTag(0x9000, PropertyType.String), "Call"))]);
        await office.AppendAssociatedAsync(Rule(condition, actions));
        await office.DeliverAsync("Other");
        await office.DeliverAsync("Marked", header: "Keywords: urgent\r\n");
        using var opened = await office.OpenAsync();
        var id = (await opened.GetPropertyIdsAsync([PropertyNames.PidLidFlagRequest], false, default)).Value[0];
        var flags = (await office.MessagesAsync(RuleOffice.Inbox)).Select(m => m.Properties.TryGet(id, out var value) ? value.AsString() : null);
        flags.ShouldBe([null, "Call"]);
    }

    [Fact]
    public async Task A_rule_that_cannot_be_read_stays_out_of_the_way()
    {
        await using var office = await RuleOffice.CreateAsync();
        var broken = Rule(new ExtendedRuleCondition(new Dictionary<ushort, PropertyName>(), new ExistRestriction(PropertyTags.Subject)),
            new ExtendedRuleActions(new Dictionary<ushort, PropertyName>(), [new PlainRuleAction(RuleActionType.Delete, 0, 0)]));
        broken.Properties.Set(PropertyValue.Of(PropertyTags.ExtendedRuleMessageActions, (byte[])[0, 0, 1]));
        await office.AppendAssociatedAsync(broken);
        await office.DeliverAsync("Kept");
        (await office.SubjectsAsync(RuleOffice.Inbox)).ShouldBe(["Kept"]);
    }

    [Fact]
    public async Task So_many_are_evaluated_and_no_more()
    {
        await using var office = await RuleOffice.CreateAsync(o => o.Rules.MaximumExtendedRules = 1);
        foreach (var importance in new[] { 2, 0 })
        {
            await office.AppendAssociatedAsync(Rule(new ExtendedRuleCondition(new Dictionary<ushort, PropertyName>(), new ExistRestriction(PropertyTags.Subject)),
                new ExtendedRuleActions(new Dictionary<ushort, PropertyName>(), [new TagRuleAction(0, 0, PropertyValue.Of(PropertyTags.Importance, importance))])));
        }

        await office.AddRuleAsync([new PlainRuleAction(RuleActionType.MarkAsRead, 0, 0)]);
        await office.DeliverAsync("Limited");
        var row = (await office.RowsAsync(RuleOffice.Inbox)).ShouldHaveSingleItem();
        row.Importance.ShouldBe((byte)2);
        row.State.HasFlag(MessageState.Read).ShouldBeTrue("standard rules have a limit of their own");
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Junk_goes_where_its_rule_says(bool deletes)
    {
        await using var office = await RuleOffice.CreateAsync();
        using (var mailbox = await office.OpenAsync())
        {
            var lists = new JunkEmailLists { BlockedSenders = ["bad@b.test"], TrustedSenders = ["good@b.test"], SpamConfidenceAbove = 4, PermanentlyDelete = deletes };
            var actions = new JunkEmailActions(mailbox.MailboxId.ToByteArray(), StoreKeys.EntryIdOf(mailbox.Header, Junk), 4711);
            await office.AppendAssociatedAsync(new PropertyMessage { Properties = JunkEmailRule.Make(lists, actions, DateTimeOffset.UnixEpoch) });
        }

        await office.DeliverAsync("Blocked", "bad@b.test");
        await office.DeliverAsync("Spam", "c@b.test", "X-MS-Exchange-Organization-SCL: 9\r\n");
        await office.DeliverAsync("Trusted", "good@b.test", "X-MS-Exchange-Organization-SCL: 9\r\n");
        await office.DeliverAsync("Fine", "c@b.test", "X-MS-Exchange-Organization-SCL: 1\r\n");
        (await office.SubjectsAsync(RuleOffice.Inbox)).ShouldBe(["Trusted", "Fine"]);
        (await office.SubjectsAsync(Junk)).ShouldBe(deletes ? [] : ["Blocked", "Spam"]);
    }

    [Fact]
    public async Task A_valid_postmark_counts_for_the_message()
    {
        await using var office = await RuleOffice.CreateAsync();
        using (var mailbox = await office.OpenAsync())
        {
            var actions = new JunkEmailActions(mailbox.MailboxId.ToByteArray(), StoreKeys.EntryIdOf(mailbox.Header, Junk), 4711);
            await office.AppendAssociatedAsync(new PropertyMessage { Properties = JunkEmailRule.Make(new JunkEmailLists { SpamConfidenceAbove = 4 }, actions, DateTimeOffset.UnixEpoch) });
        }

        string Header(string to, string subject, int scl)
        {
            var postmark = PostmarkPuzzle.Solve(Postmark.Puzzle([to], 7, new Guid("11111111-2222-3333-4444-555555555555"), "a@b.test", DateTimeOffset.UnixEpoch, subject))!;
            return $"X-CR-PuzzleID: {postmark.Id}\r\nX-CR-HashedPuzzle: {postmark.ToString().Replace("; ", ";\r\n ", StringComparison.Ordinal)}\r\nX-MS-Exchange-Organization-SCL: {scl}\r\n";
        }

        await office.DeliverAsync("Stamped", header: Header(RuleOffice.User, "Stamped", 6));
        await office.DeliverAsync("Stamped for another", header: Header("someone@b.test", "Stamped for another", 6));
        await office.DeliverAsync("Stamped for other mail", header: Header(RuleOffice.User, "A subject", 6));
        await office.DeliverAsync("Too bad for any stamp", header: Header(RuleOffice.User, "Too bad for any stamp", 9));
        await office.DeliverAsync("Not stamped", header: "X-MS-Exchange-Organization-SCL: 6\r\n");
        (await office.SubjectsAsync(RuleOffice.Inbox)).ShouldBe(["Stamped"]);
        (await office.SubjectsAsync(Junk)).ShouldBe(["Stamped for another", "Stamped for other mail", "Too bad for any stamp", "Not stamped"]);
        (await office.MessagesAsync(Junk)).Select(m => m.Properties.GetInt32(PropertyTags.ContentFilterSpamConfidenceLevel)).ShouldBe([6, 6, 6, 6]);
    }
}
