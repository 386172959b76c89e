// RFC 5545 3.1 content lines; RFC 5546 3.2 methods. Only what delivery and lists need; iCalendar has its own reader.
namespace Rialto.Content.Mail;

/// <summary>What a calendar part is about, read from its lines without building a calendar.</summary>
/// <param name="Method">METHOD in upper case; empty where there is none.</param>
/// <param name="Component">The first component: VEVENT, VTODO, …</param>
/// <param name="Uid">Its UID.</param>
/// <param name="ParticipationStatus">PARTSTAT of the first attendee, which is the one that replies.</param>
public sealed record CalendarGlance(string Method, string Component, string Uid, string ParticipationStatus)
{
    public static CalendarGlance Read(string calendar)
    {
        string method = "", component = "", uid = "", status = "";
        var text = calendar.AsSpan();
        while (!text.IsEmpty)
        {
            var line = NextLine(ref text);
            if (Value(line, "METHOD", out var value))
                method = value.Length <= 40 ? value.ToString().ToUpperInvariant() : method;
            else if (component.Length == 0 && Value(line, "BEGIN", out value) && !value.Equals("VCALENDAR", StringComparison.OrdinalIgnoreCase)
                && !value.Equals("VTIMEZONE", StringComparison.OrdinalIgnoreCase) && value is not ("STANDARD" or "DAYLIGHT"))
                component = value.Length <= 40 ? value.ToString().ToUpperInvariant() : "";
            else if (uid.Length == 0 && component.Length > 0 && Value(line, "UID", out value))
                uid = value.ToString();
            else if (status.Length == 0 && component.Length > 0 && line.StartsWith("ATTENDEE", StringComparison.OrdinalIgnoreCase))
                status = Status(line);
        }
        return new CalendarGlance(method, component, uid, status);
    }

    /// <summary>One content line; folded ones are put together.</summary>
    private static ReadOnlySpan<char> NextLine(ref ReadOnlySpan<char> text)
    {
        var end = text.IndexOf('\n');
        var line = (end < 0 ? text : text[..end]).TrimEnd('\r');
        text = end < 0 ? default : text[(end + 1)..];
        if (text.IsEmpty || text[0] is not (' ' or '\t'))
            return line;
        var whole = new System.Text.StringBuilder().Append(line);
        while (!text.IsEmpty && text[0] is ' ' or '\t')
        {
            end = text.IndexOf('\n');
            whole.Append((end < 0 ? text : text[..end])[1..].TrimEnd('\r'));
            text = end < 0 ? default : text[(end + 1)..];
        }
        return whole.ToString();
    }

    private static bool Value(ReadOnlySpan<char> line, ReadOnlySpan<char> name, out ReadOnlySpan<char> value)
    {
        value = default;
        if (!line.StartsWith(name, StringComparison.OrdinalIgnoreCase) || line.Length <= name.Length || line[name.Length] is not (':' or ';'))
            return false;
        var colon = line.IndexOf(':');
        if (colon < 0)
            return false;
        value = line[(colon + 1)..].Trim();
        return true;
    }

    private static string Status(ReadOnlySpan<char> line)
    {
        var at = line.IndexOf("PARTSTAT=", StringComparison.OrdinalIgnoreCase);
        if (at < 0)
            return "";
        var value = line[(at + 9)..];
        var end = value.IndexOfAny(';', ':');
        value = end < 0 ? value : value[..end];
        return value.Length > 40 ? "" : value.Trim('"').ToString().ToUpperInvariant();
    }
}
