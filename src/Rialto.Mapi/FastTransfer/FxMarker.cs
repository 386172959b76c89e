// [MS-OXCFXICS] 2.2.4.1.4 markers, 2.2.4.1.5 meta-properties, 2.2.1.7 properties that denote subobjects.
namespace Rialto.Mapi.FastTransfer;

/// <summary>Tags without a value, which give a FastTransfer stream its structure.</summary>
public enum FxMarker : uint
{
    NewAttach = 0x40000003,
    StartEmbed = 0x40010003,
    EndEmbed = 0x40020003,
    StartRecip = 0x40030003,
    EndToRecip = 0x40040003,
    StartTopFld = 0x40090003,
    StartSubFld = 0x400A0003,
    EndFolder = 0x400B0003,
    StartMessage = 0x400C0003,
    EndMessage = 0x400D0003,
    EndAttach = 0x400E0003,
    StartFAIMsg = 0x40100003,
    IncrSyncChg = 0x40120003,
    IncrSyncDel = 0x40130003,
    IncrSyncEnd = 0x40140003,
    IncrSyncMessage = 0x40150003,
    FXErrorInfo = 0x40180003,
    IncrSyncRead = 0x402F0003,
    IncrSyncStateBegin = 0x403A0003,
    IncrSyncStateEnd = 0x403B0003,
    IncrSyncProgressMode = 0x4074000B,
    IncrSyncProgressPerMsg = 0x4075000B,
    IncrSyncGroupInfo = 0x407B0102,
    IncrSyncChgPartial = 0x407D0003,
}

/// <summary>Tags that mean something in a stream alone.</summary>
public static class FxTags
{
    public const uint DnPrefix = 0x4008001E;
    public const uint EcWarning = 0x400F0003;
    public const uint NewFXFolder = 0x40110102;
    public const uint FXDelProp = 0x40160003;
    public const uint IncrementalSyncMessagePartial = 0x407A0003;
    public const uint IncrSyncGroupId = 0x407C0003;
    public const uint IdsetDeleted = 0x67E50102;
    public const uint IdsetNoLongerInScope = 0x40210102;
    public const uint IdsetExpired = 0x67930102;
    public const uint IdsetRead = 0x402D0102;
    public const uint IdsetUnread = 0x402E0102;
    public const uint ContainerContents = 0x360F000D;
    public const uint FolderAssociatedContents = 0x3610000D;
    public const uint ContainerHierarchy = 0x360E000D;
    public const uint MessageRecipients = 0x0E12000D;
    public const uint MessageAttachments = 0x0E13000D;

    /// <summary>The property without an id that carries an element's own value: ProgressInformation, PropertyGroupInfo, ExtendedErrorInfo.</summary>
    public const uint Binary = 0x00000102;
    public const uint Integer32 = 0x00000003;
    public const uint Boolean = 0x0000000B;

    public static bool IsMarker(uint tag) => (FxMarker)tag is FxMarker.NewAttach or FxMarker.StartEmbed or FxMarker.EndEmbed or FxMarker.StartRecip or FxMarker.EndToRecip
        or FxMarker.StartTopFld or FxMarker.StartSubFld or FxMarker.EndFolder or FxMarker.StartMessage or FxMarker.EndMessage or FxMarker.EndAttach or FxMarker.StartFAIMsg
        or FxMarker.IncrSyncChg or FxMarker.IncrSyncDel or FxMarker.IncrSyncEnd or FxMarker.IncrSyncMessage or FxMarker.FXErrorInfo or FxMarker.IncrSyncRead
        or FxMarker.IncrSyncStateBegin or FxMarker.IncrSyncStateEnd or FxMarker.IncrSyncProgressMode or FxMarker.IncrSyncProgressPerMsg or FxMarker.IncrSyncGroupInfo
        or FxMarker.IncrSyncChgPartial;

    /// <summary>[MS-OXCFXICS] 3.2.5.11, 3.2.5.12: the provider's own range, which streams carry only where an element asks for the property.</summary>
    public static bool IsNonTransmittable(ushort id) => id is >= 0x6600 and <= 0x67FF;
}
