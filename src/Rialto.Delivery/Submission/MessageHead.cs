using System.Buffers;
using System.Text;

namespace Rialto.Delivery;

/// <summary>Header fields that are put before a message on its way.</summary>
public static class MessageHead
{
    /// <summary>The message with whole fields behind its Return-Path, which stays first.</summary>
    public static ReadOnlySequence<byte> Insert(ReadOnlyMemory<byte> message, string fields)
    {
        var rest = RuleMail.WithoutReturnPath(message);
        var path = message[..(message.Length - rest.Length)];
        return RuleMail.WithFields(Encoding.UTF8.GetString(path.Span) + fields, rest);
    }
}
