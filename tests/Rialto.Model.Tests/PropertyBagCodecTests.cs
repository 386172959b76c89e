using Rialto.Testing;

namespace Rialto.Model.Tests;

/// <summary>The stored form is frozen: these bytes are on people's disks.</summary>
public class PropertyBagCodecTests
{
    private static readonly Guid Id = new("00062008-0000-0000-c000-000000000046");

    [Fact]
    public void The_stored_numbers_never_change()
    {
        var stored = PropertyBagCodec.Write(EveryType());
        Convert.ToHexString(stored).ShouldBe(Convert.ToHexString(Hex.Bytes("""
            01 01                                   # version, bag
            20                                      # 32 properties
            01 00                                   # Null
            01 01 03                                # Integer16 -2
            01 02 A0 8D 06                          # Integer32 50000
            01 03 00 00 C0 3F                       # Floating32 1.5
            01 04 00 00 00 00 00 00 04 C0           # Floating64 -2.5
            01 05 14                                # Currency 10
            01 06 00 00 00 00 00 00 F0 3F           # FloatingTime 1
            01 07 0F 01 04 80                       # ErrorCode NotFound
            01 08                                   # false
            01 09                                   # true
            01 0A 01 AA                             # Object
            01 0B FF FF FF FF FF FF FF FF FF 01     # Integer64 minimum
            01 0C 02 C3 A9                          # String8 é
            01 0D 03 E2 82 AC                       # String €
            01 0E 2A 00 00 00 00 00 00 00           # Time 42
            01 0F 08 20 06 00 00 00 00 00 C0 00 00 00 00 00 00 46
            01 10 01 01                             # ServerId
            01 11 05 08 03 00 37 00                 # Restriction: exist
            01 12 02 00 00                          # RuleAction
            01 13 03 01 02 03                       # Binary
            01 14 02 00 D8                          # String, an unpaired surrogate
            01 21 01 07 00
            01 22 01 08 00 00 00
            01 23 01 00 00 80 3F
            01 24 01 00 00 00 00 00 00 F0 3F
            01 25 01 09 00 00 00 00 00 00 00
            01 2B 01 0A 00 00 00 00 00 00 00
            01 2C 01 0D 01 61
            01 2D 02 0D 00 0D 01 62
            01 2E 01 0B 00 00 00 00 00 00 00
            01 2F 01 08 20 06 00 00 00 00 00 C0 00 00 00 00 00 00 46
            01 33 02 00 01 FF
            """)));
    }

    [Fact]
    public void Every_type_comes_back()
    {
        var bag = EveryType();
        PropertyBagCodec.TryRead(PropertyBagCodec.Write(bag), out PropertyBag read).ShouldBeTrue();
        read.ToArray().ShouldBe(bag.ToArray());
    }

    [Fact]
    public void One_property_is_found_without_the_others()
    {
        var bag = EveryType();
        var stored = PropertyBagCodec.Write(bag);
        foreach (var value in bag)
        {
            PropertyBagCodec.TryFind(stored, value.Tag.Id, out var found).ShouldBeTrue();
            found.ShouldBe(value);
        }
        PropertyBagCodec.TryFind(stored, 0x7FFF, out _).ShouldBeFalse();
    }

    [Fact]
    public void A_message_comes_back_with_all_that_is_in_it()
    {
        var message = Message();
        var stored = PropertyBagCodec.Write(message);
        PropertyBagCodec.TryRead(stored, out PropertyMessage read).ShouldBeTrue();
        read.Properties.ToArray().ShouldBe(message.Properties.ToArray());
        read.Recipients.Single().Properties.ToArray().ShouldBe(message.Recipients.Single().Properties.ToArray());
        read.NamedProperties.ShouldBe(message.NamedProperties);
        read.Attachments.Count.ShouldBe(2);
        var embedded = read.Attachments[1].Embedded.ShouldNotBeNull();
        embedded.Properties.GetString(PropertyTags.Subject).ShouldBe("inner");
        embedded.NamedProperties.ShouldBe(message.Attachments[1].Embedded!.NamedProperties);
        PropertyBagCodec.Write(read).ShouldBe(stored);
        // A message's top properties are readable as a bag.
        PropertyBagCodec.TryRead(stored, out PropertyBag top).ShouldBeTrue();
        top.GetString(PropertyTags.Subject).ShouldBe("outer");
    }

