using Rialto.Testing;
using Rialto.Wire;

namespace Rialto.Model.Tests;

/// <summary>[MS-OXCDATA] 2.8.1 rows, 2.11.5 flagged and 2.11.6 flagged-with-type values.</summary>
public class PropertyRowCodecTests
{
    private static readonly PropertyTag Any = new(0x0037, PropertyType.Unspecified);

    [Fact]
    public void A_row_with_every_value_is_standard() => Check([PropertyTags.Importance, PropertyTags.Subject],
        [PropertyValue.Of(PropertyTags.Importance, 1), PropertyValue.Of(PropertyTags.Subject, "a")],
        "00  01 00 00 00  61 00 00 00");

    [Fact]
    public void A_row_that_lacks_one_is_flagged() => Check([PropertyTags.Importance, PropertyTags.Subject, PropertyTags.Body],
        [PropertyValue.Of(PropertyTags.Importance, 1), PropertyValue.OfError(PropertyTags.Subject, ErrorCode.NotFound), default],
        "01  00 01 00 00 00  0A 0F 01 04 80  01");

    [Fact]
    public void A_column_of_any_type_says_which() => Check([Any], [PropertyValue.Of(PropertyTags.Subject, "a")], "00  1F 00 61 00 00 00");

    [Fact]
    public void A_flagged_column_of_any_type_says_which_before_its_flag() => Check([Any, PropertyTags.Importance],
        [PropertyValue.Of(PropertyTags.Subject, "a"), PropertyValue.OfError(PropertyTags.Importance, ErrorCode.NotFound)],
        "01  1F 00 00 61 00 00 00  0A 0F 01 04 80");

    [Fact]
    public void Cells_come_in_the_type_of_their_column()
    {
        using var writer = new WireWriter();
        PropertyTag[] columns = [PropertyTags.Subject.WithType(PropertyType.String8), PropertyTags.AttachDataObject, PropertyTags.Importance, PropertyTags.MessageSizeExtended];
        PropertyValue[] values =
        [
            PropertyValue.Of(PropertyTags.Subject, "a"),
            PropertyValue.Of(PropertyTags.AttachDataObject, []),
            PropertyValue.Of(new PropertyTag(PropertyIds.Importance, PropertyType.String), "high"),
            PropertyValue.Of(PropertyTags.MessageSize, 7),
        ];
        PropertyRowCodec.Row(ref System.Runtime.CompilerServices.Unsafe.AsRef(in writer), columns, values, ValueForm.Rop).ShouldBeTrue();
        Convert.ToHexString(writer.Written).ShouldBe(Convert.ToHexString(Hex.Bytes("""
            01
            00 61 00
            0A 0E 00 07 80
            0A 0F 01 04 80
            00 07 00 00 00 00 00 00 00
            """)));
    }

    private static void Check(PropertyTag[] columns, PropertyValue[] values, string bytes) => CodecCase.Check(values, Hex.Bytes(bytes),
        (ref WireReader io, scoped ref PropertyValue[] v) => PropertyRowCodec.Row(ref io, columns, v = new PropertyValue[columns.Length], ValueForm.Rop),
        (ref WireWriter io, scoped ref PropertyValue[] v) => PropertyRowCodec.Row(ref io, columns, v, ValueForm.Rop),
        (ref WireSizer io, scoped ref PropertyValue[] v) => PropertyRowCodec.Row(ref io, columns, v, ValueForm.Rop),
        (ref WireDumper io, scoped ref PropertyValue[] v) => PropertyRowCodec.Row(ref io, columns, v = new PropertyValue[columns.Length], ValueForm.Rop),
        (a, b) => a.SequenceEqual(b));
}
