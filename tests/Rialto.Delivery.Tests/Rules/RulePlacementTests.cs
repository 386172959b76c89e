using Rialto.Model;
using Rialto.Store;

namespace Rialto.Delivery.Tests.Rules;

/// <summary>[MS-OXORULE] 3.2.5.1: where rules put a message and what they set on it.</summary>
public class RulePlacementTests
{
    private static readonly PlainRuleAction Delete = new(RuleActionType.Delete, 0, 0);
    private static readonly PlainRuleAction MarkAsRead = new(RuleActionType.MarkAsRead, 0, 0);

    [Fact]
    public async Task A_message_is_moved_copied_or_left_by_its_condition()
    {
        await using var office = await RuleOffice.CreateAsync();
        var first = await office.FolderAsync("First");
        var second = await office.FolderAsync("Second");
        await office.AddRuleAsync([RuleOffice.Move(first)], RuleOffice.SubjectHas("move"));
        await office.AddRuleAsync([RuleOffice.Move(second, RuleActionType.Copy)], RuleOffice.SubjectHas("copy"));
        await office.DeliverAsync("Move me");
        await office.DeliverAsync("Copy me");
        await office.DeliverAsync("Leave me");
        (await office.SubjectsAsync(RuleOffice.Inbox)).ShouldBe(["Copy me", "Leave me"]);
        (await office.SubjectsAsync(first)).ShouldBe(["Move me"]);
        (await office.SubjectsAsync(second)).ShouldBe(["Copy me"]);
    }

    [Fact]
    public async Task Several_moves_make_several_copies_and_no_original()
    {
        await using var office = await RuleOffice.CreateAsync();
        var first = await office.FolderAsync("First");
        var second = await office.FolderAsync("Second");
        await office.AddRuleAsync([RuleOffice.Move(first)], sequence: 1);
        await office.AddRuleAsync([RuleOffice.Move(second), MarkAsRead], sequence: 2);
        await office.DeliverAsync();
        (await office.RowsAsync(RuleOffice.Inbox)).ShouldBeEmpty();
        (await office.RowsAsync(first)).ShouldHaveSingleItem().State.HasFlag(MessageState.Read).ShouldBeTrue();
        (await office.RowsAsync(second)).ShouldHaveSingleItem().State.HasFlag(MessageState.Read).ShouldBeTrue();
    }

    [Fact]
    public async Task Rules_go_by_sequence_and_end_where_one_says_so()
    {
        await using var office = await RuleOffice.CreateAsync();
        var first = await office.FolderAsync("First");
        var second = await office.FolderAsync("Second");
        var third = await office.FolderAsync("Third");
        await office.AddRuleAsync([RuleOffice.Move(third)], sequence: 30);
        await office.AddRuleAsync([RuleOffice.Move(second, RuleActionType.Copy)], state: RuleState.Enabled | RuleState.ExitLevel, sequence: 20);
        await office.AddRuleAsync([RuleOffice.Move(first, RuleActionType.Copy)], sequence: 10);
        await office.DeliverAsync();
        (await office.RowsAsync(first)).Count.ShouldBe(1);
        (await office.RowsAsync(second)).Count.ShouldBe(1);
        (await office.RowsAsync(third)).ShouldBeEmpty();
        (await office.RowsAsync(RuleOffice.Inbox)).Count.ShouldBe(1);
    }

    [Fact]
    public async Task A_deleted_message_is_nowhere_and_no_later_rule_sees_it()
    {
        await using var office = await RuleOffice.CreateAsync();
        var folder = await office.FolderAsync("Later");
        await office.AddRuleAsync([Delete], RuleOffice.SubjectHas("spam"), sequence: 1);
        await office.AddRuleAsync([RuleOffice.Move(folder, RuleActionType.Copy)], sequence: 2);
        await office.DeliverAsync("Spam");
        await office.DeliverAsync("Ham");
        (await office.SubjectsAsync(RuleOffice.Inbox)).ShouldBe(["Ham"]);
        (await office.SubjectsAsync(folder)).ShouldBe(["Ham"]);
        office.Office.Queue.Messages.ShouldBeEmpty();
    }

    [Fact]
    public async Task Disabled_rules_and_those_of_an_absent_owner_do_nothing()
    {
        await using var office = await RuleOffice.CreateAsync();
        await office.AddRuleAsync([Delete], state: RuleState.None);
        await office.AddRuleAsync([Delete], state: RuleState.Enabled | RuleState.OnlyWhenOutOfOffice);
        await office.DeliverAsync("One");
        (await office.SubjectsAsync(RuleOffice.Inbox)).ShouldBe(["One"]);
        using (var mailbox = await office.OpenAsync())
            (await OutOfOfficeHistory.SetOutOfOfficeAsync(mailbox, true, default)).ShouldBe(StoreError.None);
        await office.DeliverAsync("Two");
        (await office.SubjectsAsync(RuleOffice.Inbox)).ShouldBe(["One"]);
    }