    [Fact]
    public void Long_values_go_where_the_caller_says()
    {
        var kept = new List<PropertyValue>();
        var bag = new PropertyBag
        {
        };
        bag.Set(PropertyValue.Of(PropertyTags.AttachDataBinary, new byte[100]));
        bag.Set(PropertyValue.Of(PropertyTags.Body, new string('x', 60)));
        bag.Set(PropertyValue.Of(PropertyTags.Subject, "short"));
        var stored = PropertyBagCodec.Write(bag, value =>
        {
            kept.Add(value);
            return [(byte)kept.Count];
        }, externaliseFrom: 100);
        kept.Count.ShouldBe(2);
        stored.Length.ShouldBeLessThan(40);

        PropertyBagCodec.TryRead(stored, out PropertyBag lazy).ShouldBeTrue();
        lazy.Get(PropertyTags.AttachDataBinary).AsExternal().ShouldNotBeNull().Length.ShouldBe(100);
        lazy.Get(PropertyTags.Body).AsExternal().ShouldNotBeNull().Length.ShouldBe(120);
        // A bag read without resolving is written as it was.
        PropertyBagCodec.Write(lazy).ShouldBe(stored);

        PropertyBagCodec.TryRead(stored, out PropertyBag whole, (tag, external) => kept[external.Reference[0] - 1].WithTag(tag)).ShouldBeTrue();
        whole.ToArray().ShouldBe(bag.ToArray());
    }

    [Fact]
    public void Prefixes_and_changed_bytes_are_refused_or_read_but_never_throw()
    {
        foreach (var stored in new[] { PropertyBagCodec.Write(EveryType()), PropertyBagCodec.Write(Message()) })
        {
            for (var length = 0; length < stored.Length; length++)
            {
                PropertyBagCodec.TryRead(stored.AsSpan(0, length), out PropertyMessage _).ShouldBeFalse();
                PropertyBagCodec.TryRead(stored.AsSpan(0, length), out PropertyBag _);
                PropertyBagCodec.TryFind(stored.AsSpan(0, length), 0x0037, out _);
            }
            var random = new Random(7);
            for (var round = 0; round < 5000; round++)
            {
                var changed = (byte[])stored.Clone();
                for (var i = random.Next(1, 5); i > 0; i--)
                    changed[random.Next(2, changed.Length)] = (byte)random.Next(256);
                PropertyBagCodec.TryRead(changed, out PropertyMessage _);
                PropertyBagCodec.TryRead(changed, out PropertyBag _);
                PropertyBagCodec.TryFind(changed, (ushort)random.Next(65536), out _);
            }
        }
    }

    [Fact]
    public void Messages_nested_too_deep_are_refused()
    {
        var message = new PropertyMessage();
        for (var i = 0; i < PropertyBagCodec.MaxEmbeddedDepth; i++)
            message = new PropertyMessage { Attachments = { new PropertyAttachment { Embedded = message } } };
        PropertyBagCodec.TryRead(PropertyBagCodec.Write(message), out PropertyMessage _).ShouldBeTrue();
        Should.Throw<InvalidOperationException>(() => PropertyBagCodec.Write(new PropertyMessage { Attachments = { new PropertyAttachment { Embedded = message } } }));
    }

