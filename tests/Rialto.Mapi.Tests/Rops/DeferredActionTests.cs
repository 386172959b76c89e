using Rialto.Delivery;
using Rialto.Mapi.Rops;
using Rialto.Mapi.Tests.Client;
using Rialto.Model;
using Rialto.Store;

namespace Rialto.Mapi.Tests.Rops;

/// <summary>[MS-OXORULE] 2.2.4 (extended rules), 2.2.6, 2.2.7, 3.2.5.1.2, 3.2.5.1.3, 3.2.5.4 over HTTPS: what clients find in the Deferred Action Folder, and rules they keep themselves.</summary>
public sealed class DeferredActionTests : IAsyncLifetime
{
    private static readonly PropertyTag s_clientActions = PropertyTags.ClientActions;

    private RuleScene _scene = null!;

    private RuleParty Owner => _scene.Owner;

    public async Task InitializeAsync() => _scene = await RuleScene.StartAsync();

    public async Task DisposeAsync() => await _scene.DisposeAsync();

    [Fact]
    public async Task A_client_side_rule_leaves_a_deferred_message_that_names_everything()
    {
        var folder = await Owner.FolderAsync(RuleScene.DeferredAction);
        var (table, count) = await Owner.Session.ContentsTableAsync(folder);
        count.ShouldBe(0);
        (await Owner.Session.RowsAsync(table, [PropertyTags.MessageClass])).ShouldBeEmpty();
        var first = new DeferRuleAction(0, 7, [1, 2, 3]);
        var second = new DeferRuleAction(0, 0, [4]);
        await Owner.AddRuleAsync([first], sequence: 1);
        await Owner.AddRuleAsync([second], sequence: 2);
        await Owner.AddRuleAsync([new DeferRuleAction(0, 0, [5])], sequence: 3, provider: "Another");
        await _scene.SendAsync("deferred");

        // The folder's table tells of them.
        await Owner.Session.ExecuteAsync([], []);
        Owner.Session.Notifications.ShouldContain(n => n.NotificationHandle == table);
        var delivered = (await Owner.RowsAsync(PropertyTags.EntryId, PropertyTags.HasDeferredActionMessages)).ShouldHaveSingleItem();
        delivered[1].AsBoolean().ShouldBeTrue();
        var rules = await Owner.RulesAsync(PropertyTags.RuleId);
        var inbox = (await Owner.Session.PropertiesAsync(await Owner.FolderAsync(), PropertyTags.EntryId))[0].AsBinary();
        var rows = await Owner.RowsAsync(RuleScene.DeferredAction, PropertyTags.MessageClass, PropertyTags.RuleProvider, PropertyTags.Mid);
        rows.ShouldAllBe(r => r[0].AsString() == "IPC.Microsoft Exchange 4.0.Deferred Action");
        rows.Select(r => r[1].AsString()).ShouldBe(["RuleOrganizer", "Another"], ignoreOrder: true);

        var mid = (ulong)rows.Single(r => r[1].AsString() == "RuleOrganizer")[2].AsInt64();
        var (_, message) = await Owner.Session.OpenMessageAsync(Owner.Handle, Owner.Logon.FolderIds[RuleScene.DeferredAction], mid);
        var read = await Owner.Session.PropertiesAsync(message, PropertyTags.DamBackPatched, PropertyTags.DamOriginalEntryId, PropertyTags.RuleFolderEntryId, s_clientActions, PropertyTags.RuleIds,
            PropertyTags.DeferredActionMessageOriginalEntryId);
        read[0].AsBoolean().ShouldBeFalse();
        read[1].AsBinary().ShouldBe(delivered[0].AsBinary());
        read[2].AsBinary().ShouldBe(inbox);
        RuleActionCodec.Read(read[3].AsBinary(), ValueForm.Rop).ShouldBe([first, second]);
        read[4].AsBinary().ShouldBe([.. BitConverter.GetBytes(rules[0][0].AsInt64()), .. BitConverter.GetBytes(rules[0][0].AsInt64())]);

        // The client has taken the message away: whatever knew it by the old id knows it by the new one.
        var patch = new RopUpdateDeferredActionMessages.Request { ServerEntryId = read[5].AsBinary(), ClientEntryId = [9, 9, 9] };
        (await Owner.Session.TryAsync(RopId.UpdateDeferredActionMessages, patch, Owner.Handle)).ShouldBe(ErrorCode.Success);
        (_, message) = await Owner.Session.OpenMessageAsync(Owner.Handle, Owner.Logon.FolderIds[RuleScene.DeferredAction], mid);
        read = await Owner.Session.PropertiesAsync(message, PropertyTags.DamBackPatched, PropertyTags.DeferredActionMessageOriginalEntryId);
        read[0].AsBoolean().ShouldBeTrue();
        read[1].AsBinary().ShouldBe([9, 9, 9]);
    }

