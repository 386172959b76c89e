// RFC 3501 7.1: status responses; RFC 5530 response codes.
namespace Rialto.MailAccess.Imap.Wire;

internal enum ImapStatus
{
    Ok,
    No,
    Bad,
}

/// <summary>What a command ends with: the tagged response without its tag.</summary>
internal readonly record struct ImapReply(ImapStatus Status, string? Code, string Text)
{
    public static ImapReply Ok(string text) => new(ImapStatus.Ok, null, text);

    public static ImapReply Ok(string? code, string text) => new(ImapStatus.Ok, code, text);

    public static ImapReply No(string? code, string text) => new(ImapStatus.No, code, text);

    public static ImapReply Bad(string text) => new(ImapStatus.Bad, null, text);
}
