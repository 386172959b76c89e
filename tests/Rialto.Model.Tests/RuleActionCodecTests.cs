using Rialto.Wire;

namespace Rialto.Model.Tests;

/// <summary>[MS-OXORULE] 2.2.5: every action in both forms, by bytes laid out from the document's field tables.</summary>
public class RuleActionCodecTests
{
    private static readonly Guid Template = new("00112233-4455-6677-8899-AABBCCDDEEFF");

    private const string TemplateBytes = "33221100554477668899AABBCCDDEEFF";

    public static TheoryData<string, string> Standard() => new()
    {
        // FolderInThisStore, StoreEIDSize 0x1, StoreEID, FolderEIDSize 0x15, ServerEid: Ours, FolderId, MessageId, Instance.
        { "Move", "0100" + "2400" + "01" + "00000000" + "00000000" + "01" + "0100" + "AA" + "1500" + "01" + "0100000000001B36" + "0000000000000000" + "00000000" },
        { "CopyElsewhere", "0100" + "1300" + "02" + "00000000" + "00000000" + "00" + "0200" + "AABB" + "0300" + "010203" },
        { "Reply", "0100" + "2900" + "03" + "00000000" + "00000000" + "0100000000000005" + "010000000000012C" + TemplateBytes },
        { "OutOfOfficeReply", "0100" + "2900" + "04" + "01000000" + "00000000" + "0100000000000005" + "010000000000012C" + TemplateBytes },
        { "Defer", "0100" + "0C00" + "05" + "00000000" + "07000000" + "DEADBE" },
        { "Bounce", "0100" + "0D00" + "06" + "00000000" + "00000000" + "26000000" },
        { "Forward", "0100" + "1E00" + "07" + "03000000" + "00000000" + "0100" + "01" + "0200" + "1F000130" + "41000000" + "0300150C" + "01000000" },
        { "Delegate", "0100" + "1600" + "08" + "00000000" + "00000000" + "0100" + "00" + "0100" + "0300150C" + "01000000" },
        { "Tag", "0100" + "1100" + "09" + "00000000" + "00000000" + "03001700" + "02000000" },
        { "DeleteAndRead", "0200" + "0900" + "0A" + "00000000" + "00000000" + "0900" + "0B" + "00000000" + "00000000" },
    };

    public static TheoryData<string, string> Extended() => new()
    {
        { "Move", "01000000" + "15000000" + "01" + "00000000" + "00000000" + "01000000" + "AA" + "03000000" + "010203" },
        { "Reply", "01000000" + "1F000000" + "03" + "00000000" + "00000000" + "02000000" + "0A0B" + TemplateBytes },
        { "Forward", "01000000" + "1A000000" + "07" + "04000000" + "00000000" + "01000000" + "01" + "01000000" + "0300150C" + "01000000" },
        { "Tag", "01000000" + "14000000" + "09" + "00000000" + "00000000" + "02010080" + "03000000" + "010203" },
    };

    private static RuleAction[] Value(string name, bool extended) => name switch
    {
        "Move" when extended => [new FolderRuleAction(RuleActionType.Move, 0, 0, true, [0xAA], [1, 2, 3])],
        "Move" =>
        [
            new FolderRuleAction(RuleActionType.Move, 0, 0, true, [0xAA],
                WireCodec.ToArray(new ServerId { Ours = true, Folder = new StoreId(1, 0x1B36), Message = default, ClientData = [] })),
        ],
        "CopyElsewhere" => [new FolderRuleAction(RuleActionType.Copy, 0, 0, false, [0xAA, 0xBB], [1, 2, 3])],
        "Reply" when extended => [new ReplyRuleAction(RuleActionType.Reply, 0, 0, default, default, [0x0A, 0x0B], Template)],
        "Reply" => [new ReplyRuleAction(RuleActionType.Reply, 0, 0, new StoreId(1, 5), new StoreId(1, 300), [], Template)],
        "OutOfOfficeReply" => [new ReplyRuleAction(RuleActionType.OutOfOfficeReply, 1, 0, new StoreId(1, 5), new StoreId(1, 300), [], Template)],
        "Defer" => [new DeferRuleAction(0, 7, [0xDE, 0xAD, 0xBE])],
        "Bounce" => [new BounceRuleAction(0, 0, BounceCode.Denied)],
        "Forward" when extended => [new ForwardRuleAction(RuleActionType.Forward, 4, 0, [new RuleRecipient(1, [PropertyValue.Of(PropertyTags.RecipientType, 1)])])],
        "Forward" =>
        [
            new ForwardRuleAction(RuleActionType.Forward, 3, 0,
                [new RuleRecipient(1, [PropertyValue.Of(PropertyTags.DisplayName, "A"), PropertyValue.Of(PropertyTags.RecipientType, 1)])]),
        ],
        "Delegate" => [new ForwardRuleAction(RuleActionType.Delegate, 0, 0, [new RuleRecipient(0, [PropertyValue.Of(PropertyTags.RecipientType, 1)])])],
        "Tag" when extended => [new TagRuleAction(0, 0, PropertyValue.Of(new PropertyTag(0x8000, PropertyType.Binary), (byte[])[1, 2, 3]))],
        "Tag" => [new TagRuleAction(0, 0, PropertyValue.Of(PropertyTags.Importance, 2))],
        "DeleteAndRead" => [new PlainRuleAction(RuleActionType.Delete, 0, 0), new PlainRuleAction(RuleActionType.MarkAsRead, 0, 0)],
        _ => throw new ArgumentOutOfRangeException(nameof(name)),
    };

