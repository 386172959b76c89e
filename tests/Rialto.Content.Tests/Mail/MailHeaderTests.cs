using System.Text;
using Rialto.Content.Mail;
using Rialto.Content.Mime;
using Rialto.Model;

namespace Rialto.Content.Tests.Mail;

/// <summary>Header fields to properties and back. [MS-OXCMAIL] 2.1.3.2, 2.2.3.2.</summary>
public class MailHeaderTests
{
    private static PropertyMessage Read(string mail, MimeToPropertiesOptions? options = null) => MimeToProperties.Convert(MimeMessage.Parse(Encoding.UTF8.GetBytes(mail.ReplaceLineEndings("\r\n"))), options);

    private static string Written(PropertyMessage message, PropertiesToMimeOptions? options = null) => Encoding.UTF8.GetString(PropertiesToMime.Convert(message, options));

    private static string? Named(PropertyMessage message, PropertyName name) =>
        message.NamedProperties.FirstOrDefault(n => n.Value == name) is { Key: > 0 and var id } && message.Properties.TryGet(id, out var value) ? value.Reference?.ToString() : null;

    private static PropertyName Header(string name) => new(PropertySets.InternetHeaders, name);

    [Fact]
    public void Fields_with_properties_of_their_own_come_back()
    {
        const string fields = """
            Disposition-Notification-To: Other <other@example.com>
            Reply-By: Fri, 02 Jan 2026 10:00:00 +0000
            Expires: Sat, 03 Jan 2026 10:00:00 +0000
            List-Unsubscribe: <mailto:leave@example.com>
            X-Auto-Response-Suppress: DR, OOF
            Keywords: red, blue
            X-Message-Flag: Follow up
            X-Microsoft-Classified: true
            X-Microsoft-Classification: Secret
            X-Microsoft-ClassKeep: true
            X-CallingTelephoneNumber: +1 555 0100
            X-VoiceMessageDuration: 17
            X-VoiceMessageSenderName: Ann
            X-FaxNumberOfPages: 3
            X-CallID: c1
            X-MS-Exchange-Organization-SCL: 5
            X-MS-Exchange-Organization-SenderIdResult: SoftFail
            X-MS-Exchange-Organization-PRD: example.com
            X-MS-Exchange-Organization-AuthAs: Internal
            """;
        var message = Read("From: a@example.com\n" + fields + "\n\nx");
        var bag = message.Properties;
        bag.GetString(PropertyTags.ReadReceiptSmtpAddress).ShouldBe("other@example.com");
        bag.GetInt32(PropertyTags.AutoResponseSuppress).ShouldBe(17);
        bag.GetInt32(PropertyTags.VoiceMessageDuration).ShouldBe(17);
        bag.GetInt32(PropertyTags.FaxNumberOfPages).ShouldBe(3);
        bag.GetString(PropertyTags.SenderTelephoneNumber).ShouldBe("+1 555 0100");
        bag.GetInt32(PropertyTags.SenderIdStatus).ShouldBe(4);
        Named(message, PropertyNames.PidLidFlagRequest).ShouldBe("Follow up");
        Named(message, PropertyNames.PidLidClassification).ShouldBe("Secret");
        Named(message, Header("x-ms-exchange-organization-authas")).ShouldBe("Internal");
        var lines = Written(message).Split("\r\n");
        foreach (var field in fields.ReplaceLineEndings("\n").Split('\n'))
            lines.ShouldContain(field);
    }

    [Fact]
    public void Classification_counts_only_where_the_mail_says_that_it_is_classified()
    {
        var message = Read("X-Microsoft-Classification: Secret\n\n");
        Named(message, PropertyNames.PidLidClassification).ShouldBeNull();
    }

    [Fact]
    public void Other_fields_become_named_properties_and_fields_again()
    {
        var message = Read("X-Spam-Flag: =?utf-8?q?J=C3=BC?=\nx-spam-flag: second\nOrganization: Example\nReceived: from x\nDKIM-Signature: v=1\n\nx");
        Named(message, Header("x-spam-flag")).ShouldBe("Jü");
        Named(message, Header("organization")).ShouldBe("Example");
        Named(message, Header("received")).ShouldBeNull();
        Named(message, Header("dkim-signature")).ShouldBeNull();
        var mime = Written(message);
        mime.ShouldContain("\r\nX-Spam-Flag: =?utf-8?q?J=C3=BC?=\r\n");
        mime.ShouldContain("\r\nOrganization: Example\r\n");
        mime.ShouldNotContain("Received:");
    }

    [Fact]
    public void Named_properties_make_no_field_that_something_else_makes()
    {
        var message = Read("Subject: mine\n\nx");
        foreach (var (id, name) in new[] { (0x9000, "subject"), (0x9001, "content-type"), (0x9002, "bad name"), (0x9003, "x:y"), (0x9004, "x-ms-exchange-organization-other") })
        {
            message.NamedProperties[(ushort)id] = Header(name);
            message.Properties.Set(PropertyValue.Of(new PropertyTag((ushort)id, PropertyType.String), "evil"));
        }
        Written(message).ShouldNotContain("evil");
    }