    [Fact]
    public async Task Rules_of_the_folder_moved_to_are_run_too_and_a_ring_of_moves_ends()
    {
        await using var office = await RuleOffice.CreateAsync();
        var first = await office.FolderAsync("First");
        var second = await office.FolderAsync("Second");
        await office.AddRuleAsync([RuleOffice.Move(first)]);
        await office.AddRuleAsync([RuleOffice.Move(second)], folder: first);
        await office.AddRuleAsync([RuleOffice.Move(first)], folder: second);
        await office.DeliverAsync();
        var all = (await office.RowsAsync(first)).Count + (await office.RowsAsync(second)).Count + (await office.RowsAsync(RuleOffice.Inbox)).Count;
        all.ShouldBe(1);
        (await office.RowsAsync(RuleOffice.Inbox)).ShouldBeEmpty();
    }

    [Fact]
    public async Task Tags_stand_beside_the_mail_which_stays_as_it_came()
    {
        await using var office = await RuleOffice.CreateAsync();
        ushort keywords;
        using (var mailbox = await office.OpenAsync())
            keywords = (await mailbox.GetPropertyIdsAsync([PropertyNames.PidNameKeywords], true, default)).Value[0];
        await office.AddRuleAsync(
        [
            new TagRuleAction(0, 0, PropertyValue.Of(PropertyTags.Importance, 2)), new TagRuleAction(0, 0, PropertyValue.Of(PropertyTags.FlagStatus, 2)),
            new TagRuleAction(0, 0, PropertyValue.OfArray(new PropertyTag(keywords, PropertyType.MultipleString), new[] { "Red" })),
        ]);
        await office.DeliverAsync();
        var row = (await office.RowsAsync(RuleOffice.Inbox)).ShouldHaveSingleItem();
        row.Kind.ShouldBe(ContentKind.Mime);
        row.State.HasFlag(MessageState.Flagged).ShouldBeTrue();
        row.Keywords.ShouldBe(["Red"]);
        (await office.MessagesAsync(RuleOffice.Inbox))[0].Properties.GetInt32(PropertyTags.Importance).ShouldBe(2);
    }

    [Fact]
    public async Task Conditions_look_at_recipients_attachments_sender_and_what_is_mine()
    {
        await using var office = await RuleOffice.CreateAsync();
        var legacyDn = office.Owner("user2@example.com").LegacyExchangeDn;
        var key = System.Text.Encoding.ASCII.GetBytes("EX:" + legacyDn.ToUpperInvariant() + "\0");
        var cases = new (string Name, Restriction Condition, string Header, string From, bool Matches)[]
        {
            ("to me", new PropertyRestriction(RelationalOperator.Equal, PropertyTags.MessageToMe, PropertyValue.Of(PropertyTags.MessageToMe, true)), "", "a@b.test", true),
            ("not cc me", new PropertyRestriction(RelationalOperator.Equal, PropertyTags.MessageCcMe, PropertyValue.Of(PropertyTags.MessageCcMe, true)), "", "a@b.test", false),
            ("colleague by address-book name", new PropertyRestriction(RelationalOperator.Equal, PropertyTags.SenderSearchKey, PropertyValue.Of(PropertyTags.SenderSearchKey, key)), "", "user2@example.com", true),
            ("stranger by address-book name", new PropertyRestriction(RelationalOperator.Equal, PropertyTags.SenderSearchKey, PropertyValue.Of(PropertyTags.SenderSearchKey, key)), "", "a@b.test", false),
            ("recipient", new SubObjectRestriction(PropertyTags.MessageRecipients, new ContentRestriction(FuzzyLevel.Prefix | FuzzyLevel.IgnoreCase, PropertyTags.SmtpAddress, PropertyValue.Of(PropertyTags.SmtpAddress, "USER1@"))), "", "a@b.test", true),
            ("body", new ContentRestriction(FuzzyLevel.Substring, PropertyTags.Body, PropertyValue.Of(PropertyTags.Body, "Text.")), "", "a@b.test", true),
            ("size", new SizeRestriction(RelationalOperator.GreaterThan, PropertyTags.Body, 1_000_000), "", "a@b.test", false),
        };
        foreach (var (name, condition, header, from, matches) in cases)
        {
            var folder = await office.FolderAsync(name);
            await office.AddRuleAsync([RuleOffice.Move(folder, RuleActionType.Copy)], condition);
            await office.DeliverAsync(name, from, header);
            (await office.SubjectsAsync(folder)).Contains(name).ShouldBe(matches, name);
        }
    }

    [Fact]
    public async Task A_new_rule_counts_from_the_next_message_on()
    {
        await using var office = await RuleOffice.CreateAsync();
        await office.AddRuleAsync([MarkAsRead]);
        await office.DeliverAsync("One");
        await office.AddRuleAsync([Delete]);
        await office.DeliverAsync("Two");
        (await office.SubjectsAsync(RuleOffice.Inbox)).ShouldBe(["One"]);
    }

    [Fact]
    public async Task Safe_mail_passes_a_rule_that_says_so()
    {
        await using var office = await RuleOffice.CreateAsync();
        await office.AddRuleAsync([Delete], state: RuleState.Enabled | RuleState.SkipIfSpamConfidenceIsSafe);
        await office.DeliverAsync("Safe", header: "X-MS-Exchange-Organization-SCL: -1\r\n");
        await office.DeliverAsync("Doubtful", header: "X-MS-Exchange-Organization-SCL: 5\r\n");
        (await office.SubjectsAsync(RuleOffice.Inbox)).ShouldBe(["Safe"]);
    }
}
