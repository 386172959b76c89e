// RFC 3461 4.2, 5.2.1 (d), 6.3 (d), RFC 3464 3 (whose address a report gives as the original), RFC 6533 3 (utf-8 addresses).
using System.Globalization;
using System.Text;

namespace Rialto.Delivery;

/// <summary>
/// What a queued recipient was called first: by the sender's own ORCPT, which reports give back, or by the envelope, where this server put another address in its place (a group's member, somebody's
/// forwarding). The latter is passed on to other servers, as it may be, and is never told as if the sender had said it.
/// </summary>
public static class OriginalRecipients
{
    /// <summary>Before what this server made up: no ORCPT holds a space.</summary>
    private const char OwnMark = ' ';

    /// <summary>For a recipient that another takes the place of.</summary>
    public static string Of(QueuedRecipient recipient) => recipient.OriginalRecipient ?? OwnMark + Encode(recipient.Address);

    /// <summary>Whether the sender said it.</summary>
    public static bool IsStated(string original) => original.Length > 0 && original[0] != OwnMark;

    /// <summary>As a parameter's value.</summary>
    public static string ParameterOf(string original) => original.TrimStart(OwnMark);

    /// <summary>address type, semicolon, address: xtext, or for addresses beyond ASCII as RFC 6533 writes them (utf-8-addr-unitext).</summary>
    public static string Encode(string address)
    {
        if (Ascii.IsValid(address)) return "rfc822;" + Xtext.Encode(address);
        var text = new StringBuilder("utf-8;", address.Length + 16);
        foreach (var c in address)
        {
            if (c is <= ' ' or '+' or '=' or '\\' or '\x7F') text.Append(CultureInfo.InvariantCulture, $"\\x{{{(int)c:X2}}}");
            else text.Append(c);
        }

        return text.ToString();
    }
}
