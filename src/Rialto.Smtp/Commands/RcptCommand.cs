// RFC 5321 4.1.1.3, 3.3; RFC 3461 4.1, 4.2 (NOTIFY, ORCPT); RFC 6533 3 (utf-8 ORCPT).
using System.Text;
using Rialto.Delivery;
using Rialto.Directory;
using Rialto.Smtp.Wire;

namespace Rialto.Smtp.Commands;

/// <summary>RCPT TO: names a recipient. Mail for the outside is taken from who logged in, and from nobody else.</summary>
internal static class RcptCommand
{
    /// <summary>RFC 3461 4.2: characters of ORCPT.</summary>
    private const int MaximumOriginalRecipient = 500;

    /// <summary>Characters of NOTIFY: RFC 3461 5.4 asks for 28, and a word may stand in it twice.</summary>
    private const int MaximumNotify = 64;

    public static ValueTask<SmtpReply> RunAsync(SmtpSession session, ReadOnlyMemory<byte> argument)
    {
        var refusal = Read(session, argument.Span, out var recipient, out var mailbox, out var folder);
        if (refusal is not null) return new(refusal);
        if (folder is not null) return CheckPostingAsync(session, recipient, folder);
        return mailbox is null ? new(Accept(session, recipient)) : CheckQuotaAsync(session, recipient, mailbox);
    }

    private static SmtpReply? Read(SmtpSession session, ReadOnlySpan<byte> argument, out QueuedRecipient recipient, out MailboxRecipient? mailbox, out MailPublicFolder? folder)
    {
        recipient = null!;
        mailbox = null;
        folder = null;
        var transaction = session.Transaction!;
        if (transaction.Chunks is not null) return SmtpReplies.DataInChunks;
        if (argument.Length < 3 || !Ascii.EqualsIgnoreCase(argument[..3], "TO:")) return SmtpReplies.Syntax;
        var path = SmtpPath.Read(argument[3..], out var address, out var rest);
        if (path == PathResult.Malformed || address.Length == 0) return SmtpReplies.BadRecipient;
        if (path == PathResult.NeedsUtf8 && !transaction.SmtpUtf8) return SmtpReplies.NeedsUtf8;
        if (ReadParameters(session, rest, out var notify, out var original) is { } failure) return failure;
        if (transaction.Recipients.Count >= session.Options.MaximumRecipients || transaction.Named >= 2L * session.Options.MaximumRecipients) return SmtpReplies.TooManyRecipients;

        var account = session.CurrentAccount;
        if (transaction.Sender.Length == 0 && SenderRewriting.Restore(session.Services.Directory.Current, address, session.Services.Time.GetUtcNow()) is not null)
        {
            recipient = new(address, original, notify, 0, 0, null);
            return null;
        }

        var route = RecipientResolver.Resolve(session.Services.Directory.Current, address, account);
        switch (route.Kind)
        {
            case RouteKind.Refused:
                return SmtpReplies.From(route.Status);
            case RouteKind.Remote when account is null && route.Recipient is null:
                return SmtpReplies.From(DeliveryStatus.RelayDenied);
            case RouteKind.Mailbox:
                mailbox = (MailboxRecipient)route.Recipient!;
                break;
            case RouteKind.PublicFolder:
                folder = (MailPublicFolder)route.Recipient!;
                break;
        }

        if (account is null && session.Services.Greylist is { } greylist && session.Transport.RemoteEndPoint is { } client
            && !greylist.Passes(client.Address, transaction.Sender, address)) return SmtpReplies.Greylisted;
        if (account is not null && session.Services.Limits?.TryTake(account.Id, 1) == false) return SmtpReplies.SentTooMuch;
        recipient = new(address, original, notify, 0, 0, null);
        return null;
    }

