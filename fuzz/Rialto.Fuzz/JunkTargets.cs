using System.Text;
using Rialto.Content.Junk;

namespace Rialto.Fuzz;

internal static class JunkTargets
{
    public static readonly byte[][] RuleSamples =
    [
        JunkEmailRule.WriteCondition(new JunkEmailLists { BlockedSenders = ["a@b"], TrustedRecipientDomains = ["@c"], TrustedContacts = ["d@e", "f@g"] }),
        new JunkEmailActions(new byte[16], new byte[46], 1).ToArray(),
    ];

    public static readonly byte[][] PostmarkSamples =
    [
        [.. "BjHi CbbP CsE4 DoWO;1;YQBAAGIA;Sosha1_v1;7;{d04b23f4-b443-453a-abc6-3d08b5a9a334};YQBAAGIA;Tue, 01 Jan 2008 08:00:00 GMT;SABlAA=="u8],
    ];

    public static void Rule(ReadOnlyMemory<byte> input)
    {
        if (JunkEmailRule.ReadCondition(input.Span) is { } lists)
            JunkEmailRule.WriteCondition(lists);
        JunkEmailActions.Read(input.Span)?.ToArray();
    }

    public static void Postmark(ReadOnlyMemory<byte> input) => PostmarkValidation.Validate(Encoding.Latin1.GetString(input.Span), new PostmarkContext { MinDegree = 0 });
}
