using System.Text;
using Rialto.Content.CompoundFiles;
using Rialto.Content.Dump;
using Rialto.Content.Msg;
using Rialto.Content.Tests.Dump;
using Rialto.Model;
using Rialto.Testing;

namespace Rialto.Content.Tests.Msg;

public class MsgFileTests
{
    [Fact]
    public void A_message_of_every_type_comes_back()
    {
        var message = EveryType();
        Round(message).ShouldBeEmpty();
    }

    [Theory]
    [InlineData(932, "日本語")]
    [InlineData(1251, "Привет")]
    [InlineData(1252, "Grüße")]
    public void Strings_of_a_code_page_keep_their_type_and_their_characters(int codePage, string text)
    {
        var message = Message("x");
        message.Properties.Set(PropertyValue.Of(PropertyTags.MessageCodepage, codePage));
        message.Properties.Set(PropertyValue.Of(PropertyTags.Subject.WithType(PropertyType.String8), text));
        Round(message).ShouldBeEmpty();
        Round(message, MsgWriterOptions.Default with { AllUnicode = true }).ShouldNotContain(d => d.Contains(text, StringComparison.Ordinal) && !d.Contains("String8", StringComparison.Ordinal) && !d.Contains("String", StringComparison.Ordinal));
    }

    [Fact]
    public void What_the_code_page_cannot_express_is_written_as_unicode()
    {
        var message = Message("x");
        message.Properties.Set(PropertyValue.Of(PropertyTags.MessageCodepage, 1252));
        message.Properties.Set(PropertyValue.Of(PropertyTags.Subject.WithType(PropertyType.String8), "日本語"));
        var read = MsgFile.Read(MsgWriter.ToArray(message), out _)!.Message.Properties.Get(PropertyTags.Subject);
        read.Type.ShouldBe(PropertyType.String);
        read.AsString().ShouldBe("日本語");
    }

    [Fact]
    public void Names_are_mapped_by_all_three_ways_and_found_in_their_bucket()
    {
        var message = Message("named");
        var set = new Guid("00062002-0000-0000-c000-000000000046");
        PropertyName[] names = [new(set, 0x8205), new(PropertySets.PublicStrings, "Keywords"), new(PropertySets.Mapi, 0x85), new(set, "Ünïcode näme"), new(new Guid("01234567-0123-0123-0123-0123456789ab"), "x")];
        for (var i = 0; i < names.Length; i++)
        {
            message.NamedProperties[(ushort)(0x9000 + i)] = names[i];
            message.Properties.Set(PropertyValue.Of(new PropertyTag((ushort)(0x9000 + i), PropertyType.Integer32), i));
        }
        Round(message).ShouldBeEmpty();
        // [MS-OXMSG] 3.2's formula: each entry stands in the stream that its id or the checksum of its name leads to.
        var names1 = CompoundFile.Read(MsgWriter.ToArray(message), out _)!.Root.FindStorage("__nameid_version1.0")!;
        names1.Streams.Count(s => s.Name.StartsWith("__substg1.0_10", StringComparison.Ordinal)).ShouldBeInRange(1, 5);
        var bucket = 0x1000 + (0x8205u ^ (3u << 1)) % 0x1F;
        names1.FindStream($"__substg1.0_{bucket:X4}0102").ShouldNotBeNull();
    }

    [Fact]
    public void A_storage_of_another_application_comes_back_as_it_was()
    {
        var inner = new CompoundStorage { ClassId = new Guid("00020906-0000-0000-c000-000000000046") };
        inner.AddStream("WordDocument", Encoding.ASCII.GetBytes(new string('w', 5000)));
        inner.AddStorage("ObjectPool").AddStream("x", new byte[] { 1 });
        var message = Message("ole");
        var attachment = new PropertyAttachment();
        attachment.Properties.Set(PropertyValue.Of(PropertyTags.AttachMethod, 6));
        attachment.Properties.Set(PropertyValue.Of(PropertyTags.AttachDataBinary.WithType(PropertyType.Object), CompoundFileWriter.ToArray(inner)));
        message.Attachments.Add(attachment);
        var read = MsgFile.Read(MsgWriter.ToArray(message), out _)!.Message.Attachments.Single().Properties.Get(PropertyTags.AttachDataBinary).AsBinary();
        var root = CompoundFile.Read(read, out _)!.Root;
        root.ClassId.ShouldBe(inner.ClassId);
        root.FindStream("WordDocument")!.Length.ShouldBe(5000);
        root.FindStorage("ObjectPool")!.FindStream("x")!.ToArray().ShouldBe([1]);
    }

