using Rialto.Model;
using Rialto.Store;

namespace Rialto.Delivery;

/// <summary>A message to be sent out of a mailbox.</summary>
/// <param name="Folder">Where it is, or will be.</param>
/// <param name="Message">The message, with the changes to be saved with it; it is not changed itself.</param>
public sealed record SubmissionRequest(FolderId Folder, PropertyMessage Message)
{
    /// <summary>The message in the store; null when it was never saved: submitting saves it.</summary>
    public MessageId? Id { get; init; }

    /// <summary>The CN that the caller's version rests on.</summary>
    public long? ExpectedCn { get; init; }

    /// <summary>PidTagMessageLocaleId from now on: the language of who submits.</summary>
    public int? Locale { get; init; }

    /// <summary>Leaves it in its folder when it is sent, whatever it says itself: who asks takes care of that.</summary>
    public bool LeaveInPlace { get; init; }
}

/// <summary>A message taken for sending.</summary>
/// <param name="Error">Why it was not; the others are meaningless then.</param>
/// <param name="QueueId">Its entry in the queue.</param>
/// <param name="Id">The message in the store.</param>
/// <param name="Message">What is stored of it now: with its sender, times and resolved recipients.</param>
public sealed record SubmissionResult(SubmissionError Error, Guid QueueId, MessageId Id, PropertyMessage? Message)
{
    public static SubmissionResult Refuse(SubmissionError error) => new(error, default, default, null);
}
