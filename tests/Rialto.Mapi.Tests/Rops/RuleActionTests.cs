using System.Text;
using Rialto.Mapi.Rops;
using Rialto.Mapi.Tests.Client;
using Rialto.Model;
using Rialto.Store;

namespace Rialto.Mapi.Tests.Rops;

/// <summary>[MS-OXORULE] 2.2.5.1, 3.2.5.1 over HTTPS: every action of a rule in every flavor, written by one client and met by another's message.</summary>
public sealed class RuleActionTests : IAsyncLifetime
{
    private RuleScene _scene = null!;

    private RuleParty Owner => _scene.Owner;

    public async Task InitializeAsync() => _scene = await RuleScene.StartAsync();

    public async Task DisposeAsync() => await _scene.DisposeAsync();

    [Fact]
    public async Task Marked_as_read_with_no_deferred_message()
    {
        await Owner.AddRuleAsync([new PlainRuleAction(RuleActionType.MarkAsRead, 0, 0)], RuleScene.SubjectHas("read"));
        await _scene.SendAsync("read me");
        await _scene.SendAsync("other");
        var rows = await Owner.RowsAsync(PropertyTags.Subject, PropertyTags.MessageFlags, PropertyTags.HasDeferredActionMessages);
        rows.Single(r => r[0].AsString() == "read me")[1].AsInt32().ShouldBe(rows.Single(r => r[0].AsString() == "other")[1].AsInt32() | 0x401);
        rows.ShouldAllBe(r => !r[2].AsBoolean());
        (await Owner.Session.PropertiesAsync(await OpenAsync("other"), PropertyTags.HasDeferredActionMessages))[0].AsBoolean().ShouldBeFalse();
    }

    [Fact]
    public async Task Deleted_and_no_later_rule_is_evaluated()
    {
        await Owner.AddRuleAsync([new PlainRuleAction(RuleActionType.Delete, 0, 0)], sequence: 1);
        await Owner.AddRuleAsync([RuleScene.Forward("user3@example.com")], sequence: 2);
        await _scene.SendAsync("gone");
        (await Owner.SubjectsAsync()).ShouldBeEmpty();
        (await _scene.Third.SubjectsAsync()).ShouldBeEmpty();
    }

    [Theory]
    [InlineData(RuleActionType.Move, 0)]
    [InlineData(RuleActionType.Copy, 1)]
    public async Task Moved_and_copied_to_a_folder_of_the_mailbox(RuleActionType type, int left)
    {
        var (id, folder) = await Owner.NewFolderAsync("Target");
        await Owner.AddRuleAsync([RuleScene.Place(type, id)]);
        await _scene.SendAsync("placed");
        (await Owner.SubjectsAsync()).Count.ShouldBe(left);
        (await Owner.SubjectsAsync(id)).ShouldBe(["placed"]);
        (await Owner.Session.PropertiesAsync(folder, PropertyTags.ContentCount))[0].AsInt32().ShouldBe(1);
    }

    [Fact]
    public async Task Moved_twice_makes_two_copies()
    {
        var (first, _) = await Owner.NewFolderAsync("First");
        var (second, _) = await Owner.NewFolderAsync("Second");
        await Owner.AddRuleAsync([RuleScene.Place(RuleActionType.Move, first)], sequence: 1);
        await Owner.AddRuleAsync([RuleScene.Place(RuleActionType.Move, second)], sequence: 2);
        await _scene.SendAsync("twice");
        (await Owner.SubjectsAsync()).ShouldBeEmpty();
        (await Owner.SubjectsAsync(first)).ShouldBe(["twice"]);
        (await Owner.SubjectsAsync(second)).ShouldBe(["twice"]);
    }

    [Fact]
    public async Task Rules_of_the_folder_moved_to_come_before_the_rest()
    {
        var (id, folder) = await Owner.NewFolderAsync("Inner");
        await Owner.AddRuleAsync([RuleScene.Place(RuleActionType.Move, id)], sequence: 1);
        await Owner.AddRuleAsync([new TagRuleAction(0, 0, PropertyValue.Of(PropertyTags.Importance, 2))], sequence: 1, folder: folder);
        await Owner.AddRuleAsync([RuleScene.Forward("user3@example.com")],
            new PropertyRestriction(RelationalOperator.Equal, PropertyTags.Importance, PropertyValue.Of(PropertyTags.Importance, 2)), sequence: 2);
        await _scene.SendAsync("inner first");
        (await Owner.SubjectsAsync(id)).ShouldBe(["inner first"]);
        (await _scene.Third.SubjectsAsync()).ShouldBe(["FW: inner first"]);
    }

