// [MS-OXMSG] 2.1.1: strings of type PtypString8; [MS-OXCMSG] 2.2.1.3 PidTagMessageCodepage.
using System.Globalization;
using System.Text;
using Rialto.Content.Mime;

namespace Rialto.Content.Msg;

/// <summary>In which code page strings that are not Unicode stand.</summary>
internal static class MsgCodePage
{
    private const int Western = 1252;

    /// <summary>
    /// The message's own; else what Windows would use for the charset the message goes by on the Internet, or for its language. Zero stands for absent.
    /// What is given for an embedded message that says nothing is the outer one's.
    /// </summary>
    public static Encoding Of(int messageCodePage, int internetCodePage, int localeId, Encoding? outer)
    {
        if (messageCodePage > 0 && Find(messageCodePage) is { } own)
            return own;
        if (internetCodePage > 0 && Find(internetCodePage) is { } charset && charset.WindowsCodePage is > 0 and not 1200 and var windows && Find(windows) is { } ansi)
            return ansi;
        return Find(OfLocale(localeId)) ?? outer ?? Find(Western) ?? Encoding.Latin1;
    }

    private static Encoding? Find(int codePage) => codePage is 1200 or 1201 or <= 0 ? null : MailCharset.Find(codePage);

    private static int OfLocale(int localeId)
    {
        if (localeId is <= 0 or > 0xFFFF)
            return 0;
        try
        {
            return CultureInfo.GetCultureInfo(localeId).TextInfo.ANSICodePage;
        }
        catch (CultureNotFoundException)
        {
            return 0;
        }
    }
}
