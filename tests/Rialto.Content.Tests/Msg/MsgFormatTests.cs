using System.Buffers.Binary;
using System.Text;
using Rialto.Content.CompoundFiles;
using Rialto.Content.Msg;
using Rialto.Content.Tests.Dump;
using Rialto.Model;
using Rialto.Testing;

namespace Rialto.Content.Tests.Msg;

public class MsgFormatTests
{
    private static MsgFile Read(byte[] bytes)
    {
        var file = MsgFile.Read(bytes, out var error);
        error.ShouldBe(MsgError.None);
        return file.ShouldNotBeNull();
    }

    /// <summary>What a .msg file can hold of one value of every type: values kept elsewhere are not in it.</summary>
    private static PropertyMessage EveryType()
    {
        var message = PropertyMessageJsonTests.EveryType();
        foreach (var value in message.Properties.Where(v => v.AsExternal() is not null).ToList())
            message.Properties.Remove(value.Tag.Id);
        return message;
    }

    [Fact]
    public void Every_type_comes_back()
    {
        var message = EveryType();

        var file = Read(MsgWriter.ToArray(message));

        file.Warnings.ShouldBeEmpty();
        PropertyMessageComparison.Differences(message, file.Message, "PidTagStoreSupportMask").ShouldBeEmpty();
        file.ClassId.ShouldBe(MsgFile.MessageClassId);
        file.Message.NamedProperties.Values.ShouldBe([PropertyNames.PidLidReminderSet, new PropertyName(PropertySets.InternetHeaders, "x-my\uD800header"), new PropertyName(PropertySets.PublicStrings, "inside")], ignoreOrder: true);
    }

    [Fact]
    public void Strings_of_a_code_page_keep_it_and_what_it_lacks_becomes_unicode()
    {
        var message = new PropertyMessage();
        message.Properties.Set(PropertyValue.Of(PropertyTags.MessageCodepage, 1251));
        message.Properties.Set(PropertyValue.Of(PropertyTags.Subject.WithType(PropertyType.String8), "Привет"));
        message.Properties.Set(PropertyValue.Of(PropertyTags.Body.WithType(PropertyType.String8), "日本"));
        message.Properties.Set(PropertyValue.OfArray(new PropertyTag(0x6600, PropertyType.MultipleString8), (string[])["да", ""]));

        var file = Read(MsgWriter.ToArray(message));

        file.CodePage.ShouldBe(1251);
        file.IsUnicode.ShouldBeFalse();
        PropertyMessageComparison.Differences(message, file.Message).ShouldBe(["PidTagBody: String8 \"日本\" ≠ String \"日本\""]);

        var unicode = Read(MsgWriter.ToArray(message, new MsgWriterOptions { AllUnicode = true }));
        unicode.IsUnicode.ShouldBeTrue();
        unicode.Message.Properties.Where(v => v.Type is PropertyType.String8 or PropertyType.MultipleString8).ShouldBeEmpty();
    }

    [Fact]
    public void A_template_is_told_by_its_class()
    {
        Read(MsgWriter.ToArray(new PropertyMessage(), new MsgWriterOptions { ClassId = MsgFile.TemplateClassId })).IsTemplate.ShouldBeTrue();
        Read(MsgWriter.ToArray(new PropertyMessage())).IsTemplate.ShouldBeFalse();
    }

    [Fact]
    public void A_storage_as_attachment_stays_one()
    {
        var storage = new CompoundStorage { ClassId = Guid.AllBitsSet };
        storage.AddStream("CONTENTS", new byte[] { 1, 2, 3 });
        storage.AddStorage("below").AddStream("x", new byte[5000]);
        var data = PropertyTags.AttachDataBinary.WithType(PropertyType.Object);
        var message = new PropertyMessage();
        message.Attachments.Add(new PropertyAttachment { Properties = new PropertyBag([PropertyValue.Of(PropertyTags.AttachMethod, 6), PropertyValue.Of(data, CompoundFileWriter.ToArray(storage))]) });

        var bytes = MsgWriter.ToArray(message);

        var written = CompoundFile.Read(bytes, out _)!.Root.FindStorage("__attach_version1.0_#00000000")!.FindStorage("__substg1.0_3701000D").ShouldNotBeNull();
        written.ClassId.ShouldBe(Guid.AllBitsSet);
        written.FindStream("CONTENTS")!.ToArray().ShouldBe([1, 2, 3]);
        PropertyMessageComparison.Differences(message, Read(bytes).Message, "PidTagStoreSupportMask").ShouldBeEmpty();
    }

