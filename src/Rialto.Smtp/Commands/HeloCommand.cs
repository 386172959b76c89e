// RFC 5321 4.1.1.1.
using Rialto.Smtp.Wire;

namespace Rialto.Smtp.Commands;

/// <summary>HELO: a fresh start without extensions.</summary>
internal static class HeloCommand
{
    public static async ValueTask<SmtpReply> RunAsync(SmtpSession session, ReadOnlyMemory<byte> argument)
    {
        if (HelloArgument.Read(argument.Span) is not { } name) return SmtpReplies.Syntax;
        await session.EndTransactionAsync();
        session.Hello = name;
        session.Extended = false;
        return new SmtpReply(250, "", session.Options.EffectiveHostName);
    }
}
