using System.Buffers.Binary;
using System.Globalization;
using System.Text;
using Rialto.Content.Mime;
using Rialto.Content.Tnef;
using Rialto.Model;
using Rialto.Testing;

namespace Rialto.Content.Tests.Tnef;

/// <summary>Streams of Outlook and Exchange, compared with what another reader saw in them.</summary>
public class TnefCorpusTests
{
    [CorpusFact]
    public void The_attributes_are_those_of_the_dumps()
    {
        foreach (var stem in TnefCorpus.DumpedStems)
        {
            var (key, expected, _) = TnefCorpus.ReadDump(stem);
            var reader = new TnefAttributeReader(File.ReadAllBytes(TnefCorpus.Stream(stem)));
            reader.Key.ShouldBe(key, stem);
            foreach (var attribute in expected)
            {
                reader.Next().ShouldBeTrue(stem);
                reader.Level.ShouldBe(attribute.Level, stem);
                ((uint)reader.Tag).ShouldBe(attribute.Tag, stem);
                reader.Data.Length.ShouldBe(attribute.Length, stem);
                if (attribute.Value.StartsWith('\''))
                    attribute.Value.Trim('\'').ShouldBe(Encoding.Latin1.GetString(reader.Data.TrimEnd((byte)0)), stem);
                else if (attribute.Value.StartsWith("0x", StringComparison.Ordinal))
                    Words(attribute.Value, reader.Data).ShouldBeTrue($"{stem}: {reader.Tag} {attribute.Value[..Math.Min(60, attribute.Value.Length)]}");
            }
        }
    }

    [CorpusFact]
    public void The_dumped_properties_are_the_messages()
    {
        var compared = 0;
        foreach (var stem in TnefCorpus.DumpedStems)
        {
            var message = TnefReader.Read(File.ReadAllBytes(TnefCorpus.Stream(stem))).Message;
            var (_, _, properties) = TnefCorpus.ReadDump(stem);
            foreach (var property in properties.Where(p => p.Level == 1 && !p.IsNamed && p.Values == 1 && p.Items.Count == 1))
            {
                message.Properties.TryGet(property.Id, out var value).ShouldBeTrue($"{stem} {property.Id:X4}");
                compared += Same(value, property, stem) ? 1 : 0;
            }
            foreach (var property in properties.Where(p => p.Level == 1 && p.IsNamed && p.Id != 0))
            {
                var names = message.NamedProperties.Where(n => n.Value.Lid == property.Id || n.Key == property.Id).ToList();
                names.ShouldNotBeEmpty($"{stem} {property.Id:X4}");
                compared += names.Any(n => message.Properties.TryGet(n.Key, out var value) && value.Type is var type && (ushort)type == (property.Type == 0x1E ? 0x1F : property.Type)) ? 1 : 0;
            }
        }
        compared.ShouldBeGreaterThan(200);
    }

    private static bool Same(PropertyValue value, TnefCorpus.DumpedProperty property, string stem)
    {
        var (length, text) = property.Items[0];
        var where = $"{stem} {property.Id:X4}";
        switch ((PropertyType)property.Type)
        {
            case PropertyType.String8:
                Encoding.Latin1.GetString(MailCharset.Windows1252.GetBytes(value.AsString())).ShouldBe(text.Trim('\''), where);
                return true;
            case PropertyType.Integer32:
                value.AsInt32().ToString(CultureInfo.InvariantCulture).ShouldBe(text, where);
                return true;
            case PropertyType.Boolean:
                value.AsBoolean().ShouldBe(text == "true", where);
                return true;
            case PropertyType.Time:
                var words = text.Split(' ').Select(w => uint.Parse(w[2..], NumberStyles.HexNumber, CultureInfo.InvariantCulture)).ToArray();
                ((ulong)value.AsTime().Ticks).ShouldBe((ulong)words[1] << 32 | words[0], where);
                return true;
            case PropertyType.Binary when !text.Contains("...", StringComparison.Ordinal):
                value.AsBinary().Length.ShouldBe(length, where);
                return true;
            default:
                return false;
        }
    }

    /// <summary>Hexadecimal words of a dump, of the width that its type had.</summary>
    private static bool Words(string text, ReadOnlySpan<byte> data)
    {
        var words = text.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        var width = (words[0].Length - 2) / 2;
        for (var i = 0; i < words.Length && (i + 1) * width <= data.Length && words[i].StartsWith("0x", StringComparison.Ordinal); i++)
        {
            var expected = uint.Parse(words[i][2..], NumberStyles.HexNumber, CultureInfo.InvariantCulture);
            var part = data[(i * width)..];
            var actual = width switch
            {
                1 => part[0],
                2 => BinaryPrimitives.ReadUInt16LittleEndian(part),
                _ => BinaryPrimitives.ReadUInt32LittleEndian(part),
            };
            if (actual != expected)
                return false;
        }
        return true;
    }

    [CorpusFact]
    public void The_attachments_have_the_listed_names()
    {
        var lists = Corpus.Files("tnef", "list").Where(f => File.Exists(Path.ChangeExtension(f, ".tnef"))).ToList();
        lists.Count.ShouldBeGreaterThan(8);
        foreach (var list in lists)
        {
            var message = TnefReader.Read(File.ReadAllBytes(Path.ChangeExtension(list, ".tnef"))).Message;
            var names = message.Attachments.Select(NameOf).Concat(message.Attachments.Select(a => a.Properties.GetString(PropertyTags.DisplayName))).ToHashSet();
            foreach (var line in File.ReadAllLines(list).Select(l => l.Trim()).Where(l => l.Length > 0 && !IsBody(l, list)))
                names.ShouldContain(line, Corpus.NameOf(list));
        }
    }