    [Fact]
    public void Fields_of_the_organization_stay_inside_when_asked()
    {
        var message = Read("X-MS-Exchange-Organization-SCL: 5\nX-MS-Exchange-Organization-AuthAs: Internal\nX-Other: 1\n\nx");
        var mime = Written(message, new PropertiesToMimeOptions { IncludeOrganizationHeaders = false });
        mime.ShouldNotContain("Organization");
        mime.ShouldContain("X-Other: 1");
    }

    [Fact]
    public void The_header_text_conceals_what_servers_say_among_themselves()
    {
        var text = Read("X-MS-Exchange-Organization-Secret: 1\nX-MS-Exchange-Organization-SCL: 1\nX-Other: 2\n\nx").Properties.GetString(PropertyTags.TransportMessageHeaders)!;
        text.ShouldNotContain("Secret");
        text.ShouldContain("X-MS-Exchange-Organization-SCL: 1");
        text.ShouldContain("X-Other: 2");
    }

    [Fact]
    public void Fields_beyond_the_bound_stay_text()
    {
        var message = Read(string.Concat(Enumerable.Range(0, 300).Select(i => $"X-N{i}: {i}\n")) + "\nx");
        message.NamedProperties.Count.ShouldBe(100);
        message.Properties.GetString(PropertyTags.TransportMessageHeaders)!.ShouldContain("X-N299: 299");
    }

    [Fact]
    public void Long_subjects_and_further_authors_are_kept()
    {
        var subject = "Re: " + string.Join(' ', Enumerable.Range(0, 80).Select(i => $"word{i}"));
        var message = Read($"From: a@example.com, Bee <b@example.com>\nSubject: {subject}\n\nx");
        message.Properties.GetString(PropertyTags.Subject)!.Length.ShouldBe(253);
        var facts = MimeMessage.Parse(Encoding.UTF8.GetBytes(Written(message)));
        HeaderText.Decode(facts.Root.RawValue(MimeHeaderId.Subject)).ShouldBe(subject);
        MailAddress.ParseAll(facts.Root, MimeHeaderId.From).ShouldBe([new MailAddress("", "a@example.com"), new MailAddress("Bee", "b@example.com")]);
    }

    [Fact]
    public void The_address_book_names_who_it_knows()
    {
        var options = new MimeToPropertiesOptions { FindAddress = a => a == "ann@example.com" ? new DirectoryAddress("Ann Example", "/o=x/cn=ann", "ann@example.com") : null };
        var message = Read("From: ann@example.com\nTo: Ann <ann@example.com>, bob@example.com\n\nx", options);
        message.Properties.GetString(PropertyTags.SenderAddressType).ShouldBe("EX");
        message.Properties.GetString(PropertyTags.SenderEmailAddress).ShouldBe("/o=x/cn=ann");
        EntryId.Parse(message.Recipients[0].Properties.GetBinary(PropertyTags.EntryId)!).ShouldBe(new AddressBookEntryId(AddressBookEntryType.LocalMailUser, "/o=x/cn=ann"));
        message.Recipients[0].Properties.GetBinary(PropertyTags.SearchKey).ShouldBe("EX:/O=X/CN=ANN\0"u8.ToArray());
        message.Recipients[1].Properties.GetString(PropertyTags.AddressType).ShouldBe("SMTP");
        Written(message).ShouldContain("From: Ann Example <ann@example.com>");
    }

    [Fact]
    public void Encapsulated_addresses_are_undone_for_local_domains_only()
    {
        const string address = "IMCEAEX-_o=x_cn=a+20b@here.example";
        EncapsulatedAddress.Write("EX", "/o=x/cn=a b", "here.example").ShouldBe(address);
        var message = Read($"To: <{address}>\n\nx", new MimeToPropertiesOptions { IsLocalDomain = d => d == "here.example" });
        message.Recipients[0].Properties.GetString(PropertyTags.AddressType).ShouldBe("EX");
        message.Recipients[0].Properties.GetString(PropertyTags.EmailAddress).ShouldBe("/o=x/cn=a b");
        Read($"To: <{address}>\n\nx").Recipients[0].Properties.GetString(PropertyTags.AddressType).ShouldBe("SMTP");
    }

    [Theory]
    [InlineData("imceafax-555+200100@x", "fax", "555 0100", "x")]
    [InlineData("IMCEA-x@y", null, null, null)]
    [InlineData("IMCEAEX-@y", null, null, null)]
    [InlineData("someone@example.com", null, null, null)]
    [InlineData("IMCEAX400-a+zz@y", "X400", "a+zz", "y")]
    public void Encapsulated_addresses_are_told_from_others(string smtp, string? type, string? address, string? domain)
    {
        EncapsulatedAddress.TryRead(smtp, out var t, out var a, out var d).ShouldBe(type is not null);
        (t, a, d).ShouldBe((type, address, domain));
    }

