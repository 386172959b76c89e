using Rialto.Model;
using Rialto.Store;
using Rialto.Wire;

namespace Rialto.Delivery.Tests.Rules;

/// <summary>[MS-OXORULE] 2.2.6, 2.2.7, 3.2.5.1.2, 3.2.5.1.3: what is left to clients, and what went wrong.</summary>
public class DeferredActionTests
{
    private static DeferRuleAction Defer(byte data) => new(0, 0, [data]);

    [Fact]
    public async Task One_deferred_message_a_provider_tells_what_clients_have_to_do()
    {
        await using var office = await RuleOffice.CreateAsync();
        var first = await office.AddRuleAsync([Defer(1), new PlainRuleAction(RuleActionType.MarkAsRead, 0, 0)], sequence: 1);
        await office.AddRuleAsync([Defer(2)], sequence: 2);
        await office.AddRuleAsync([Defer(3)], sequence: 3, provider: "Other");
        await office.DeliverAsync();

        var row = (await office.RowsAsync(RuleOffice.Inbox)).ShouldHaveSingleItem();
        row.State.HasFlag(MessageState.Read).ShouldBeTrue();
        (await office.MessagesAsync(RuleOffice.Inbox))[0].Properties.GetBoolean(PropertyTags.HasDeferredActionMessages).ShouldBeTrue();
        using var mailbox = await office.OpenAsync();
        var delivered = StoreKeys.EntryIdOf(mailbox.Header, RuleOffice.Inbox, row.Mid);

        var messages = await office.MessagesAsync(RuleOffice.DeferredAction);
        var rows = await office.RowsAsync(RuleOffice.DeferredAction);
        messages.Count.ShouldBe(2);
        var own = messages[0].Properties;
        own.GetString(PropertyTags.MessageClass).ShouldBe("IPC.Microsoft Exchange 4.0.Deferred Action");
        own.TryGet(PropertyIds.DamBackPatched, out var patched).ShouldBeTrue();
        patched.AsBoolean().ShouldBeFalse();
        own.GetBinary(PropertyTags.DamOriginalEntryId).ShouldBe(delivered);
        own.GetString(PropertyTags.RuleProvider).ShouldBe("RuleOrganizer");
        own.GetBinary(PropertyTags.RuleFolderEntryId).ShouldBe(StoreKeys.EntryIdOf(mailbox.Header, RuleOffice.Inbox));
        RuleActionCodec.Read(own.GetBinary(PropertyTags.ClientActions), ValueForm.Rop).ShouldBe([Defer(1), Defer(2)]);
        own.GetBinary(PropertyTags.RuleIds).ShouldBe([.. BitConverter.GetBytes(first), .. BitConverter.GetBytes(first)]);
        WireCodec.TryRead<ServerId>(own.Get(PropertyTags.DeferredActionMessageOriginalEntryId).AsBinary(), out var id).ShouldBeTrue();
        id.Folder.ShouldBe(StoreKeys.Id(RuleOffice.DeferredAction.Value));
        id.Message.ShouldBe(StoreKeys.Id(rows[0].Mid));
        messages[1].Properties.GetString(PropertyTags.RuleProvider).ShouldBe("Other");
    }

    [Fact]
    public async Task A_folder_of_another_store_is_left_to_the_client()
    {
        await using var office = await RuleOffice.CreateAsync();
        var action = new FolderRuleAction(RuleActionType.Move, 0, 0, false, [1, 2], [3, 4]);
        await office.AddRuleAsync([action]);
        await office.DeliverAsync();
        (await office.RowsAsync(RuleOffice.Inbox)).Count.ShouldBe(1);
        var deferred = (await office.MessagesAsync(RuleOffice.DeferredAction)).ShouldHaveSingleItem().Properties;
        RuleActionCodec.Read(deferred.GetBinary(PropertyTags.ClientActions), ValueForm.Rop).ShouldBe([action]);
    }

