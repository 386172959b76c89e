using System.Collections.Frozen;
using Rialto.Model;

namespace Rialto.Content.Dump;

/// <summary>The names by which the property sets of [MS-OXPROPS] 1.3.2 are known to people.</summary>
internal static class PropertySetNames
{
    private static readonly (string Name, Guid Set)[] s_sets =
    [
        ("EWS_Mac_PropertySetId", PropertySets.EwsMac),
        ("PSETID_Address", PropertySets.Address),
        ("PSETID_AirSync", PropertySets.AirSync),
        ("PSETID_Appointment", PropertySets.Appointment),
        ("PSETID_Attachment", PropertySets.Attachment),
        ("PSETID_BusinessCardView", PropertySets.BusinessCardView),
        ("PSETID_CalendarAssistant", PropertySets.CalendarAssistant),
        ("PSETID_Common", PropertySets.Common),
        ("PSETID_Log", PropertySets.Log),
        ("PSETID_Meeting", PropertySets.Meeting),
        ("PSETID_Messaging", PropertySets.Messaging),
        ("PSETID_Note", PropertySets.Note),
        ("PSETID_PostRss", PropertySets.PostRss),
        ("PSETID_Remote", PropertySets.Remote),
        ("PSETID_Report", PropertySets.Report),
        ("PSETID_Sharing", PropertySets.Sharing),
        ("PSETID_Task", PropertySets.Task),
        ("PSETID_UnifiedMessaging", PropertySets.UnifiedMessaging),
        ("PSETID_XmlExtractedEntities", PropertySets.XmlExtractedEntities),
        ("PS_INTERNET_HEADERS", PropertySets.InternetHeaders),
        ("PS_MAPI", PropertySets.Mapi),
        ("PS_PUBLIC_STRINGS", PropertySets.PublicStrings),
    ];

    private static readonly FrozenDictionary<Guid, string> s_names = s_sets.ToFrozenDictionary(s => s.Set, s => s.Name);

    private static readonly FrozenDictionary<string, Guid> s_guids = s_sets.ToFrozenDictionary(s => s.Name, s => s.Set, StringComparer.OrdinalIgnoreCase);

    /// <summary>The set's name, or its GUID where it has none.</summary>
    public static string NameOf(Guid set) => s_names.TryGetValue(set, out var name) ? name : set.ToString();

    public static bool TryFind(string text, out Guid set) => s_guids.TryGetValue(text, out set) || Guid.TryParse(text, out set);
}
