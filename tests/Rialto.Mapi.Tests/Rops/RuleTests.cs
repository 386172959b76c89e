using Rialto.Delivery;
using Rialto.Mapi.Rops;
using Rialto.Mapi.Tests.Client;
using Rialto.Mapi.Tests.Fixtures;
using Rialto.Model;
using Rialto.Store;
using Rialto.Wire;

namespace Rialto.Mapi.Tests.Rops;

/// <summary>[MS-OXORULE] 3.2.5.2-3.2.5.4 over HTTPS: rules written, read, refused, and deferred messages patched.</summary>
public class RuleTests(MapiServerFixture fixture) : IClassFixture<MapiServerFixture>
{
    private const byte Add = 1, Modify = 2, Remove = 4;

    private static readonly PropertyTag[] s_columns =
    [
        PropertyTags.RuleId, PropertyTags.RuleSequence, PropertyTags.RuleState, PropertyTags.RuleName, PropertyTags.RuleProvider, PropertyTags.RuleLevel,
        PropertyTags.RuleUserFlags, PropertyTags.RuleProviderData, PropertyTags.RuleCondition, PropertyTags.RuleActions,
    ];

    private static readonly Restriction s_condition =
        new ContentRestriction(FuzzyLevel.Substring | FuzzyLevel.IgnoreCase, PropertyTags.Subject, PropertyValue.Of(PropertyTags.Subject, "offer"));

    private static readonly byte[] s_actions = RuleActionCodec.Write([new PlainRuleAction(RuleActionType.MarkAsRead, 0, 0)], ValueForm.Rop);

    private MapiServer Server => fixture.Server;

    private static PropertyValue Actions(byte[] bytes) => PropertyValue.Of(PropertyTags.RuleActions, bytes);

    private static TableRowChange Row(byte change, params PropertyValue[] values) => new() { ChangeFlags = change, PropertyValues = values };

    private static TableRowChange NewRule(string name, int sequence, params PropertyValue[] more) => Row(Add,
    [
        PropertyValue.Of(PropertyTags.RuleName, name), PropertyValue.Of(PropertyTags.RuleSequence, sequence), PropertyValue.Of(PropertyTags.RuleState, 1),
        PropertyValue.Of(PropertyTags.RuleProvider, "RuleOrganizer"), PropertyValue.Of(PropertyTags.RuleCondition, s_condition), Actions(s_actions), .. more,
    ]);

    private static Task<PlainResponse> ModifyAsync(RopSession session, uint folder, byte flags, params TableRowChange[] rows) =>
        session.CallAsync<PlainResponse>(RopId.ModifyRules, new RopModifyRules.Request { ModifyRulesFlags = flags, RulesData = rows }, folder);

    private static async Task<uint> TableAsync(RopSession session, uint folder, byte flags = 0x40) =>
        (await session.OpenAsync<PlainResponse>(RopId.GetRulesTable, new RopGetRulesTable.Request { TableFlags = flags }, folder)).Handle;

    private static async Task<ErrorCode> RefusedAsync(RopSession session, uint folder, byte flags, params TableRowChange[] rows) =>
        (await Should.ThrowAsync<RopException>(() => ModifyAsync(session, folder, flags, rows))).Code;

    private async Task<(RopSession Session, uint Logon, uint Folder)> FolderAsync(int user = 1)
    {
        var (session, logon, handle) = await Server.LogonAsync(user);
        using var mailbox = await Server.OpenMailboxAsync(user);
        var created = (await mailbox.CreateFolderAsync(MapiServer.Inbox, new NewFolder("Rules " + Guid.NewGuid()), CancellationToken.None)).Value;
        return (session, handle, await session.OpenFolderAsync(handle, StoreKeys.Id(created.Id.Value).ToWire()));
    }

