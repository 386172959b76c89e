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
        new(
            value.Id, value.AccountId, value.Kind, 0,
            Utf8(
                new CredentialPayload(
                    value.Name, value.Created, value.Hash.Encode(), value.Hash.Scram?.Encode(), value.Hash.SealedNt is { } nt ? Convert.ToBase64String(nt) : null),
                PayloadContext.Default.CredentialPayload),
            value.LastUsed);

    /// <summary>
    /// The credential; null when its hash is of a form that this version does not know: it then verifies nothing. Accounts created together share a hash:
    /// <paramref name="known"/> keeps it one object in memory.
    /// </summary>
    public static Credential? Read(CredentialRow row, Dictionary<CredentialForms, PasswordHash> known)
    {
        var payload = JsonSerializer.Deserialize(row.Payload.Span, PayloadContext.Default.CredentialPayload);
        if (payload is null) return null;
        var forms = new CredentialForms(payload.Hash, payload.Scram, payload.Nt);
        if (!known.TryGetValue(forms, out var hash))
        {
            if (!PasswordHash.TryParse(payload.Hash, out hash)) return null;

            // A form that this version cannot read is as good as none: the next use of the password makes it anew.
            var scram = payload.Scram is { } text && ScramVerifier.TryParse(text, out var verifier) ? verifier : null;
            hash = hash!.With(scram, payload.Nt is { } nt && TryDecode(nt, out var box) ? box : null);
            known.Add(forms, hash);
        }

        return new Credential(row.Id, row.AccountId, row.Kind, payload.Name, payload.Created, hash!, row.LastUsed);
    }

    private static bool TryDecode(string text, out byte[]? octets)
    {
        var buffer = new byte[(text.Length / 4 * 3) + 3];
        octets = Convert.TryFromBase64String(text, buffer, out var length) ? buffer[..length] : null;
        return octets is not null;
    }

    private static byte[] Utf8<T>(T value, JsonTypeInfo<T> type) => JsonSerializer.SerializeToUtf8Bytes(value, type);

    private static T Parse<T>(DirectoryRow row, JsonTypeInfo<T> type)
        where T : DirectoryObject
        => JsonSerializer.Deserialize(row.Payload.Span, type) ?? throw new JsonException($"The payload of {row.Kind} {row.Id} is null.");
}

/// <summary>A credential on disk.</summary>
/// <param name="Name">What the user called it.</param>
/// <param name="Created">When.</param>
/// <param name="Hash"><see cref="PasswordHash.Encode"/>.</param>
/// <param name="Scram"><see cref="ScramVerifier.Encode"/>, since SCRAM is spoken.</param>
/// <param name="Nt">The NT hash under <see cref="SecretKey"/>, in base64; where the account uses NTLM.</param>
internal sealed record CredentialPayload(string Name, DateTimeOffset Created, string Hash, string? Scram = null, string? Nt = null);

/// <summary>All forms of one secret, as they are stored.</summary>
internal readonly record struct CredentialForms(string Hash, string? Scram, string? Nt);

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
