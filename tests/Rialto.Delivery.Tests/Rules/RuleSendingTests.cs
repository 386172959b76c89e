using Rialto.Model;
using Rialto.Store;
using Rialto.Store.Backend;

namespace Rialto.Delivery.Tests.Rules;

/// <summary>[MS-OXORULE] 3.2.5.1: replies, forwards and refusals, and what keeps them from going in circles.</summary>
public class RuleSendingTests
{
    [Fact]
    public async Task A_reply_is_made_of_its_template_and_goes_to_the_sender()
    {
        await using var office = await RuleOffice.CreateAsync();
        await office.AddRuleAsync([await office.TemplateAsync("IPM.Note.rules.ReplyTemplate.Microsoft", "Thank you", "We have it.")]);
        await office.DeliverAsync("Question", "user2@example.com");
        var reply = (await office.MessagesAsync(RuleOffice.Inbox, "user2@example.com")).ShouldHaveSingleItem().Properties;
        reply.GetString(PropertyTags.Subject).ShouldBe("Thank you");
        reply.GetString(PropertyTags.Body)!.ShouldContain("We have it.");
        reply.GetString(PropertyTags.SenderSmtpAddress).ShouldBe(RuleOffice.User);
        reply.GetString(PropertyTags.InReplyToId).ShouldBe("<m1@b.test>");
        reply.GetString(PropertyTags.TransportMessageHeaders)!.ShouldContain("Auto-Submitted: auto-replied");
        (await office.SubjectsAsync(RuleOffice.Inbox)).ShouldBe(["Question"]);
    }

    [Theory]
    [InlineData("Auto-Submitted: auto-replied\r\n")]
    [InlineData("Precedence: bulk\r\n")]
    [InlineData("List-Id: <l.b.test>\r\n")]
    [InlineData("X-Auto-Response-Suppress: AutoReply\r\n")]
    [InlineData("X-MS-Exchange-Inbox-Rules-Loop: user1@example.com\r\n")]
    public async Task Machines_are_not_answered(string header)
    {
        await using var office = await RuleOffice.CreateAsync();
        await office.AddRuleAsync([await office.TemplateAsync("IPM.Note.rules.ReplyTemplate.Microsoft", "Thank you", "We have it.")]);
        await office.DeliverAsync("Question", "user2@example.com", header);
        (await office.MessagesAsync(RuleOffice.Inbox, "user2@example.com")).ShouldBeEmpty();
        await office.DeliverAsync("Bounce", "");
        await office.DeliverAsync("Bounce", "mailer-daemon@b.test");
        office.Office.Queue.Messages.ShouldBeEmpty();
        (await office.StatesAsync()).ShouldBe([RuleState.Enabled]);
    }

    [Fact]
    public async Task Two_mailboxes_that_answer_everything_exchange_one_answer()
    {
        await using var office = await RuleOffice.CreateAsync();
        await office.AddRuleAsync([new ReplyRuleAction(RuleActionType.Reply, (uint)ReplyFlavor.ServerText, 0, default, default, [], Guid.Empty)]);
        await office.AddRuleAsync([new ReplyRuleAction(RuleActionType.Reply, (uint)ReplyFlavor.ServerText, 0, default, default, [], Guid.Empty)], user: "user2@example.com");
        await office.DeliverAsync("Question", "user2@example.com");
        (await office.MessagesAsync(RuleOffice.Inbox)).Count.ShouldBe(1);
        (await office.MessagesAsync(RuleOffice.Inbox, "user2@example.com")).Count.ShouldBe(1);
    }

