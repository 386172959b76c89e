// [MS-OXCMAIL] 2.1.3.2.20 and 2.2.3.2.14 X-Auto-Response-Suppress; [MS-OXOMSG] 2.2.1.77 PidTagAutoResponseSuppress.
namespace Rialto.Content.Mail;

/// <summary>Which answers a sender wants none of: names in the header field, bits in the property.</summary>
public static class AutoResponseSuppress
{
    private static readonly string[] Words = ["DR", "NDR", "RN", "NRN", "OOF", "AutoReply"];

    private const int AllBits = 63;

    public static int Parse(string value)
    {
        var bits = 0;
        foreach (var range in value.AsSpan().Split(','))
        {
            var word = value.AsSpan()[range].Trim();
            if (word.Equals("All", StringComparison.OrdinalIgnoreCase))
                return -1;
            for (var i = 0; i < Words.Length; i++)
            {
                if (word.Equals(Words[i], StringComparison.OrdinalIgnoreCase))
                    bits |= 1 << i;
            }
        }
        return bits;
    }

    public static string Format(int bits)
    {
        if ((bits & AllBits) == AllBits)
            return "All";
        return bits == 0 ? "None" : string.Join(", ", Words.Where((_, i) => (bits & 1 << i) != 0));
    }
}

/// <summary>PidTagSenderIdStatus in X-MS-Exchange-Organization-SenderIdResult. [MS-OXCMAIL] 2.2.3.2.20.</summary>
internal static class SenderIdStatus
{
    private static readonly (string Name, int Value)[] Names =
        [("Neutral", 1), ("Pass", 2), ("Fail", 3), ("SoftFail", 4), ("None", 5), ("TempError", unchecked((int)0x80000006)), ("PermError", unchecked((int)0x80000007))];

    public static int? Parse(string value)
    {
        foreach (var (name, number) in Names)
        {
            if (name.Equals(value, StringComparison.OrdinalIgnoreCase))
                return number;
        }
        return null;
    }

    public static string? Format(int value) => Array.Find(Names, n => n.Value == value).Name;
}