    [Fact]
    public async Task Rules_are_added_modified_and_removed_and_the_table_shows_them_by_sequence()
    {
        var (session, _, folder) = await FolderAsync();
        using var http = session.Http;
        (await session.PropertiesAsync(folder, PropertyTags.HasRules))[0].AsBoolean().ShouldBeFalse();
        await ModifyAsync(session, folder, 0, NewRule("Second", 20),
            NewRule("First", 10, PropertyValue.Of(PropertyTags.RuleUserFlags, 7), PropertyValue.Of(PropertyTags.RuleProviderData, (byte[])[1, 2, 3]), PropertyValue.Of(PropertyTags.RuleLevel, 0)));
        (await session.PropertiesAsync(folder, PropertyTags.HasRules))[0].AsBoolean().ShouldBeTrue();

        var table = await TableAsync(session, folder);
        var rows = await session.RowsAsync(table, s_columns);
        rows.Select(r => r[3].AsString()).ShouldBe(["First", "Second"]);
        rows.Select(r => r[0].AsInt64()).Distinct().Count().ShouldBe(2);
        rows[0][1].AsInt32().ShouldBe(10);
        rows[0][2].AsInt32().ShouldBe(1);
        rows[0][4].AsString().ShouldBe("RuleOrganizer");
        rows[0][6].AsInt32().ShouldBe(7);
        rows[0][7].AsBinary().ShouldBe([1, 2, 3]);
        rows[0][8].AsRestriction().ShouldBe(s_condition);
        rows[0][9].AsBinary().ShouldBe(s_actions);
        rows[1][7].AsError().ShouldBe(ErrorCode.NotFound);

        // The server's marks are its own, whatever the client says.
        await ModifyAsync(session, folder, 0, Row(Modify, rows[0][0], PropertyValue.Of(PropertyTags.RuleSequence, 30), PropertyValue.Of(PropertyTags.RuleState, 0x43)));
        rows = await session.RowsAsync(await TableAsync(session, folder), s_columns);
        rows.Select(r => r[3].AsString()).ShouldBe(["Second", "First"]);
        rows[1][2].AsInt32().ShouldBe(1);
        rows[1][7].AsBinary().ShouldBe([1, 2, 3]);

        await ModifyAsync(session, folder, 0, Row(Remove, rows[0][0]), Row(Remove, rows[1][0]));
        (await session.RowsAsync(await TableAsync(session, folder), s_columns)).ShouldBeEmpty();
        (await session.PropertiesAsync(folder, PropertyTags.HasRules))[0].AsBoolean().ShouldBeFalse();
    }

    [Fact]
    public async Task Replacing_leaves_the_rules_of_the_request_alone()
    {
        var (session, _, folder) = await FolderAsync();
        using var http = session.Http;
        await ModifyAsync(session, folder, 0, NewRule("Old", 1), NewRule("Older", 2));
        await ModifyAsync(session, folder, 1, NewRule("New", 3));
        (await session.RowsAsync(await TableAsync(session, folder), [PropertyTags.RuleName])).Select(r => r[0].AsString()).ShouldBe(["New"]);
        await ModifyAsync(session, folder, 1);
        (await session.RowsAsync(await TableAsync(session, folder), [PropertyTags.RuleName])).ShouldBeEmpty();
    }

    [Fact]
    public async Task A_wrong_row_refuses_the_whole_request()
    {
        var (session, _, folder) = await FolderAsync();
        using var http = session.Http;
        await ModifyAsync(session, folder, 0, NewRule("There", 1));
        var id = (await session.RowsAsync(await TableAsync(session, folder), s_columns))[0][0];
        var good = NewRule("Good", 2);
        var cases = new (string What, byte Flags, TableRowChange Row, ErrorCode Error)[]
        {
            ("unknown request flag", 2, good, ErrorCode.InvalidParameter),
            ("unknown row flag", 0, Row(3, id), ErrorCode.InvalidParameter),
            ("no properties", 0, Row(Remove), ErrorCode.InvalidParameter),
            ("replacing without adding", 1, Row(Modify, id, PropertyValue.Of(PropertyTags.RuleState, 0)), ErrorCode.InvalidParameter),
            ("no id", 0, Row(Modify, PropertyValue.Of(PropertyTags.RuleState, 0)), ErrorCode.InvalidParameter),
            ("unknown id", 0, Row(Remove, PropertyValue.Of(PropertyTags.RuleId, 12345L)), ErrorCode.NotFound),
            ("no actions", 0, Row(Add, PropertyValue.Of(PropertyTags.RuleProvider, "P"), PropertyValue.Of(PropertyTags.RuleCondition, s_condition)), ErrorCode.InvalidParameter),
            ("actions that are none", 0, NewRule("x", 1, Actions([1, 0, 9, 0, 0xFF, 0, 0, 0, 0, 0, 0, 0, 0])), ErrorCode.InvalidParameter),
            ("flavor where there is none", 0, NewRule("x", 1, Actions(RuleActionCodec.Write([new PlainRuleAction(RuleActionType.Delete, 1, 0)], ValueForm.Rop))), ErrorCode.InvalidParameter),
            ("bounce code", 0, NewRule("x", 1, Actions(RuleActionCodec.Write([new BounceRuleAction(0, 0, (BounceCode)1)], ValueForm.Rop))), ErrorCode.InvalidParameter),
        };
        foreach (var (what, flags, row, error) in cases)
            (await RefusedAsync(session, folder, flags, good, row)).ShouldBe(error, what);
        (await session.RowsAsync(await TableAsync(session, folder), [PropertyTags.RuleName])).Select(r => r[0].AsString()).ShouldBe(["There"]);
    }

