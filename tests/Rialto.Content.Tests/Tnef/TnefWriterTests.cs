using Rialto.Content.Tnef;
using Rialto.Model;
using Rialto.Testing;

namespace Rialto.Content.Tests.Tnef;

public class TnefWriterTests
{
    private static readonly FileTime Sent = FileTime.From(new DateTimeOffset(2004, 2, 17, 11, 25, 35, TimeSpan.Zero));
    private static readonly FileTime Modified = FileTime.From(new DateTimeOffset(2004, 2, 17, 12, 26, 9, TimeSpan.Zero));

    /// <summary>The attributes of [MS-OXTNEF] 3.1 before its property list: order, lengths and checksums are the example's.</summary>
    [Fact]
    public void The_legacy_attributes_are_those_of_the_example()
    {
        var message = new PropertyMessage
        {
            Properties = new PropertyBag(
            [
                PropertyValue.Of(PropertyTags.MessageClass, "IPM.Note"),
                PropertyValue.Of(PropertyTags.Priority, 0),
                PropertyValue.Of(PropertyTags.Subject, "Simple subject"),
                PropertyValue.Of(PropertyTags.ClientSubmitTime, Sent),
                PropertyValue.Of(PropertyTags.LastModificationTime, Modified),
                PropertyValue.Of(PropertyTags.SearchKey, Convert.FromHexString("757BB19CDE936A4087D90BB784C58E3B")),
            ]),
        };
        var expected = Hex.Bytes("""
            78 9F 3E 22  01 00
            01 06 90 08 00 04 00 00 00  00 00 01 00  01 00
            01 07 90 06 00 08 00 00 00  E4 04 00 00 00 00 00 00  E8 00
            01 08 80 07 00 18 00 00 00  49 50 4D 2E 4D 69 63 72 6F 73 6F 66 74 20 4D 61 69 6C 2E 4E 6F 74 65 00  31 08
            01 0D 80 04 00 02 00 00 00  02 00  02 00
            01 04 80 01 00 0F 00 00 00  53 69 6D 70 6C 65 20 73 75 62 6A 65 63 74 00  7A 05
            01 05 80 03 00 0E 00 00 00  D4 07 02 00 11 00 0B 00 19 00 23 00 02 00  37 01
            01 20 80 03 00 0E 00 00 00  D4 07 02 00 11 00 0C 00 1A 00 09 00 02 00  1F 01
            01 09 80 01 00 21 00 00 00  37 35 37 42 42 31 39 43 44 45 39 33 36 41 34 30 38 37 44 39 30 42 42 37 38 34 43 35 38 45 33 42 00  51 07
            01 03 90 06 00
            """);
        Convert.ToHexString(TnefWriter.Write(message)[..expected.Length]).ShouldBe(Convert.ToHexString(expected));
    }

