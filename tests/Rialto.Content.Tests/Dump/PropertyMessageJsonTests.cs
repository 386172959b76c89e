using System.Text;
using Rialto.Content.Dump;
using Rialto.Content.Mail;
using Rialto.Content.Mime;
using Rialto.Model;
using Rialto.Testing;

namespace Rialto.Content.Tests.Dump;

public class PropertyMessageJsonTests
{
    private static readonly Guid s_set = new("00062008-0000-0000-c000-000000000046");

    /// <summary>One value of every type, the odd ones included.</summary>
    internal static PropertyMessage EveryType()
    {
        var message = new PropertyMessage();
        var bag = message.Properties;
        var id = (ushort)0x6600;
        PropertyTag Next(PropertyType type) => new(id++, type);
        bag.Set(PropertyValue.Of(PropertyTags.Subject, "Grüße \"quoted\"\n\u0001\uFFFE"));
        bag.Set(PropertyValue.Of(Next(PropertyType.Integer16), (short)-3));
        bag.Set(PropertyValue.Of(Next(PropertyType.Integer32), int.MinValue));
        bag.Set(PropertyValue.Of(Next(PropertyType.Integer64), long.MaxValue));
        bag.Set(PropertyValue.Of(Next(PropertyType.Currency), long.MinValue));
        bag.Set(PropertyValue.Of(Next(PropertyType.Floating32), 0.1f));
        bag.Set(PropertyValue.Of(Next(PropertyType.Floating32), float.NaN));
        bag.Set(PropertyValue.Of(Next(PropertyType.Floating64), -0.0));
        bag.Set(PropertyValue.Of(Next(PropertyType.Floating64), double.NegativeInfinity));
        bag.Set(PropertyValue.Of(Next(PropertyType.FloatingTime), 45000.25));
        bag.Set(PropertyValue.Of(Next(PropertyType.Boolean), true));
        bag.Set(PropertyValue.OfError(Next(PropertyType.ErrorCode), ErrorCode.NotFound));
        bag.Set(PropertyValue.Of(Next(PropertyType.Time), new FileTime(133_500_000_000_000_001)));
        bag.Set(PropertyValue.Of(Next(PropertyType.Time), new FileTime(long.MaxValue)));
        bag.Set(PropertyValue.Of(Next(PropertyType.Time), new FileTime(-1)));
        bag.Set(PropertyValue.Of(Next(PropertyType.Guid), s_set));
        bag.Set(PropertyValue.Of(Next(PropertyType.String8), "eight"));
        bag.Set(PropertyValue.Of(Next(PropertyType.String), "half \uD83D only"));
        bag.Set(PropertyValue.Of(Next(PropertyType.Binary), [0, 1, 255]));
        bag.Set(PropertyValue.Of(Next(PropertyType.Object), [9]));
        bag.Set(PropertyValue.Of(Next(PropertyType.ServerId), [1, 2]));
        bag.Set(PropertyValue.Of(Next(PropertyType.Restriction), new AndRestriction([new ExistRestriction(PropertyTags.Subject), new BitmaskRestriction(true, PropertyTags.MessageFlags, 4)])));
        bag.Set(PropertyValue.OfExternal(Next(PropertyType.Binary), new ExternalValue([1, 2, 3], 100_000)));
        bag.Set(PropertyValue.OfArray(Next(PropertyType.MultipleInteger16), new short[] { 1, -1 }));
        bag.Set(PropertyValue.OfArray(Next(PropertyType.MultipleInteger32), new[] { 1, 2 }));
        bag.Set(PropertyValue.OfArray(Next(PropertyType.MultipleInteger64), new[] { 1L, 2 }));
        bag.Set(PropertyValue.OfArray(Next(PropertyType.MultipleFloating32), new[] { 1.5f }));
        bag.Set(PropertyValue.OfArray(Next(PropertyType.MultipleFloating64), new[] { 1.5 }));
        bag.Set(PropertyValue.OfArray(Next(PropertyType.MultipleTime), new[] { new FileTime(1), new FileTime(0) }));
        bag.Set(PropertyValue.OfArray(Next(PropertyType.MultipleGuid), new[] { s_set, Guid.Empty }));
        bag.Set(PropertyValue.OfArray(Next(PropertyType.MultipleString), new[] { "a", "", "\uDC00" }));
        bag.Set(PropertyValue.OfArray(Next(PropertyType.MultipleString8), new[] { "a" }));
        bag.Set(PropertyValue.OfArray(Next(PropertyType.MultipleBinary), new[] { new byte[] { 1 }, [] }));
        bag.Set(PropertyValue.Of(new PropertyTag(0x8000, PropertyType.Boolean), false));
        bag.Set(PropertyValue.Of(new PropertyTag(0x8005, PropertyType.String), "x"));
        message.NamedProperties[0x8000] = PropertyNames.PidLidReminderSet;
        message.NamedProperties[0x8005] = new PropertyName(PropertySets.InternetHeaders, "x-my\uD800header");
        message.NamedProperties[0x8006] = new PropertyName(Guid.Empty, 0xFFFFFFFF);
        message.Recipients.Add(new PropertyRecipient { Properties = new PropertyBag([PropertyValue.Of(PropertyTags.RecipientType, 1), PropertyValue.Of(PropertyTags.DisplayName, "Ann")]) });
        var embedded = new PropertyMessage { Properties = new PropertyBag([PropertyValue.Of(PropertyTags.Subject, "inner"), PropertyValue.Of(new PropertyTag(0x8007, PropertyType.Integer32), 7)]) };
        embedded.NamedProperties[0x8007] = new PropertyName(PropertySets.PublicStrings, "inside");
        message.NamedProperties[0x8007] = embedded.NamedProperties[0x8007];
        message.Attachments.Add(new PropertyAttachment { Properties = new PropertyBag([PropertyValue.Of(PropertyTags.AttachMethod, 5)]), Embedded = embedded });
        message.Attachments.Add(new PropertyAttachment { Properties = new PropertyBag([PropertyValue.Of(PropertyTags.AttachMethod, 1), PropertyValue.Of(PropertyTags.AttachDataBinary, new byte[1000])]) });
        return message;
    }