    [Fact]
    public async Task Tables_have_one_flag_and_strings_in_the_form_of_the_column()
    {
        var (session, _, folder) = await FolderAsync();
        using var http = session.Http;
        (await Should.ThrowAsync<RopException>(() => TableAsync(session, folder, 0x01))).Code.ShouldBe(ErrorCode.NotSupported);
        await ModifyAsync(session, folder, 0, NewRule("Plain", 1), NewRule("Other", 2));
        var narrow = PropertyTags.RuleName.WithType(PropertyType.String8);
        (await session.RowsAsync(await TableAsync(session, folder, 0), [narrow]))[0][0].ShouldBe(PropertyValue.Of(narrow, "Plain"));

        // Restricted and sought like any table; long values come whole.
        var table = await TableAsync(session, folder);
        await session.CallAsync<RopSetColumns.Response>(RopId.SetColumns, new RopSetColumns.Request { PropertyTags = [PropertyTags.RuleName] }, table);
        await session.CallAsync<RopRestrict.Response>(RopId.Restrict, new RopRestrict.Request
        {
            RestrictionData = new PropertyRestriction(RelationalOperator.Equal, PropertyTags.RuleSequence, PropertyValue.Of(PropertyTags.RuleSequence, 2)),
        }, table);
        (await session.QueryRowsAsync(table, [PropertyTags.RuleName], 10)).Rows.ShouldHaveSingleItem()[0].AsString().ShouldBe("Other");
        await ModifyAsync(session, folder, 1, NewRule("Long", 1, PropertyValue.Of(PropertyTags.RuleProviderData, new byte[4000])));
        (await session.RowsAsync(await TableAsync(session, folder), [PropertyTags.RuleProviderData]))[0][0].AsBinary().Length.ShouldBe(4000);
    }

    [Fact]
    public async Task What_exceeds_the_limit_is_kept_and_told()
    {
        await using var server = await MapiServer.StartAsync();
        server.Service.RuleLimits.MaximumRules = 2;
        var (session, logon, handle) = await server.LogonAsync();
        using var http = session.Http;
        var inbox = await session.OpenFolderAsync(handle, logon.FolderIds[4]);
        (await RefusedAsync(session, inbox, 0, NewRule("1", 1), NewRule("2", 2), NewRule("3", 3))).ShouldBe(ErrorCode.NotEnoughMemory);
        (await session.RowsAsync(await TableAsync(session, inbox), [PropertyTags.RuleName])).Count.ShouldBe(3);
        // Far beyond it nothing is kept.
        (await RefusedAsync(session, inbox, 1, [.. Enumerable.Range(0, 9).Select(i => NewRule($"{i}", i))])).ShouldBe(ErrorCode.NotEnoughMemory);
        (await session.RowsAsync(await TableAsync(session, inbox), [PropertyTags.RuleName])).Count.ShouldBe(3);
        using var mailbox = await server.OpenMailboxAsync();
        (await FolderRules.OfAsync(mailbox, MapiServer.Inbox, server.Service.RuleLimits, CancellationToken.None)).Evaluated.Count.ShouldBe(2);
    }

    [Fact]
    public async Task Only_owners_of_a_folder_change_its_rules()
    {
        await using var server = await MapiServer.StartAsync();
        using (var mailbox = await server.OpenMailboxAsync(3))
        {
            var shared = new FolderPermission(server.User(2).Id, FolderRights.All & ~FolderRights.FolderOwner);
            await mailbox.UpdateFolderAsync(MapiServer.Inbox, f => f with { Permissions = f.Permissions.Add(shared) }, CancellationToken.None);
        }
        var (session, _, _) = await server.LogonAsync(2);
        using var http = session.Http;
        var (logon, handle) = await session.LogonAsync(server.User(3).LegacyExchangeDn);
        var inbox = await session.OpenFolderAsync(handle, logon.FolderIds[4]);
        (await RefusedAsync(session, inbox, 0, NewRule("Mine", 1))).ShouldBe(ErrorCode.AccessDenied);
        (await session.RowsAsync(await TableAsync(session, inbox), [PropertyTags.RuleName])).ShouldBeEmpty();
        (await Should.ThrowAsync<RopException>(() => ModifyAsync(session, handle, 0, NewRule("Logon", 1)))).Code.ShouldBe(ErrorCode.NotSupported);
    }

