using Rialto.Model;
using Rialto.Oab.Wire;

namespace Rialto.Oab.Tests;

/// <summary>[MS-OXOAB] 2.9: version 4 files.</summary>
public class DetailsFileTests
{
    /// <summary>Two columns, so that every byte can be followed: 2.9.1 header, 2.9.2 schema, 2.9.5 records, 2.9.6 values.</summary>
    [Fact]
    public void A_file_has_exactly_these_bytes()
    {
        using var stream = new MemoryStream();
        var header = new OabFileHeader("\\A", "/", new Guid("00112233-4455-6677-8899-aabbccddeeff"), 300);
        var writer = DetailsWriter.Begin(stream, header, [new(new PropertyTag(0x3003001E), OabColumnUse.PrimaryKey), new(new PropertyTag(0x39000003)), new(new PropertyTag(0x68051003))], new OabLimits { MaximumText = 3 });
        writer.Write([PropertyValue.Of(new PropertyTag(0x3003001E), "/o"), PropertyValue.Of(new PropertyTag(0x39000003), 127), default]);
        writer.Write([PropertyValue.Of(new PropertyTag(0x3003001E), "/o=€"), PropertyValue.Of(new PropertyTag(0x39000003), -1), default]);
        writer.End();
        const string Body =
            // Schema: 4 + 4 + 4 x 8 + 4 + 3 x 8 bytes.
            "44000000 04000000 1F000068 00000000 1E000468 00000000 03000168 00000000 1E000268 00000000" +
            "03000000 1E000330 02000000 03000039 00000000 03100568 00000000" +
            // About the file: all four there; 300 takes two bytes behind 0x82.
            "32000000 F0 5C4100 2F00 822C01 30303131323233332D343435352D363637372D383839392D61616262636364646565666600" +
            // An object: two of three there; 127 is its own byte.
            "09000000 C0 2F6F00 7F" +
            // Another: the text is cut before the character that does not fit, and the record says so; 0xFFFFFFFF takes four bytes.
            "14000000 E0 2F6F3D00 84FFFFFFFF 01 841E000330";
        var body = Convert.FromHexString(Body.Replace(" ", "", StringComparison.Ordinal));
        stream.ToArray()[12..].ShouldBe(body);
        Convert.ToHexString(stream.ToArray().AsSpan(0, 4)).ShouldBe("20000000");
        Convert.ToHexString(stream.ToArray().AsSpan(8, 4)).ShouldBe("02000000");
        BitConverter.ToUInt32(stream.ToArray(), 4).ShouldBe(OabCrc.Compute(body));
    }

    /// <summary>2.9.2.1: a fifth property about the file, where there are departments.</summary>
    [Fact]
    public void The_root_of_the_departments_is_in_the_files_own_record()
    {
        using var stream = new MemoryStream();
        DetailsWriter.Begin(stream, new OabFileHeader("\\A", "/", Guid.Empty, 1, "/o=E/cn=Root"), new OabLimits()).End();
        stream.Position = 0;
        DetailsReader.TryOpen(stream, out var reader).ShouldBe(OabFileError.None);
        reader.HeaderColumns.Length.ShouldBe(5);
        reader.HeaderColumns[4].Tag.Value.ShouldBe(0x8C98001Eu);
        reader.Header.Get(new PropertyTag(0x8C98001E)).AsString().ShouldBe("/o=E/cn=Root");
        reader.TryRead(out _, out var error).ShouldBeFalse();
        (error, reader.IsIntact).ShouldBe((OabFileError.None, true));
    }

    /// <summary>The sum of "123456789" is 0xCBF43926 in every description of this polynomial; here its bits are not turned round.</summary>
    [Fact]
    public void The_check_sum_is_the_known_one_without_the_last_inversion() => OabCrc.Compute("123456789"u8).ShouldBe(~0xCBF43926u);

