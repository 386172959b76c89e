namespace Rialto.Delivery;

/// <summary>Why a message was not taken for sending; each protocol has its own words for it.</summary>
public enum SubmissionError
{
    None = 0,

    /// <summary>Nobody to send it to.</summary>
    NoRecipients,

    /// <summary>A recipient has no address that mail could go to: nobody resolved it.</summary>
    UnresolvedRecipient,
    TooManyRecipients,

    /// <summary>The sender may neither send as whom the message is from nor on behalf of them.</summary>
    SenderRefused,

    /// <summary>A right to the folder or message is missing.</summary>
    AccessDenied,

    /// <summary>The mailbox is so full that it may not send.</summary>
    QuotaExceeded,
    TooLarge,
    NotFound,

    /// <summary>The message was changed by somebody else since it was opened.</summary>
    Conflict,

    /// <summary>It waits to be sent already.</summary>
    AlreadySubmitted,

    /// <summary>Public folders send nothing.</summary>
    NotSupported,

    /// <summary>For now; nothing was sent.</summary>
    StorageUnavailable,
}
