using Rialto.Content.Junk;
using Rialto.Model;
using Rialto.Testing;

namespace Rialto.Content.Tests.Junk;

public class JunkEmailRuleTests
{
    private static readonly JunkEmailLists Lists = new()
    {
        BlockedSenders = ["spam@example.com"],
        BlockedSenderDomains = ["@junk.example"],
        TrustedSenders = ["ann@example.com", "bob@example.com"],
        TrustedSenderDomains = ["@good.example"],
        TrustedRecipients = ["list@example.com"],
        TrustedRecipientDomains = ["@lists.example"],
        TrustedContacts = ["mother@example.com"],
        SpamConfidenceAbove = 4,
        Threshold = JunkThreshold.High,
        PermanentlyDelete = true,
        PhishingEnableLinks = true,
        AddRecipientsToSafeSenders = true,
    };

    private static readonly JunkEmailActions Actions = new(new byte[16], new byte[46], 0x377BDC0A);

    /// <summary>A condition without entries, byte for byte in the form that clients write: 32-bit counts, no names.</summary>
    [Fact]
    public void Empty_lists_have_the_shape_that_clients_make()
    {
        var golden = Hex.Bytes("""
            0000                                    # no named properties
            00 02000000                             # AND
              01 02000000                           #   OR
                01 00000000                         #     blocked senders
                00 02000000                         #     AND
                  01 02000000                       #       OR
                    00 02000000                     #         AND
                      08 03007640                   #           SCL is there
                      04 02 03007640 03007640 FFFFFFFF #        and above -1
                    01 00000000                     #         blocked domains
                  02                                #       NOT
                    01 02000000                     #         OR
                      01 00000000                   #           trusted sender domains
                      09 0D00120E 01 00000000       #           recipients: trusted domains
              02                                    #   NOT
                01 03000000                         #     OR
                  01 00000000                       #       trusted senders
                  09 0D00120E 01 00000000           #       recipients: trusted
                  01 00000000                       #       contacts
            """);
        Convert.ToHexString(JunkEmailRule.WriteCondition(new JunkEmailLists())).ShouldBe(Convert.ToHexString(golden));
        JunkEmailRule.ReadCondition(golden)!.SpamConfidenceAbove.ShouldBe(-1);
    }

    [Fact]
    public void An_address_is_a_whole_string_without_regard_to_case()
    {
        var bytes = JunkEmailRule.WriteCondition(new JunkEmailLists { BlockedSenders = ["a@b"] });
        Convert.ToHexString(bytes).ShouldStartWith("0000" + "0002000000" + "0102000000" + "0101000000" + "03" + "00000100" + "1F001F0C" + "1F001F0C" + "610040006200" + "0000");
    }

    [Fact]
    public void The_rule_says_what_it_was_made_of()
    {
        var message = JunkEmailRule.Make(Lists, Actions, new DateTimeOffset(2026, 1, 2, 0, 0, 0, TimeSpan.Zero));
        JunkEmailRule.IsRule(message).ShouldBeTrue();
        JunkEmailRule.IsEnabled(message).ShouldBeTrue();
        message.GetInt32(PropertyTags.RuleMessageState).ShouldBe(0x31);
        var read = JunkEmailRule.Read(message)!;
        Text(read).ShouldBe(Text(Lists));
        JunkEmailActions.Read(message.GetBinary(PropertyTags.ExtendedRuleMessageActions)!).ShouldBe(Actions);
    }

