using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Xml.Linq;
using Rialto.Content.Mime;
using Rialto.Content.Msg;
using Rialto.Content.Rtf;
using Rialto.Model;
using Rialto.Testing;

namespace Rialto.Content.Tests.Msg;

/// <summary>What other programs found in files of the corpus.</summary>
public class MsgExpectedTests
{
    /// <summary>Keys of the JSON beside the files of HiraokaHyperTools/msgreader.</summary>
    private static readonly Dictionary<string, PropertyTag> s_tags = new()
    {
        ["messageClass"] = PropertyTags.MessageClass,
        ["subject"] = PropertyTags.Subject,
        ["conversationTopic"] = PropertyTags.ConversationTopic,
        ["normalizedSubject"] = PropertyTags.NormalizedSubject,
        ["body"] = PropertyTags.Body,
        ["headers"] = PropertyTags.TransportMessageHeaders,
        ["senderName"] = PropertyTags.SenderName,
        ["senderAddressType"] = PropertyTags.SenderAddressType,
        ["senderEmail"] = PropertyTags.SenderEmailAddress,
        ["messageId"] = PropertyTags.InternetMessageId,
        ["creationTime"] = PropertyTags.CreationTime,
        ["lastModificationTime"] = PropertyTags.LastModificationTime,
        ["clientSubmitTime"] = PropertyTags.ClientSubmitTime,
        ["messageDeliveryTime"] = PropertyTags.MessageDeliveryTime,
        ["messageFlags"] = PropertyTags.MessageFlags,
        ["internetCodepage"] = PropertyTags.InternetCodepage,
        ["messageLocaleId"] = PropertyTags.MessageLocaleId,
        ["messageCodepage"] = PropertyTags.MessageCodepage,
        ["companyName"] = PropertyTags.CompanyName,
        ["givenName"] = PropertyTags.GivenName,
        ["surname"] = PropertyTags.Surname,
        ["title"] = PropertyTags.Title,
        ["homeTelephoneNumber"] = PropertyTags.HomeTelephoneNumber,
        ["businessTelephoneNumber"] = PropertyTags.BusinessTelephoneNumber,
        ["mobileTelephoneNumber"] = PropertyTags.MobileTelephoneNumber,
        ["name"] = PropertyTags.DisplayName,
        ["addressType"] = PropertyTags.AddressType,
        ["email"] = PropertyTags.EmailAddress,
        ["fileName"] = PropertyTags.AttachLongFilename,
        ["fileNameShort"] = PropertyTags.AttachFilename,
        ["extension"] = PropertyTags.AttachExtension,
    };

    private static readonly Dictionary<string, PropertyName> s_names = new()
    {
        ["apptLocation"] = PropertyNames.PidLidLocation,
        ["apptStartWhole"] = PropertyNames.PidLidAppointmentStartWhole,
        ["apptEndWhole"] = PropertyNames.PidLidAppointmentEndWhole,
        ["clipStart"] = PropertyNames.PidLidClipStart,
        ["clipEnd"] = PropertyNames.PidLidClipEnd,
        ["timeZoneDesc"] = PropertyNames.PidLidTimeZoneDescription,
        ["email1EmailAddress"] = PropertyNames.PidLidEmail1EmailAddress,
        ["email1DisplayName"] = PropertyNames.PidLidEmail1DisplayName,
        ["fileUnder"] = PropertyNames.PidLidFileUnder,
        ["workAddressCity"] = PropertyNames.PidLidWorkAddressCity,
        ["votingResponse"] = PropertyNames.PidLidVerbResponse,
    };

    [CorpusFact]
    public void Properties_are_those_that_msgreader_found()
    {
        var compared = 0;
        foreach (var json in Corpus.Files("msg/HiraokaHyperTools-msgreader", "json"))
        {
            var path = Path.ChangeExtension(json, "msg");
            if (!File.Exists(path))
                continue;
            using var expected = JsonDocument.Parse(File.ReadAllBytes(json));
            Compare(expected.RootElement, MsgFile.Read(File.ReadAllBytes(path), out _)!.Message, Corpus.NameOf(path), ref compared);
        }
        compared.ShouldBeGreaterThan(1000);
    }

    private static void Compare(JsonElement expected, PropertyMessage message, string where, ref int compared)
    {
        CompareBag(expected, message.Properties, message, where, ref compared);
        if (expected.TryGetProperty("recipients", out var recipients))
        {
            message.Recipients.Count.ShouldBe(recipients.GetArrayLength(), where);
            for (var i = 0; i < message.Recipients.Count; i++)
                CompareBag(recipients[i], message.Recipients[i].Properties, message, $"{where} recipient {i}", ref compared);
        }
        if (!expected.TryGetProperty("attachments", out var attachments))
            return;
        message.Attachments.Count.ShouldBe(attachments.GetArrayLength(), where);
        for (var i = 0; i < message.Attachments.Count; i++)
        {
            var attachment = message.Attachments[i];
            CompareBag(attachments[i], attachment.Properties, message, $"{where} attachment {i}", ref compared);
            if (attachments[i].TryGetProperty("contentLength", out var length))
                attachment.Properties.GetBinary(PropertyTags.AttachDataBinary)!.Length.ShouldBe(length.GetInt32(), where);
            if (attachments[i].TryGetProperty("innerMsgContentFields", out var inner))
                Compare(inner, attachment.Embedded.ShouldNotBeNull(), $"{where} attachment {i}", ref compared);
        }
    }

