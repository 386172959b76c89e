using Rialto.Testing;
using Rialto.Wire;

namespace Rialto.Model.Tests;

/// <summary>Sort orders, property names and typed strings. [MS-OXCDATA] 2.13, 2.6.1, 2.11.7.</summary>
public class SmallCodecTests
{
    [Fact]
    public void Sort_orders() => CodecCase.Check<SortOrderSet?>(
        new SortOrderSet([new SortKey(PropertyTags.Subject, SortDirection.Ascending), new SortKey(PropertyTags.MessageDeliveryTime, SortDirection.Descending)], 1, 1),
        Hex.Bytes("0200 0100 0100 1F003700 00 4000060E 01"),
        (ref WireReader io, scoped ref SortOrderSet? v) => SortOrderCodec.SortOrderSet(ref io, ref v),
        (ref WireWriter io, scoped ref SortOrderSet? v) => SortOrderCodec.SortOrderSet(ref io, ref v),
        (ref WireSizer io, scoped ref SortOrderSet? v) => SortOrderCodec.SortOrderSet(ref io, ref v),
        (ref WireDumper io, scoped ref SortOrderSet? v) => SortOrderCodec.SortOrderSet(ref io, ref v));

    [Fact]
    public void More_categories_than_keys_are_refused()
    {
        var reader = new WireReader(Hex.Bytes("0100 0200 0000 1F003700 00"));
        SortOrderSet? value = null;
        SortOrderCodec.SortOrderSet(ref reader, ref value);
        reader.Failed.ShouldBeTrue();
        value.ShouldBeNull();
    }

    [Fact]
    public void Property_names()
    {
        CheckName(PropertyNames.PidLidReminderSet, "00 0820060000000000C000000000000046 03850000");
        CheckName(new PropertyName(PropertySets.PublicStrings, "ab"), "01 2903020000000000C000000000000046 06 61006200 0000");
        CheckName(null, "FF 00000000000000000000000000000000");
    }

    [Theory]
    [InlineData(null, "00")]
    [InlineData("", "01")]
    [InlineData("hé", "03 68 E9 00")]
    [InlineData("€", "04 AC 20 00 00")]
    public void Typed_strings(string? value, string bytes) => CodecCase.Check(value, Hex.Bytes(bytes),
        (ref WireReader io, scoped ref string? v) => TypedString.Field(ref io, ref v),
        (ref WireWriter io, scoped ref string? v) => TypedString.Field(ref io, ref v),
        (ref WireSizer io, scoped ref string? v) => TypedString.Field(ref io, ref v),
        (ref WireDumper io, scoped ref string? v) => TypedString.Field(ref io, ref v));

    private static void CheckName(PropertyName? name, string bytes) => CodecCase.Check(name, Hex.Bytes(bytes),
        (ref WireReader io, scoped ref PropertyName? v) => PropertyNameCodec.Name(ref io, ref v),
        (ref WireWriter io, scoped ref PropertyName? v) => PropertyNameCodec.Name(ref io, ref v),
        (ref WireSizer io, scoped ref PropertyName? v) => PropertyNameCodec.Name(ref io, ref v),
        (ref WireDumper io, scoped ref PropertyName? v) => PropertyNameCodec.Name(ref io, ref v));
}