    [Fact]
    public void The_restriction_filters_as_the_lists_say()
    {
        var restriction = JunkEmailRule.ToRestriction(Lists);
        Junk("spam@example.com").ShouldBeTrue();
        Junk("SPAM@EXAMPLE.COM").ShouldBeTrue();
        Junk("someone@junk.example").ShouldBeTrue();
        Junk("someone@example.com").ShouldBeFalse();
        Junk("someone@example.com", scl: 5).ShouldBeTrue();
        Junk("someone@example.com", scl: 4).ShouldBeFalse();
        Junk("ann@example.com", scl: 9).ShouldBeFalse();
        Junk("x@good.example", scl: 9).ShouldBeFalse();
        Junk("mother@example.com", scl: 9).ShouldBeFalse();
        Junk("someone@example.com", scl: 9, to: "list@example.com").ShouldBeFalse();
        Junk("someone@example.com", scl: 9, to: "x@lists.example").ShouldBeFalse();
        // A blocked address is junk although its domain is trusted, but not when it is trusted itself.
        var both = JunkEmailRule.ToRestriction(Lists with { BlockedSenders = ["x@good.example", "ann@example.com"] });
        Evaluate(both, "x@good.example", null, "me@example.com").ShouldBeTrue();
        Evaluate(both, "ann@example.com", null, "me@example.com").ShouldBeFalse();

        bool Junk(string from, int? scl = null, string to = "me@example.com") => Evaluate(restriction, from, scl, to);
    }

    [Fact]
    public void Other_and_damaged_conditions_are_refused()
    {
        var golden = JunkEmailRule.WriteCondition(Lists);
        for (var length = 0; length < golden.Length; length++)
            JunkEmailRule.ReadCondition(golden.AsSpan(0, length)).ShouldBeNull();
        var random = new Random(7);
        for (var round = 0; round < 3000; round++)
        {
            var damaged = (byte[])golden.Clone();
            for (var i = random.Next(1, 6); i > 0; i--)
                damaged[random.Next(damaged.Length)] = (byte)random.Next(256);
            if (JunkEmailRule.ReadCondition(damaged) is { } lists)
                JunkEmailRule.WriteCondition(lists).ShouldNotBeEmpty();
        }
        var actions = Actions.ToArray();
        for (var length = 0; length < actions.Length; length++)
            JunkEmailActions.Read(actions.AsSpan(0, length)).ShouldBeNull();
        JunkEmailRule.ReadCondition(new ExtendedRuleCondition(new Dictionary<ushort, PropertyName>(), new ExistRestriction(PropertyTags.Body)).ToArray()).ShouldBeNull();
    }

    [Fact]
    public void Conditions_keep_their_names()
    {
        var names = new Dictionary<ushort, PropertyName> { [0x8001] = new(PropertySets.PublicStrings, "Keywords"), [0x8002] = new(PropertySets.Common, 0x8503u) };
        var condition = new ExtendedRuleCondition(names, new AndRestriction([new ExistRestriction(new PropertyTag(0x8001, PropertyType.MultipleString)), new ExistRestriction(new PropertyTag(0x8002, PropertyType.Boolean))]));
        var read = ExtendedRuleCondition.Read(condition.ToArray())!;
        read.Names.ShouldBe(names, ignoreOrder: true);
        read.Restriction.ShouldBeOfType<AndRestriction>().Terms.Count.ShouldBe(2);
    }

    private static string Text(JunkEmailLists lists) =>
        string.Join('|', new[] { lists.BlockedSenders, lists.BlockedSenderDomains, lists.TrustedSenders, lists.TrustedSenderDomains, lists.TrustedRecipients, lists.TrustedRecipientDomains, lists.TrustedContacts }.Select(l => string.Join(',', l)))
        + $"|{lists.SpamConfidenceAbove}|{lists.IncludeContacts}|{lists.Threshold}|{lists.PermanentlyDelete}|{lists.PhishingEnableLinks}|{lists.AddRecipientsToSafeSenders}";

    private static bool Evaluate(Restriction restriction, string from, int? scl, string to)
    {
        var bag = new PropertyBag([PropertyValue.Of(PropertyTags.SenderEmailAddress, from)]);
        if (scl is { } level)
            bag.Set(PropertyValue.Of(PropertyTags.ContentFilterSpamConfidenceLevel, level));
        var recipient = new PropertyRecipient { Properties = new PropertyBag([PropertyValue.Of(PropertyTags.EmailAddress, to)]) };
        return RestrictionEvaluator.Matches(restriction, new PropertyMessageSource(new PropertyMessage { Properties = bag, Recipients = { recipient } }));
    }
}
