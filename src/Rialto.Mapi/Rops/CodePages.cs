// [MS-OXCROPS] 3.1.5.4 code page for strings; [MS-OXCMSG] 2.2.3.1.1 CodePageId.
using System.Text;
using Rialto.Mapi.Objects;
using Rialto.Mapi.Sessions;
using Rialto.Model;

namespace Rialto.Mapi.Rops;

/// <summary>In which code page 8-bit strings of an object go.</summary>
internal static class CodePages
{
    /// <summary>CodePageId that says: that of the logon.</summary>
    private const ushort OfLogon = 0x0FFF;

    static CodePages() => Encoding.RegisterProvider(CodePagesEncodingProvider.Instance);

    /// <summary>The code page, or Latin-1 where it is unknown or does not end strings with one NUL byte.</summary>
    public static Encoding Find(uint codePage) => TryFind(codePage) ?? Encoding.Latin1;

    /// <summary>The form of a message's values; false where there is no such code page. [MS-OXCMSG] 3.2.5.16.</summary>
    public static bool TryFormOf(ValueForm session, ushort codePageId, out ValueForm form)
    {
        form = session;
        if (codePageId is OfLogon or 0 || IsUnicode(codePageId))
            return true;
        if (TryFind(codePageId) is not { } encoding)
            return false;
        form = session.WithString8(encoding);
        return true;
    }

    /// <summary>A message's own, its attachments' too; the session's for anything else.</summary>
    public static ValueForm FormOf(RopCall call, ServerObject? source) => source is DraftObject draft ? draft.Form : call.Session.Form;

    /// <summary>The code page; null where it is unknown or does not end strings with one NUL byte.</summary>
    public static Encoding? TryFind(uint codePage)
    {
        try
        {
            return IsUnicode(codePage) || codePage > ushort.MaxValue ? null : Encoding.GetEncoding((int)codePage);
        }
        catch (Exception e) when (e is NotSupportedException or ArgumentException)
        {
            return null;
        }
    }

    private static bool IsUnicode(uint codePage) => codePage is 1200 or 1201 or 12000 or 12001;
}
