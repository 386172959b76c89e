// [MS-OXCMAIL] 2.2.3.1: addressees; [MS-OXOMSG] 2.2.3.1 PidTagRecipientType.
using Rialto.Content.Mime;
using Rialto.Model;

namespace Rialto.Content.Mail;

internal static class MimeRecipients
{
    public static void Add(MessageFacts facts, int limit, PropertyMessage result)
    {
        foreach (var (kind, address) in facts.Recipients.Take(limit))
        {
            var bag = new PropertyBag();
            bag.Set(PropertyValue.Of(PropertyTags.RecipientType, (int)kind));
            bag.Set(PropertyValue.Of(PropertyTags.DisplayName, address.Display));
            bag.Set(PropertyValue.Of(PropertyTags.RecipientDisplayName, address.Display));
            bag.Set(PropertyValue.Of(PropertyTags.TransmittableDisplayName, address.Display));
            bag.Set(PropertyValue.Of(PropertyTags.AddressType, "SMTP"));
            bag.Set(PropertyValue.Of(PropertyTags.EmailAddress, address.Address));
            bag.Set(PropertyValue.Of(PropertyTags.SmtpAddress, address.Address));
            bag.Set(PropertyValue.Of(PropertyTags.EntryId, EntryId(address)));
            bag.Set(PropertyValue.Of(PropertyTags.SearchKey, SearchKey(address)));
            // MAPI_MAILUSER and DT_MAILUSER.
            bag.Set(PropertyValue.Of(PropertyTags.ObjectType, 6));
            bag.Set(PropertyValue.Of(PropertyTags.DisplayType, 0));
            bag.Set(PropertyValue.Of(PropertyTags.RecipientOrder, result.Recipients.Count));
            result.Recipients.Add(new PropertyRecipient { Properties = bag });
        }
    }

    public static byte[] EntryId(MailAddress address) => new OneOffEntryId(address.Display, "SMTP", address.Address, OneOffFlags.Unicode | OneOffFlags.NoRichText | OneOffFlags.DoNotLookUp).ToArray();

    /// <summary>[MS-OXCPRPT] 2.2.1.9: type ":" address in upper case, ended by a NUL.</summary>
    public static byte[] SearchKey(MailAddress address) => System.Text.Encoding.ASCII.GetBytes("SMTP:" + address.Address.ToUpperInvariant() + "\0");
}
