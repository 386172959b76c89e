using System.Text.Json;
using System.Text.Json.Serialization;
using Rialto.Delivery;

namespace Rialto.Store.Postgres;

/// <summary>An entry's envelope and recipients as JSON. Members may be added; names and meanings on disk never change.</summary>
internal static class QueuePayload
{
    public static byte[] Envelope(QueuedMessage m) => JsonSerializer.SerializeToUtf8Bytes(
        new StoredEnvelope(m.Sender, m.EnvelopeId, m.Return, m.Submitter, m.SmtpUtf8, m.EightBitMime, m.Overlay, m.Origin, m.Tls, m.DeliverBy, m.FutureRelease), QueuePayloadContext.Default.StoredEnvelope);

    public static byte[] Recipients(IReadOnlyList<QueuedRecipient> recipients) => JsonSerializer.SerializeToUtf8Bytes([.. recipients], QueuePayloadContext.Default.QueuedRecipientArray);

    public static QueuedMessage Read(Guid id, BlobRef content, long received, byte[] envelope, byte[] recipients)
    {
        var stored = JsonSerializer.Deserialize(envelope, QueuePayloadContext.Default.StoredEnvelope) ?? throw new InvalidDataException($"The queue entry {id} has no envelope.");
        return new QueuedMessage
        {
            Id = id,
            Content = content,
            ReceivedUtcTicks = received,
            Sender = stored.Sender,
            EnvelopeId = stored.EnvelopeId,
            Return = stored.Return,
            Submitter = stored.Submitter,
            SmtpUtf8 = stored.SmtpUtf8,
            EightBitMime = stored.EightBitMime,
            Origin = stored.Origin,
            Tls = stored.Tls,
            DeliverBy = stored.DeliverBy,
            FutureRelease = stored.FutureRelease,
            Overlay = stored.Overlay,
            Recipients = JsonSerializer.Deserialize(recipients, QueuePayloadContext.Default.QueuedRecipientArray) ?? [],
        };
    }
}

internal sealed record StoredEnvelope(
    string Sender, string? EnvelopeId, string? Return, string Submitter, bool SmtpUtf8, bool EightBitMime, byte[]? Overlay = null, SubmissionOrigin? Origin = null, TlsDemand Tls = TlsDemand.Policy,
    DeliverBy? DeliverBy = null, FutureReleaseRequest? FutureRelease = null);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(StoredEnvelope))]
[JsonSerializable(typeof(QueuedRecipient[]))]
internal sealed partial class QueuePayloadContext : JsonSerializerContext;
