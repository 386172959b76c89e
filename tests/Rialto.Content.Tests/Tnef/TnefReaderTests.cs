using System.Buffers.Binary;
using System.Text;
using Rialto.Content.Mime;
using Rialto.Content.Tnef;
using Rialto.Model;

namespace Rialto.Content.Tests.Tnef;

public class TnefReaderTests
{
    [Fact]
    public void Legacy_attributes_alone_make_a_message()
    {
        var stream = Stream(1,
            Message(TnefAttributeTag.OemCodepage, [0xE2, 0x04, 0, 0, 0, 0, 0, 0]),
            Message(TnefAttributeTag.From, Triple("Zdeněk", "SMTP:z@example.com", 1250)),
            Message(TnefAttributeTag.MessageClass, "IPM.Microsoft Schedule.MtgRespP\0"u8),
            Message(TnefAttributeTag.Subject, [.. MailCharset.Find(1250)!.GetBytes("Schůzka"), 0]),
            Message(TnefAttributeTag.Body, [.. MailCharset.Find(1250)!.GetBytes("Přijdu."), 0]),
            Message(TnefAttributeTag.DateSent, [0xD4, 0x07, 2, 0, 0x11, 0, 0x0B, 0, 0x19, 0, 0x23, 0, 2, 0]),
            Message(TnefAttributeTag.DateRecd, [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0]),
            Message(TnefAttributeTag.Priority, [1, 0]),
            Message(TnefAttributeTag.MessageStatus, [0x84]),
            Message(TnefAttributeTag.AidOwner, [4, 3, 2, 1]),
            Message(TnefAttributeTag.RequestRes, [1, 0]),
            Message(TnefAttributeTag.ParentId, "0A0B\0"u8),
            Message(TnefAttributeTag.ConversationId, "FF\0"u8),
            Message(TnefAttributeTag.OriginalMessageClass, "IPM.Microsoft Mail.Note\0"u8),
            Message(TnefAttributeTag.Delegate, [9, 8]),
            Message(TnefAttributeTag.Owner, Counted("Ann", "SMTP:ann@example.com")),
            Message(TnefAttributeTag.SentFor, Counted("Bob", "EX:/o=x/cn=bob")));
        var read = TnefReader.Read(stream);
        read.Warnings.ShouldBeEmpty();
        read.CodePage.ShouldBe(1250);
        var bag = read.Message.Properties;
        bag.GetString(PropertyTags.SenderName).ShouldBe("Zdeněk");
        bag.GetString(PropertyTags.SenderAddressType).ShouldBe("SMTP");
        bag.GetString(PropertyTags.SenderEmailAddress).ShouldBe("z@example.com");
        EntryId.Parse(bag.GetBinary(PropertyTags.SenderEntryId)!).ShouldBeOfType<OneOffEntryId>().EmailAddress.ShouldBe("z@example.com");
        bag.GetString(PropertyTags.MessageClass).ShouldBe("IPM.Schedule.Meeting.Resp.Pos");
        bag.GetString(PropertyTags.OriginalMessageClass).ShouldBe("IPM.Note");
        bag.GetString(PropertyTags.Subject).ShouldBe("Schůzka");
        bag.GetString(PropertyTags.Body).ShouldBe("Přijdu.");
        bag.GetTime(PropertyTags.ClientSubmitTime)!.Value.ToDateTimeOffset().ShouldBe(new DateTimeOffset(2004, 2, 17, 11, 25, 35, TimeSpan.Zero));
        bag.GetTime(PropertyTags.MessageDeliveryTime).ShouldBeNull();
        bag.GetInt32(PropertyTags.Priority).ShouldBe(1);
        bag.GetInt32(PropertyTags.MessageFlags).ShouldBe(0x16);
        bag.GetInt32(PropertyTags.OwnerAppointmentId).ShouldBe(0x01020304);
        bag.GetBoolean(PropertyTags.ResponseRequested).ShouldBeTrue();
        bag.GetBinary(PropertyTags.ParentKey).ShouldBe([0x0A, 0x0B]);
        bag.GetBinary(PropertyTags.ConversationKey).ShouldBe([0xFF]);
        // An answer's attOwner is who it was received for; its attDelegate names the same by entry id and came first.
        bag.GetString(PropertyTags.ReceivedRepresentingName).ShouldBe("Ann");
        bag.GetBinary(PropertyTags.ReceivedRepresentingEntryId).ShouldBe([9, 8]);
        bag.GetString(PropertyTags.SentRepresentingEmailAddress).ShouldBe("/o=x/cn=bob");
    }