    [Theory]
    [InlineData(90 * 1024, ErrorCode.Success)]
    [InlineData(100 * 1024, ErrorCode.TooBig)]
    public async Task The_condition_of_an_extended_rule_has_the_limit_that_the_logon_tells(int size, ErrorCode expected)
    {
        const byte create = 2;
        var (session, logon, handle) = await Server.LogonAsync(3);
        using var http = session.Http;
        (await session.PropertiesAsync(handle, PropertyTags.ExtendedRuleSizeLimit))[0].AsInt32().ShouldBe(96 * 1024);
        var message = await session.CreateMessageAsync(handle, logon.FolderIds[4], associated: true);
        await session.SetAsync(message, PropertyValue.Of(PropertyTags.MessageClass, MailRule.ExtendedClass), PropertyValue.Of(PropertyTags.RuleMessageProvider, "Test"));
        var stream = await session.OpenStreamAsync(message, PropertyTags.ExtendedRuleMessageCondition, create);
        await session.WriteAllAsync(stream, new byte[size]);
        await session.CallAsync<PlainResponse>(RopId.CommitStream, new RopCommitStream.Request(), stream);
        (await session.TrySaveAsync(message)).ShouldBe(expected);
    }

    [Fact]
    public async Task Out_of_office_is_the_mailboxs_own_state()
    {
        var (session, _, handle) = await Server.LogonAsync(2);
        using var http = session.Http;
        (await session.PropertiesAsync(handle, PropertyTags.OutOfOfficeState))[0].AsBoolean().ShouldBeFalse();
        foreach (var away in new[] { true, false })
        {
            var request = new RopSetProperties.Request { PropertyValues = [PropertyValue.Of(PropertyTags.OutOfOfficeState, away)] };
            await session.CallAsync<ProblemsResponse>(RopId.SetProperties, request, handle);
            (await session.PropertiesAsync(handle, PropertyTags.OutOfOfficeState))[0].AsBoolean().ShouldBe(away);
            using var mailbox = await Server.OpenMailboxAsync(2);
            mailbox.IsOutOfOffice.ShouldBe(away);
        }
    }

    [Fact]
    public async Task Deferred_messages_follow_a_message_that_the_client_has_taken_away()
    {
        var (session, logon, handle) = await Server.LogonAsync();
        using var http = session.Http;
        var folder = SpecialFolders.IdOf(SpecialFolder.DeferredAction);
        byte[] serverId;
        MessageId message;
        using (var mailbox = await Server.OpenMailboxAsync())
        {
            serverId = WireCodec.ToArray(new ServerId { Ours = true, Folder = StoreKeys.Id(folder.Value), Message = StoreKeys.Id(4711), ClientData = [] });
            var deferred = new PropertyMessage
            {
                Properties = new PropertyBag(
                [
                    PropertyValue.Of(PropertyTags.MessageClass, "IPC.Microsoft Exchange 4.0.Deferred Action"), PropertyValue.Of(PropertyTags.DamBackPatched, false),
                    PropertyValue.Of(PropertyTags.DamOriginalEntryId, (byte[])[1]), PropertyValue.Of(PropertyTags.DeferredActionMessageOriginalEntryId, serverId),
                ]),
            };
            var prepared = await Server.Store.PreparePropertiesAsync(deferred, CancellationToken.None);
            message = (await mailbox.AppendAsync(folder, prepared, AppendOptions.Default, CancellationToken.None)).Value.Id;
        }
        await session.CallAsync<PlainResponse>(RopId.UpdateDeferredActionMessages, new RopUpdateDeferredActionMessages.Request { ServerEntryId = [9], ClientEntryId = [8] }, handle);
        (await PatchedAsync()).GetBoolean(PropertyTags.DamBackPatched).ShouldBeFalse();
        await session.CallAsync<PlainResponse>(RopId.UpdateDeferredActionMessages, new RopUpdateDeferredActionMessages.Request { ServerEntryId = serverId, ClientEntryId = [5, 6] }, handle);
        var bag = await PatchedAsync();
        bag.GetBoolean(PropertyTags.DamBackPatched).ShouldBeTrue();
        bag.GetBinary(PropertyTags.DamOriginalEntryId).ShouldBe([5, 6]);
        var empty = new RopUpdateDeferredActionMessages.Request { ServerEntryId = [], ClientEntryId = [5] };
        (await Should.ThrowAsync<RopException>(() => session.CallAsync<PlainResponse>(RopId.UpdateDeferredActionMessages, empty, handle))).Code.ShouldBe(ErrorCode.InvalidParameter);
        logon.FolderIds[1].ShouldBe(StoreKeys.Id(folder.Value).ToWire());

        async Task<PropertyBag> PatchedAsync()
        {
            using var mailbox = await Server.OpenMailboxAsync();
            return (await mailbox.OpenPropertiesAsync(folder, message, CancellationToken.None)).Value.Properties;
        }
    }
}
