using Rialto.MailAccess.Imap.Wire;

namespace Rialto.MailAccess.Imap;

/// <summary>The states of RFC 3501 3 in which a command is allowed.</summary>
[Flags]
internal enum ImapStates
{
    NotAuthenticated = 1,
    Authenticated = 2,
    Selected = 4,
    LoggedIn = Authenticated | Selected,
    Any = NotAuthenticated | LoggedIn,
}

/// <summary>Which news of the selected mailbox may precede the command's tagged response. RFC 3501 5.2, 7.4.1.</summary>
internal enum ImapUpdates
{
    /// <summary>All of it.</summary>
    All,

    /// <summary>All but EXPUNGE: FETCH, STORE and SEARCH speak in sequence numbers.</summary>
    NoExpunge,

    /// <summary>None: the command changes what is selected.</summary>
    None,
}

/// <summary>
/// One command of one client: made by its row of <see cref="ImapCommandTable"/>, filled from the wire, run once. <see cref="Parse"/> keeps nothing of the bytes.
/// </summary>
internal abstract class ImapCommand
{
    /// <summary>Reads the arguments; the parser stands behind the command's name and must be at its end afterwards.</summary>
    public virtual void Parse(ref ImapParser parser)
    {
    }

    public abstract ValueTask<ImapReply> RunAsync(ImapSession session, CancellationToken cancel);
}

/// <summary>A command whose last argument is a message literal, which it reads from the connection itself. The line given to Parse ends with the announcement.</summary>
internal interface IMessageLiteralCommand
{
    /// <summary>Whether the announcement at the end of this line is the message, and not the mailbox's name.</summary>
    bool IsMessageLiteral(ReadOnlySpan<byte> arguments);
}
