// RFC 6856 3 LANG; RFC 4647 3.4 lookup; RFC 2277 4.5 i-default.
namespace Rialto.MailAccess.Pop3.Commands;

/// <summary>There is one language, and it is what is spoken before anybody asks; a client that wants another hears that there is none.</summary>
internal static class LanguageCommand
{
    private const string Default = "i-default";
    private const string English = "en";

    public static ValueTask RunAsync(Pop3Session session, string arguments)
    {
        if (arguments.Length == 0)
        {
            session.Ok("Languages follow");
            session.Transport.Write("i-default\r\nen English\r\n.\r\n"u8);
        }
        else if (Find(arguments) is { } language)
        {
            session.Ok(language + " This is English");
        }
        else
        {
            session.Error("There is no such language here");
        }
        return ValueTask.CompletedTask;
    }

    /// <summary>The language for a range: of "en-GB" what comes first of "en-GB" and "en". "*" is the one that the administrator prefers.</summary>
    private static string? Find(string range)
    {
        if (range == "*")
            return English;
        if (range.Equals(Default, StringComparison.OrdinalIgnoreCase))
            return Default;
        var isRange = range.Split('-').All(part => part.Length is > 0 and <= 8 && part.All(char.IsAsciiLetterOrDigit));
        return isRange && (range.Equals(English, StringComparison.OrdinalIgnoreCase) || range.StartsWith(English + "-", StringComparison.OrdinalIgnoreCase)) ? English : null;
    }
}