    [Fact]
    public void Values_of_every_type_come_back()
    {
        var bag = new PropertyBag();
        ushort id = 0x6700;
        void Add(PropertyType type, Func<PropertyTag, PropertyValue> value) => bag.Set(value(new PropertyTag(id++, type)));
        Add(PropertyType.Integer16, t => PropertyValue.Of(t, (short)-2));
        Add(PropertyType.Integer32, t => PropertyValue.Of(t, -3));
        Add(PropertyType.Floating32, t => PropertyValue.Of(t, 1.5f));
        Add(PropertyType.Floating64, t => PropertyValue.Of(t, -2.25));
        Add(PropertyType.Currency, t => PropertyValue.Of(t, 12345L));
        Add(PropertyType.FloatingTime, t => PropertyValue.Of(t, 38000.5));
        Add(PropertyType.Boolean, t => PropertyValue.Of(t, true));
        Add(PropertyType.Boolean, t => PropertyValue.Of(t, false));
        Add(PropertyType.Integer64, t => PropertyValue.Of(t, long.MinValue));
        Add(PropertyType.String, t => PropertyValue.Of(t, "Grüße 漢字"));
        Add(PropertyType.String, t => PropertyValue.Of(t, ""));
        Add(PropertyType.Time, t => PropertyValue.Of(t, Sent));
        Add(PropertyType.Guid, t => PropertyValue.Of(t, new Guid("01020304-0506-0708-090a-0b0c0d0e0f10")));
        Add(PropertyType.Binary, t => PropertyValue.Of(t, [1, 2, 3, 4, 5]));
        Add(PropertyType.Binary, t => PropertyValue.Of(t, (byte[])[]));
        Add(PropertyType.ServerId, t => PropertyValue.Of(t, [1, 2]));
        Add(PropertyType.MultipleInteger16, t => PropertyValue.OfArray(t, (short[])[1, -1]));
        Add(PropertyType.MultipleInteger32, t => PropertyValue.OfArray(t, (int[])[1, -1]));
        Add(PropertyType.MultipleFloating32, t => PropertyValue.OfArray(t, (float[])[1, -1]));
        Add(PropertyType.MultipleFloating64, t => PropertyValue.OfArray(t, (double[])[1, -1]));
        Add(PropertyType.MultipleCurrency, t => PropertyValue.OfArray(t, (long[])[1, -1]));
        Add(PropertyType.MultipleFloatingTime, t => PropertyValue.OfArray(t, (double[])[1, -1]));
        Add(PropertyType.MultipleInteger64, t => PropertyValue.OfArray(t, (long[])[1, -1]));
        Add(PropertyType.MultipleString, t => PropertyValue.OfArray(t, (string[])["a", "", "Ω"]));
        Add(PropertyType.MultipleTime, t => PropertyValue.OfArray(t, (FileTime[])[Sent, Modified]));
        Add(PropertyType.MultipleGuid, t => PropertyValue.OfArray(t, (Guid[])[Guid.Empty, PropertySets.Common]));
        Add(PropertyType.MultipleBinary, t => PropertyValue.OfArray(t, (byte[][])[[1], [], [1, 2, 3, 4]]));
        Add(PropertyType.MultipleString, t => PropertyValue.OfArray(t, (string[])[]));
        var message = new PropertyMessage { Properties = bag };
        var read = TnefReader.Read(TnefWriter.Write(message));
        read.Warnings.ShouldBeEmpty();
        PropertyMessageComparison.Differences(message, read.Message).ShouldBeEmpty();
    }

    [Fact]
    public void Code_page_strings_become_Unicode_and_what_has_no_form_is_left_out()
    {
        var message = new PropertyMessage
        {
            Properties = new PropertyBag(
            [
                PropertyValue.Of(PropertyTags.Body.WithType(PropertyType.String8), "Žluťoučký"),
                PropertyValue.Of(new PropertyTag(0x6701, PropertyType.Restriction), new ExistRestriction(PropertyTags.Body)),
                PropertyValue.OfError(PropertyTags.Html, ErrorCode.NotFound),
                PropertyValue.OfExternal(PropertyTags.RtfCompressed, new ExternalValue([1], 10)),
                PropertyValue.Of(new PropertyTag(0x8123, PropertyType.Integer32), 1),
            ]),
        };
        var read = TnefReader.Read(TnefWriter.Write(message));
        read.Warnings.ShouldBeEmpty();
        read.Message.Properties.ShouldHaveSingleItem().ShouldBe(PropertyValue.Of(PropertyTags.Body, "Žluťoučký"));
    }

    [Fact]
    public void Named_properties_keep_their_names_through_levels_with_tables_of_their_own()
    {
        var message = Message("outer", (0x8001, new PropertyName(PropertySets.Common, 0x8503u)), (0x8002, new PropertyName(PropertySets.PublicStrings, "Keywords")));
        var embedded = Message("inner", (0x8001, new PropertyName(PropertySets.PublicStrings, "Keywords")), (0x8007, new PropertyName(PropertySets.Common, 0x8503u)));
        message.Attachments.Add(new PropertyAttachment { Embedded = embedded });
        var read = TnefReader.Read(TnefWriter.Write(message)).Message;
        read.NamedProperties.Count.ShouldBe(2);
        Named(read, read.Properties, new PropertyName(PropertySets.Common, 0x8503u)).ShouldBe("outer 0x8001");
        var inner = read.Attachments[0].Embedded!;
        inner.NamedProperties.ShouldBeSameAs(read.NamedProperties);
        Named(read, inner.Properties, new PropertyName(PropertySets.Common, 0x8503u)).ShouldBe("inner 0x8007");
        Named(read, inner.Properties, new PropertyName(PropertySets.PublicStrings, "Keywords")).ShouldBe("inner 0x8001");

        static PropertyMessage Message(string text, params (ushort Id, PropertyName Name)[] names)
        {
            var made = new PropertyMessage();
            foreach (var (id, name) in names)
            {
                made.NamedProperties[id] = name;
                made.Properties.Set(PropertyValue.Of(new PropertyTag(id, PropertyType.String), $"{text} 0x{id:X4}"));
            }
            return made;
        }

        static string Named(PropertyMessage root, PropertyBag bag, PropertyName name) =>
            bag.TryGet(root.NamedProperties.Single(n => n.Value == name).Key, out var value) ? value.AsString() : "";
    }

