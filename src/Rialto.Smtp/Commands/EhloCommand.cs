// RFC 5321 4.1.1.1; RFC 1870 (SIZE), RFC 2920 (PIPELINING), RFC 6152 (8BITMIME), RFC 6531 (SMTPUTF8), RFC 2034 (ENHANCEDSTATUSCODES), RFC 3030 (CHUNKING), RFC 3461 (DSN),
// RFC 3207 (STARTTLS), RFC 4954 (AUTH), RFC 4865 4 (FUTURERELEASE), RFC 2852 3 (DELIVERBY), RFC 8689 2 (REQUIRETLS, under TLS alone), RFC 9422 4 (LIMITS),
// RFC 4468 3.1 (BURL, on the submission ports; with its argument for who has logged in).
using System.Globalization;
using Rialto.Net;
using Rialto.Smtp.Wire;

namespace Rialto.Smtp.Commands;

/// <summary>EHLO: a fresh start, answered with what the server can do now.</summary>
internal static class EhloCommand
{
    /// <summary>RFC 9422 4.1, 4.2: six digits.</summary>
    private const int MaximumLimit = 999_999;

    public static async ValueTask<SmtpReply> RunAsync(SmtpSession session, ReadOnlyMemory<byte> argument)
    {
        if (HelloArgument.Read(argument.Span) is not { } name)
        {
            // [MS-SMTPNTLM] 2.2.1 (discovery): clients that log in may leave their name out. They are called by their address.
            if (!argument.IsEmpty || !session.OffersLogin || session.Transport.RemoteEndPoint?.Address is not { } remote) return SmtpReplies.Syntax;
            name = remote.AddressFamily == System.Net.Sockets.AddressFamily.InterNetworkV6 ? $"[IPv6:{remote}]" : $"[{remote}]";
        }

        await session.EndTransactionAsync();
        session.Hello = name;
        session.Extended = true;

        var options = session.Options;
        var lines = new List<string>(10)
        {
            "PIPELINING",
            string.Create(CultureInfo.InvariantCulture, $"SIZE {options.MaximumMessageSize}"),
            "8BITMIME",
            "SMTPUTF8",
            "ENHANCEDSTATUSCODES",
            "CHUNKING",
            "BINARYMIME",
            "DSN",
            string.Create(CultureInfo.InvariantCulture, $"LIMITS MAILMAX={Math.Min(options.MaximumMessagesPerSession, MaximumLimit)} RCPTMAX={Math.Min(options.MaximumRecipients, MaximumLimit)}"),
        };
        if (session.Transport.CanStartTls) lines.Add("STARTTLS");
        if (session.Transport.IsTls) lines.Add("REQUIRETLS");
        if (options.ShortestDeliverBy > TimeSpan.Zero) lines.Add(string.Create(CultureInfo.InvariantCulture, $"DELIVERBY {Math.Max(1, (long)options.ShortestDeliverBy.TotalSeconds)}"));
        if (session.Role == SmtpRole.Submission && options.LongestHold > TimeSpan.Zero)
            lines.Add(string.Create(CultureInfo.InvariantCulture, $"FUTURERELEASE {(long)options.LongestHold.TotalSeconds} {(session.Services.Time.GetUtcNow() + options.LongestHold).UtcDateTime:yyyy-MM-dd'T'HH:mm:ss'Z'}"));
        if (session.Role == SmtpRole.Submission && session.Services.Urls is not null) lines.Add(session.CurrentAccount is null ? "BURL" : "BURL imap");
        if (session.OffersLogin && session.Transport.AllowsLogin)
            lines.Add("AUTH " + string.Join(' ', session.Services.SignIn.Mechanisms(SaslContext.Of(session.Transport, "smtp"))));
        return new SmtpReply(250, "", options.EffectiveHostName) { More = lines };
    }
}
