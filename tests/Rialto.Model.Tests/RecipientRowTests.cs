using Rialto.Testing;
using Rialto.Wire;

namespace Rialto.Model.Tests;

/// <summary>[MS-OXCDATA] 2.8.3, [MS-OXCROPS] 2.2.6.1.2.1, 2.2.6.5.1.1, 2.2.6.6.2.1.</summary>
public class RecipientRowTests
{
    private static readonly PropertyTag[] Columns = [PropertyTags.RecipientType, PropertyTags.SmtpAddress];

    [Fact]
    public void An_SMTP_recipient() => Check(new PropertyBag(
        [
            PropertyValue.Of(PropertyTags.AddressType, "SMTP"),
            PropertyValue.Of(PropertyTags.EmailAddress, "a@b"),
            PropertyValue.Of(PropertyTags.DisplayName, "A"),
            PropertyValue.Of(PropertyTags.RecipientType, 1),
        ]),
        """
        07000000 01                                # ReadRecipientRow: id, type
        E404 0000 1B00                             # code page, reserved, size
        1B02                                       # SMTP, e-mail, display name, Unicode
        610040006200 0000  4100 0000
        0200                                       # two columns
        01 00 01000000 0A 0F010480
        """);

    [Fact]
    public void An_address_book_recipient() => Check(new PropertyBag(
        [
            PropertyValue.Of(PropertyTags.AddressType, "EX"),
            PropertyValue.Of(PropertyTags.EmailAddress, "/o=E"),
            PropertyValue.Of(PropertyTags.DisplayName, "A"),
            PropertyValue.Of(PropertyTags.TransmittableDisplayName, "A"),
            PropertyValue.Of(PropertyTags.DisplayType, 1),
            PropertyValue.Of(PropertyTags.RecipientType, 1),
            PropertyValue.Of(PropertyTags.SmtpAddress, "a"),
        ]),
        """
        07000000 01
        E404 0000 1800
        5102                                       # X.500, display name, transmittable the same, Unicode
        00 01 2F6F3D4500
        4100 0000
        0200
        00 01000000 61000000
        """);

    [Fact]
    public void A_recipient_of_another_address_type() => Check(new PropertyBag(
        [
            PropertyValue.Of(PropertyTags.AddressType, "FOO"),
            PropertyValue.Of(PropertyTags.EmailAddress, "x"),
            PropertyValue.Of(PropertyTags.RecipientType, 1),
            PropertyValue.Of(PropertyTags.SmtpAddress, "a"),
        ]),
        """
        07000000 01
        E404 0000 1500
        0882 464F4F00 7800 0000
        0200
        00 01000000 61000000
        """);

    [Fact]
    public void A_personal_distribution_list_has_ids()
    {
        var bytes = Hex.Bytes("00000000 01 0C00  0600 0200 0102 0100 03 0000 00");
        var reader = new WireReader(bytes);
        RecipientEntry entry = default;
        RecipientEntry.Modify(ref reader, ref entry, Columns, ValueForm.Rop);
        reader.Failed.ShouldBeFalse();
        reader.AtEnd.ShouldBeTrue();
        var bag = new PropertyBag();
        entry.Row!.Value.To(bag, Columns);
        bag.GetBinary(PropertyTags.EntryId).ShouldBe([1, 2]);
        bag.GetBinary(PropertyTags.SearchKey).ShouldBe([3]);
        using var writer = new WireWriter();
        RecipientEntry.Modify(ref System.Runtime.CompilerServices.Unsafe.AsRef(in writer), ref entry, Columns, ValueForm.Rop);
        writer.ToArray().ShouldBe(bytes);
    }

    [Fact]
    public void A_row_without_size_deletes_its_recipient()
    {
        var reader = new WireReader(Hex.Bytes("05000000 00 0000"));
        RecipientEntry entry = default;
        RecipientEntry.Modify(ref reader, ref entry, Columns, ValueForm.Rop);
        reader.Failed.ShouldBeFalse();
        entry.RowId.ShouldBe(5u);
        entry.Row.ShouldBeNull();
    }

    [Fact]
    public void More_cells_than_columns_are_refused()
    {
        var reader = new WireReader(Hex.Bytes("05000000 01 0400 0002 0300"));
        RecipientEntry entry = default;
        RecipientEntry.Modify(ref reader, ref entry, Columns, ValueForm.Rop);
        reader.Failed.ShouldBeTrue();
    }

    private static void Check(PropertyBag recipient, string golden)
    {
        var row = RecipientRow.From(recipient, Columns);
        var entry = new RecipientEntry { RowId = 7, RecipientType = 1, CodePageId = 1252, Row = row };
        CodecCase.Check(entry, Hex.Bytes(golden),
            (ref WireReader io, scoped ref RecipientEntry v) => RecipientEntry.Read(ref io, ref v, Columns, ValueForm.Rop),
            (ref WireWriter io, scoped ref RecipientEntry v) => RecipientEntry.Read(ref io, ref v, Columns, ValueForm.Rop),
            (ref WireSizer io, scoped ref RecipientEntry v) => RecipientEntry.Read(ref io, ref v, Columns, ValueForm.Rop),
            (ref WireDumper io, scoped ref RecipientEntry v) => RecipientEntry.Read(ref io, ref v, Columns, ValueForm.Rop),
            (_, read) =>
            {
                var back = new PropertyBag();
                read.Row!.Value.To(back, Columns);
                back.Remove(PropertyIds.SendRichInfo);
                return back.SequenceEqual(recipient);
            });
    }
}
