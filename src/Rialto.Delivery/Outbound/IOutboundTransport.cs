// RFC 5321 2.1, 4.5.4: mail on its way to other servers, as the queue sees it.
namespace Rialto.Delivery;

/// <summary>Carries mail to other servers. The queue keeps the entry until every recipient was answered for; a transport keeps nothing that must survive.</summary>
public interface IOutboundTransport : IAsyncDisposable
{
    /// <summary>
    /// Takes recipients of one claimed entry. Never waits and never throws: whatever becomes of them is told, in any number of parts and from any thread, to
    /// <see cref="OutboundJob.Answer"/>, each recipient exactly once. After disposal has begun nothing need be told any more: the entry comes back when its lease ends.
    /// </summary>
    void Send(OutboundJob job);
}

/// <summary>Recipients elsewhere of one entry.</summary>
/// <param name="Message">The entry; its own list of recipients is not to be looked at.</param>
/// <param name="Recipients">Whom to reach.</param>
/// <param name="Answer">What became of some of them.</param>
public sealed record OutboundJob(QueuedMessage Message, IReadOnlyList<QueuedRecipient> Recipients, Action<IReadOnlyList<OutboundResult>> Answer)
{
    /// <summary>The reverse path to send with: the message's own, or one that leads back through this server.</summary>
    public string Sender { get; init; } = Message.Sender;

    /// <summary>Whole header fields that go before the message: signatures, verdicts.</summary>
    public ReadOnlyMemory<byte> Prefix { get; init; }
}

/// <summary>What became of one recipient.</summary>
/// <param name="Recipient">As it was given.</param>
/// <param name="Status">250: the next server has it; 4xx: to be tried again; 5xx: never.</param>
/// <param name="RemoteServer">The server that said so; null when none was asked.</param>
/// <param name="NotifiesItself">The next server was told what the sender wants to hear, and takes care of it. RFC 3461 5.2.2.</param>
/// <param name="TakesDeliverBy">The next server was told until when it is to be delivered. RFC 2852 4.1.4.</param>
/// <param name="IsPostponed">It was not tried at all, for want of room here: no attempt is counted.</param>
public sealed record OutboundResult(QueuedRecipient Recipient, DeliveryStatus Status, string? RemoteServer = null, bool NotifiesItself = false, bool TakesDeliverBy = false, bool IsPostponed = false);
