// [MS-OXCMAIL] 2.2.3.1.1 mapping addresses, 2.2.3.1.2 IMCEA; [MS-OXCDATA] 2.6.1 property names.
using Rialto.Model;

namespace Rialto.Content.Mail;

/// <summary>What one conversion of a message knows while it runs: its options, and the ids that names have been given.</summary>
internal sealed class ConversionScope(MimeToPropertiesOptions options, PropertyMessage top)
{
    private const ushort FirstNamedId = 0x8000;

    private readonly Dictionary<PropertyName, ushort> _ids = [];

    public MimeToPropertiesOptions Options => options;

    /// <summary>The tag that a name has in this message and in all that are embedded in it.</summary>
    public PropertyTag TagOf(PropertyMessage message, PropertyName name, PropertyType type)
    {
        if (!_ids.TryGetValue(name, out var id))
        {
            id = (ushort)(FirstNamedId + _ids.Count);
            _ids[name] = id;
            top.NamedProperties[id] = name;
        }
        if (!ReferenceEquals(message, top))
            message.NamedProperties[id] = name;
        return new PropertyTag(id, type);
    }

    public void Set(PropertyMessage message, PropertyName name, string value) =>
        message.Properties.Set(PropertyValue.Of(TagOf(message, name, PropertyType.String), value));

    public void Set(PropertyMessage message, PropertyName name, bool value) =>
        message.Properties.Set(PropertyValue.Of(TagOf(message, name, PropertyType.Boolean), value));

    /// <summary>Who an address of a header field is: the directory's entry, what an encapsulated address holds, or a one-off of SMTP.</summary>
    public MailParty PartyOf(Mime.MailAddress address)
    {
        var smtp = address.Address;
        if (options.IsLocalDomain is { } isLocal && EncapsulatedAddress.TryRead(smtp, out var type, out var native, out var domain) && isLocal(domain))
        {
            if (type.Equals("EX", StringComparison.OrdinalIgnoreCase))
                return new MailParty(address.Name.Length > 0 ? address.Name : native, "EX", native, smtp, new AddressBookEntryId(AddressBookEntryType.RemoteMailUser, native).ToArray());
            return MailParty.OneOff(address.Name.Length > 0 ? address.Name : native, type.ToUpperInvariant(), native, smtp);
        }
        return options.FindAddress?.Invoke(smtp) is { } found
            ? new MailParty(found.DisplayName, "EX", found.LegacyDn, found.SmtpAddress, new AddressBookEntryId(found.Type, found.LegacyDn).ToArray())
            {
                ObjectType = found.Type == AddressBookEntryType.DistributionList ? 8 : 6,
                DisplayType = found.Type switch { AddressBookEntryType.DistributionList => 1, AddressBookEntryType.PublicFolder => 2, AddressBookEntryType.RemoteMailUser => 6, _ => 0 },
            }
            : MailParty.OneOff(address.Display, "SMTP", smtp, smtp);
    }
}