    [Fact]
    public async Task A_template_can_keep_the_sender_out()
    {
        await using var office = await RuleOffice.CreateAsync();
        var other = new PropertyRecipient { Properties = new PropertyBag([PropertyValue.Of(PropertyTags.RecipientType, 1), PropertyValue.Of(PropertyTags.SmtpAddress, "user3@example.com")]) };
        await office.AddRuleAsync([await office.TemplateAsync("IPM.Note.rules.ReplyTemplate.Microsoft", "Note", "x", (uint)ReplyFlavor.NotToSender, [other])]);
        await office.DeliverAsync("Question", "user2@example.com");
        (await office.MessagesAsync(RuleOffice.Inbox, "user2@example.com")).ShouldBeEmpty();
        (await office.SubjectsAsync(RuleOffice.Inbox, "user3@example.com")).ShouldBe(["Note"]);
    }

    [Fact]
    public async Task Out_of_office_answers_each_sender_once_until_the_owner_is_back()
    {
        await using var office = await RuleOffice.CreateAsync();
        const RuleState state = RuleState.Enabled | RuleState.OnlyWhenOutOfOffice | RuleState.KeepOutOfOfficeHistory;
        await office.AddRuleAsync([new PlainRuleAction(RuleActionType.MarkAsRead, 0, 0)], state: RuleState.Enabled | RuleState.ExitLevel, sequence: 1);
        await office.AddRuleAsync([await office.TemplateAsync("IPM.Note.rules.OOFTemplate.Microsoft", "", "Away.")], state: state, sequence: 2);
        using var mailbox = await office.OpenAsync();
        await office.DeliverAsync("One", "user2@example.com");
        await OutOfOfficeHistory.SetOutOfOfficeAsync(mailbox, true, default);
        await office.DeliverAsync("Two", "user2@example.com");
        await office.DeliverAsync("Three", "user2@example.com");
        await office.DeliverAsync("Suppressed", "user3@example.com", "X-Auto-Response-Suppress: OOF\r\n");
        var reply = (await office.MessagesAsync(RuleOffice.Inbox, "user2@example.com")).ShouldHaveSingleItem().Properties;
        reply.GetString(PropertyTags.Subject).ShouldBe("Automatic reply: Two");
        reply.GetString(PropertyTags.MessageClass).ShouldBe("IPM.Note.rules.OOFTemplate.Microsoft");
        (await office.MessagesAsync(RuleOffice.Inbox, "user3@example.com")).ShouldBeEmpty();

        await OutOfOfficeHistory.SetOutOfOfficeAsync(mailbox, false, default);
        await OutOfOfficeHistory.SetOutOfOfficeAsync(mailbox, true, default);
        await office.DeliverAsync("Four", "user2@example.com");
        (await office.MessagesAsync(RuleOffice.Inbox, "user2@example.com")).Count.ShouldBe(2);
    }

    [Fact]
    public async Task Forwards_are_new_messages_resent_ones_or_attachments()
    {
        await using var office = await RuleOffice.CreateAsync();
        await office.AddRuleAsync([RuleOffice.Forward("user2@example.com"), RuleOffice.Forward("user3@example.com", ForwardFlavor.PreserveSender | ForwardFlavor.DoNotChange)], RuleOffice.SubjectHas("first"));
        await office.AddRuleAsync([RuleOffice.Forward("user2@example.com", ForwardFlavor.AsAttachment)], RuleOffice.SubjectHas("second"));
        await office.DeliverAsync("The first");
        var forwarded = (await office.MessagesAsync(RuleOffice.Inbox, "user2@example.com")).ShouldHaveSingleItem().Properties;
        forwarded.GetString(PropertyTags.Subject).ShouldBe("FW: The first");
        forwarded.GetString(PropertyTags.SenderSmtpAddress).ShouldBe(RuleOffice.User);
        forwarded.GetString(PropertyTags.Body)!.ShouldContain("From: Ann <a@b.test>");
        forwarded.GetString(PropertyTags.Body)!.ShouldContain("Text.");
        forwarded.GetBoolean(PropertyTags.AutoForwarded).ShouldBeTrue();
        var resent = (await office.MessagesAsync(RuleOffice.Inbox, "user3@example.com")).ShouldHaveSingleItem().Properties;
        resent.GetString(PropertyTags.Subject).ShouldBe("The first");
        resent.GetString(PropertyTags.SenderSmtpAddress).ShouldBe("a@b.test");
        resent.GetString(PropertyTags.InternetMessageId).ShouldBe("<m1@b.test>");
        resent.GetBoolean(PropertyTags.AutoForwarded).ShouldBeTrue();

        await office.DeliverAsync("The second");
        var attached = (await office.MessagesAsync(RuleOffice.Inbox, "user2@example.com"))[1];
        attached.Attachments.ShouldHaveSingleItem().Embedded.ShouldNotBeNull().Properties.GetString(PropertyTags.Subject).ShouldBe("The second");
    }