    [Fact]
    public void The_property_list_overrules_the_attributes_whatever_their_order()
    {
        byte[] list = [1, 0, 0, 0, 0x1F, 0, 0x37, 0, 1, 0, 0, 0, 4, 0, 0, 0, (byte)'X', 0, 0, 0];
        TnefReader.Read(Stream(1, Message(TnefAttributeTag.MsgProps, list), Message(TnefAttributeTag.Subject, "cut\0"u8))).Message.Properties.GetString(PropertyTags.Subject).ShouldBe("X");
        TnefReader.Read(Stream(1, Message(TnefAttributeTag.Subject, "cut\0"u8), Message(TnefAttributeTag.MsgProps, list))).Message.Properties.GetString(PropertyTags.Subject).ShouldBe("X");
    }

    [Theory]
    [InlineData("")]
    [InlineData("789F3E")]
    [InlineData("00000000010203")]
    public void Other_bytes_are_no_TNEF(string hex)
    {
        var read = TnefReader.Read(Convert.FromHexString(hex));
        read.IsTnef.ShouldBeFalse();
        read.Message.Properties.Count.ShouldBe(0);
    }

    [Fact]
    public void A_wrong_checksum_and_a_lying_length_are_told_and_the_rest_is_read()
    {
        var stream = Stream(1, Message(TnefAttributeTag.Subject, "one\0"u8), Message(TnefAttributeTag.Body, "two\0"u8));
        stream[6 + 9 + 4] ^= 1;
        var read = TnefReader.Read(stream);
        read.Warnings.Select(w => w.Kind).ShouldBe([TnefWarningKind.WrongChecksum]);
        read.Message.Properties.GetString(PropertyTags.Subject).ShouldBe("one");
        read.Message.Properties.GetString(PropertyTags.Body).ShouldBe("two");

        BinaryPrimitives.WriteUInt32LittleEndian(stream.AsSpan(6 + 9 + 4 + 2 + 5), 0xFFFF_FFF0);
        read = TnefReader.Read(stream);
        read.Warnings.Select(w => w.Kind).ShouldBe([TnefWarningKind.WrongChecksum, TnefWarningKind.Truncated]);
        read.Message.Properties.GetString(PropertyTags.Body).ShouldBe("two");
    }

    [Fact]
    public void Counts_that_the_bytes_cannot_hold_cost_nothing()
    {
        // A million properties, and a multiple value of two billion numbers.
        byte[] list = [0x40, 0x42, 0x0F, 0, 3, 0, 0x17, 0, 2, 0, 0, 0, 3, 0x10, 0, 0x67, 0xFF, 0xFF, 0xFF, 0x7F, 1, 0, 0, 0];
        var stream = Stream(1, Message(TnefAttributeTag.MsgProps, list));
        var before = GC.GetAllocatedBytesForCurrentThread();
        var read = TnefReader.Read(stream);
        (GC.GetAllocatedBytesForCurrentThread() - before).ShouldBeLessThan(20_000);
        read.Warnings.Select(w => w.Kind).ShouldBe([TnefWarningKind.InvalidProperties]);
        read.Message.Properties.GetInt32(PropertyTags.Importance).ShouldBe(2);
    }

    [Fact]
    public void Limits_cut_what_is_too_many()
    {
        var message = new PropertyMessage();
        for (var i = 0; i < 10; i++)
        {
            message.Attachments.Add(new PropertyAttachment { Properties = new PropertyBag([PropertyValue.Of(PropertyTags.AttachDataBinary, [1])]) });
            message.Recipients.Add(new PropertyRecipient { Properties = new PropertyBag([PropertyValue.Of(PropertyTags.DisplayName, "x")]) });
        }
        var read = TnefReader.Read(TnefWriter.Write(message, new TnefWriterOptions { IncludeRecipients = true }), new TnefLimits { MaxAttachments = 3, MaxRecipients = 4 });
        read.Message.Attachments.Count.ShouldBe(3);
        read.Message.Recipients.Count.ShouldBe(4);
        read.Warnings.Select(w => w.Kind).ShouldContain(TnefWarningKind.TooMany);
        TnefReader.Read(TnefWriter.Write(message, new TnefWriterOptions { IncludeRecipients = true }), new TnefLimits { MaxProperties = 2 }).Message.Recipients.Count.ShouldBe(2);
    }

