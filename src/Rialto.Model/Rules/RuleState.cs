// [MS-OXORULE] 2.2.1.3.1.3 PidTagRuleState.
namespace Rialto.Model;

/// <summary>PidTagRuleState, PidTagRuleMessageState. Bits without a name are kept and ignored.</summary>
[Flags]
public enum RuleState
{
    None = 0,
    Enabled = 0x00000001,

    /// <summary>The server's own mark: an error was met and told once. What clients set is ignored.</summary>
    Error = 0x00000002,
    OnlyWhenOutOfOffice = 0x00000004,
    KeepOutOfOfficeHistory = 0x00000008,
    ExitLevel = 0x00000010,
    SkipIfSpamConfidenceIsSafe = 0x00000020,

    /// <summary>The server's own mark: the rule cannot be read. What clients set is ignored.</summary>
    ParseError = 0x00000040,

    /// <summary>ST_CLEAR_OOF_HIST: forget who was answered. A request rather than a state, so it is not kept.</summary>
    ClearOutOfOfficeHistory = unchecked((int)0x80000000),

    /// <summary>The bits that are the server's own.</summary>
    ServerMarks = Error | ParseError,
}