    [Fact]
    public async Task Nobody_gets_his_own_message_back_and_rings_of_forwards_end()
    {
        await using var office = await RuleOffice.CreateAsync();
        foreach (var flavor in new[] { ForwardFlavor.None, ForwardFlavor.PreserveSender })
        {
            await office.AddRuleAsync([RuleOffice.Forward("user2@example.com", flavor)]);
            await office.AddRuleAsync([RuleOffice.Forward("user3@example.com", flavor)], user: "user2@example.com");
            await office.AddRuleAsync([RuleOffice.Forward("user1@example.com", flavor)], user: "user3@example.com");
        }

        await office.DeliverAsync("To its own sender", "user2@example.com");
        (await office.SubjectsAsync(RuleOffice.Inbox, "user2@example.com")).ShouldBeEmpty();
        await office.DeliverAsync("Round");
        office.Office.Queue.Messages.ShouldBeEmpty();
        (await office.SubjectsAsync(RuleOffice.Inbox)).Count.ShouldBeLessThan(20);
    }

    [Fact]
    public async Task A_delegate_sees_for_whom_it_was()
    {
        await using var office = await RuleOffice.CreateAsync();
        await office.AddRuleAsync([RuleOffice.Forward("user2@example.com", type: RuleActionType.Delegate)]);
        await office.DeliverAsync("Meeting");
        var received = (await office.MessagesAsync(RuleOffice.Inbox, "user2@example.com")).ShouldHaveSingleItem().Properties;
        var owner = office.Owner();
        received.GetString(PropertyTags.SenderSmtpAddress).ShouldBe("a@b.test");
        received.GetBoolean(PropertyTags.DelegatedByRule).ShouldBeTrue();
        received.GetString(PropertyTags.ReceivedRepresentingName).ShouldBe(owner.DisplayName);
        received.GetString(PropertyTags.ReceivedRepresentingAddressType).ShouldBe("EX");
        received.GetString(PropertyTags.ReceivedRepresentingEmailAddress).ShouldBe(owner.LegacyExchangeDn);
        (EntryId.Parse(received.GetBinary(PropertyTags.ReceivedRepresentingEntryId)) as AddressBookEntryId)!.X500Dn.ShouldBe(owner.LegacyExchangeDn);
        System.Text.Encoding.ASCII.GetString(received.GetBinary(PropertyTags.ReceivedRepresentingSearchKey)!).ShouldBe($"EX:{owner.LegacyExchangeDn.ToUpperInvariant()}\0");
    }

    [Theory]
    [InlineData(BounceCode.TooLarge, "5.3.4")]
    [InlineData(BounceCode.CannotBeDisplayed, "5.6.1")]
    [InlineData(BounceCode.Denied, "5.7.1")]
    public async Task A_refused_message_is_reported_and_not_kept(BounceCode code, string status)
    {
        await using var office = await RuleOffice.CreateAsync();
        await office.AddRuleAsync([new BounceRuleAction(0, 0, code)]);
        await office.DeliverAsync("No", "user2@example.com");
        await office.DeliverAsync("No", "");
        (await office.MessagesAsync(RuleOffice.Inbox)).ShouldBeEmpty();
        var report = (await office.Office.InboxAsync("user2@example.com")).ShouldHaveSingleItem();
        report.ShouldContain($"Status: {status}");
        report.ShouldContain("Final-Recipient: rfc822; user1@example.com");
    }