    [Fact]
    public void Addresses_come_from_entry_ids_where_nothing_else_tells_them()
    {
        var message = new PropertyMessage();
        message.Properties.Set(PropertyValue.Of(PropertyTags.SenderEntryId, new OneOffEntryId("Ann", "SMTP", "ann@example.com").ToArray()));
        message.Properties.Set(PropertyValue.Of(PropertyTags.SenderName, "Ann"));
        var recipient = new PropertyRecipient();
        recipient.Properties.Set(PropertyValue.Of(PropertyTags.EntryId, new AddressBookEntryId(AddressBookEntryType.LocalMailUser, "/o=x/cn=bob").ToArray()));
        recipient.Properties.Set(PropertyValue.Of(PropertyTags.DisplayName, "Bob"));
        message.Recipients.Add(recipient);
        var mime = Written(message, new PropertiesToMimeOptions { ResolveAddress = (type, address) => (type, address) == ("EX", "/o=x/cn=bob") ? "bob@example.com" : null });
        mime.ShouldContain("From: Ann <ann@example.com>");
        mime.ShouldContain("To: Bob <bob@example.com>");
        Written(message).ShouldContain("<IMCEAEX-_o=x_cn=bob@localhost>");
    }

    [Theory]
    [InlineData("fax", "Content-Type: image/tiff\n\nx", "IPM.Note.Microsoft.Fax")]
    [InlineData("fax", "Content-Type: image/png\n\nx", "IPM.Note")]
    [InlineData("voice-ca", "Content-Type: audio/wav\n\nx", "IPM.Note.Microsoft.Voicemail.UM.CA")]
    [InlineData("voice", "Content-Type: text/plain\n\nx", "IPM.Note")]
    [InlineData("missedcall", "Content-Type: text/plain\n\nx", "IPM.Note.Microsoft.Missed.Voice")]
    [InlineData("InfoPathForm.Expenses", "Content-Type: text/plain\n\nx", "IPM.InfoPathForm.Expenses")]
    [InlineData("urn:content-class:custom.Order", "Content-Type: text/plain\n\nx", "IPM.Note.Custom.Order")]
    [InlineData("MS-OMS-SMS", "Content-Type: text/plain\n\nx", "IPM.Note.Mobile.SMS")]
    [InlineData("urn:content-classes:message", "Content-Type: text/plain\n\nx", "IPM.Note")]
    public void Content_classes_make_message_classes(string contentClass, string part, string expected)
    {
        var message = Read($"Content-Class: {contentClass}\nContent-Type: multipart/mixed; boundary=b\n\n--b\n\ntext\n--b\n{part}\n--b--\n");
        message.Properties.GetString(PropertyTags.MessageClass).ShouldBe(expected);
        Named(message, Header("content-class")).ShouldBe(contentClass);
        Written(message).ShouldContain($"\r\nContent-Class: {contentClass}\r\n");
    }

    [Fact]
    public void A_class_alone_writes_its_content_class()
    {
        var message = new PropertyMessage();
        message.Properties.Set(PropertyValue.Of(PropertyTags.MessageClass, "IPM.Note.Custom.Order"));
        Written(message).ShouldContain("Content-Class: urn:content-class:custom.Order");
    }

    /// <summary>[MS-OXCMAIL] 2.2.3.2.16.</summary>
    [Fact]
    public void A_flag_makes_a_task()
    {
        var message = Read("Subject: Re: Budget\nX-Message-Flag: Call\nX-Accept-Language: de, en\n\nx");
        Named(message, PropertyNames.PidLidToDoTitle).ShouldBe("Re: Budget");
        Named(message, Header("accept-language")).ShouldBe("de, en");
        message.Properties.GetInt32(PropertyTags.FlagStatus).ShouldBe(2);
        message.Properties.GetInt32(PropertyTags.ToDoItemFlags).ShouldBe(8);
        foreach (var name in new[] { PropertyNames.PidLidTaskStatus, PropertyNames.PidLidTaskComplete, PropertyNames.PidLidPercentComplete })
            message.NamedProperties.Values.ShouldContain(name);
        Read("Subject: a\n\nx").Properties.TryGet(PropertyIds.FlagStatus, out _).ShouldBeFalse();
    }

    [Theory]
    [InlineData("InfoPathForm.{9A8E3B5C-0000-0000-0000-000000000001}.Expenses", "Expenses")]
    [InlineData("InfoPathForm.{9A8E3B5C-0000-0000-0000-000000000001}.A.B", "A.B")]
    [InlineData("InfoPathForm.Expenses", null)]
    [InlineData("InfoPathForm.{9A8E3B5C-0000-0000-0000-000000000001}.", null)]
    public void Forms_have_names(string contentClass, string? form)
    {
        var message = Read($"Content-Class: {contentClass}\n\nx");
        message.Properties.GetString(PropertyTags.MessageClass).ShouldBe("IPM." + contentClass);
        Named(message, PropertyNames.PidLidInfoPathFormName).ShouldBe(form);
        Written(message).ShouldContain($"Content-Class: {contentClass}\r\n");
    }
}
