using System.Text.Json.Nodes;
using Rialto.Directory;

namespace Rialto.Server.Commands;

/// <summary>A directory object as the command line shows it: stable names, only what is set.</summary>
internal static class RecipientJson
{
    public static JsonObject From(Recipient r, DirectorySnapshot directory)
    {
        var json = new JsonObject
        {
            ["id"] = r.Id.ToString(),
            ["kind"] = r.Kind.ToString(),
            ["address"] = r.PrimaryAddress,
            ["alias"] = r.Alias,
            ["name"] = r.DisplayName,
            ["legacyExchangeDN"] = r.LegacyExchangeDn,
        };
        if (r.FurtherAddresses.Length > 0)
            json["addresses"] = List(r.FurtherAddresses);
        if (r.HiddenFromAddressLists)
            json["hidden"] = true;
        foreach (var name in DirectoryAttributes.Names)
            if (!s_elsewhere.Contains(name) && DirectoryAttributes.Get(r, name) is [var value])
                json[name] = value is "true" or "false" ? value == "true" : value;
        foreach (var (name, value) in r.CustomAttributes.OrderBy(p => p.Key, StringComparer.Ordinal))
            json["custom." + name] = value;
        if (r.Details.ManagerId is { } manager)
            json["manager"] = AddressOf(directory, manager);
        switch (r)
        {
            case MailboxRecipient m:
                json["mailbox"] = m.MailboxGuid.ToString();
                json["mailboxEnabled"] = m.MailboxEnabled;
                if (m.FullAccess.Length > 0)
                    json["fullAccess"] = Addresses(directory, m.FullAccess);
                if (m.AutoMappingDisabled)
                    json["autoMapping"] = false;
                if (m.SendAs.Length > 0)
                    json["sendAs"] = Addresses(directory, m.SendAs);
                if (m.SendOnBehalf.Length > 0)
                    json["sendOnBehalf"] = Addresses(directory, m.SendOnBehalf);
                if (m.Quotas?.ProhibitSendReceive is { } quota)
                    json["quota"] = quota;
                if (m is Account account)
                {
                    json["appPasswords"] = new JsonArray([.. directory.CredentialsOf(account.Id).AppPasswords.Select(p => (JsonNode)new JsonObject
                    {
                        ["id"] = p.Id.ToString(),
                        ["name"] = p.Name,
                        ["created"] = p.Created.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", System.Globalization.CultureInfo.InvariantCulture),
                    })]);
                    json["hasPassword"] = directory.CredentialsOf(account.Id).HasPassword;
                }
                break;
            case MailPublicFolder f:
                json["folder"] = f.FolderId;
                break;
            case Group g:
                if (g.IsDynamic)
                    json["filter"] = g.Filter;
                else
                    json["members"] = Addresses(directory, g.Members);
                json["owners"] = Addresses(directory, g.Owners);
                break;
        }
        return json;
    }

    private static readonly HashSet<string> s_elsewhere = new(StringComparer.OrdinalIgnoreCase)
        { "kind", "id", "displayName", "alias", "mail", "proxyAddresses", "legacyExchangeDN", "hidden", "mailboxEnabled", "filter" };

    public static string AddressOf(DirectorySnapshot directory, Guid id) => directory.Find<Recipient>(id)?.PrimaryAddress ?? id.ToString();

    private static JsonArray Addresses(DirectorySnapshot directory, IEnumerable<Guid> ids) => List(ids.Select(i => AddressOf(directory, i)));

    private static JsonArray List(IEnumerable<string> values) => new([.. values.Select(v => (JsonNode)JsonValue.Create(v))]);
}