    [Theory]
    [MemberData(nameof(Standard))]
    public void Actions_of_standard_rules(string name, string hex) => Check(Value(name, false), hex, ValueForm.Rop);

    [Theory]
    [MemberData(nameof(Extended))]
    public void Actions_of_extended_rules(string name, string hex) => Check(Value(name, true), hex, ValueForm.Wide);

    [Fact]
    public void Recipients_counted_with_four_bytes_are_read_in_standard_rules_too()
    {
        var bytes = Convert.FromHexString("0100" + "1A00" + "07" + "00000000" + "00000000" + "01000000" + "01" + "01000000" + "0300150C" + "01000000");
        var action = RuleActionCodec.Read(bytes, ValueForm.Rop).ShouldNotBeNull().ShouldHaveSingleItem().ShouldBeOfType<ForwardRuleAction>();
        action.Recipients.ShouldHaveSingleItem().Properties.ShouldHaveSingleItem().AsInt32().ShouldBe(1);
    }

    [Theory]
    [InlineData("0000")]
    [InlineData("0100090000000000000000000000")]
    [InlineData("01000900FF0000000000000000")]
    [InlineData("0100" + "0B00" + "07" + "00000000" + "00000000" + "0000")]
    [InlineData("0100" + "0900" + "0A" + "00000000" + "00000000" + "FF")]
    public void What_is_no_rule_action_is_refused(string hex) => RuleActionCodec.Read(Convert.FromHexString(hex), ValueForm.Rop).ShouldBeNull();

    [Fact]
    public void Extended_actions_carry_their_names_and_their_version()
    {
        var names = new Dictionary<ushort, PropertyName> { [0x8000] = new(new Guid("00020329-0000-0000-C000-000000000046"), "Keywords"), [0x8001] = PropertyNames.PidLidFlagRequest };
        var actions = new ExtendedRuleActions(names, [new TagRuleAction(0, 0, PropertyValue.Of(new PropertyTag(0x8001, PropertyType.String), "Call")), new PlainRuleAction(RuleActionType.Delete, 0, 0)]);
        var bytes = actions.ToArray();
        var read = ExtendedRuleActions.Read(bytes).ShouldNotBeNull();
        read.Actions.ShouldBe(actions.Actions);
        read.Names.ShouldBe(names, ignoreOrder: true);
        for (var length = 0; length < bytes.Length; length++)
            ExtendedRuleActions.Read(bytes.AsSpan(0, length)).ShouldBeNull($"{length} of {bytes.Length} bytes");
        // Version 1 behind an empty table of names; 2 is not known.
        ExtendedRuleActions.Read(Convert.FromHexString("0000" + "01000000" + "01000000" + "09000000" + "0A" + "0000000000000000")).ShouldNotBeNull();
        ExtendedRuleActions.Read(Convert.FromHexString("0000" + "02000000" + "01000000" + "09000000" + "0A" + "0000000000000000")).ShouldBeNull();
    }

    private static void Check(RuleAction[] value, string hex, ValueForm form)
    {
        CodecCase.Check(
            value, Convert.FromHexString(hex),
            (ref WireReader io, scoped ref RuleAction[] v) => RuleActionCodec.Actions(ref io, ref v, form),
            (ref WireWriter io, scoped ref RuleAction[] v) => RuleActionCodec.Actions(ref io, ref v, form),
            (ref WireSizer io, scoped ref RuleAction[] v) => RuleActionCodec.Actions(ref io, ref v, form),
            (ref WireDumper io, scoped ref RuleAction[] v) => RuleActionCodec.Actions(ref io, ref v, form),
            (a, b) => a.SequenceEqual(b));
        RuleActionCodec.Read(Convert.FromHexString(hex), form).ShouldBe(value);
        RuleActionCodec.Write(value, form).ShouldBe(Convert.FromHexString(hex));
    }
}
