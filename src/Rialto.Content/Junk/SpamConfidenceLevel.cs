// [MS-OXCSPAM] 2.2.1.3 PidTagContentFilterSpamConfidenceLevel; [MS-OXCMAIL] 2.1.3.2.20 X-MS-Exchange-Organization-SCL.
using System.Globalization;

namespace Rialto.Content.Junk;

/// <summary>How likely a message is spam: -1 (surely none) to 9.</summary>
public static class SpamConfidenceLevel
{
    public const string Header = "X-MS-Exchange-Organization-SCL";

    public const int NotSpam = -1;
    public const int Highest = 9;

    /// <summary>The level in a header field's value; null when it is no number. Numbers out of range mean the nearest.</summary>
    public static int? Parse(string? value) =>
        int.TryParse(value?.Trim(), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var level) ? Math.Clamp(level, NotSpam, Highest) : null;

    public static string Format(int level) => Math.Clamp(level, NotSpam, Highest).ToString(CultureInfo.InvariantCulture);
}