    [Fact]
    public void Messages_in_messages_end_at_the_limit()
    {
        var message = Message("0");
        for (var i = 1; i < 8; i++)
        {
            var outer = Message(i.ToString(System.Globalization.CultureInfo.InvariantCulture));
            var attachment = new PropertyAttachment { Embedded = message };
            attachment.Properties.Set(PropertyValue.Of(PropertyTags.AttachMethod, 5));
            outer.Attachments.Add(attachment);
            message = outer;
        }
        Round(message).ShouldBeEmpty();
        var shallow = MsgFile.Read(MsgWriter.ToArray(message), out _, MsgLimits.Default with { MaxEmbeddedDepth = 3 })!;
        shallow.Warnings.ShouldContain(w => w.Kind == MsgWarningKind.TooDeep);
        var depth = 0;
        for (var m = shallow.Message; m?.Attachments is [var one, ..]; m = one.Embedded)
            depth++;
        depth.ShouldBe(4);
    }

    [Fact]
    public void What_is_none_is_told_so()
    {
        MsgFile.Read("not a compound file"u8.ToArray(), out var error).ShouldBeNull();
        error.ShouldBe(MsgError.NoCompoundFile);
        var other = new CompoundStorage();
        other.AddStream("Workbook", new byte[10]);
        MsgFile.Read(CompoundFileWriter.ToArray(other), out error).ShouldBeNull();
        error.ShouldBe(MsgError.NoMessage);
    }

    [Fact]
    public void Damage_is_survived()
    {
        var bytes = MsgWriter.ToArray(EveryType());
        var random = new Random(11);
        for (var i = 0; i < 2_000; i++)
        {
            var damaged = bytes.ToArray();
            for (var n = random.Next(1, 12); n > 0; n--)
                damaged[random.Next(damaged.Length)] = (byte)random.Next(256);
            if (random.Next(4) == 0)
                damaged = damaged[..random.Next(damaged.Length)];
            if (MsgFile.Read(damaged, out var error) is { } file)
                PropertyMessageJson.Write(file.Message).Length.ShouldBeGreaterThan(0);
            else
                error.ShouldNotBe(MsgError.None);
        }
    }

    /// <summary>Values that the store keeps elsewhere cannot be in a file.</summary>
    private static PropertyMessage EveryType()
    {
        var message = PropertyMessageJsonTests.EveryType();
        foreach (var bag in message.Recipients.Select(r => r.Properties).Concat(message.Attachments.Select(a => a.Properties)).Append(message.Properties))
        {
            foreach (var value in bag.Where(v => v.AsExternal() is not null).ToList())
                bag.Remove(value.Tag.Id);
        }
        return message;
    }

    private static List<string> Round(PropertyMessage message, MsgWriterOptions? options = null)
    {
        var file = MsgFile.Read(MsgWriter.ToArray(message, options), out var error);
        error.ShouldBe(MsgError.None);
        var differences = PropertyMessageComparison.Differences(message, file!.Message);
        differences.RemoveAll(d => d.Contains("PidTagStoreSupportMask", StringComparison.Ordinal));
        return differences;
    }

    private static PropertyMessage Message(string subject)
    {
        var message = new PropertyMessage();
        message.Properties.Set(PropertyValue.Of(PropertyTags.MessageClass, "IPM.Note"));
        message.Properties.Set(PropertyValue.Of(PropertyTags.Subject, subject));
        return message;
    }
}
