// RFC 5321 4.2.2, 4.2.3; RFC 3463; RFC 4954 6; RFC 3207 4; RFC 6531 3.5.
using Rialto.Delivery;
using Rialto.Smtp.Wire;
using Rialto.Store.Backend;

namespace Rialto.Smtp;

/// <summary>Every reply the server gives, and the one place where errors of other parts become replies. No reply repeats what the client sent.</summary>
internal static class SmtpReplies
{
    public static readonly SmtpReply Ok = new(250, "2.0.0", "OK");
    public static readonly SmtpReply SenderOk = new(250, "2.1.0", "Sender OK");
    public static readonly SmtpReply RecipientOk = new(250, "2.1.5", "Recipient OK");
    public static readonly SmtpReply StartContent = new(354, "", "End data with <CR><LF>.<CR><LF>");
    public static readonly SmtpReply ChunkOk = new(250, "2.0.0", "Chunk received");
    public static readonly SmtpReply StartTls = new(220, "2.0.0", "Ready to start TLS");
    public static readonly SmtpReply LoggedIn = new(235, "2.7.0", "Authentication successful");
    public static readonly SmtpReply Bye = new(221, "2.0.0", "Bye") { Closes = true };
    public static readonly SmtpReply CannotVerify = new(252, "2.5.2", "Cannot verify, but will take mail and try to deliver it");

    public static readonly SmtpReply TimedOut = new(421, "4.4.2", "Timeout, closing connection") { Closes = true };
    public static readonly SmtpReply TooSlow = new(421, "4.4.2", "Too slow, closing connection") { Closes = true };
    public static readonly SmtpReply ShuttingDown = new(421, "4.3.2", "Service shutting down, closing connection") { Closes = true };
    public static readonly SmtpReply TooManyConnections = new(421, "4.3.2", "Too many connections, try again later") { Closes = true };
    public static readonly SmtpReply TooManyFromAddress = new(421, "4.7.0", "Too many connections from your address, try again later") { Closes = true };
    public static readonly SmtpReply TooManyErrors = new(421, "4.7.0", "Too many errors, closing connection") { Closes = true };
    public static readonly SmtpReply TooManyMessages = new(421, "4.7.0", "Enough messages for one connection, connect again for more") { Closes = true };
    public static readonly SmtpReply NotSmtp = new(421, "4.7.0", "This is not a web server") { Closes = true };
    public static readonly SmtpReply FarTooLarge = new(421, "4.3.4", "The message is far larger than the limit, closing connection") { Closes = true };
    public static readonly SmtpReply TlsPipelined = new(554, "5.5.1", "Commands were sent behind STARTTLS before TLS was up, closing connection") { Closes = true };

