using Rialto.Testing;
using Rialto.Wire;

namespace Rialto.Model.Tests;

/// <summary>[MS-OXCDATA] 2.11: every type in its ROP form, and where the wide and address-book forms differ.</summary>
public class PropertyValueCodecTests
{
    private static readonly Guid Id = new("00062008-0000-0000-c000-000000000046");

    public static TheoryData<PropertyType, object, string> RopForms => new()
    {
        { PropertyType.Integer16, (short)-2, "FE FF" },
        { PropertyType.Integer32, 0x01020304, "04 03 02 01" },
        { PropertyType.Floating32, 1f, "00 00 80 3F" },
        { PropertyType.Floating64, -1.0, "00 00 00 00 00 00 F0 BF" },
        { PropertyType.Currency, 10000L, "10 27 00 00 00 00 00 00" },
        { PropertyType.FloatingTime, 2.0, "00 00 00 00 00 00 00 40" },
        { PropertyType.Boolean, true, "01" },
        { PropertyType.Integer64, 1L, "01 00 00 00 00 00 00 00" },
        { PropertyType.String, "hé", "68 00 E9 00 00 00" },
        { PropertyType.String8, "hé", "68 E9 00" },
        { PropertyType.Time, new FileTime(1), "01 00 00 00 00 00 00 00" },
        { PropertyType.Guid, Id, "08 20 06 00 00 00 00 00 C0 00 00 00 00 00 00 46" },
        { PropertyType.Binary, new byte[] { 1, 2 }, "02 00 01 02" },
        { PropertyType.ServerId, new byte[] { 1, 2 }, "02 00 01 02" },
        { PropertyType.RuleAction, new byte[] { 1, 0, 2, 0, 7, 8 }, "01 00 02 00 07 08" },
        { PropertyType.Restriction, new ExistRestriction(PropertyTags.Subject), "08 1F 00 37 00" },
        { PropertyType.MultipleInteger16, new short[] { 1, 2 }, "02 00 00 00 01 00 02 00" },
        { PropertyType.MultipleInteger32, new[] { 1 }, "01 00 00 00 01 00 00 00" },
        { PropertyType.MultipleFloating32, new[] { 1f }, "01 00 00 00 00 00 80 3F" },
        { PropertyType.MultipleFloating64, new[] { 2.0 }, "01 00 00 00 00 00 00 00 00 00 00 40" },
        { PropertyType.MultipleCurrency, new[] { 1L }, "01 00 00 00 01 00 00 00 00 00 00 00" },
        { PropertyType.MultipleFloatingTime, new[] { 2.0 }, "01 00 00 00 00 00 00 00 00 00 00 40" },
        { PropertyType.MultipleInteger64, new[] { 1L }, "01 00 00 00 01 00 00 00 00 00 00 00" },
        { PropertyType.MultipleString, new[] { "a", "" }, "02 00 00 00 61 00 00 00 00 00" },
        { PropertyType.MultipleString8, new[] { "a", "" }, "02 00 00 00 61 00 00" },
        { PropertyType.MultipleTime, new[] { new FileTime(1) }, "01 00 00 00 01 00 00 00 00 00 00 00" },
        { PropertyType.MultipleGuid, new[] { Id }, "01 00 00 00 08 20 06 00 00 00 00 00 C0 00 00 00 00 00 00 46" },
        { PropertyType.MultipleBinary, new[] { new byte[] { 1 }, [] }, "02 00 00 00 01 00 01 00 00" },
    };

    [Theory]
    [MemberData(nameof(RopForms))]
    public void Each_type_has_its_ROP_form(PropertyType type, object value, string bytes) => Check(Make(new PropertyTag(0x1234, type), value), bytes, ValueForm.Rop);

    [Theory]
    [InlineData(PropertyType.Binary, "02 00 00 00 01 02")]
    [InlineData(PropertyType.ServerId, "02 00 01 02")]
    public void The_wide_form_counts_binaries_in_32_bits(PropertyType type, string bytes) => Check(Make(new PropertyTag(0x1234, type), new byte[] { 1, 2 }), bytes, ValueForm.Wide);