    [Fact]
    public void Every_type_comes_back()
    {
        var message = EveryType();

        var json = PropertyMessageJson.Write(message);

        PropertyMessageJson.TryRead(json, out var read, out var error).ShouldBeTrue(error);
        PropertyMessageComparison.Differences(message, read).ShouldBeEmpty();
        read.NamedProperties.ShouldBe(message.NamedProperties, ignoreOrder: true);
        PropertyMessageJson.Write(read).ShouldBe(json);
    }

    [Fact]
    public void A_property_is_one_readable_line()
    {
        var text = Encoding.UTF8.GetString(PropertyMessageJson.Write(EveryType()));

        text.ShouldContain("""{"Tag":"0x8000000B","Name":"PidLidReminderSet","Set":"PSETID_Common","Lid":"0x8503","Type":"Boolean","Value":false}""");
        text.ShouldContain("""{"Tag":"0x3001001F","Name":"PidTagDisplayName","Type":"String","Value":"Ann"}""");
        text.ShouldContain("\"Value\":\"2024-01-17T21:20:00.0000001Z\"");
    }

    [Fact]
    public void Long_binaries_are_told_by_length_and_hash_when_asked()
    {
        var json = PropertyMessageJson.Write(EveryType(), PropertyMessageJsonOptions.Short);

        Encoding.UTF8.GetString(json).ShouldContain("""{"Length":1000,"Sha256":"541b3e9daa09b20bf85fa273e5cbd3e80185aa4ec298e765db87742b70138a53"}""");
        PropertyMessageJson.TryRead(json, out _, out var error).ShouldBeFalse();
        error.ShouldBe("Attachments/1/Properties/0: PidTagAttachDataBinary (0x37010102): the value was left out when this was written.");
    }

