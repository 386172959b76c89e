using Rialto.Testing;
using Rialto.Wire;

namespace Rialto.Model.Tests;

/// <summary>Address book bodies recorded from Outlook and the server it talked to, read whole and written back the same.</summary>
public class AddressBookCorpusTests
{
    private const string Folder = "mapi/toteph42-syncgw";
    private const int StateSize = 36;

    [CorpusFact]
    public void The_restriction_that_Outlook_resolves_a_name_by()
    {
        var bytes = File.ReadAllBytes(Corpus.Files(Folder).Single(f => Path.GetFileName(f) == "getmatches_req6.bin"));
        var reader = new WireReader(bytes);
        reader.Skip(4 + 1 + StateSize + 1 + 4 + 1);
        var start = reader.Position;
        Restriction? filter = null;
        RestrictionCodec.Restriction(ref reader, ref filter, ValueForm.AddressBook);
        var anr = filter.ShouldBeOfType<PropertyRestriction>();
        anr.Operator.ShouldBe(RelationalOperator.Equal);
        anr.Tag.ShouldBe(PropertyTags.Anr);
        anr.Value.AsString().ShouldStartWith("=SMTP:");
        using var writer = new WireWriter();
        RestrictionCodec.Restriction(ref System.Runtime.CompilerServices.Unsafe.AsRef(in writer), ref filter, ValueForm.AddressBook);
        writer.ToArray().ShouldBe(bytes[start..reader.Position]);

        reader.ReadByte().ShouldBe((byte)0);
        reader.ReadUInt32().ShouldBe(5000u);
        reader.ReadByte().ShouldBe((byte)0xFF);
        PropertyTag[] columns = [];
        PropertyValueCodec.Tags(ref reader, ref columns, CountWidth.UInt32);
        columns.ShouldContain(PropertyTags.EntryId);
        reader.ReadUInt32().ShouldBe(0u);
        reader.AtEnd.ShouldBeTrue();
        reader.Failed.ShouldBeFalse();
    }

    [CorpusFact]
    public void Properties_of_an_entry()
    {
        var read = 0;
        foreach (var file in Corpus.Files(Folder).Where(f => Path.GetFileName(f).StartsWith("getprops_resp", StringComparison.Ordinal)))
        {
            var bytes = File.ReadAllBytes(file);
            var reader = new WireReader(bytes);
            reader.Skip(12);
            if (reader.ReadByte() == 0)
                continue;
            var start = reader.Position;
            PropertyValue[] values = [];
            PropertyValueCodec.TaggedArray(ref reader, ref values, CountWidth.UInt32, ValueForm.AddressBook);
            using var writer = new WireWriter();
            PropertyValueCodec.TaggedArray(ref System.Runtime.CompilerServices.Unsafe.AsRef(in writer), ref values, CountWidth.UInt32, ValueForm.AddressBook);
            writer.ToArray().ShouldBe(bytes[start..reader.Position], Path.GetFileName(file));
            reader.ReadUInt32().ShouldBe(0u);
            reader.AtEnd.ShouldBeTrue(Path.GetFileName(file));
            reader.Failed.ShouldBeFalse();
            read += values.Length;
        }
        read.ShouldBeGreaterThan(3);
    }

    [CorpusTheory]
    [InlineData("getmatches_resp6.bin", true)]
    [InlineData("queryrows_resp7.bin", false)]
    public void Rows_of_a_table(string name, bool hasMinimalIds)
    {
        var bytes = File.ReadAllBytes(Corpus.Files(Folder).Single(f => Path.GetFileName(f) == name));
        var reader = new WireReader(bytes);
        reader.Skip(8);
        reader.ReadByte().ShouldBe((byte)0xFF);
        reader.Skip(StateSize);
        if (hasMinimalIds)
        {
            reader.ReadByte().ShouldBe((byte)0xFF);
            uint[] ids = [];
            reader.Numbers(ref ids, CountWidth.UInt32);
        }
        reader.ReadByte().ShouldBe((byte)0xFF);
        PropertyTag[] columns = [];
        PropertyValueCodec.Tags(ref reader, ref columns, CountWidth.UInt32);
        var rows = reader.ReadUInt32();
        rows.ShouldBeGreaterThan(0u);
        for (var row = 0; row < rows; row++)
        {
            var start = reader.Position;
            var values = new PropertyValue[columns.Length];
            PropertyRowCodec.Row(ref reader, columns, values, ValueForm.AddressBook).ShouldBeTrue();
            values.ShouldContain(v => v.Reference is string);
            using var writer = new WireWriter();
            PropertyRowCodec.Row(ref System.Runtime.CompilerServices.Unsafe.AsRef(in writer), columns, values, ValueForm.AddressBook);
            writer.ToArray().ShouldBe(bytes[start..reader.Position]);
        }
        reader.ReadUInt32().ShouldBe(0u);
        reader.AtEnd.ShouldBeTrue();
    }
}