    [Fact]
    public async Task Tagged_with_a_property_that_lists_show_and_restrict_by()
    {
        var name = (await Owner.Session.NamesAsync(Owner.Handle, new PropertyName(PropertySets.PublicStrings, "project")))[0];
        var tag = new PropertyTag(name, PropertyType.String);
        await Owner.AddRuleAsync([new TagRuleAction(0, 0, PropertyValue.Of(tag, "Rialto")), new TagRuleAction(0, 0, PropertyValue.Of(PropertyTags.Importance, 2))], RuleScene.SubjectHas("tag"));
        await _scene.SendAsync("tag me");
        await _scene.SendAsync("not me");
        var (table, _) = await Owner.Session.ContentsTableAsync(await Owner.FolderAsync());
        await Owner.Session.CallAsync<RopSetColumns.Response>(RopId.SetColumns, new RopSetColumns.Request { PropertyTags = [PropertyTags.Subject, tag] }, table);
        await Owner.Session.CallAsync<RopRestrict.Response>(RopId.Restrict, new RopRestrict.Request
        {
            RestrictionData = new PropertyRestriction(RelationalOperator.Equal, PropertyTags.Importance, PropertyValue.Of(PropertyTags.Importance, 2)),
        }, table);
        var row = (await Owner.Session.QueryRowsAsync(table, [PropertyTags.Subject, tag], 10)).Rows.ShouldHaveSingleItem();
        row[0].AsString().ShouldBe("tag me");
        row[1].AsString().ShouldBe("Rialto");
    }

    [Theory]
    [InlineData(ReplyFlavor.None, true, false, "Thank you", "We have it.")]
    [InlineData(ReplyFlavor.NotToSender, false, true, "Thank you", "We have it.")]
    [InlineData(ReplyFlavor.ServerText, true, false, "Re: question", null)]
    public async Task Answered_by_template(ReplyFlavor flavor, bool toSender, bool toThird, string subject, string? body)
    {
        var (mid, id) = await Owner.TemplateAsync("IPM.Note.rules.ReplyTemplate.Microsoft", "Thank you", "We have it.", flavor == ReplyFlavor.NotToSender ? "user3@example.com" : null);
        await Owner.AddRuleAsync([_scene.ReplyAction(RuleActionType.Reply, Owner.Logon.FolderIds[RuleScene.Inbox], mid, id, flavor)]);
        await _scene.SendAsync("question");
        (await _scene.Sender.SubjectsAsync()).Count.ShouldBe(toSender ? 1 : 0);
        (await _scene.Third.SubjectsAsync()).Count.ShouldBe(toThird ? 1 : 0);
        var receiver = toSender ? _scene.Sender : _scene.Third;
        var reply = await receiver.OnlyAsync();
        (await receiver.Session.TextAsync(reply, PropertyTags.Subject)).ShouldBe(subject);
        var text = (await receiver.Session.TextAsync(reply, PropertyTags.Body))!.Trim();
        if (body is null)
            text.ShouldNotContain("We have it.");
        else
            text.ShouldBe(body);
        (await Owner.SubjectsAsync()).ShouldBe(["question"]);
    }

    [Theory]
    [InlineData(0x20, 0, 1)]
    [InlineData(0x10, 1, 0)]
    [InlineData(0x30, 0, 0)]
    [InlineData(0, 1, 1)]
    public async Task Who_wants_no_answer_gets_none(int suppressed, int replies, int outOfOffice)
    {
        var folder = Owner.Logon.FolderIds[RuleScene.Inbox];
        var (mid, id) = await Owner.TemplateAsync("IPM.Note.rules.ReplyTemplate.Microsoft", "Reply", "x");
        var (awayMid, awayId) = await Owner.TemplateAsync("IPM.Note.rules.OOFTemplate.Microsoft", "Away", "x");
        await Owner.AddRuleAsync([_scene.ReplyAction(RuleActionType.Reply, folder, mid, id)], sequence: 1);
        await Owner.AddRuleAsync([_scene.ReplyAction(RuleActionType.OutOfOfficeReply, folder, awayMid, awayId)], sequence: 2);
        await _scene.SendAsync("question", PropertyValue.Of(PropertyTags.AutoResponseSuppress, suppressed));
        var subjects = await _scene.Sender.SubjectsAsync();
        subjects.Count(s => s == "Reply").ShouldBe(replies);
        subjects.Count(s => s == "Away").ShouldBe(outOfOffice);
    }

