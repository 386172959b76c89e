// [MS-OXCMAIL] 2.2.3.2.16 Content-Language to PidTagMessageLocaleId; [MS-LCID] 2.2.
using System.Collections.Frozen;

namespace Rialto.Content.Mail;

/// <summary>Language tags as locale ids: those that mail is commonly written in, from a table so that no host's own settings matter.</summary>
internal static class MessageLocale
{
    private static readonly FrozenDictionary<string, int> Ids = new Dictionary<string, int>(StringComparer.OrdinalIgnoreCase)
    {
        ["ar-SA"] = 0x0401, ["bg-BG"] = 0x0402, ["ca-ES"] = 0x0403, ["zh-TW"] = 0x0404, ["cs-CZ"] = 0x0405, ["da-DK"] = 0x0406, ["de-DE"] = 0x0407, ["el-GR"] = 0x0408, ["en-US"] = 0x0409,
        ["fi-FI"] = 0x040B, ["fr-FR"] = 0x040C, ["he-IL"] = 0x040D, ["hu-HU"] = 0x040E, ["is-IS"] = 0x040F, ["it-IT"] = 0x0410, ["ja-JP"] = 0x0411, ["ko-KR"] = 0x0412, ["nl-NL"] = 0x0413,
        ["nb-NO"] = 0x0414, ["pl-PL"] = 0x0415, ["pt-BR"] = 0x0416, ["ro-RO"] = 0x0418, ["ru-RU"] = 0x0419, ["hr-HR"] = 0x041A, ["sk-SK"] = 0x041B, ["sv-SE"] = 0x041D, ["th-TH"] = 0x041E,
        ["tr-TR"] = 0x041F, ["id-ID"] = 0x0421, ["uk-UA"] = 0x0422, ["sl-SI"] = 0x0424, ["et-EE"] = 0x0425, ["lv-LV"] = 0x0426, ["lt-LT"] = 0x0427, ["vi-VN"] = 0x042A, ["zh-CN"] = 0x0804,
        ["de-CH"] = 0x0807, ["en-GB"] = 0x0809, ["es-MX"] = 0x080A, ["fr-BE"] = 0x080C, ["nl-BE"] = 0x0813, ["pt-PT"] = 0x0816, ["zh-HK"] = 0x0C04, ["de-AT"] = 0x0C07, ["en-AU"] = 0x0C09,
        ["es-ES"] = 0x0C0A, ["fr-CA"] = 0x0C0C, ["en-CA"] = 0x1009, ["fr-CH"] = 0x100C, ["en-NZ"] = 0x1409, ["en-IE"] = 0x1809, ["en-ZA"] = 0x1C09, ["en-IN"] = 0x4009,
        ["de"] = 0x0407, ["en"] = 0x0409, ["fr"] = 0x040C, ["it"] = 0x0410, ["es"] = 0x0C0A, ["nl"] = 0x0413, ["pl"] = 0x0415, ["ru"] = 0x0419, ["ja"] = 0x0411, ["sv"] = 0x041D, ["cs"] = 0x0405,
    }.ToFrozenDictionary(StringComparer.OrdinalIgnoreCase);

    /// <summary>The id of the first language of a list; 0 where it is not in the table.</summary>
    public static int Find(string languages)
    {
        var comma = languages.IndexOf(',', StringComparison.Ordinal);
        return Ids.GetValueOrDefault((comma < 0 ? languages : languages[..comma]).Trim());
    }

    /// <summary>The language of an id; null for one that is not in the table. Of several the longest says most.</summary>
    public static string? NameOf(int id)
    {
        string? name = null;
        foreach (var (language, known) in Ids)
        {
            if (known == id && (name is null || language.Length > name.Length || language.Length == name.Length && string.CompareOrdinal(language, name) < 0))
                name = language;
        }
        return name;
    }
}
