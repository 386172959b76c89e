// [MS-OXTNEF] 2.1.3.3.10 attMessageStatus.
namespace Rialto.Content.Tnef;

/// <summary>The flags of PidTagMessageFlags ([MS-OXCMSG] 2.2.1.6) in Microsoft Mail's order.</summary>
internal static class TnefMessageStatus
{
    private const int Read = 0x0001, Unmodified = 0x0002, Submitted = 0x0004, Unsent = 0x0008, HasAttachment = 0x0010;
    private const int FmsModified = 0x01, FmsLocal = 0x02, FmsSubmitted = 0x04, FmsRead = 0x20, FmsHasAttach = 0x80;

    public static int ToFlags(int status) =>
        ((status & FmsRead) != 0 ? Read : 0) | ((status & FmsModified) == 0 ? Unmodified : 0) | ((status & FmsSubmitted) != 0 ? Submitted : 0)
        | ((status & FmsLocal) != 0 ? Unsent : 0) | ((status & FmsHasAttach) != 0 ? HasAttachment : 0);

    public static byte FromFlags(int flags) =>
        (byte)(((flags & Read) != 0 ? FmsRead : 0) | ((flags & Unmodified) == 0 ? FmsModified : 0) | ((flags & Submitted) != 0 ? FmsSubmitted : 0)
        | ((flags & Unsent) != 0 ? FmsLocal : 0) | ((flags & HasAttachment) != 0 ? FmsHasAttach : 0));
}