    [Fact]
    public async Task A_rule_whose_folder_is_gone_is_told_once_and_marked_until_it_is_written_anew()
    {
        var (id, _) = await Owner.NewFolderAsync("Going");
        await Owner.AddRuleAsync([new PlainRuleAction(RuleActionType.MarkAsRead, 0, 0), RuleScene.Place(RuleActionType.Move, id)]);
        (await Owner.Session.DeleteFolderAsync(await Owner.FolderAsync(), id, RopDeleteFolder.DeleteFlags.HardDelete)).ReturnValue.ShouldBe(ErrorCode.Success);
        await _scene.SendAsync("first");
        await _scene.SendAsync("second");

        var rule = (await Owner.RulesAsync(PropertyTags.RuleId, PropertyTags.RuleState)).ShouldHaveSingleItem();
        rule[1].AsInt32().ShouldBe(3);
        var message = await Owner.OnlyAsync(RuleScene.DeferredAction);
        var read = await Owner.Session.PropertiesAsync(message, PropertyTags.MessageClass, PropertyTags.RuleError, PropertyTags.RuleActionType, PropertyTags.RuleActionNumber,
            PropertyTags.RuleProvider, PropertyTags.DamOriginalEntryId, PropertyTags.RuleFolderEntryId, PropertyTags.RuleId);
        read[0].AsString().ShouldBe("IPC.Microsoft Exchange 4.0.Deferred Error");
        read[1].AsInt32().ShouldBe(6);
        read[2].AsInt32().ShouldBe(1);
        read[3].AsInt32().ShouldBe(1);
        read[4].AsString().ShouldBe("RuleOrganizer");
        var rows = await Owner.RowsAsync(PropertyTags.Subject, PropertyTags.EntryId, PropertyTags.MessageFlags);
        rows.ShouldAllBe(r => (r[2].AsInt32() & 1) == 1);
        read[5].AsBinary().ShouldBe(rows.Single(r => r[0].AsString() == "first")[1].AsBinary());
        read[6].AsBinary().ShouldBe((await Owner.Session.PropertiesAsync(await Owner.FolderAsync(), PropertyTags.EntryId))[0].AsBinary());
        read[7].ShouldBe(rule[0]);

        var rewritten = new TableRowChange { ChangeFlags = RuleScene.Modify, PropertyValues = [rule[0], PropertyValue.Of(PropertyTags.RuleState, 1)] };
        (await Owner.ModifyRulesAsync(await Owner.FolderAsync(), 0, rewritten)).ShouldBe(ErrorCode.Success);
        (await Owner.RulesAsync(PropertyTags.RuleState))[0][0].AsInt32().ShouldBe(1);
        await _scene.SendAsync("third");
        (await Owner.RowsAsync(RuleScene.DeferredAction, PropertyTags.Mid)).Count.ShouldBe(2);
    }

    [Theory]
    [InlineData("template", 10)]
    [InlineData("recipient", 11)]
    [InlineData("tag", 11)]
    public async Task Each_failure_has_its_number(string what, int error)
    {
        RuleAction action = what switch
        {
            "template" => new ReplyRuleAction(RuleActionType.Reply, 0, 0, StoreId.FromWire(Owner.Logon.FolderIds[RuleScene.Inbox]), new StoreId(1, 0x77777), [], Guid.NewGuid()),
            "recipient" => new ForwardRuleAction(RuleActionType.Forward, 0, 0, [new RuleRecipient(0, [PropertyValue.Of(PropertyTags.DisplayName, "Nobody"), PropertyValue.Of(PropertyTags.RecipientType, 1)])]),
            _ => new TagRuleAction(0, 0, PropertyValue.Of(PropertyTags.ChangeKey, (byte[])[1])),
        };
        await Owner.AddRuleAsync([action]);
        await _scene.SendAsync("fails");
        var read = await Owner.Session.PropertiesAsync(await Owner.OnlyAsync(RuleScene.DeferredAction), PropertyTags.RuleError, PropertyTags.RuleActionType, PropertyTags.RuleActionNumber);
        read[0].AsInt32().ShouldBe(error);
        read[1].AsInt32().ShouldBe((int)action.Type);
        read[2].AsInt32().ShouldBe(0);
        (await Owner.SubjectsAsync()).ShouldBe(["fails"]);
    }