    private static PropertyMessage Message()
    {
        var inner = new PropertyMessage { NamedProperties = { [0x8001] = new PropertyName(Id, 0x8503) } };
        inner.Properties.Set(PropertyValue.Of(PropertyTags.Subject, "inner"));
        var message = new PropertyMessage { NamedProperties = { [0x8000] = new PropertyName(Id, "Keywords"), [0x9000] = new PropertyName(Guid.Empty, 7) } };
        message.Properties.Set(PropertyValue.Of(PropertyTags.Subject, "outer"));
        var recipient = new PropertyRecipient();
        recipient.Properties.Set(PropertyValue.Of(PropertyTags.DisplayName, "Ana"));
        message.Recipients.Add(recipient);
        var file = new PropertyAttachment();
        file.Properties.Set(PropertyValue.Of(PropertyTags.AttachDataBinary, [1, 2, 3]));
        message.Attachments.Add(file);
        message.Attachments.Add(new PropertyAttachment { Embedded = inner });
        return message;
    }

    private static PropertyBag EveryType()
    {
        ushort id = 0;
        PropertyTag Tag(PropertyType type) => new(++id, type);
        return new PropertyBag(
        [
            PropertyValue.Of(Tag(PropertyType.Null), 0),
            PropertyValue.Of(Tag(PropertyType.Integer16), (short)-2),
            PropertyValue.Of(Tag(PropertyType.Integer32), 50000),
            PropertyValue.Of(Tag(PropertyType.Floating32), 1.5f),
            PropertyValue.Of(Tag(PropertyType.Floating64), -2.5),
            PropertyValue.Of(Tag(PropertyType.Currency), 10L),
            PropertyValue.Of(Tag(PropertyType.FloatingTime), 1.0),
            PropertyValue.OfError(Tag(PropertyType.ErrorCode), ErrorCode.NotFound),
            PropertyValue.Of(Tag(PropertyType.Boolean), false),
            PropertyValue.Of(Tag(PropertyType.Boolean), true),
            PropertyValue.Of(Tag(PropertyType.Object), [0xAA]),
            PropertyValue.Of(Tag(PropertyType.Integer64), long.MinValue),
            PropertyValue.Of(Tag(PropertyType.String8), "é"),
            PropertyValue.Of(Tag(PropertyType.String), "€"),
            PropertyValue.Of(Tag(PropertyType.Time), new FileTime(42)),
            PropertyValue.Of(Tag(PropertyType.Guid), Id),
            PropertyValue.Of(Tag(PropertyType.ServerId), [1]),
            PropertyValue.Of(Tag(PropertyType.Restriction), new ExistRestriction(new PropertyTag(0x00370003))),
            PropertyValue.Of(Tag(PropertyType.RuleAction), [0, 0]),
            PropertyValue.Of(Tag(PropertyType.Binary), [1, 2, 3]),
            PropertyValue.Of(Tag(PropertyType.String), "\ud800"),
            PropertyValue.OfArray(Tag(PropertyType.MultipleInteger16), new short[] { 7 }),
            PropertyValue.OfArray(Tag(PropertyType.MultipleInteger32), new[] { 8 }),
            PropertyValue.OfArray(Tag(PropertyType.MultipleFloating32), new[] { 1f }),
            PropertyValue.OfArray(Tag(PropertyType.MultipleFloating64), new[] { 1.0 }),
            PropertyValue.OfArray(Tag(PropertyType.MultipleCurrency), new[] { 9L }),
            PropertyValue.OfArray(Tag(PropertyType.MultipleInteger64), new[] { 10L }),
            PropertyValue.OfArray(Tag(PropertyType.MultipleString8), new[] { "a" }),
            PropertyValue.OfArray(Tag(PropertyType.MultipleString), new[] { "", "b" }),
            PropertyValue.OfArray(Tag(PropertyType.MultipleTime), new[] { new FileTime(11) }),
            PropertyValue.OfArray(Tag(PropertyType.MultipleGuid), new[] { Id }),
            PropertyValue.OfArray(Tag(PropertyType.MultipleBinary), new[] { [], new byte[] { 0xFF } }),
        ]);
    }
}