    public static readonly SmtpReply UnknownCommand = new(500, "5.5.2", "Command not recognised");
    public static readonly SmtpReply LineTooLong = new(500, "5.5.2", "Line too long");
    public static readonly SmtpReply BareLineFeed = new(500, "5.5.2", "Commands end with CR LF, not with LF alone");
    public static readonly SmtpReply Syntax = new(501, "5.5.4", "Syntax error in parameters");
    public static readonly SmtpReply NotSupported = new(502, "5.5.1", "Command not supported");
    public static readonly SmtpReply SayHello = new(503, "5.5.1", "Say EHLO or HELO first");
    public static readonly SmtpReply NeedMail = new(503, "5.5.1", "MAIL comes first");
    public static readonly SmtpReply NeedRecipient = new(554, "5.5.1", "No valid recipients");
    public static readonly SmtpReply SecondMail = new(503, "5.5.1", "A transaction is in progress already");
    public static readonly SmtpReply DataInChunks = new(503, "5.5.1", "The message is being sent in chunks: BDAT or RSET");
    public static readonly SmtpReply BinaryInChunks = new(503, "5.5.1", "A message of octets comes in chunks: BDAT");
    public static readonly SmtpReply DeliverByTooSoon = new(555, "5.5.4", "Mail cannot be promised to be delivered or returned so soon: see DELIVERBY");
    public static readonly SmtpReply UnknownParameter = new(555, "5.5.4", "Parameter not recognised");
    public static readonly SmtpReply BadSender = new(501, "5.1.7", "The sender is not a valid address in angle brackets");
    public static readonly SmtpReply BadRecipient = new(501, "5.1.3", "The recipient is not a valid address in angle brackets");
    public static readonly SmtpReply NeedsUtf8 = new(553, "5.6.7", "Addresses beyond ASCII need the SMTPUTF8 parameter");
    public static readonly SmtpReply NeedsTls = new(530, "5.7.0", "Must issue a STARTTLS command first");
    public static readonly SmtpReply NeedsLogin = new(530, "5.7.0", "Authentication required");
    public static readonly SmtpReply TlsUnavailable = new(454, "4.7.0", "TLS not available");
    public static readonly SmtpReply TlsActive = new(503, "5.5.1", "TLS is active already");
    public static readonly SmtpReply LoginActive = new(503, "5.5.1", "Authenticated already");
    public static readonly SmtpReply LoginInTransaction = new(503, "5.5.1", "Not during a mail transaction");
    public static readonly SmtpReply LoginNeedsTls = new(538, "5.7.11", "Encryption required for authentication");
    public static readonly SmtpReply LoginUnavailable = new(503, "5.5.1", "Authentication is not offered here; use the submission ports");
    public static readonly SmtpReply UnknownMechanism = new(504, "5.5.4", "Authentication mechanism not supported");
    public static readonly SmtpReply LoginCancelled = new(501, "5.7.0", "Authentication cancelled");
    public static readonly SmtpReply LoginMalformed = new(501, "5.5.2", "Cannot decode the authentication response");
    public static readonly SmtpReply LoginTooLong = new(500, "5.5.6", "Authentication response too long");
    public static readonly SmtpReply LoginFailed = new(535, "5.7.8", "Authentication credentials invalid");
    public static readonly SmtpReply LoginLater = new(454, "4.7.0", "Temporary authentication failure, try again later");
    public static readonly SmtpReply SenderNotYours = new(553, "5.7.1", "You may not send from this address");
    public static readonly SmtpReply SentTooMuch = new(450, "4.7.1", "You have sent to very many recipients lately, try again later");
    public static readonly SmtpReply Greylisted = new(451, "4.7.1", "Not known here yet, try again in a few minutes");
    public static readonly SmtpReply TooManyRecipients = new(452, "4.5.3", "Too many recipients");

    public static readonly SmtpReply MessageTooLarge = new(552, "5.3.4", "The message is larger than the limit");
    public static readonly SmtpReply BadLineEnds = new(550, "5.5.2", "The message holds line ends other than CR LF (see RFC 5321 2.3.8)");
    public static readonly SmtpReply ContentLineTooLong = new(554, "5.6.0", "The message holds a line longer than the limit");
    public static readonly SmtpReply Loop = new(554, "5.4.6", "Too many hops: the message is going in circles");
    public static readonly SmtpReply ChunkFailed = new(503, "5.5.1", "An earlier chunk failed: RSET first");
    public static readonly SmtpReply UrlFailed = new(554, "5.6.6", "The URL means nothing that may be sent");
    public static readonly SmtpReply UrlLater = new(451, "4.6.6", "What the URL means cannot be read at the moment, try again later");
    public static readonly SmtpReply StorageFailed = new(451, "4.3.0", "The message cannot be stored at the moment, try again later");
    public static readonly SmtpReply StorageFull = new(452, "4.3.1", "Insufficient system storage, try again later");

    public static SmtpReply From(DeliveryStatus status) => new(status.Reply, status.Code, status.Text);

    /// <summary>What to say when something could not be written. Nothing was accepted.</summary>
    public static SmtpReply From(Exception exception)
    {
        for (var e = exception; e is not null; e = e.InnerException)
        {
            // ENOSPC and EDQUOT.
            if (e is IOException && (e.HResult & 0xFFFF) is 28 or 122) return StorageFull;
        }

        return exception is StorageUnavailableException ? StorageFull : StorageFailed;
    }
}
