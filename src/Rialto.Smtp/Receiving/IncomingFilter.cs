// [MS-OXCSPAM] 2.2.1.3, [MS-OXCMAIL] 2.1.3.2.20 (spam confidence level); RFC 8601 (the filter's own fields).
using System.Net;
using Rialto.Content.Junk;
using Rialto.Delivery;
using Rialto.Smtp.Wire;
using Rialto.Store;
using Rialto.Store.Backend;

namespace Rialto.Smtp;

/// <summary>Asks the mail filter about a message from outside before it is accepted: what it refuses is refused while the sender's server still listens.</summary>
internal sealed class IncomingFilter(Rspamd filter, IBlobStore blobs, IPAddress? address, string hello)
{
    /// <summary>For mail from outside; null where nobody is to be asked.</summary>
    public static IncomingFilter? For(SmtpSession session) =>
        session.Services.Filter is { Options.Incoming: true } filter && session.CurrentAccount is null
            ? new(filter, session.Services.Store.Backend.Blobs, session.Transport.RemoteEndPoint?.Address, session.Hello ?? "")
            : null;

    /// <summary>Why it is refused, or its content with what the filter says of it put before it.</summary>
    public async ValueTask<(SmtpReply? Refusal, BlobRef Content)> JudgeAsync(MessageOrigin origin, MailTransaction transaction, BlobRef content, CancellationToken cancel)
    {
        using var lease = await blobs.OpenAsync(content, cancel);
        var request = new FilterRequest(origin.Id, transaction.Sender, [.. transaction.Recipients.Select(r => r.Address)], "", address, hello);
        var verdict = await filter.JudgeAsync(request, lease.Memory, cancel);
        if (verdict.Action == FilterAction.Reject) return (new(550, "5.7.1", verdict.Reason.Length > 0 ? verdict.Reason : "The message is taken for spam"), content);
        if (verdict.Action == FilterAction.Defer) return (new(451, "4.7.1", verdict.Reason.Length > 0 ? verdict.Reason : "Try again later"), content);
        // Nobody else can have set it: what comes in with such a field loses it.
        var fields = verdict.Level is { } level ? $"{verdict.Fields}{SpamConfidenceLevel.Header}: {SpamConfidenceLevel.Format(level)}\r\n" : verdict.Fields;
        return (null, fields.Length == 0 ? content : await blobs.WriteAsync(MessageHead.Insert(lease.Memory, fields), cancel));
    }
}