    [Fact]
    public void A_MacBinary_attachment_says_so_and_an_attachment_without_rendering_is_one_too()
    {
        var stream = Stream(1,
            Attachment(TnefAttributeTag.AttachTitle, "first.bin\0"u8),
            Attachment(TnefAttributeTag.AttachData, [1, 2, 3]),
            Attachment(TnefAttributeTag.AttachRendData, [1, 0, 7, 0, 0, 0, 32, 0, 32, 0, 1, 0, 0, 0]),
            Attachment(TnefAttributeTag.AttachData, [4]),
            Attachment(TnefAttributeTag.AttachTransportFilename, "x\0"u8));
        var attachments = TnefReader.Read(stream).Message.Attachments;
        attachments.Count.ShouldBe(2);
        attachments[0].Properties.GetString(PropertyTags.AttachFilename).ShouldBe("first.bin");
        attachments[0].Properties.GetBinary(PropertyTags.AttachDataBinary).ShouldBe([1, 2, 3]);
        attachments[0].Properties.GetInt32(PropertyTags.AttachMethod).ShouldBe(1);
        attachments[1].Properties.GetInt32(PropertyTags.RenderingPosition).ShouldBe(7);
        attachments[1].Properties.GetBinary(PropertyTags.AttachEncoding)!.Length.ShouldBe(9);
        attachments[1].Properties.GetString(PropertyTags.AttachTransportName).ShouldBe("x");
    }

    [Fact]
    public void Every_prefix_is_read()
    {
        var message = new PropertyMessage
        {
            Properties = new PropertyBag([PropertyValue.Of(PropertyTags.Subject, "Subject"), PropertyValue.Of(PropertyTags.Body, "Body")]),
            Attachments = { new PropertyAttachment { Embedded = new PropertyMessage { Properties = new PropertyBag([PropertyValue.Of(PropertyTags.Subject, "Inner")]) } } },
        };
        var stream = TnefWriter.Write(message);
        for (var length = 0; length < stream.Length; length++)
        {
            var read = TnefReader.Read(stream.AsSpan(0, length));
            if (length > TnefAttributeReader.HeaderSize)
                read.IsTnef.ShouldBeTrue();
        }
        TnefReader.Read(stream.AsSpan(0, stream.Length - 40)).Message.Properties.GetString(PropertyTags.Body).ShouldBe("Body");
    }

    private static byte[] Message(TnefAttributeTag tag, ReadOnlySpan<byte> data) => Attribute(1, tag, data);

    private static byte[] Attachment(TnefAttributeTag tag, ReadOnlySpan<byte> data) => Attribute(2, tag, data);

    private static byte[] Attribute(byte level, TnefAttributeTag tag, ReadOnlySpan<byte> data) =>
        [level, .. BitConverter.GetBytes((uint)tag), .. BitConverter.GetBytes(data.Length), .. data, .. BitConverter.GetBytes(TnefAttributeReader.ChecksumOf(data))];

    private static byte[] Stream(ushort key, params byte[][] attributes) => [.. BitConverter.GetBytes(TnefReader.Signature), .. BitConverter.GetBytes(key), .. attributes.SelectMany(a => a)];

    private static byte[] Triple(string name, string address, int codePage)
    {
        byte[] n = [.. MailCharset.Find(codePage)!.GetBytes(name), 0];
        byte[] a = [.. Encoding.ASCII.GetBytes(address), 0];
        return [4, 0, .. BitConverter.GetBytes((ushort)(16 + n.Length + a.Length)), .. BitConverter.GetBytes((ushort)n.Length), .. BitConverter.GetBytes((ushort)a.Length), .. n, .. a, 0, 0, 0, 0, 0, 0, 0, 0];
    }

    private static byte[] Counted(string name, string address) =>
        [.. BitConverter.GetBytes((ushort)(name.Length + 1)), .. Encoding.ASCII.GetBytes(name), 0, .. BitConverter.GetBytes((ushort)(address.Length + 1)), .. Encoding.ASCII.GetBytes(address), 0];
}