    [Fact]
    public void The_address_book_form_says_what_is_there()
    {
        Check(PropertyValue.Of(new PropertyTag(1, PropertyType.String), "a"), "FF 61 00 00 00", ValueForm.AddressBook);
        Check(PropertyValue.Of(new PropertyTag(1, PropertyType.Binary), [9]), "FF 01 00 00 00 09", ValueForm.AddressBook);
        Check(PropertyValue.Of(new PropertyTag(1, PropertyType.Integer32), 5), "05 00 00 00", ValueForm.AddressBook);
        Check(PropertyValue.OfArray(new PropertyTag(1, PropertyType.MultipleString), new[] { "a" }), "FF 01 00 00 00 FF 61 00 00 00", ValueForm.AddressBook);
        Check(PropertyValue.OfArray(new PropertyTag(1, PropertyType.MultipleInteger32), new[] { 3 }), "FF 01 00 00 00 03 00 00 00", ValueForm.AddressBook);

        var reader = new WireReader([0]);
        var absent = PropertyValue.Of(PropertyTags.Subject, "x");
        PropertyValueCodec.Value(ref reader, PropertyTags.Subject, ref absent, ValueForm.AddressBook);
        reader.Failed.ShouldBeFalse();
        absent.IsAbsent.ShouldBeTrue();
    }

    [Fact]
    public void An_instance_column_carries_one_value()
    {
        var tag = new PropertyTag(0x1234, (PropertyType)0x301F);
        var reader = new WireReader(Hex.Bytes("61 00 00 00"));
        PropertyValue value = default;
        PropertyValueCodec.Value(ref reader, tag, ref value, ValueForm.Rop);
        reader.AtEnd.ShouldBeTrue();
        value.AsString().ShouldBe("a");
    }

    [Theory]
    [InlineData(PropertyType.Object)]
    [InlineData((PropertyType)0x0777)]
    [InlineData((PropertyType)0x1777)]
    public void What_has_no_form_fails(PropertyType type)
    {
        var reader = new WireReader(new byte[100]);
        PropertyValue value = default;
        PropertyValueCodec.Value(ref reader, new PropertyTag(1, type), ref value, ValueForm.Rop);
        reader.Failed.ShouldBeTrue();
    }

    private static void Check(PropertyValue value, string bytes, ValueForm form)
    {
        var tag = value.Tag;
        CodecCase.Check(value, Hex.Bytes(bytes),
            (ref WireReader io, scoped ref PropertyValue v) => PropertyValueCodec.Value(ref io, tag, ref v, form),
            (ref WireWriter io, scoped ref PropertyValue v) => PropertyValueCodec.Value(ref io, tag, ref v, form),
            (ref WireSizer io, scoped ref PropertyValue v) => PropertyValueCodec.Value(ref io, tag, ref v, form),
            (ref WireDumper io, scoped ref PropertyValue v) => PropertyValueCodec.Value(ref io, tag, ref v, form));
        // The same behind its tag, as in RopSetProperties.
        CodecCase.Check(value, [.. BitConverter.GetBytes(tag.Value), .. Hex.Bytes(bytes)],
            (ref WireReader io, scoped ref PropertyValue v) => PropertyValueCodec.Tagged(ref io, ref v, form),
            (ref WireWriter io, scoped ref PropertyValue v) => PropertyValueCodec.Tagged(ref io, ref v, form),
            (ref WireSizer io, scoped ref PropertyValue v) => PropertyValueCodec.Tagged(ref io, ref v, form),
            (ref WireDumper io, scoped ref PropertyValue v) => PropertyValueCodec.Tagged(ref io, ref v, form));
    }

    private static PropertyValue Make(PropertyTag tag, object value) => value switch
    {
        short v => PropertyValue.Of(tag, v),
        int v => PropertyValue.Of(tag, v),
        long v => PropertyValue.Of(tag, v),
        float v => PropertyValue.Of(tag, v),
        double v => PropertyValue.Of(tag, v),
        bool v => PropertyValue.Of(tag, v),
        string v => PropertyValue.Of(tag, v),
        FileTime v => PropertyValue.Of(tag, v),
        Guid v => PropertyValue.Of(tag, v),
        byte[] v => PropertyValue.Of(tag, v),
        Restriction v => PropertyValue.Of(tag, v),
        Array v => PropertyValue.OfArray(tag, v),
        _ => throw new ArgumentException(value.GetType().Name),
    };
}
