using Rialto.Mapi.Rops;
using Rialto.Mapi.Tests.Client;
using Rialto.Model;

namespace Rialto.Mapi.Tests.Rops;

/// <summary>[MS-OXORULE] 2.2.1.3.1.3 states, 2.2.5.1.1 flavors, 3.2.5.2 refusals, over HTTPS.</summary>
public sealed class RuleRequestTests : IAsyncLifetime
{
    private static readonly PlainRuleAction s_markAsRead = new(RuleActionType.MarkAsRead, 0, 0);
    private static readonly PlainRuleAction s_delete = new(RuleActionType.Delete, 0, 0);

    private RuleScene _scene = null!;

    private RuleParty Owner => _scene.Owner;

    public async Task InitializeAsync() => _scene = await RuleScene.StartAsync();

    public async Task DisposeAsync() => await _scene.DisposeAsync();

    public static TheoryData<RuleActionType, uint, bool> Flavors
    {
        get
        {
            var data = new TheoryData<RuleActionType, uint, bool>();
            foreach (var type in Enum.GetValues<RuleActionType>())
            {
                // Bits without a meaning are ignored where there are flavors at all.
                foreach (var flavor in new uint[] { 0, 1, 2, 3, 4, 5, 6, 8, 9, 10, 12, 0x100 })
                {
                    data.Add(type, flavor, type switch
                    {
                        RuleActionType.Forward => flavor is 0 or 1 or 2 or 3 or 4 or 8 or 0x100,
                        RuleActionType.Reply or RuleActionType.OutOfOfficeReply => (flavor & 3) != 3 || flavor != 3,
                        _ => flavor == 0,
                    });
                }
            }
            return data;
        }
    }

    [Fact]
    public async Task Every_flavor_of_every_action_is_taken_or_refused()
    {
        var inbox = await Owner.FolderAsync();
        foreach (var data in Flavors)
        {
            var (type, flavor, isRight) = ((RuleActionType)data[0], (uint)data[1], (bool)data[2]);
            var actions = RuleActionCodec.Write([ActionOf(type, flavor)], ValueForm.Rop);
            (await Owner.ModifyRulesAsync(inbox, 1, RuleParty.Rule(actions))).ShouldBe(isRight ? ErrorCode.Success : ErrorCode.InvalidParameter, $"{type} {flavor:X}");
        }
    }

    [Theory]
    [InlineData(0x02)]
    [InlineData(0x80)]
    [InlineData(0xFF)]
    public async Task Flags_that_are_not_defined_are_refused(byte flags)
    {
        var inbox = await Owner.FolderAsync();
        (await Owner.ModifyRulesAsync(inbox, flags, RuleParty.Rule(Bytes(s_markAsRead)))).ShouldBe(ErrorCode.InvalidParameter);
        (await Owner.Session.TryAsync(RopId.GetRulesTable, new RopGetRulesTable.Request { TableFlags = flags }, inbox)).ShouldBe(ErrorCode.NotSupported);
        (await Owner.RulesAsync(PropertyTags.RuleName)).ShouldBeEmpty();
        // The session is as usable as before.
        (await Owner.ModifyRulesAsync(inbox, 0, RuleParty.Rule(Bytes(s_markAsRead)))).ShouldBe(ErrorCode.Success);
    }

    [Fact]
    public async Task Actions_that_cannot_be_read_are_refused_in_every_way_of_being_wrong()
    {
        var inbox = await Owner.FolderAsync();
        var right = Bytes(RuleScene.Forward("user3@example.com"));
        for (var length = 0; length < right.Length; length++)
            (await RefusalAsync(right[..length])).ShouldBeOneOf(ErrorCode.RpcFormat, ErrorCode.InvalidParameter);
        (await RefusalAsync([.. right, 0])).ShouldBeOneOf(ErrorCode.RpcFormat, ErrorCode.InvalidParameter);
        (await RefusalAsync([0, 0])).ShouldBeOneOf(ErrorCode.RpcFormat, ErrorCode.InvalidParameter);
        (await Owner.RulesAsync(PropertyTags.RuleName)).ShouldBeEmpty();

        // Bytes that leave the request itself unreadable refuse the whole Execute.
        async Task<ErrorCode> RefusalAsync(byte[] actions)
        {
            try
            {
                return await Owner.ModifyRulesAsync(inbox, 1, RuleParty.Rule(actions));
            }
            catch (RopException e)
            {
                return e.Code;
            }
        }
    }

    [Theory]
    [InlineData(0x02)]
    [InlineData(0x40)]
    [InlineData(0x42)]
    [InlineData(0x7FFFFF80)]
    public async Task Marks_of_the_server_and_unused_bits_change_nothing(int bits)
    {
        await Owner.AddRuleAsync([s_markAsRead], state: 1 | bits);
        ((await Owner.RulesAsync(PropertyTags.RuleState))[0][0].AsInt32() & 0x7F).ShouldBe(1);
        await _scene.SendAsync("evaluated");
        ((await Owner.RowsAsync(PropertyTags.MessageFlags))[0][0].AsInt32() & 1).ShouldBe(1);
    }

    [Fact]
    public async Task Neither_enabled_nor_for_absence_is_skipped()
    {
        await Owner.AddRuleAsync([s_delete], state: 0);
        // ST_ONLY_WHEN_OOF without and with ST_ENABLED: the owner is here.
        await Owner.AddRuleAsync([s_delete], state: 4);
        await Owner.AddRuleAsync([s_delete], state: 5);
        await _scene.SendAsync("stays");
        (await Owner.SubjectsAsync()).ShouldBe(["stays"]);
    }