    private static void CompareBag(JsonElement expected, PropertyBag bag, PropertyMessage message, string where, ref int compared)
    {
        foreach (var member in expected.EnumerateObject())
        {
            ushort id;
            if (s_tags.TryGetValue(member.Name, out var tag))
                id = tag.Id;
            else if (s_names.TryGetValue(member.Name, out var name))
                id = message.NamedProperties.Single(n => n.Value == name).Key;
            else
                continue;
            bag.TryGet(id, out var value).ShouldBeTrue($"{where} {member.Name}");
            var actual = value.Type switch
            {
                // To the second, as they print it.
                PropertyType.Time => value.AsTime().ToDateTimeOffset().ToString("ddd, dd MMM yyyy HH:mm:ss 'GMT'", CultureInfo.InvariantCulture),
                PropertyType.Integer32 => value.AsInt32().ToString(CultureInfo.InvariantCulture),
                _ => value.AsString(),
            };
            var text = member.Value.ValueKind == JsonValueKind.Number ? member.Value.GetRawText() : member.Value.GetString();
            // They read the strings of ANSI files byte by byte as characters.
            if (value.Type == PropertyType.String8 && actual != text)
                actual = Encoding.Latin1.GetString(MailCharset.Find(932)!.GetBytes(actual));
            actual.ShouldBe(text, $"{where} {member.Name}");
            compared++;
        }
    }

    [CorpusFact]
    public void Rtf_bodies_are_those_that_msgreader_found()
    {
        var files = Corpus.Files("msg/HiraokaHyperTools-msgreader", "rtf");
        files.ShouldNotBeEmpty();
        foreach (var rtf in files)
        {
            var message = MsgFile.Read(File.ReadAllBytes(Path.ChangeExtension(rtf, "msg")), out _)!.Message;
            CompressedRtf.TryDecompress(message.Properties.GetBinary(PropertyTags.RtfCompressed)!, out var body).ShouldBeTrue();
            body.AsSpan().TrimEnd((byte)0).ToArray().ShouldBe(File.ReadAllBytes(rtf).AsSpan().TrimEnd((byte)0).ToArray(), Corpus.NameOf(rtf));
        }
    }

    /// <summary>MSG2XML's form: PROPERTY elements with the tag in hexadecimal, text as it is and binaries in base64.</summary>
    [CorpusFact]
    public void Properties_are_those_that_msg2xml_found()
    {
        var xml = XDocument.Load(Path.Combine(Corpus.Root, "msg/aquasync-ruby-msg/Swetlana_Novikova.xml"));
        var message = MsgFile.Read(File.ReadAllBytes(Path.Combine(Corpus.Root, "msg/aquasync-ruby-msg/Swetlana_Novikova.msg")), out _)!.Message;
        var compared = 0;
        foreach (var property in xml.Descendants("PROPERTIES").First().Elements("PROPERTY"))
        {
            if (property.Attribute("propid") is not { } id)
                continue; // A named one.
            var tag = new PropertyTag(Convert.ToUInt32(id.Value, 16));
            if (!message.Properties.TryGet(tag.Id, out var value) || value.Tag != tag)
                continue; // Computed by the store that their program asked.
            if (value.Reference is string text)
                text.Trim().ShouldBe(property.Value.Trim(), PropertyRegistry.Describe(tag));
            else if (value.Reference is byte[] bytes)
                bytes.ShouldBe(Convert.FromBase64String(property.Value), PropertyRegistry.Describe(tag));
            else
                continue;
            compared++;
        }
        compared.ShouldBeGreaterThan(20);
    }

    /// <summary>msgconvert's output beside the files of mvz/email-outlook-message-perl.</summary>
    [CorpusFact]
    public void Mail_is_what_msgconvert_found()
    {
        foreach (var eml in Corpus.Files("msg/mvz-email-outlook-message-perl", "eml"))
        {
            var mail = MimeMessage.Parse(File.ReadAllBytes(eml)).Root;
            var message = MsgFile.Read(File.ReadAllBytes(Path.ChangeExtension(eml, "msg")), out _)!.Message;
            message.Properties.GetString(PropertyTags.Subject).ShouldBe(Encoding.UTF8.GetString(mail.RawValue(MimeHeaderId.Subject)).Trim());
            var text = Encoding.UTF8.GetString(File.ReadAllBytes(eml)).ReplaceLineEndings("\n");
            text.ShouldContain(message.Properties.GetString(PropertyTags.Body)!.ReplaceLineEndings("\n").Trim());
            foreach (var attachment in message.Attachments)
            {
                var data = Convert.ToBase64String(attachment.Properties.GetBinary(PropertyTags.AttachDataBinary)!);
                text.Replace("\n", "", StringComparison.Ordinal).ShouldContain(data);
            }
        }
    }
}