    [Fact]
    public async Task A_rule_in_error_is_told_once_and_the_rest_of_it_done()
    {
        await using var office = await RuleOffice.CreateAsync();
        var id = await office.AddRuleAsync([new PlainRuleAction(RuleActionType.MarkAsRead, 0, 0), RuleOffice.Move(new FolderId(0x7777))]);
        await office.DeliverAsync("One");
        (await office.StatesAsync()).ShouldBe([RuleState.Enabled | RuleState.Error]);
        await office.DeliverAsync("Two");
        var rows = await office.RowsAsync(RuleOffice.Inbox);
        rows.Select(r => r.Subject).ShouldBe(["One", "Two"]);
        rows.ShouldAllBe(r => r.State.HasFlag(MessageState.Read));
        var error = (await office.MessagesAsync(RuleOffice.DeferredAction)).ShouldHaveSingleItem().Properties;
        using var mailbox = await office.OpenAsync();
        error.GetString(PropertyTags.MessageClass).ShouldBe("IPC.Microsoft Exchange 4.0.Deferred Error");
        error.GetInt32(PropertyTags.RuleError).ShouldBe(6);
        error.GetInt32(PropertyTags.RuleActionType).ShouldBe(1);
        error.GetInt32(PropertyTags.RuleActionNumber).ShouldBe(1);
        error.GetString(PropertyTags.RuleProvider).ShouldBe("RuleOrganizer");
        error.Get(PropertyTags.RuleId).AsInt64().ShouldBe(id);
        error.GetBinary(PropertyTags.RuleFolderEntryId).ShouldBe(StoreKeys.EntryIdOf(mailbox.Header, RuleOffice.Inbox));
        error.GetBinary(PropertyTags.DamOriginalEntryId).ShouldBe(StoreKeys.EntryIdOf(mailbox.Header, RuleOffice.Inbox, rows[0].Mid));
    }

    [Fact]
    public async Task A_missing_template_is_an_error_of_its_own()
    {
        await using var office = await RuleOffice.CreateAsync();
        await office.AddRuleAsync([new ReplyRuleAction(RuleActionType.Reply, 0, 0, StoreKeys.Id(5), StoreKeys.Id(99999), [], Guid.NewGuid())]);
        await office.DeliverAsync();
        (await office.MessagesAsync(RuleOffice.DeferredAction)).ShouldHaveSingleItem().Properties.GetInt32(PropertyTags.RuleError).ShouldBe(10);
        (await office.RowsAsync(RuleOffice.Inbox)).Count.ShouldBe(1);
    }

    [Fact]
    public async Task A_forward_to_too_many_is_an_error_of_its_own()
    {
        await using var office = await RuleOffice.CreateAsync(o => o.Rules.MaximumRecipients = 1);
        var two = RuleOffice.Forward("user2@example.com") with { Recipients = [.. RuleOffice.Forward("user2@example.com").Recipients, .. RuleOffice.Forward("user3@example.com").Recipients] };
        await office.AddRuleAsync([two]);
        await office.DeliverAsync();
        (await office.MessagesAsync(RuleOffice.DeferredAction)).ShouldHaveSingleItem().Properties.GetInt32(PropertyTags.RuleError).ShouldBe(13);
        (await office.RowsAsync(RuleOffice.Inbox, "user2@example.com")).ShouldBeEmpty();
    }

    [Fact]
    public async Task A_message_that_is_not_kept_has_nothing_deferred()
    {
        await using var office = await RuleOffice.CreateAsync();
        await office.AddRuleAsync([Defer(1), new PlainRuleAction(RuleActionType.Delete, 0, 0)]);
        await office.DeliverAsync();
        (await office.RowsAsync(RuleOffice.Inbox)).ShouldBeEmpty();
        (await office.RowsAsync(RuleOffice.DeferredAction)).ShouldBeEmpty();
    }
}
