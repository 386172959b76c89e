// RFC 5321 4.1.1.5.
using Rialto.Smtp.Wire;

namespace Rialto.Smtp.Commands;

/// <summary>RSET: forgets the transaction.</summary>
internal static class RsetCommand
{
    public static async ValueTask<SmtpReply> RunAsync(SmtpSession session, ReadOnlyMemory<byte> argument)
    {
        await session.EndTransactionAsync();
        return SmtpReplies.Ok;
    }
}
