// [MS-OXORULE] 2.2.7.2 PidTagRuleError.
namespace Rialto.Delivery;

/// <summary>What went wrong with a rule. The numbers are on the wire.</summary>
internal enum RuleError
{
    None = 0,
    Unknown = 0x00000001,
    OpenRulesFolder = 0x00000002,
    DeliverMessage = 0x00000003,
    Parsing = 0x00000004,
    Processing = 0x00000005,
    MoveOrCopy = 0x00000006,
    MoveOrCopyPermission = 0x00000007,
    CreateDeferredMessage = 0x00000008,
    SendAs = 0x00000009,
    RetrieveTemplate = 0x0000000A,
    Execute = 0x0000000B,
    MailboxQuota = 0x0000000C,
    TooManyRecipients = 0x0000000D,
    FolderQuota = 0x0000000E,
}
