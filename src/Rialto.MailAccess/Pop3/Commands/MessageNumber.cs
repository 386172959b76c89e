// RFC 1939 2, 5: message-numbers.
using System.Globalization;

namespace Rialto.MailAccess.Pop3.Commands;

/// <summary>Reads the message-number of a command.</summary>
internal static class MessageNumber
{
    /// <summary>The index of the message that the number names; false, with the refusal written, for what is no number, not there or deleted.</summary>
    public static bool TryTake(Pop3Session session, string text, out int index)
    {
        var maildrop = session.Maildrop;
        index = -1;
        if (!int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number))
            session.Error("A message number is wanted");
        else if (number < 1 || number > maildrop.Count)
            session.Error("No such message");
        else if (maildrop.IsDeleted(number - 1))
            session.Error("Message is deleted");
        else
            index = number - 1;
        return index >= 0;
    }
}
