// [MS-OXOSMMS] 2.2.1 properties, 2.2.2 classes: text and picture messages of mobile telephones.
using Rialto.Model;

namespace Rialto.Content.Items;

/// <summary>The properties of a text (SMS) or picture (MMS) message that its sending needs.</summary>
public sealed record MobileMessage
{
    public const string TextClass = "IPM.Note.Mobile.SMS";

    public const string PictureClass = "IPM.Note.Mobile.MMS";

    public bool HasPictures { get; init; }

    /// <summary>PidNameOMSAccountGuid: the account of the service that sends it.</summary>
    public string AccountGuid { get; init; } = "";

    /// <summary>PidNameOMSScheduleTime: when to send it, UTC; null for at once.</summary>
    public FileTime? ScheduleTime { get; init; }

    /// <summary>PidNameOMSServiceType: the kind of message that the service was asked for.</summary>
    public int? ServiceType { get; init; }

    /// <summary>PidNameOMSSourceType: what made the message (a person, a reminder, forwarding).</summary>
    public int? SourceType { get; init; }

    /// <summary>PidNameOMSMobileModel.</summary>
    public string MobileModel { get; init; } = "";

    /// <summary>The message; null for one of another class.</summary>
    public static MobileMessage? Of(PropertyMessage message)
    {
        var pictures = ItemClass.Is(message, PictureClass);
        return !pictures && !ItemClass.Is(message, TextClass) ? null : new MobileMessage
        {
            HasPictures = pictures,
            AccountGuid = message.Text(PropertyNames.PidNameOMSAccountGuid),
            ScheduleTime = message.Time(PropertyNames.PidNameOMSScheduleTime),
            ServiceType = message.Number(PropertyNames.PidNameOMSServiceType),
            SourceType = message.Number(PropertyNames.PidNameOMSSourceType),
            MobileModel = message.Text(PropertyNames.PidNameOMSMobileModel),
        };
    }

    public void Write(PropertyMessage message)
    {
        ItemClass.Set(message, HasPictures ? PictureClass : TextClass);
        message.Set(PropertyNames.PidNameOMSAccountGuid, AccountGuid);
        message.Set(PropertyNames.PidNameOMSScheduleTime, ScheduleTime);
        message.Set(PropertyNames.PidNameOMSServiceType, ServiceType);
        message.Set(PropertyNames.PidNameOMSSourceType, SourceType);
        message.Set(PropertyNames.PidNameOMSMobileModel, MobileModel);
    }
}