    [Fact]
    public async Task What_goes_outside_waits_with_its_owner_as_the_sender()
    {
        await using var office = await RuleOffice.CreateAsync();
        await office.AddRuleAsync([RuleOffice.Forward("z@elsewhere.test", ForwardFlavor.PreserveSender)]);
        await office.DeliverAsync("Out", header: "Return-Path: <a@b.test>\r\n");
        var (entry, text) = (await office.OutsideAsync()).ShouldHaveSingleItem();
        entry.Sender.ShouldBe(RuleOffice.User);
        entry.Recipients.ShouldHaveSingleItem().Address.ShouldBe("z@elsewhere.test");
        text.ShouldStartWith("Return-Path: <user1@example.com>");
        text.ShouldNotContain("Return-Path: <a@b.test>");
        text.ShouldContain("Resent-To: <z@elsewhere.test>");
        text.ShouldContain("X-MS-Exchange-Inbox-Rules-Loop: user1@example.com");
    }

    [Theory]
    [InlineData(TlsDemand.Required)]
    [InlineData(TlsDemand.Policy)]
    public async Task What_the_sender_wants_of_TLS_goes_along(TlsDemand demand)
    {
        await using var office = await RuleOffice.CreateAsync();
        await office.AddRuleAsync([RuleOffice.Forward("z@elsewhere.test", ForwardFlavor.PreserveSender)]);
        await office.Office.EnqueueAsync("a@b.test", [new(RuleOffice.User, null, null, 0, 0, null)], content: "Subject: Out\r\nFrom: a@b.test\r\n\r\nText.\r\n", change: m => m with { Tls = demand });
        await office.Office.DrainAsync();
        (await office.OutsideAsync()).ShouldHaveSingleItem().Entry.Tls.ShouldBe(demand);
    }

    [Fact]
    public async Task Death_after_the_mailbox_and_before_the_queue_sends_once_all_the_same()
    {
        await using var office = await RuleOffice.CreateAsync();
        await office.AddRuleAsync([RuleOffice.Forward("user2@example.com", ForwardFlavor.PreserveSender)]);
        await office.Office.EnqueueAsync("a@b.test", [new(RuleOffice.User, null, null, 0, 0, null)], content: "Subject: Once\r\nFrom: a@b.test\r\n\r\nx\r\n");
        office.Office.Queue.BeforeEnqueue = () => throw new StorageUnavailableException("Killed.");
        await office.Office.DrainAsync();
        (await office.SubjectsAsync(RuleOffice.Inbox)).ShouldBe(["Once"]);
        office.Office.Queue.BeforeEnqueue = null;
        await office.Office.RestartDeliveryAsync();
        office.Office.Queue.MakeDue();
        await office.Office.DrainAsync();
        (await office.SubjectsAsync(RuleOffice.Inbox)).ShouldBe(["Once"]);
        (await office.SubjectsAsync(RuleOffice.Inbox, "user2@example.com")).ShouldBe(["Once"]);
        office.Office.Queue.Messages.ShouldBeEmpty();
    }

    [Fact]
    public async Task Over_quota_nothing_is_sent_until_the_message_has_its_place()
    {
        await using var office = await RuleOffice.CreateAsync();
        await office.AddRuleAsync([RuleOffice.Forward("user2@example.com", ForwardFlavor.PreserveSender)]);
        await office.Office.SetQuotaAsync(RuleOffice.User, 1);
        await office.DeliverAsync("Later");
        (await office.SubjectsAsync(RuleOffice.Inbox, "user2@example.com")).ShouldBeEmpty();
        await office.Office.SetQuotaAsync(RuleOffice.User, 0);
        office.Office.Queue.MakeDue();
        await office.Office.DrainAsync();
        (await office.SubjectsAsync(RuleOffice.Inbox)).ShouldBe(["Later"]);
        (await office.SubjectsAsync(RuleOffice.Inbox, "user2@example.com")).ShouldBe(["Later"]);
    }
}