    [Fact]
    public void Messages_in_messages_are_bounded_and_kept()
    {
        var message = new PropertyMessage { Properties = new PropertyBag([PropertyValue.Of(PropertyTags.Subject, "innermost")]) };
        for (var i = 0; i < 60; i++)
        {
            var outer = new PropertyMessage();
            outer.Attachments.Add(new PropertyAttachment { Properties = new PropertyBag([PropertyValue.Of(PropertyTags.AttachMethod, 5)]), Embedded = message });
            message = outer;
        }
        var bytes = MsgWriter.ToArray(message);

        var file = Read(bytes);

        file.Warnings.ShouldHaveSingleItem().Kind.ShouldBe(MsgWarningKind.TooDeep);
        // The part too deep to be understood is still there when the file is written again.
        MsgFile.Read(MsgWriter.ToArray(file.Message), out _, new MsgLimits { MaxEmbeddedDepth = 90 })!.Warnings.ShouldBeEmpty();
        for (var i = 0; i < 60; i++)
            message = new PropertyMessage { Attachments = { new PropertyAttachment { Embedded = message } } };
        Should.Throw<NotSupportedException>(() => MsgWriter.ToArray(message));
    }

    [Fact]
    public void An_id_without_a_name_keeps_its_number_among_names()
    {
        var message = new PropertyMessage();
        for (ushort id = 0x8000; id < 0x8006; id++)
        {
            message.Properties.Set(PropertyValue.Of(new PropertyTag(id, PropertyType.Integer32), id));
            if (id % 2 == 0)
                message.NamedProperties[id] = new PropertyName(PropertySets.Common, (uint)(0x8500 + id % 16));
        }

        var file = Read(MsgWriter.ToArray(message));

        PropertyMessageComparison.Differences(message, file.Message, "PidTagStoreSupportMask").ShouldBeEmpty();
        file.Warnings.Count(w => w.Kind == MsgWarningKind.UnnamedProperty).ShouldBe(3);
    }

    [Fact]
    public void The_same_name_has_one_id_in_embedded_messages_that_gave_it_another()
    {
        var embedded = new PropertyMessage { Properties = new PropertyBag([PropertyValue.Of(new PropertyTag(0x8000, PropertyType.Integer32), 1), PropertyValue.Of(new PropertyTag(0x8001, PropertyType.Boolean), true)]) };
        embedded.NamedProperties[0x8000] = PropertyNames.PidLidSideEffects;
        embedded.NamedProperties[0x8001] = PropertyNames.PidLidReminderSet;
        var message = new PropertyMessage { Properties = new PropertyBag([PropertyValue.Of(new PropertyTag(0x8000, PropertyType.Boolean), false)]) };
        message.NamedProperties[0x8000] = PropertyNames.PidLidReminderSet;
        message.Attachments.Add(new PropertyAttachment { Embedded = embedded });

        var file = Read(MsgWriter.ToArray(message));

        PropertyMessageComparison.Differences(message, file.Message, "PidTagStoreSupportMask").ShouldBeEmpty();
        file.Message.NamedProperties.ShouldBe(new Dictionary<ushort, PropertyName> { [0x8000] = PropertyNames.PidLidReminderSet, [0x8001] = PropertyNames.PidLidSideEffects }, ignoreOrder: true);
    }