    [Fact]
    public void What_was_written_is_read()
    {
        var rows = Enumerable.Range(0, 300).Select(i => People.Row(i)).ToList();
        rows[7][OabSchema.IndexOf(PropertyTags.UserX509Certificate)] = PropertyValue.OfArray(PropertyTags.UserX509Certificate, new[] { new byte[] { 1, 2, 3 }, new byte[500] });
        OpenOf(People.File(rows, 42), out var reader).ShouldBe(OabFileError.None);
        reader.Count.ShouldBe(300u);
        reader.Header.Get(PropertyTags.OfflineAddressBookSequence).AsInt32().ShouldBe(42);
        reader.Header.Get(PropertyTags.OfflineAddressBookName).AsString().ShouldBe("\\Global Address List");
        reader.Columns.ShouldBe(OabSchema.Objects);
        for (var i = 0; i < rows.Count; i++)
        {
            reader.TryRead(out var row, out _).ShouldBeTrue();
            foreach (var value in rows[i].Zip(OabSchema.Objects).Where(v => !v.First.IsAbsent))
                row.Get(value.Second.Tag).ShouldBe(value.First.WithTag(value.Second.Tag));
        }
        reader.TryRead(out _, out var error).ShouldBeFalse();
        error.ShouldBe(OabFileError.None);
        reader.IsIntact.ShouldBeTrue();
    }

    [Fact]
    public void Values_past_the_limits_are_cut_or_left_out_and_the_record_says_which()
    {
        var row = People.Row(1);
        row[OabSchema.IndexOf(PropertyTags.Comment)] = PropertyValue.Of(PropertyTags.Comment, new string('é', 3_000));
        row[OabSchema.IndexOf(PropertyTags.UserCertificate)] = PropertyValue.Of(PropertyTags.UserCertificate, new byte[40_000]);
        row[OabSchema.IndexOf(PropertyTags.AddressBookProxyAddresses)] =
            PropertyValue.OfArray(PropertyTags.AddressBookProxyAddresses, Enumerable.Range(0, 4_000).Select(i => $"smtp:alias{i}@example.com").ToArray());
        OpenOf(People.File([row]), out var reader);
        reader.TryRead(out var read, out _).ShouldBeTrue();
        read.Get(PropertyTags.Comment).AsString().ShouldBe(new string('é', 1_700));
        read.Get(PropertyTags.UserCertificate).IsAbsent.ShouldBeTrue();
        read.Get(PropertyTags.AddressBookProxyAddresses).AsArray<string>().Length.ShouldBeInRange(1_000, 3_000);
        read.Get(PropertyTags.OfflineAddressBookTruncatedProperties).AsArray<int>().Select(t => (uint)t)
            .ShouldBe([PropertyTags.AddressBookProxyAddresses.Value, PropertyTags.Comment.Value, PropertyTags.UserCertificate.Value], ignoreOrder: true);
    }

    [Fact]
    public void Empty_and_repeated_texts_are_not_written()
    {
        var row = People.Row(1);
        row[OabSchema.IndexOf(PropertyTags.Comment)] = PropertyValue.Of(PropertyTags.Comment, "\0rest");
        row[OabSchema.IndexOf(PropertyTags.AddressBookProxyAddresses)] = PropertyValue.OfArray(PropertyTags.AddressBookProxyAddresses, new[] { "SMTP:a@b", "", "smtp:A@B", "smtp:c@d\0x" });
        OpenOf(People.File([row]), out var reader);
        reader.TryRead(out var read, out _).ShouldBeTrue();
        read.Get(PropertyTags.Comment).IsAbsent.ShouldBeTrue();
        read.Get(PropertyTags.AddressBookProxyAddresses).AsArray<string>().ShouldBe(["SMTP:a@b", "smtp:c@d"]);
    }

    [Fact]
    public void Every_cut_and_every_changed_byte_is_an_error_or_another_file_and_no_more()
    {
        var file = People.File(3);
        for (var length = 0; length < file.Length; length++)
            ReadAll(file.AsSpan(0, length).ToArray());
        for (var at = 0; at < file.Length; at++)
        {
            var changed = (byte[])file.Clone();
            changed[at] ^= 0x81;
            ReadAll(changed).ShouldBeFalse($"byte {at}");
        }
    }

    /// <summary>Whether the file is whole and its sum right.</summary>
    private static bool ReadAll(byte[] file)
    {
        if (OpenOf(file, out var reader) != OabFileError.None)
            return false;
        uint count = 0;
        OabFileError error;
        while (reader.TryRead(out _, out error))
            count++;
        return error == OabFileError.None && count == reader.Count && reader.IsIntact && file[0] == DetailsWriter.Version;
    }

    private static OabFileError OpenOf(byte[] file, out DetailsReader reader) => DetailsReader.TryOpen(new MemoryStream(file), out reader);
}
