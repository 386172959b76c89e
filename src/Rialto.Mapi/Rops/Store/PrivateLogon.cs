// [MS-OXCSTOR] 3.2.5.2 to 3.2.5.5, 3.2.5.10, 3.2.5.11: operations that a logon to a mailbox alone has.
using System.Diagnostics.CodeAnalysis;
using Rialto.Mapi.Objects;
using Rialto.Mapi.Sessions;
using Rialto.Model;

namespace Rialto.Mapi.Rops;

/// <summary>What operations on a mailbox's logon check first.</summary>
internal static class PrivateLogon
{
    /// <summary>The logon; NotSupported for one to public folders.</summary>
    public static bool TryGet(RopCall call, RopRequest request, [NotNullWhen(true)] out LogonObject? logon, out ErrorCode error)
    {
        if (!call.TryGet(request, out logon, out error))
            return false;
        if (!logon.Mailbox.Header.IsPublic)
            return true;
        error = ErrorCode.NotSupported;
        return false;
    }

    /// <summary>2.2.1.2.1.1: printable ASCII, no dot at either end and no two in a row.</summary>
    public static bool IsMessageClass(string messageClass, int maximumLength)
    {
        if (messageClass.Length > maximumLength || messageClass.StartsWith('.') || messageClass.EndsWith('.') || messageClass.Contains("..", StringComparison.Ordinal))
            return false;
        foreach (var c in messageClass)
        {
            if (c is < ' ' or > '~')
                return false;
        }
        return true;
    }
}
