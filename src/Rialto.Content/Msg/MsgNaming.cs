// [MS-OXMSG] 2.1.3, 2.2, 2.3: what storages and streams are called.
using System.Globalization;
using Rialto.Model;

namespace Rialto.Content.Msg;

internal static class MsgNaming
{
    public const string Properties = "__properties_version1.0";
    public const string Names = "__nameid_version1.0";
    public const string NameGuids = "__substg1.0_00020102";
    public const string NameEntries = "__substg1.0_00030102";
    public const string NameStrings = "__substg1.0_00040102";

    private const string ValuePrefix = "__substg1.0_";
    private const string RecipientPrefix = "__recip_version1.0_#";
    private const string AttachmentPrefix = "__attach_version1.0_#";

    /// <summary>The stream or storage of a property's value.</summary>
    public static string Value(PropertyTag tag) => string.Create(CultureInfo.InvariantCulture, $"{ValuePrefix}{tag.Value:X8}");

    /// <summary>The stream of one value of a multiple-valued property of variable length.</summary>
    public static string Value(PropertyTag tag, int index) => string.Create(CultureInfo.InvariantCulture, $"{ValuePrefix}{tag.Value:X8}-{index:X8}");

    public static string Recipient(int index) => string.Create(CultureInfo.InvariantCulture, $"{RecipientPrefix}{index:X8}");

    public static string Attachment(int index) => string.Create(CultureInfo.InvariantCulture, $"{AttachmentPrefix}{index:X8}");

    /// <summary>The number in the name of a recipient's storage.</summary>
    public static bool IsRecipient(string name, out uint index) => HasNumber(name, RecipientPrefix, out index);

    public static bool IsAttachment(string name, out uint index) => HasNumber(name, AttachmentPrefix, out index);

    /// <summary>Whether the name is that of a property's value; the streams of single values of a multiple value are none.</summary>
    public static bool IsValue(string name, out PropertyTag tag)
    {
        var found = HasNumber(name, ValuePrefix, out var number);
        tag = new PropertyTag(number);
        return found;
    }

    private static bool HasNumber(string name, string prefix, out uint number)
    {
        number = 0;
        return name.Length == prefix.Length + 8 && name.StartsWith(prefix, StringComparison.OrdinalIgnoreCase)
            && uint.TryParse(name.AsSpan(prefix.Length), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out number);
    }
}
