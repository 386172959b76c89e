// [MS-OXTNEF] 2.1.3.1 and [MS-OXPROPS] 1.3.2: which properties travel with a message; [MS-OXOMSG] 2.2.1.74, 2.2.1.75 (voting), [MS-OXOFLAG] 3.1.4.1.5 (recipient flags), [MS-OXSHARE] 2.2.2.
using Rialto.Model;
using Rialto.Store;

namespace Rialto.Delivery;

/// <summary>
/// Properties of a submitted message that its MIME form has no place for: they go beside it through the queue, by their names, and stand in the mailboxes here beside the mail.
/// For the outside there is the MIME form alone.
/// </summary>
internal static class CarriedProperties
{
    /// <summary>Bytes of them: they stand in the message's row, which lists read.</summary>
    private const int MaximumBytes = 48 * 1024;

    private const ushort FirstNamed = 0x8000;

    /// <summary>What is to go beside the MIME form; null where there is nothing.</summary>
    public static byte[]? Of(PropertyMessage message)
    {
        var carried = new PropertyMessage();
        foreach (ref readonly var value in message.Properties.Span)
        {
            if (value.IsError || value.Type is PropertyType.Null or PropertyType.Object)
                continue;
            if (value.Tag.IsNamed)
            {
                if (!message.NamedProperties.TryGetValue(value.Tag.Id, out var name) || IsInMail(name))
                    continue;
                carried.NamedProperties[value.Tag.Id] = name;
            }
            else if (!Travels(value))
            {
                continue;
            }

            carried.Properties.Set(value);
        }

        CarryParty(PartyProperties.Sender, message.Properties, carried.Properties);
        CarryParty(PartyProperties.Representing, message.Properties, carried.Properties);
        if (CarriedParts.Of(message) is { IsAbsent: false } parts)
        {
            carried.Properties.Set(parts);
            // Their names come along, so that the mailbox has ids for them.
            foreach (var name in CarriedParts.NamesOf(carried.Properties))
            {
                if (!carried.NamedProperties.ContainsValue(name)) carried.NamedProperties[message.NamedProperties.First(n => n.Value == name).Key] = name;
            }
        }

        if (carried.Properties.Count == 0) return null;
        while (carried.Properties.Sum(v => PropertySize.Of(v)) > MaximumBytes)
        {
            // The longest has the least to do with what a list or a form shows.
            var longest = carried.Properties.MaxBy(v => PropertySize.Of(v)).Tag.Id;
            carried.Properties.Remove(longest);
            carried.NamedProperties.Remove(longest);
        }

        return carried.NamedProperties.Count == 0 ? PropertyBagCodec.Write(carried.Properties) : PropertyBagCodec.Write(carried);
    }

    /// <summary>The same with further properties, none of which is a named one.</summary>
    public static byte[] With(byte[]? carried, IEnumerable<PropertyValue> values)
    {
        var message = Read(carried);
        foreach (var value in values) message.Properties.Set(value);
        return message.NamedProperties.Count == 0 ? PropertyBagCodec.Write(message.Properties) : PropertyBagCodec.Write(message);
    }

    /// <summary>Puts them into a message that was made of its MIME form, under ids of its own.</summary>
    public static void Apply(byte[]? carried, PropertyMessage message)
    {
        if (carried is null) return;
        var from = Read(carried);
        from.Properties.Remove(CarriedParts.Tag.Id);
        var ids = message.NamedProperties.GroupBy(n => n.Value).ToDictionary(n => n.Key, n => n.First().Key);
        var next = message.NamedProperties.Count == 0 ? FirstNamed : Math.Max((int)FirstNamed, message.NamedProperties.Keys.Max() + 1);
        foreach (ref readonly var value in from.Properties.Span)
        {
            if (!value.Tag.IsNamed)
            {
                message.Properties.Set(value);
                continue;
            }

            if (!from.NamedProperties.TryGetValue(value.Tag.Id, out var name)) continue;
            if (!ids.TryGetValue(name, out var id))
            {
                if (next > 0xFFFE) return;
                id = ids[name] = (ushort)next++;
                message.NamedProperties[id] = name;
            }

            message.Properties.Set(value.WithTag(new PropertyTag(id, value.Tag.Type)));
        }
    }

