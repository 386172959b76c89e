// RFC 7628 3.1 (OAUTHBEARER: gs2-header kvsep *(key "=" value kvsep) kvsep), 3.2.2 (failure); XOAUTH2 as Google and Microsoft document it.
using System.Text;
using Rialto.Directory;

namespace Rialto.Net;

/// <summary>OAUTHBEARER and XOAUTH2: an access token of the configured issuer.</summary>
internal sealed class BearerConversation(AuthenticationService service, SaslContext context, bool isOlder) : SaslConversation(service, context)
{
    private SaslAnswer? failed;

    private protected override async ValueTask<SaslAnswer> ReadAsync(ReadOnlyMemory<byte> octets)
    {
        // After the reason the client has the last word, and says nothing with it.
        if (failed is { } over) return over;
        if (Read(octets.Span) is not var (user, token)) return new(SaslOutcome.Malformed);
        var account = await Service.Bearer!.AccountOfAsync(token, Service.Authenticator.Directory.Current, Context.Closed);
        if (account.IsUnavailable) return new(SaslOutcome.Temporary);
        var result = await Service.Authenticator.AcceptAsync(account.Account, account.Shown, Context.Remote, Context.Protocol, Context.Closed);
        var itself = user.Length == 0 || (result.IsSuccess && Service.Authenticator.Directory.Current.FindByLogin(user)?.Id == result.Account.Id);
        var answer = SaslAnswer.Of(result, account.Shown, itself ? "" : user);
        if (answer.Outcome != SaslOutcome.Refused) return answer;
        failed = answer;
        return new(SaslOutcome.Challenge, isOlder ? """{"status":"401","schemes":"bearer"}"""u8.ToArray() : """{"status":"invalid_token"}"""u8.ToArray());
    }

    private (string User, string Token)? Read(ReadOnlySpan<byte> octets)
    {
        var text = Encoding.UTF8.GetString(octets);
        var fields = text.Split('\x01');
        var user = "";
        if (isOlder)
        {
            // "user=" name ^A "auth=Bearer " token ^A ^A
            if (fields.Length < 4 || !fields[0].StartsWith("user=", StringComparison.Ordinal) || fields[^1].Length > 0 || fields[^2].Length > 0) return null;
            user = fields[0][5..];
        }
        else
        {
            var header = fields[0].Split(',');
            if (fields.Length < 4 || fields[^1].Length > 0 || fields[^2].Length > 0 || header.Length != 3 || header[0] is not ("n" or "y") || header[2].Length > 0) return null;
            if (header[1].Length > 0)
            {
                if (!header[1].StartsWith("a=", StringComparison.Ordinal)) return null;
                user = header[1][2..].Replace("=2C", ",", StringComparison.Ordinal).Replace("=3D", "=", StringComparison.Ordinal);
            }
        }

        foreach (var field in fields[1..])
            if (field.StartsWith("auth=Bearer ", StringComparison.OrdinalIgnoreCase)) return (user, field[12..]);
        return null;
    }
}
