using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;

namespace Rialto.Directory;

/// <summary>Objects and credentials as JSON. Members may be added; names and meanings on disk never change.</summary>
internal static class DirectoryPayload
{
    public static DirectoryRow Write(DirectoryObject value) => new(value.Id, value.Kind, value.Version, value switch
    {
        Organisation o => Utf8(o, PayloadContext.Default.Organisation),
        Domain d => Utf8(d, PayloadContext.Default.Domain),
        Account a => Utf8(a, PayloadContext.Default.Account),
        Group g => Utf8(g, PayloadContext.Default.Group),
        Room r => Utf8(r, PayloadContext.Default.Room),
        Equipment e => Utf8(e, PayloadContext.Default.Equipment),
        ExternalContact c => Utf8(c, PayloadContext.Default.ExternalContact),
        SharedMailbox s => Utf8(s, PayloadContext.Default.SharedMailbox),
        PublicStore p => Utf8(p, PayloadContext.Default.PublicStore),
        MailPublicFolder f => Utf8(f, PayloadContext.Default.MailPublicFolder),
        AddressList l => Utf8(l, PayloadContext.Default.AddressList),
        _ => throw new ArgumentException($"No payload for {value.GetType().Name}.", nameof(value)),
    });

    /// <summary>The object; null for a kind that this version does not know, written by a newer one.</summary>
    /// <exception cref="JsonException">The payload is damaged.</exception>
    public static DirectoryObject? Read(DirectoryRow row)
    {
        DirectoryObject? value = row.Kind switch
        {
            DirectoryKind.Organisation => Parse(row, PayloadContext.Default.Organisation),
            DirectoryKind.Domain => Parse(row, PayloadContext.Default.Domain),
            DirectoryKind.Account => Parse(row, PayloadContext.Default.Account),
            DirectoryKind.Group => Parse(row, PayloadContext.Default.Group),
            DirectoryKind.Room => Parse(row, PayloadContext.Default.Room),
            DirectoryKind.Equipment => Parse(row, PayloadContext.Default.Equipment),
            DirectoryKind.ExternalContact => Parse(row, PayloadContext.Default.ExternalContact),
            DirectoryKind.SharedMailbox => Parse(row, PayloadContext.Default.SharedMailbox),
            DirectoryKind.PublicStore => Parse(row, PayloadContext.Default.PublicStore),
            DirectoryKind.MailPublicFolder => Parse(row, PayloadContext.Default.MailPublicFolder),
            DirectoryKind.AddressList => Parse(row, PayloadContext.Default.AddressList),
            _ => null,
        };
        return value is null ? null : value with { Id = row.Id, Version = row.Version };
    }

    public static CredentialRow Write(Credential value) =>
        new(value.Id, value.AccountId, value.Kind, 0, Utf8(new CredentialPayload(value.Name, value.Created, value.Hash.Encode()), PayloadContext.Default.CredentialPayload), value.LastUsed);

    /// <summary>
    /// The credential; null when its hash is of a form that this version does not know: it then verifies nothing. Accounts created together share a hash:
    /// <paramref name="known"/> keeps it one object in memory.
    /// </summary>
    public static Credential? Read(CredentialRow row, Dictionary<string, PasswordHash> known)
    {
        var payload = JsonSerializer.Deserialize(row.Payload.Span, PayloadContext.Default.CredentialPayload);
        if (payload is null) return null;
        if (!known.TryGetValue(payload.Hash, out var hash))
        {
            if (!PasswordHash.TryParse(payload.Hash, out hash)) return null;
            known.Add(payload.Hash, hash!);
        }

        return new Credential(row.Id, row.AccountId, row.Kind, payload.Name, payload.Created, hash!, row.LastUsed);
    }

    private static byte[] Utf8<T>(T value, JsonTypeInfo<T> type) => JsonSerializer.SerializeToUtf8Bytes(value, type);

    private static T Parse<T>(DirectoryRow row, JsonTypeInfo<T> type)
        where T : DirectoryObject
        => JsonSerializer.Deserialize(row.Payload.Span, type) ?? throw new JsonException($"The payload of {row.Kind} {row.Id} is null.");
}

internal sealed record CredentialPayload(string Name, DateTimeOffset Created, string Hash);

[JsonSourceGenerationOptions(Converters = [typeof(PooledStrings)], PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(Organisation))]
[JsonSerializable(typeof(Domain))]
[JsonSerializable(typeof(Account))]
[JsonSerializable(typeof(Group))]
[JsonSerializable(typeof(Room))]
[JsonSerializable(typeof(Equipment))]
[JsonSerializable(typeof(ExternalContact))]
[JsonSerializable(typeof(SharedMailbox))]
[JsonSerializable(typeof(PublicStore))]
[JsonSerializable(typeof(MailPublicFolder))]
[JsonSerializable(typeof(AddressList))]
[JsonSerializable(typeof(CredentialPayload))]
internal sealed partial class PayloadContext : JsonSerializerContext;