    [Theory]
    [InlineData(RuleActionType.Reply, 1)]
    [InlineData(RuleActionType.OutOfOfficeReply, 0)]
    public async Task Forwarded_mail_gets_no_out_of_office_reply(RuleActionType type, int answers)
    {
        var (mid, id) = await Owner.TemplateAsync(type == RuleActionType.Reply ? "IPM.Note.rules.ReplyTemplate.Microsoft" : "IPM.Note.rules.OOFTemplate.Microsoft", "Reply", "x");
        await Owner.AddRuleAsync([_scene.ReplyAction(type, Owner.Logon.FolderIds[RuleScene.Inbox], mid, id)]);
        await _scene.SendAsync("forwarded by a rule", PropertyValue.Of(PropertyTags.AutoForwarded, true));
        (await _scene.Sender.SubjectsAsync()).Count.ShouldBe(answers);
    }

    [Fact]
    public async Task Out_of_office_rules_hold_while_their_owner_is_away_and_answer_each_once()
    {
        var folder = Owner.Logon.FolderIds[RuleScene.Inbox];
        var (mid, id) = await Owner.TemplateAsync("IPM.Note.rules.OOFTemplate.Microsoft", "Away", "Back on Monday.");
        // ST_ENABLED, ST_ONLY_WHEN_OOF, ST_KEEP_OOF_HIST behind a rule with ST_EXIT_LEVEL, and one more that must not run.
        await Owner.AddRuleAsync([new PlainRuleAction(RuleActionType.MarkAsRead, 0, 0)], state: 0x11, sequence: 1);
        await Owner.AddRuleAsync([_scene.ReplyAction(RuleActionType.OutOfOfficeReply, folder, mid, id)], state: 0x0D, sequence: 2);
        await Owner.AddRuleAsync([RuleScene.Forward("user3@example.com")], sequence: 3);
        await _scene.SendAsync("present");
        await AwayAsync(true);
        await _scene.SendAsync("first");
        await _scene.SendAsync("second");
        await _scene.SendFromAsync(_scene.Third, "from another");
        (await _scene.Third.SubjectsAsync()).ShouldBe(["Away"]);
        var reply = await _scene.Sender.OnlyAsync();
        var read = await _scene.Sender.Session.PropertiesAsync(reply, PropertyTags.MessageClass, PropertyTags.Subject, PropertyTags.SentRepresentingSmtpAddress);
        read[0].AsString().ShouldBe("IPM.Note.rules.OOFTemplate.Microsoft");
        read[1].AsString().ShouldBe("Away");
        read[2].AsString().ShouldBe("user1@example.com");
        (await _scene.Sender.RowsAsync(PropertyTags.MessageClass))[0][0].AsString().ShouldBe("IPM.Note.rules.OOFTemplate.Microsoft");
        await AwayAsync(false);
        await _scene.SendAsync("back");
        await AwayAsync(true);
        await _scene.SendAsync("away again");
        (await _scene.Sender.SubjectsAsync()).Count.ShouldBe(2);

        Task AwayAsync(bool away) => Owner.Session.CallAsync<ProblemsResponse>(
            RopId.SetProperties, new RopSetProperties.Request { PropertyValues = [PropertyValue.Of(PropertyTags.OutOfOfficeState, away)] }, Owner.Handle);
    }

    [Theory]
    [InlineData(ForwardFlavor.None, "FW: news", "user1@example.com", true)]
    [InlineData(ForwardFlavor.PreserveSender, "news", "user2@example.com", true)]
    [InlineData(ForwardFlavor.DoNotChange, "news", "user2@example.com", false)]
    [InlineData(ForwardFlavor.PreserveSender | ForwardFlavor.DoNotChange, "news", "user2@example.com", true)]
    [InlineData(ForwardFlavor.AsAttachment, "FW: news", "user1@example.com", true)]
    [InlineData(ForwardFlavor.AsTextMessage, "news", "user1@example.com", true)]
    public async Task Forwarded_in_every_flavor(ForwardFlavor flavor, string subject, string sender, bool autoForwarded)
    {
        await Owner.AddRuleAsync([RuleScene.Forward("user3@example.com", flavor)]);
        await _scene.SendAsync("news");
        var forwarded = await _scene.Third.OnlyAsync();
        var read = await _scene.Third.Session.PropertiesAsync(forwarded, PropertyTags.Subject, PropertyTags.SenderSmtpAddress, PropertyTags.AutoForwarded, PropertyTags.HasAttachments, PropertyTags.MessageClass);
        read[0].AsString().ShouldBe(subject);
        read[1].AsString().ShouldBe(sender);
        (!read[2].IsError && read[2].AsBoolean()).ShouldBe(autoForwarded);
        read[3].AsBoolean().ShouldBe(flavor == ForwardFlavor.AsAttachment);
        read[4].AsString().ShouldBe(flavor == ForwardFlavor.AsTextMessage ? "IPM.Note.Mobile.SMS" : "IPM.Note");
        if (flavor == ForwardFlavor.AsAttachment)
        {
            var (_, embedded) = await _scene.Third.Session.OpenEmbeddedAsync(await _scene.Third.Session.OpenAttachmentAsync(forwarded, 0));
            (await _scene.Third.Session.TextAsync(embedded, PropertyTags.Subject)).ShouldBe("news");
        }
        else
        {
            (await _scene.Third.Session.TextAsync(forwarded, PropertyTags.Body))!.ShouldContain("Text.");
        }
        (await Owner.SubjectsAsync()).ShouldBe(["news"]);
    }

