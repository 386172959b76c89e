// [MS-OXTNEF] 2.1.3.3.5 attMessageClass.
namespace Rialto.Content.Tnef;

/// <summary>The names that message classes had in Microsoft Mail 3, which attributes still use.</summary>
public static class TnefMessageClass
{
    private static readonly (string Legacy, string Class)[] Table =
    [
        ("IPM.Microsoft Mail.Note", "IPM.Note"),
        ("IPM.Microsoft Mail.Read Receipt", "REPORT.IPM.Note.IPNRN"),
        ("IPM.Microsoft Mail.Non-Delivery", "REPORT.IPM.Note.NDR"),
        ("IPM.Microsoft Schedule.MtgRespP", "IPM.Schedule.Meeting.Resp.Pos"),
        ("IPM.Microsoft Schedule.MtgRespN", "IPM.Schedule.Meeting.Resp.Neg"),
        ("IPM.Microsoft Schedule.MtgRespA", "IPM.Schedule.Meeting.Resp.Tent"),
        ("IPM.Microsoft Schedule.MtgReq", "IPM.Schedule.Meeting.Request"),
        ("IPM.Microsoft Schedule.MtgCncl", "IPM.Schedule.Meeting.Canceled"),
    ];

    /// <summary>The message class of a legacy name; any other name is the class itself.</summary>
    public static string FromLegacy(string name)
    {
        foreach (var (legacy, messageClass) in Table)
        {
            if (legacy.Equals(name, StringComparison.OrdinalIgnoreCase))
                return messageClass;
        }
        return name;
    }

    /// <summary>The legacy name of a message class; the class itself where it has none.</summary>
    public static string ToLegacy(string messageClass)
    {
        foreach (var (legacy, known) in Table)
        {
            if (known.Equals(messageClass, StringComparison.OrdinalIgnoreCase))
                return legacy;
        }
        return messageClass;
    }

    /// <summary>Whether attOwner names who a message was received for, as in answers to meeting requests, rather than who it was sent for. [MS-OXTNEF] 2.2.3.11.</summary>
    internal static bool OwnerIsReceiver(string messageClass) => messageClass.StartsWith("IPM.Schedule.Meeting.Resp.", StringComparison.OrdinalIgnoreCase);

    /// <summary>Whether the meeting attributes belong to messages of the class.</summary>
    internal static bool IsMeeting(string messageClass) => messageClass.StartsWith("IPM.Schedule.Meeting.", StringComparison.OrdinalIgnoreCase);
}