    /// <summary>The other reader writes bodies as files and counts names that it made up.</summary>
    private static bool IsBody(string name, string list) =>
        name.StartsWith(Path.GetFileNameWithoutExtension(list) + "-body.", StringComparison.Ordinal) || name.StartsWith("body.", StringComparison.Ordinal)
        || name.StartsWith("Untitled", StringComparison.Ordinal);

    internal static string? NameOf(PropertyAttachment attachment) =>
        attachment.Properties.GetString(PropertyTags.AttachLongFilename) ?? attachment.Properties.GetString(PropertyTags.AttachFilename);

    [CorpusFact]
    public void Every_stream_is_read_and_written_and_read_the_same()
    {
        TnefCorpus.Files.Count.ShouldBeGreaterThan(30);
        foreach (var file in TnefCorpus.Files)
        {
            var first = TnefReader.Read(File.ReadAllBytes(file));
            first.IsTnef.ShouldBeTrue(Corpus.NameOf(file));
            var written = TnefWriter.Write(first.Message, new TnefWriterOptions { Key = 7, IncludeRecipients = true });
            var second = TnefReader.Read(written);
            second.Warnings.ShouldBeEmpty(Corpus.NameOf(file));
            second.Key.ShouldBe((ushort)7);
            PropertyMessageComparison.Differences(first.Message, second.Message).ShouldBeEmpty(Corpus.NameOf(file));
            TnefWriter.Write(second.Message, new TnefWriterOptions { Key = 7, IncludeRecipients = true }).AsSpan().SequenceEqual(written).ShouldBeTrue(Corpus.NameOf(file));
        }
    }

    [CorpusFact]
    public void Only_the_broken_streams_are_warned_of()
    {
        var warned = TnefCorpus.Files
            .Select(f => (Name: Path.GetFileName(f), TnefReader.Read(File.ReadAllBytes(f)).Warnings))
            .Where(f => f.Warnings.Count > 0)
            .ToDictionary(f => f.Name, f => f.Warnings.Select(w => w.Kind).Distinct().Order().ToArray());
        string.Join(' ', warned.OrderBy(w => w.Key, StringComparer.Ordinal).Select(w => $"{w.Key}={string.Join(',', w.Value)}"))
            .ShouldBe("IPM-DistList.tnef=WrongChecksum bug52400-winmail-with-attachments.dat=TrailingGarbage busy.tnef=UnknownAttribute excptRecur.tnef=UnknownAttribute "
                + "garbage-at-end.tnef=TrailingGarbage mapi_attach_data_obj.tnef=WrongChecksum oom.tnef=WrongChecksum,InvalidProperties panic.tnef=TrailingGarbage "
                + "rdvTNEF.tnef=UnknownAttribute recur.tnef=UnknownAttribute recurMonthly.tnef=UnknownAttribute recurYearly.tnef=UnknownAttribute "
                + "test.tnef=TrailingGarbage,UnknownAttribute troisAtt.tnef=UnknownAttribute");
    }

    [CorpusFact]
    public void Embedded_messages_and_objects_are_there()
    {
        var christmas = Read("jstedfast-MimeKit/christmas.tnef");
        christmas.Attachments.Count.ShouldBe(3);
        christmas.Attachments.Count(a => a.Embedded is not null).ShouldBe(2);
        christmas.Attachments[2].Embedded!.Attachments.ShouldHaveSingleItem().Properties.GetBinary(PropertyTags.AttachDataBinary)!.Length.ShouldBe(375_081);
        christmas.Attachments[1].Properties.GetInt32(PropertyTags.AttachMethod).ShouldBe(5);

        var ole = Read("verdammelt-tnef/datafiles/MAPI_OBJECT.tnef").Attachments.ShouldHaveSingleItem();
        ole.Properties.GetInt32(PropertyTags.AttachMethod).ShouldBe(6);
        ole.Properties.Get(PropertyTags.AttachDataObject).Type.ShouldBe(PropertyType.Object);
        ole.Properties.GetBinary(PropertyTags.AttachDataObject)![..8].ShouldBe([0xD0, 0xCF, 0x11, 0xE0, 0xA1, 0xB1, 0x1A, 0xE1]);
    }

    [CorpusFact]
    public void Any_damage_is_survived()
    {
        var random = new Random(3);
        foreach (var file in TnefCorpus.Files)
        {
            var bytes = File.ReadAllBytes(file);
            if (bytes.Length > 100_000)
                continue;
            for (var round = 0; round < 60; round++)
            {
                var damaged = bytes[..random.Next(bytes.Length + 1)];
                for (var i = random.Next(0, 12); i > 0 && damaged.Length > 6; i--)
                    damaged[random.Next(6, damaged.Length)] = (byte)random.Next(256);
                var read = TnefReader.Read(damaged);
                TnefReader.Read(TnefWriter.Write(read.Message)).IsTnef.ShouldBeTrue();
            }
        }
    }

    private static PropertyMessage Read(string name) => TnefReader.Read(File.ReadAllBytes(Path.Combine(Corpus.Root, "tnef", name))).Message;
}