    private static async ValueTask<SmtpReply> CheckQuotaAsync(SmtpSession session, QueuedRecipient recipient, MailboxRecipient mailbox)
    {
        try
        {
            if (!await MailboxQuota.HasRoomAsync(session.Services.Store, mailbox, session.Transaction!.DeclaredSize, session.Transport.Closed))
                return SmtpReplies.From(DeliveryStatus.OverQuota);
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            SmtpLog.StorageFailed(session.Services.Logger, e, session.Transport.ConnectionId);
            return SmtpReplies.From(e);
        }

        return Accept(session, recipient);
    }

    private static async ValueTask<SmtpReply> CheckPostingAsync(SmtpSession session, QueuedRecipient recipient, MailPublicFolder folder)
    {
        try
        {
            var services = session.Services;
            var refusal = await PublicFolderPosting.RefuseAsync(
                services.Store, services.Directory.Current, folder, session.CurrentAccount, session.Transaction!.DeclaredSize, session.Transport.Closed);
            if (refusal is not null) return SmtpReplies.From(refusal);
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            SmtpLog.StorageFailed(session.Services.Logger, e, session.Transport.ConnectionId);
            return SmtpReplies.From(e);
        }

        return Accept(session, recipient);
    }

    private static SmtpReply Accept(SmtpSession session, QueuedRecipient recipient)
    {
        session.Transaction!.Add(recipient);
        return SmtpReplies.RecipientOk;
    }

    private static SmtpReply? ReadParameters(SmtpSession session, ReadOnlySpan<byte> rest, out string? notify, out string? original)
    {
        notify = null;
        original = null;
        var parameters = new SmtpParameters(rest);
        while (parameters.MoveNext())
        {
            if (!session.Extended) return SmtpReplies.UnknownParameter;
            var value = parameters.Value;
            if (parameters.Is("NOTIFY"u8))
            {
                if (notify is not null || value.Length > MaximumNotify || !Ascii.IsValid(value)) return SmtpReplies.Syntax;
                notify = Encoding.ASCII.GetString(value).ToUpperInvariant();
                if (!IsNotify(notify)) return SmtpReplies.Syntax;
            }
            else if (parameters.Is("ORCPT"u8))
            {
                if (original is not null || value.Length is 0 or > MaximumOriginalRecipient || !TryReadOriginal(session, value, out original)) return SmtpReplies.Syntax;
            }
            else
            {
                return SmtpReplies.UnknownParameter;
            }
        }

        return parameters.IsMalformed ? SmtpReplies.Syntax : null;
    }

    /// <summary>"NEVER", or any of the others.</summary>
    private static bool IsNotify(string value) => value == "NEVER" || value.Split(',').All(static word => word is "SUCCESS" or "FAILURE" or "DELAY");

    /// <summary>address type, semicolon, xtext; under SMTPUTF8 a utf-8 address may stand as it is.</summary>
    private static bool TryReadOriginal(SmtpSession session, ReadOnlySpan<byte> value, out string? original)
    {
        original = null;
        var semicolon = value.IndexOf((byte)';');
        if (semicolon < 1 || value[..semicolon].IndexOfAnyExcept(AddressTypeCharacters) >= 0) return false;
        var address = value[(semicolon + 1)..];
        if (Ascii.IsValid(address))
        {
            // 4.2: what it stands for is printable, or there is no way to say it in a report.
            if (!Xtext.IsPrintable(Encoding.ASCII.GetString(address))) return false;
        }
        else if (!session.Transaction!.SmtpUtf8 || !System.Text.Unicode.Utf8.IsValid(address) || Encoding.UTF8.GetString(address).Any(char.IsControl))
        {
            return false;
        }

        original = Encoding.UTF8.GetString(value);
        return true;
    }

    /// <summary>Those of an atom, but for "+" and "=": no registered type has them, and what is read as xtext must hide nothing in the type.</summary>
    private static readonly System.Buffers.SearchValues<byte> AddressTypeCharacters =
        System.Buffers.SearchValues.Create("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789!#$%&'*-/?^_`{|}~"u8);
}