    [Fact]
    public void Names_alone_are_enough()
    {
        const string Json = """
            {
              // Written by hand.
              "Properties": [
                {"Name": "Subject", "Value": "Hello"},
                {"Name": "PidLidReminderSet", "Value": true},
                {"Set": "00020329-0000-0000-c000-000000000046", "String": "Mine", "Type": "Integer32", "Value": 5},
              ],
              "Recipients": [{"Properties": [{"Name": "PidLidReminderSet", "Value": false}]}]
            }
            """;

        PropertyMessageJson.TryRead(Encoding.UTF8.GetBytes(Json), out var message, out var error).ShouldBeTrue(error);

        message.Properties.GetString(PropertyTags.Subject).ShouldBe("Hello");
        message.NamedProperties.ShouldBe(new Dictionary<ushort, PropertyName> { [0x8000] = PropertyNames.PidLidReminderSet, [0x8001] = new(PropertySets.PublicStrings, "Mine") }, ignoreOrder: true);
        message.Properties.GetInt32(new PropertyTag(0x8001, PropertyType.Integer32)).ShouldBe(5);
        message.Recipients[0].Properties.Count.ShouldBe(1);
    }

    [Theory]
    [InlineData("", "JSON")]
    [InlineData("[]", "The message: here is an object with Properties.")]
    [InlineData("""{"Properties":[{"Name":"PidTagNonsense","Value":1}]}""", "Properties/0: there is no property PidTagNonsense.")]
    [InlineData("""{"Properties":[{"Tag":"0x0037001F"}]}""", "Properties/0: a property has a Value.")]
    [InlineData("""{"Properties":[{"Tag":"0x0037001F","Value":1}]}""", "Properties/0: PidTagSubject (0x0037001F): the value is a string.")]
    [InlineData("""{"Properties":[{"Tag":"0x00170003","Value":99999999999}]}""", "the value is a whole number")]
    [InlineData("""{"Properties":[{"Tag":"0x0037001F","Type":"Binary","Value":""}]}""", "the tag 0x0037001F is not of type Binary")]
    [InlineData("""{"Recipients":[{"Message":{}}]}""", "Recipients/0/Message: no such member.")]
    public void What_is_wrong_is_said(string json, string expected)
    {
        PropertyMessageJson.TryRead(Encoding.UTF8.GetBytes(json), out _, out var error).ShouldBeFalse();
        error.ShouldContain(expected);
    }

    [Fact]
    public void Depth_is_bounded()
    {
        var json = string.Concat(Enumerable.Repeat("""{"Attachments":[{"Message":""", 1000)) + "{}" + string.Concat(Enumerable.Repeat("}]}", 1000));
        PropertyMessageJson.TryRead(Encoding.UTF8.GetBytes(json), out _, out var error).ShouldBeFalse();
        error.ShouldNotBeEmpty();
    }

    [Fact]
    public void The_comparison_tells_what_differs()
    {
        var a = EveryType();
        var b = EveryType();
        b.Properties.Set(PropertyValue.Of(PropertyTags.Subject, "other"));
        b.Recipients[0].Properties.Remove(PropertyTags.DisplayName.Id);
        b.Attachments[0].Embedded!.Properties.Set(PropertyValue.Of(PropertyTags.Subject, "else"));
        // Another id for the same name is no difference.
        b.NamedProperties.Remove(0x8000);
        b.NamedProperties[0x9000] = PropertyNames.PidLidReminderSet;
        b.Properties.Remove(0x8000);
        b.Properties.Set(PropertyValue.Of(new PropertyTag(0x9000, PropertyType.Boolean), false));

        PropertyMessageComparison.Differences(a, b, "PidTagSubjectPrefix").ShouldBe(
        [
            "PidTagSubject: \"Grüße \"quoted\"\n\u0001\uFFFE\" ≠ \"other\"",
            "Recipients[0].PidTagDisplayName: \"Ann\" ≠ (absent)",
            "Attachments[0].Embedded.PidTagSubject: \"inner\" ≠ \"else\"",
        ]);
        PropertyMessageComparison.Differences(a, b, "PidTagSubject", "PidTagDisplayName").ShouldBeEmpty();
    }

    [CorpusFact]
    public void Mail_of_the_corpus_comes_back()
    {
        foreach (var file in Corpus.Files("eml", "eml").Where((_, i) => i % 10 == 0))
        {
            var message = MimeToProperties.Convert(MimeMessage.Parse(File.ReadAllBytes(file)));
            PropertyMessageJson.TryRead(PropertyMessageJson.Write(message), out var read, out var error).ShouldBeTrue(error);
            PropertyMessageComparison.Differences(message, read).ShouldBeEmpty(Corpus.NameOf(file));
        }
    }
}