    [Fact]
    public async Task Not_forwarded_to_its_sender()
    {
        await Owner.AddRuleAsync([RuleScene.Forward("user2@example.com")]);
        await _scene.SendAsync("mine");
        (await _scene.Sender.SubjectsAsync()).ShouldBeEmpty();
        (await Owner.SubjectsAsync()).ShouldBe(["mine"]);
    }

    [Fact]
    public async Task A_delegate_receives_it_for_its_owner_with_all_its_properties()
    {
        // What Outlook writes for a delegate: meeting mail goes to him, and is deleted here.
        await Owner.AddRuleAsync([RuleScene.Forward("user3@example.com", type: RuleActionType.Delegate), new PlainRuleAction(RuleActionType.Delete, 0, 0)],
            new ContentRestriction(FuzzyLevel.Prefix | FuzzyLevel.IgnoreCase, PropertyTags.MessageClass, PropertyValue.Of(PropertyTags.MessageClass, "IPM.Schedule.Meeting")),
            provider: "Schedule+ EMS Interface");
        var location = new PropertyTag((await _scene.Sender.Session.NamesAsync(_scene.Sender.Handle, PropertyNames.PidLidLocation))[0], PropertyType.String);
        await _scene.SendAsync("ordinary");
        await _scene.SendAsync("meeting", PropertyValue.Of(PropertyTags.MessageClass, "IPM.Schedule.Meeting.Request"), PropertyValue.Of(location, "Room 1"));
        (await Owner.SubjectsAsync()).ShouldBe(["ordinary"]);
        var message = await _scene.Third.OnlyAsync();
        var own = new PropertyTag((await _scene.Third.Session.NamesAsync(_scene.Third.Handle, PropertyNames.PidLidLocation))[0], PropertyType.String);
        var read = await _scene.Third.Session.PropertiesAsync(message, PropertyTags.MessageClass, own, PropertyTags.ReceivedRepresentingEntryId, PropertyTags.ReceivedRepresentingAddressType,
            PropertyTags.ReceivedRepresentingEmailAddress, PropertyTags.ReceivedRepresentingName, PropertyTags.ReceivedRepresentingSearchKey, PropertyTags.DelegatedByRule, PropertyTags.SenderSmtpAddress);
        var owner = _scene.Server.User(1);
        read[0].AsString().ShouldBe("IPM.Schedule.Meeting.Request");
        read[1].AsString().ShouldBe("Room 1");
        read[2].AsBinary().ShouldBe(new AddressBookEntryId(AddressBookEntryType.LocalMailUser, owner.LegacyExchangeDn).ToArray());
        read[3].AsString().ShouldBe("EX");
        read[4].AsString().ShouldBe(owner.LegacyExchangeDn);
        read[5].AsString().ShouldBe(owner.DisplayName);
        read[6].AsBinary().ShouldBe(Encoding.ASCII.GetBytes($"EX:{owner.LegacyExchangeDn.ToUpperInvariant()}\0"));
        read[7].AsBoolean().ShouldBeTrue();
        read[8].AsString().ShouldBe("user2@example.com");
    }

    [Theory]
    [InlineData(BounceCode.TooLarge)]
    [InlineData(BounceCode.CannotBeDisplayed)]
    [InlineData(BounceCode.Denied)]
    public async Task Refused_with_a_report_to_the_sender(BounceCode code)
    {
        await Owner.AddRuleAsync([new BounceRuleAction(0, 0, code)]);
        await _scene.SendAsync("unwanted");
        (await Owner.SubjectsAsync()).ShouldBeEmpty();
        var report = (await _scene.Sender.RowsAsync(PropertyTags.MessageClass, PropertyTags.Subject)).ShouldHaveSingleItem();
        report[0].AsString().ShouldBe("REPORT.IPM.Note.NDR");
        report[1].AsString().ShouldContain("unwanted");
    }

    private async Task<uint> OpenAsync(string subject)
    {
        var rows = await Owner.RowsAsync(PropertyTags.Mid, PropertyTags.Subject);
        return (await Owner.Session.OpenMessageAsync(Owner.Handle, Owner.Logon.FolderIds[RuleScene.Inbox], (ulong)rows.Single(r => r[1].AsString() == subject)[0].AsInt64())).Handle;
    }
}