    /// <summary>Them under the ids of a mailbox.</summary>
    public static async ValueTask<PropertyBag> ForAsync(byte[]? carried, MailboxSession mailbox, CancellationToken cancel)
    {
        var from = Read(carried);
        if (from.NamedProperties.Count == 0) return from.Properties;
        var names = from.NamedProperties.Values.Distinct().ToArray();
        var given = await mailbox.GetPropertyIdsAsync(names, create: true, cancel);
        var ids = new Dictionary<PropertyName, ushort>();
        for (var i = 0; given.Succeeded && i < names.Length; i++) ids[names[i]] = given.Value[i];
        var bag = new PropertyBag();
        foreach (var value in from.Properties)
        {
            if (!value.Tag.IsNamed) bag.Set(value);
            else if (from.NamedProperties.TryGetValue(value.Tag.Id, out var name) && ids.GetValueOrDefault(name) is not 0 and var id) bag.Set(value.WithTag(new PropertyTag(id, value.Tag.Type)));
        }

        return bag;
    }

    /// <summary>Who sends as the address book names him; mail knows his SMTP address alone. What the server has set itself, see <see cref="SenderIdentity"/>.</summary>
    private static void CarryParty(PartyProperties party, PropertyBag from, PropertyBag to)
    {
        if (!string.Equals(from.GetString(party.AddressType), "EX", StringComparison.OrdinalIgnoreCase)) return;
        foreach (var tag in (ReadOnlySpan<PropertyTag>)[party.AddressType, party.EmailAddress, party.EntryId, party.SearchKey])
        {
            if (from.TryGet(tag.Id, out var value)) to.Set(value);
        }
    }

    private static PropertyMessage Read(byte[]? carried)
    {
        if (carried is null) return new();
        if (PropertyBagCodec.TryRead(carried, out PropertyMessage message)) return message;
        return PropertyBagCodec.TryRead(carried, out PropertyBag bag) ? new() { Properties = bag } : new();
    }

    /// <summary>Header fields and categories are in the mail itself.</summary>
    private static bool IsInMail(PropertyName name) => name.PropertySet == PropertySets.InternetHeaders || name == PropertyNames.PidNameKeywords;

    /// <summary>
    /// MAPI's ranges: the envelope, the content and what message classes define for themselves. Who sent it to whom and how it was delivered is the transport's to say, the
    /// text is the mail's, and what the sender did with his copy is his own.
    /// </summary>
    private static bool Travels(in PropertyValue value) => value.Tag.Id switch
    {
        PropertyIds.MessageClass => value.Reference is string messageClass && IsOwnClass(messageClass),
        PropertyIds.ReplyRequested or PropertyIds.ResponseRequested or PropertyIds.FlagStatus => true,
        PropertyIds.Importance or PropertyIds.Priority or PropertyIds.Sensitivity or PropertyIds.Subject or PropertyIds.SubjectPrefix or PropertyIds.ClientSubmitTime
            or PropertyIds.ConversationTopic or PropertyIds.ConversationIndex or PropertyIds.TransportMessageHeaders or PropertyIds.TnefCorrelationKey
            or PropertyIds.ReplyRecipientEntries or PropertyIds.ReplyRecipientNames or PropertyIds.ReadReceiptRequested or PropertyIds.OriginatorDeliveryReportRequested
            or PropertyIds.DeferredDeliveryTime => false,
        PropertyIds.Body or PropertyIds.RtfCompressed or PropertyIds.Html or PropertyIds.NativeBody or PropertyIds.InternetMessageId or PropertyIds.InternetReferences
            or PropertyIds.InReplyToId or PropertyIds.ListHelp or PropertyIds.ListSubscribe or PropertyIds.ListUnsubscribe => false,
        PropertyIds.IconIndex or PropertyIds.LastVerbExecuted or PropertyIds.LastVerbExecutionTime or PropertyIds.FlagCompleteTime or PropertyIds.FollowupIcon => false,
        // Who represents, has received or is to be told: 0x003B-0x0046, 0x0051-0x0053, 0x0064-0x0065, 0x0075-0x0078.
        >= 0x003B and <= 0x0046 or >= 0x0051 and <= 0x0053 or >= 0x0064 and <= 0x0065 or >= 0x0075 and <= 0x0078 => false,
        // The RTF's own bookkeeping, and IMAP's and WebDAV's.
        >= 0x1006 and <= 0x1008 or >= 0x1010 and <= 0x1011 or >= 0x10F0 and <= 0x10F5 => false,
        >= 0x0001 and <= 0x0BFF or >= 0x1000 and <= 0x2FFF or >= 0x6800 and <= 0x7BFF => true,
        _ => false,
    };

    /// <summary>A class that the MIME form may not tell, and that changes nothing of how its parts are read.</summary>
    private static bool IsOwnClass(string messageClass) =>
        messageClass.StartsWith("IPM.", StringComparison.OrdinalIgnoreCase) && !messageClass.Equals("IPM.Note", StringComparison.OrdinalIgnoreCase)
        && !messageClass.Contains(".SMIME", StringComparison.OrdinalIgnoreCase) && messageClass.Length < 256;
}
