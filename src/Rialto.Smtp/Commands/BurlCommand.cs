// RFC 4468 3 BURL, 5 and 6 replies; RFC 3030 2: chunks by URL and by octets may take turns.
using System.Text;
using Rialto.Directory;
using Rialto.Smtp.Wire;

namespace Rialto.Smtp.Commands;

/// <summary>Reads what a URL of this server means, for an account that submits; null where it may not or there is nothing. Throws where that cannot be said now.</summary>
public delegate ValueTask<(ReadOnlyMemory<byte> Octets, IDisposable Lease)?> SubmittedUrl(string url, Account submitter, CancellationToken cancel);

/// <summary>BURL: a chunk of the message, or all of it, that the server fetches itself. On the submission ports alone. When a URL fails the whole transaction does.</summary>
internal static class BurlCommand
{
    public static async ValueTask<SmtpReply> RunAsync(SmtpSession session, ReadOnlyMemory<byte> argument)
    {
        if (session.Services.Urls is not { } urls || session.Role != SmtpRole.Submission || session.CurrentAccount is not { } account) return SmtpReplies.NotSupported;
        if (!TryRead(argument.Span, out var url, out var last)) return SmtpReplies.Syntax;

        var transaction = session.Transaction!;
        if (transaction.Recipients.Count == 0) return SmtpReplies.NeedRecipient;
        if (transaction.Chunks?.Refusal is not null) return SmtpReplies.ChunkFailed;
        (ReadOnlyMemory<byte> Octets, IDisposable Lease)? found;
        try
        {
            found = await urls(url, account, CancellationToken.None);
        }
        catch (Exception e) when (e is IOException or Store.Backend.StorageUnavailableException)
        {
            SmtpLog.StorageFailed(session.Services.Logger, e, session.Transport.ConnectionId);
            await session.EndTransactionAsync();
            return SmtpReplies.UrlLater;
        }

        if (found is not { } content)
        {
            await session.EndTransactionAsync();
            return SmtpReplies.UrlFailed;
        }

        var intake = transaction.Chunks ??= MessageReceipt.Begin(session, transaction, dots: false).Intake;
        using (content.Lease)
        {
            intake.Feed(content.Octets.Span, out _);
            await intake.FlushAsync(CancellationToken.None);
        }

        // As with BDAT: chunks of nothing, or of a little now and then, are not sending.
        if (!last && (transaction.Pace ??= new(session.Services.Time)).IsTooSlow(content.Octets.Length, session.Options)) return SmtpReplies.TooSlow;
        if (!last && content.Octets.IsEmpty) session.NoteAimless();
        if (!last) return intake.Refusal is { } early ? early : SmtpReplies.ChunkOk;
        var reply = await MessageReceipt.Resume(intake).CompleteAsync(session);
        await session.EndTransactionAsync();
        return reply;
    }

    /// <summary>burl-cmd = "BURL" SP absolute-URI [SP "LAST"]</summary>
    private static bool TryRead(ReadOnlySpan<byte> argument, out string url, out bool last)
    {
        argument = argument.Trim((byte)' ');
        var end = argument.IndexOf((byte)' ');
        last = end >= 0 && Ascii.EqualsIgnoreCase(argument[end..].TrimStart((byte)' '), "LAST");
        url = Encoding.Latin1.GetString(end < 0 ? argument : argument[..end]);
        return url.Length > 0 && (end < 0 || last) && url.Contains(':', StringComparison.Ordinal);
    }
}