    [Fact]
    public void Recipients_are_written_of_embedded_messages_and_when_asked_for()
    {
        var recipient = new PropertyRecipient { Properties = new PropertyBag([PropertyValue.Of(PropertyTags.DisplayName, "Ann"), PropertyValue.Of(PropertyTags.RecipientType, 1)]) };
        var message = new PropertyMessage { Recipients = { recipient }, Attachments = { new PropertyAttachment { Embedded = new PropertyMessage { Recipients = { recipient, recipient } } } } };
        var without = TnefReader.Read(TnefWriter.Write(message)).Message;
        without.Recipients.ShouldBeEmpty();
        without.Attachments[0].Embedded!.Recipients.Count.ShouldBe(2);
        var with = TnefReader.Read(TnefWriter.Write(message, new TnefWriterOptions { IncludeRecipients = true })).Message;
        with.Recipients.ShouldHaveSingleItem().Properties.GetString(PropertyTags.DisplayName).ShouldBe("Ann");
    }

    [Fact]
    public void Nesting_ends_at_the_limit_of_the_writer_and_of_the_reader()
    {
        var message = new PropertyMessage();
        for (var i = 0; i < 40; i++)
            message = new PropertyMessage { Attachments = { new PropertyAttachment { Embedded = message } } };
        Depth(TnefReader.Read(TnefWriter.Write(message)).Message).ShouldBe(20);

        var deep = TnefReader.Read(TnefWriter.Write(message, new TnefWriterOptions { MaxDepth = 100 }), new TnefLimits { MaxDepth = 5 });
        deep.Warnings.ShouldContain(w => w.Kind == TnefWarningKind.TooDeep);
        Depth(deep.Message).ShouldBe(5);

        static int Depth(PropertyMessage message) => message.Attachments is [{ Embedded: { } embedded }] ? 1 + Depth(embedded) : 0;
    }

    [Fact]
    public void A_meeting_request_has_its_attributes()
    {
        var message = new PropertyMessage
        {
            Properties = new PropertyBag(
            [
                PropertyValue.Of(PropertyTags.MessageClass, "IPM.Schedule.Meeting.Request"),
                PropertyValue.Of(PropertyTags.StartDate, Sent),
                PropertyValue.Of(PropertyTags.EndDate, Modified),
                PropertyValue.Of(PropertyTags.OwnerAppointmentId, 0x01020304),
                PropertyValue.Of(PropertyTags.ResponseRequested, true),
                PropertyValue.Of(PropertyTags.SentRepresentingName, "Ann Ö"),
                PropertyValue.Of(PropertyTags.SentRepresentingAddressType, "SMTP"),
                PropertyValue.Of(PropertyTags.SentRepresentingEmailAddress, "ann@example.com"),
            ]),
        };
        var tags = new List<TnefAttributeTag>();
        var bytes = TnefWriter.Write(message);
        var attributes = new TnefAttributeReader(bytes);
        while (attributes.Next())
        {
            tags.Add(attributes.Tag);
            attributes.Checksum.ShouldBe(TnefAttributeReader.ChecksumOf(attributes.Data));
        }
        attributes.Position.ShouldBe(bytes.Length);
        tags.ShouldBe(
        [
            TnefAttributeTag.TnefVersion, TnefAttributeTag.OemCodepage, TnefAttributeTag.MessageClass, TnefAttributeTag.DateStart, TnefAttributeTag.DateEnd, TnefAttributeTag.AidOwner,
            TnefAttributeTag.RequestRes, TnefAttributeTag.Owner, TnefAttributeTag.SentFor, TnefAttributeTag.MsgProps,
        ]);
    }
}