    [Fact]
    public void Headers_and_entries_stand_where_the_format_has_them()
    {
        var message = new PropertyMessage { Properties = new PropertyBag([PropertyValue.Of(PropertyTags.Subject, "Hi"), PropertyValue.Of(PropertyTags.StoreSupportMask, 0x40E79)]) };
        message.Recipients.Add(new PropertyRecipient { Properties = new PropertyBag([PropertyValue.Of(PropertyTags.RecipientType, 1)]) });
        message.Attachments.Add(new PropertyAttachment { Properties = new PropertyBag([PropertyValue.Of(PropertyTags.AttachMethod, 5)]), Embedded = new PropertyMessage { Properties = new PropertyBag([PropertyValue.Of(PropertyTags.StoreSupportMask, 0x40E79)]) } });

        var root = CompoundFile.Read(MsgWriter.ToArray(message), out _)!.Root;

        // [MS-OXMSG] 2.4.1.1 header, 2.4.2.2 a string of two characters: two more for the null that the stream has not.
        root.FindStream("__properties_version1.0")!.ToArray().ShouldBe(Hex.Bytes("""
            00000000 00000000 01000000 01000000 01000000 01000000 00000000 00000000
            1F003700 06000000 06000000 00000000
            03000D34 06000000 790E0400 00000000
            """));
        root.FindStream("__substg1.0_0037001F")!.ToArray().ShouldBe(Encoding.Unicode.GetBytes("Hi"));
        root.FindStorage("__recip_version1.0_#00000000")!.FindStream("__properties_version1.0")!.ToArray().ShouldBe(Hex.Bytes("00000000 00000000 0300150C 06000000 01000000 00000000"));
        var attachment = root.FindStorage("__attach_version1.0_#00000000")!;
        // 2.4.2.2: an embedded message has no size, and 1 in the reserved field.
        attachment.FindStream("__properties_version1.0")!.ToArray().ShouldBe(Hex.Bytes("00000000 00000000 03000537 06000000 05000000 00000000 0D000137 06000000 FFFFFFFF 01000000"));
        attachment.FindStorage("__substg1.0_3701000D")!.FindStream("__properties_version1.0")!.Length.ShouldBe(24 + 16);
    }

    [Fact]
    public void What_is_no_message_is_told()
    {
        MsgFile.Read("From: a@b\r\n\r\n"u8.ToArray(), out var error).ShouldBeNull();
        error.ShouldBe(MsgError.NoCompoundFile);
        MsgFile.Read(CompoundFileWriter.ToArray(new CompoundStorage()), out error).ShouldBeNull();
        error.ShouldBe(MsgError.NoMessage);
        MsgFile.Read(MsgWriter.ToArray(new PropertyMessage())[..600], out error).ShouldBeNull();
        error.ShouldBe(MsgError.DamagedCompoundFile);
    }

    [Fact]
    public void Changed_bytes_give_a_message_or_an_error()
    {
        var whole = MsgWriter.ToArray(EveryType());
        var random = new Random(7);
        for (var round = 0; round < 2000; round++)
        {
            byte[] bytes = [.. whole];
            for (var i = random.Next(1, 30); i > 0; i--)
                bytes[random.Next(512, bytes.Length)] = (byte)random.Next(256);
            if (MsgFile.Read(bytes, out var error) is { } file)
                MsgFile.Read(MsgWriter.ToArray(file.Message), out error).ShouldNotBeNull();
        }
    }

    [Fact]
    public void A_name_that_many_ids_share_does_not_multiply_the_file()
    {
        // 5,000 properties, each named by the same long string: the limit on names holds.
        var message = new PropertyMessage();
        var text = new string('n', 5000);
        for (var i = 0; i < 5_000; i++)
        {
            message.Properties.Set(PropertyValue.Of(new PropertyTag((ushort)(0x8000 + i), PropertyType.Boolean), true));
            message.NamedProperties[(ushort)(0x8000 + i)] = new PropertyName(PropertySets.PublicStrings, text);
        }
        var bytes = MsgWriter.ToArray(message);
        bytes.Length.ShouldBeLessThan(2_000_000);
        var before = GC.GetAllocatedBytesForCurrentThread();
        var file = Read(bytes);
        (GC.GetAllocatedBytesForCurrentThread() - before).ShouldBeLessThan(25_000_000);
        file.Message.NamedProperties.ShouldBeEmpty();
        BinaryPrimitives.ReadUInt16LittleEndian(bytes.AsSpan(0x1A)).ShouldBe((ushort)3);
    }
}