    [Fact]
    public async Task Extended_rules_are_what_a_client_keeps_beside_the_mail()
    {
        var (target, handle) = await Owner.NewFolderAsync("By an extended rule");
        var folder = (await Owner.Session.PropertiesAsync(handle, PropertyTags.EntryId))[0].AsBinary();
        var (templateMid, templateId) = await Owner.TemplateAsync("IPM.Note.rules.ReplyTemplate.Microsoft", "Thanks", "x");
        var template = await Owner.Session.OpenAsync(Owner.Handle, Owner.Logon.FolderIds[RuleScene.Inbox], templateMid, 0);
        var templateEntry = (await Owner.Session.PropertiesAsync(template, PropertyTags.EntryId))[0].AsBinary();
        await ExtendedAsync("move", 1, new FolderRuleAction(RuleActionType.Copy, 0, 0, true, [1], folder));
        await ExtendedAsync("move", 2, new ReplyRuleAction(RuleActionType.Reply, 0, 0, default, default, templateEntry, templateId));
        await ExtendedAsync("move", 3, RuleScene.Forward("user3@example.com"), new PlainRuleAction(RuleActionType.MarkAsRead, 0, 0));
        await ExtendedAsync("drop", 4, new PlainRuleAction(RuleActionType.Delete, 0, 0));
        await ExtendedAsync("off", 5, 0, new PlainRuleAction(RuleActionType.Delete, 0, 0));
        await _scene.SendAsync("move me");
        await _scene.SendAsync("drop me");
        await _scene.SendAsync("off");
        (await Owner.SubjectsAsync()).ShouldBe(["off", "move me"], ignoreOrder: true);
        (await Owner.SubjectsAsync(target)).ShouldBe(["move me"]);
        (await _scene.Sender.SubjectsAsync()).ShouldBe(["Thanks"]);
        (await _scene.Third.SubjectsAsync()).ShouldBe(["FW: move me"]);
        // They are no rows of the rules table.
        (await Owner.RulesAsync(PropertyTags.RuleName)).ShouldBeEmpty();
        (await Owner.RowsAsync(RuleScene.DeferredAction, PropertyTags.Mid)).ShouldBeEmpty();
    }

    private Task ExtendedAsync(string subject, int sequence, params RuleAction[] actions) => ExtendedAsync(subject, sequence, 1, actions);

    private async Task ExtendedAsync(string subject, int sequence, int state, params RuleAction[] actions)
    {
        var message = await Owner.Session.CreateMessageAsync(Owner.Handle, Owner.Logon.FolderIds[RuleScene.Inbox], associated: true);
        await Owner.Session.SetAsync(message,
            PropertyValue.Of(PropertyTags.MessageClass, MailRule.ExtendedClass), PropertyValue.Of(PropertyTags.RuleMessageName, subject),
            PropertyValue.Of(PropertyTags.RuleMessageSequence, sequence), PropertyValue.Of(PropertyTags.RuleMessageState, state), PropertyValue.Of(PropertyTags.RuleMessageLevel, 0),
            PropertyValue.Of(PropertyTags.RuleMessageProvider, "ExtendedTest"), PropertyValue.Of(PropertyTags.RuleMessageProviderData, (byte[])[1]),
            PropertyValue.Of(PropertyTags.ExtendedRuleMessageCondition, new ExtendedRuleCondition(new Dictionary<ushort, PropertyName>(), RuleScene.SubjectHas(subject)).ToArray()),
            PropertyValue.Of(PropertyTags.ExtendedRuleMessageActions, new ExtendedRuleActions(new Dictionary<ushort, PropertyName>(), actions).ToArray()));
        await Owner.Session.SaveAsync(message);
    }
}