    [Fact]
    public async Task The_last_rule_of_a_level_ends_it()
    {
        await Owner.AddRuleAsync([s_markAsRead], RuleScene.SubjectHas("end"), state: 0x11, sequence: 1);
        await Owner.AddRuleAsync([s_delete], sequence: 2);
        await _scene.SendAsync("the end");
        await _scene.SendAsync("no condition met");
        (await Owner.SubjectsAsync()).ShouldBe(["the end"]);
    }

    [Fact]
    public async Task Rules_count_from_the_request_on_and_are_modified_by_their_id()
    {
        var inbox = await Owner.FolderAsync();
        await Owner.AddRuleAsync([s_delete], RuleScene.SubjectHas("one"));
        await _scene.SendAsync("one");
        (await Owner.SubjectsAsync()).ShouldBeEmpty();
        var id = (await Owner.RulesAsync(PropertyTags.RuleId))[0][0];
        var changed = new TableRowChange
        {
            ChangeFlags = RuleScene.Modify,
            PropertyValues = [id, PropertyValue.Of(PropertyTags.RuleCondition, RuleScene.SubjectHas("two")), PropertyValue.Of(PropertyTags.RuleName, "Another name")],
        };
        (await Owner.ModifyRulesAsync(inbox, 0, changed)).ShouldBe(ErrorCode.Success);
        await _scene.SendAsync("one");
        await _scene.SendAsync("two");
        (await Owner.SubjectsAsync()).ShouldBe(["one"]);
        var row = (await Owner.RulesAsync(PropertyTags.RuleId, PropertyTags.RuleName, PropertyTags.RuleProviderData)).ShouldHaveSingleItem();
        row[0].ShouldBe(id);
        row[1].AsString().ShouldBe("Another name");
        row[2].AsBinary().ShouldBe([1]);
        var removed = new TableRowChange { ChangeFlags = RuleScene.Remove, PropertyValues = [id] };
        (await Owner.ModifyRulesAsync(inbox, 0, removed)).ShouldBe(ErrorCode.Success);
        (await Owner.ModifyRulesAsync(inbox, 0, removed)).ShouldBe(ErrorCode.NotFound);
        await _scene.SendAsync("two");
        (await Owner.SubjectsAsync()).Count.ShouldBe(2);
        (await Owner.Session.PropertiesAsync(inbox, PropertyTags.HasRules))[0].AsBoolean().ShouldBeFalse();
    }

    [Fact]
    public async Task A_rule_id_given_with_a_new_rule_is_not_taken()
    {
        var inbox = await Owner.FolderAsync();
        await Owner.AddRuleAsync([s_markAsRead]);
        var id = (await Owner.RulesAsync(PropertyTags.RuleId))[0][0];
        var rule = RuleParty.Rule(Bytes(s_markAsRead), sequence: 2);
        rule.PropertyValues = [id, .. rule.PropertyValues];
        await Owner.ModifyRulesAsync(inbox, 0, rule);
        var ids = (await Owner.RulesAsync(PropertyTags.RuleId)).Select(r => r[0].AsInt64()).ToList();
        ids.Distinct().Count().ShouldBe(ids.Count);
    }

    [Fact]
    public async Task Every_property_of_a_rule_in_the_wrong_type_is_refused()
    {
        var inbox = await Owner.FolderAsync();
        var right = RuleParty.Rule(Bytes(s_markAsRead));
        foreach (var value in right.PropertyValues)
        {
            var wrong = PropertyValue.Of(new PropertyTag(value.Tag.Id, PropertyType.Integer16), (short)1);
            var row = new TableRowChange { ChangeFlags = RuleScene.Add, PropertyValues = [.. right.PropertyValues.Select(v => v.Tag.Id == value.Tag.Id ? wrong : v)] };
            (await Owner.ModifyRulesAsync(inbox, 0, row)).ShouldBe(ErrorCode.InvalidParameter, value.Tag.ToString());
        }
        (await Owner.RulesAsync(PropertyTags.RuleName)).ShouldBeEmpty();
    }

    [Fact]
    public async Task Bounce_codes_are_three()
    {
        var inbox = await Owner.FolderAsync();
        for (uint code = 0; code < 0x40; code++)
        {
            var isRight = code is 0x0D or 0x1F or 0x26;
            (await Owner.ModifyRulesAsync(inbox, 1, RuleParty.Rule(Bytes(new BounceRuleAction(0, 0, (BounceCode)code)))))
                .ShouldBe(isRight ? ErrorCode.Success : ErrorCode.InvalidParameter, $"{code:X}");
        }
    }

    private static byte[] Bytes(params RuleAction[] actions) => RuleActionCodec.Write(actions, ValueForm.Rop);

    private static RuleAction ActionOf(RuleActionType type, uint flavor) => type switch
    {
        RuleActionType.Move or RuleActionType.Copy => new FolderRuleAction(type, flavor, 0, false, [1], [2]),
        RuleActionType.Reply or RuleActionType.OutOfOfficeReply => new ReplyRuleAction(type, flavor, 0, new StoreId(1, 5), new StoreId(1, 6), [], Guid.Empty),
        RuleActionType.Defer => new DeferRuleAction(flavor, 0, [1]),
        RuleActionType.Bounce => new BounceRuleAction(flavor, 0, BounceCode.Denied),
        RuleActionType.Forward or RuleActionType.Delegate => RuleScene.Forward("user3@example.com", (ForwardFlavor)flavor, type),
        RuleActionType.Tag => new TagRuleAction(flavor, 0, PropertyValue.Of(PropertyTags.Importance, 2)),
        _ => new PlainRuleAction(type, flavor, 0),
    };
}
