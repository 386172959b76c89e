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
    public static Encoding Find(uint codePage)
    {
        try
        {
            return codePage is 1200 or 1201 or 12000 or 12001 or > ushort.MaxValue ? Encoding.Latin1 : Encoding.GetEncoding((int)codePage);
        }
        catch (Exception e) when (e is NotSupportedException or ArgumentException)
        {
            return Encoding.Latin1;
        }
    }

    public static ValueForm FormOf(ValueForm session, ushort codePageId) =>
        codePageId is OfLogon or 0 ? session : session.WithString8(Find(codePageId));

    /// <summary>A message's own, its attachments' too; the session's for anything else.</summary>
    public static ValueForm FormOf(RopCall call, PropertyObject source) => source switch
    {
        MessageObject message => message.Form,
        AttachmentObject attachment => attachment.Message.Form,
        _ => call.Session.Form,
    };
}
