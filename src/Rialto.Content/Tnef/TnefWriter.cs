// [MS-OXTNEF] 2.1 structures, 2.2 the writer.
using Rialto.Model;

namespace Rialto.Content.Tnef;

/// <summary>Writes messages as TNEF streams.</summary>
public static class TnefWriter
{
    /// <summary>
    /// The whole message as one stream: every property of message and attachments, embedded messages included. Properties of types that TNEF has no form for
    /// (restrictions, rule actions, values kept elsewhere) are left out, and so are named properties whose id is not in the message's table.
    /// </summary>
    public static byte[] Write(PropertyMessage message, TnefWriterOptions? options = null) => TnefStreamWriter.Write(message, options ?? TnefWriterOptions.Default);
}
