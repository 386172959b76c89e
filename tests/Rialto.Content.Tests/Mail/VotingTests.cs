using Rialto.Content.Mail;
using Rialto.Content.Mime;
using Rialto.Model;

namespace Rialto.Content.Tests.Mail;

/// <summary>[MS-OXOMSG] 2.2.1.73, 2.2.1.74 voting and [MS-OXSHARE] 2.2.2 sharing through mail: properties in the encapsulated form, header fields where there are any.</summary>
public class VotingTests
{
    [Fact]
    public void Buttons_and_answers_travel_in_the_encapsulated_form()
    {
        byte[] buttons = [2, 1, 6, 0, 0, 0, 0, 0];
        var message = Message("Vote");
        message.NamedProperties[0x8001] = PropertyNames.PidLidVerbStream;
        message.NamedProperties[0x8002] = PropertyNames.PidLidVerbResponse;
        message.Properties.Set(PropertyValue.Of(new PropertyTag(0x8001, PropertyType.Binary), buttons));
        message.Properties.Set(PropertyValue.Of(new PropertyTag(0x8002, PropertyType.String), "Yes"));
        var back = Through(message, useTnef: true);
        Get(back, PropertyNames.PidLidVerbStream).AsBinary().ShouldBe(buttons);
        Get(back, PropertyNames.PidLidVerbResponse).AsString().ShouldBe("Yes");
        back.Properties.GetString(PropertyTags.Subject).ShouldBe("Vote");
        // Mail as such has no place for them.
        Find(Through(message, useTnef: false), PropertyNames.PidLidVerbStream).ShouldBeNull();
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void An_invitation_keeps_its_header_fields_in_either_form(bool useTnef)
    {
        var message = Message("Share");
        message.NamedProperties[0x8001] = new PropertyName(PropertySets.InternetHeaders, "x-sharing-flavor");
        message.NamedProperties[0x8002] = new PropertyName(PropertySets.InternetHeaders, "x-sharing-capabilities");
        message.NamedProperties[0x8003] = PropertyNames.PidLidSharingFlavor;
        message.Properties.Set(PropertyValue.Of(PropertyTags.MessageClass, "IPM.Sharing"));
        message.Properties.Set(PropertyValue.Of(new PropertyTag(0x8001, PropertyType.String), "20310"));
        message.Properties.Set(PropertyValue.Of(new PropertyTag(0x8002, PropertyType.String), "40290"));
        message.Properties.Set(PropertyValue.Of(new PropertyTag(0x8003, PropertyType.Integer32), 0x20310));
        var back = Through(message, useTnef);
        Get(back, new PropertyName(PropertySets.InternetHeaders, "x-sharing-flavor")).AsString().ShouldBe("20310");
        Get(back, new PropertyName(PropertySets.InternetHeaders, "x-sharing-capabilities")).AsString().ShouldBe("40290");
        if (useTnef)
        {
            back.Properties.GetString(PropertyTags.MessageClass).ShouldBe("IPM.Sharing");
            Get(back, PropertyNames.PidLidSharingFlavor).AsInt32().ShouldBe(0x20310);
        }
    }

    private static PropertyMessage Message(string subject) => new()
    {
        Properties = new PropertyBag(
        [
            PropertyValue.Of(PropertyTags.MessageClass, "IPM.Note"), PropertyValue.Of(PropertyTags.Subject, subject), PropertyValue.Of(PropertyTags.Body, "Text."),
            PropertyValue.Of(PropertyTags.SenderSmtpAddress, "a@example.org"), PropertyValue.Of(PropertyTags.SenderAddressType, "SMTP"), PropertyValue.Of(PropertyTags.SenderEmailAddress, "a@example.org"),
        ]),
    };

    private static PropertyMessage Through(PropertyMessage message, bool useTnef) =>
        MimeToProperties.Convert(MimeMessage.Parse(PropertiesToMime.Convert(message, new PropertiesToMimeOptions { UseTnef = useTnef })));

    private static PropertyValue? Find(PropertyMessage message, PropertyName name) =>
        message.NamedProperties.FirstOrDefault(n => n.Value == name) is { Key: not 0 } found && message.Properties.TryGet(found.Key, out var value) ? value : null;

    private static PropertyValue Get(PropertyMessage message, PropertyName name) => Find(message, name).ShouldNotBeNull();
}
