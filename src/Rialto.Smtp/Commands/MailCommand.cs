// RFC 5321 4.1.1.2; RFC 1870 6 (SIZE), RFC 6152 and RFC 3030 3 (BODY), RFC 8689 2 (REQUIRETLS), RFC 4865 (HOLDFOR, HOLDUNTIL), RFC 2852 4 (BY), RFC 6531 3.4 (SMTPUTF8), RFC 3461 4.3, 4.4 (RET, ENVID), RFC 4954 5 (AUTH), RFC 6409 6.1 (whose sender).
using System.Buffers.Text;
using System.Text;
using Rialto.Delivery;
using Rialto.Smtp.Wire;

namespace Rialto.Smtp.Commands;

/// <summary>MAIL FROM: begins a transaction.</summary>
internal static class MailCommand
{
    /// <summary>RFC 3461 4.4: characters of ENVID.</summary>
    private const int MaximumEnvelopeId = 100;

    public static ValueTask<SmtpReply> RunAsync(SmtpSession session, ReadOnlyMemory<byte> argument) => new(Run(session, argument.Span));

    private static SmtpReply Run(SmtpSession session, ReadOnlySpan<byte> argument)
    {
        if (session.Transaction is not null) return SmtpReplies.SecondMail;
        if (session.Messages >= session.Options.MaximumMessagesPerSession) return SmtpReplies.TooManyMessages;
        if (argument.Length < 5 || !Ascii.EqualsIgnoreCase(argument[..5], "FROM:")) return SmtpReplies.Syntax;
        var path = SmtpPath.Read(argument[5..], out var sender, out var rest);
        if (path == PathResult.Malformed || sender.Equals("postmaster", StringComparison.OrdinalIgnoreCase)) return SmtpReplies.BadSender;
        if (!TryReadParameters(session, rest, sender, out var transaction, out var failure)) return failure;
        if (path == PathResult.NeedsUtf8 && !transaction.SmtpUtf8) return SmtpReplies.NeedsUtf8;
        if (transaction.DeclaredSize > session.Options.MaximumMessageSize) return SmtpReplies.MessageTooLarge;
        if (session.CurrentAccount is { } account && session.Options.CheckSubmissionSender
            && !SenderRights.MaySendAs(session.Services.Directory.Current, account, sender)) return SmtpReplies.SenderNotYours;
        session.Begin(transaction);
        return SmtpReplies.SenderOk;
    }

    private static bool TryReadParameters(SmtpSession session, ReadOnlySpan<byte> rest, string sender, out MailTransaction transaction, out SmtpReply failure)
    {
        long size = 0;
        bool eightBit = false, binary = false, utf8 = false, requiresTls = false;
        long hold = 0;
        FutureReleaseRequest? release = null;
        DeliverBy? by = null;
        string? returned = null, envelopeId = null;
        transaction = null!;
        failure = SmtpReplies.Syntax;
        var parameters = new SmtpParameters(rest);
        while (parameters.MoveNext())
        {
            var value = parameters.Value;
            if (!session.Extended)
            {
                failure = SmtpReplies.UnknownParameter;
                return false;
            }

            if (parameters.Is("SIZE"u8))
            {
                if (value.Length is 0 or > 20 || value.ContainsAnyExceptInRange((byte)'0', (byte)'9')) return false;
                if (!Utf8Parser.TryParse(value, out size, out _)) size = long.MaxValue;
            }
            else if (parameters.Is("BODY"u8))
            {
                eightBit = Ascii.EqualsIgnoreCase(value, "8BITMIME");
                binary = Ascii.EqualsIgnoreCase(value, "BINARYMIME");
                if (!eightBit && !binary && !Ascii.EqualsIgnoreCase(value, "7BIT")) return false;
            }
            else if (parameters.Is("SMTPUTF8"u8) && !parameters.HasValue)
            {
                utf8 = true;
            }
            else if (parameters.Is("REQUIRETLS"u8) && !parameters.HasValue && session.Transport.IsTls)
            {
                requiresTls = true;
            }
            else if ((parameters.Is("HOLDFOR"u8) || parameters.Is("HOLDUNTIL"u8)) && session.Role == SmtpRole.Submission)
            {
                var now = session.Services.Time.GetUtcNow();
                var isInterval = parameters.Is("HOLDFOR"u8);
                if (hold != 0 || !FutureRelease.TryRead(value, isInterval, now, session.Options.LongestHold, out hold)) return false;
                release = new FutureReleaseRequest((isInterval ? "for;" : "until;") + Encoding.ASCII.GetString(value), now.UtcTicks);
            }
            else if (parameters.Is("BY"u8) && session.Options.ShortestDeliverBy > TimeSpan.Zero)
            {
                if (by is not null || !DeliverByParameter.TryRead(value, session.Services.Time.GetUtcNow(), out var seconds, out by)) return false;
                if (by.Returns && seconds < Math.Max(1, (long)session.Options.ShortestDeliverBy.TotalSeconds))
                {
                    failure = SmtpReplies.DeliverByTooSoon;
                    return false;
                }
            }
            else if (parameters.Is("RET"u8))
            {
                if (returned is not null) return false;
                returned = Ascii.EqualsIgnoreCase(value, "FULL") ? "FULL" : Ascii.EqualsIgnoreCase(value, "HDRS") ? "HDRS" : null;
                if (returned is null) return false;
            }
            else if (parameters.Is("ENVID"u8))
            {
                if (envelopeId is not null || value.Length is 0 or > MaximumEnvelopeId || !Ascii.IsValid(value)) return false;
                envelopeId = Encoding.ASCII.GetString(value);
                // 4.4: printable, once it is decoded.
                if (!Xtext.IsPrintable(envelopeId)) return false;
            }
            else if (parameters.Is("AUTH"u8))
            {
                // Who wrote it in the view of the client; we say it of nobody but the one who logged in.
                if (!Ascii.IsValid(value) || (!value.SequenceEqual("<>"u8) && !Xtext.IsValid(Encoding.ASCII.GetString(value)))) return false;
            }
            else
            {
                failure = SmtpReplies.UnknownParameter;
                return false;
            }
        }

        // RFC 4865 5.2.2: not to be released before it had to be there.
        if (parameters.IsMalformed || (by is not null && hold > by.UtcTicks)) return false;
        transaction = new() { Sender = sender, DeclaredSize = size, EightBitMime = eightBit, SmtpUtf8 = utf8, Return = returned, EnvelopeId = envelopeId, BinaryMime = binary, RequiresTls = requiresTls, HoldUntil = hold, FutureRelease = release, DeliverBy = by };
        return true;
    }
}
