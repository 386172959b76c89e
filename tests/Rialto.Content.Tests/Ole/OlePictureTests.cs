using System.Buffers.Binary;
using System.Text;
using Rialto.Content.CompoundFiles;
using Rialto.Content.Mail;
using Rialto.Content.Mime;
using Rialto.Content.Msg;
using Rialto.Content.Ole;
using Rialto.Content.Rtf;
using Rialto.Content.Tnef;
using Rialto.Model;
using Rialto.Testing;

namespace Rialto.Content.Tests.Ole;

/// <summary>[MS-OXCMAIL] 2.1.3.4.4: what becomes of OLE objects in Internet mail.</summary>
public class OlePictureTests
{
    private const uint MetafilePicture = 3, DeviceBitmap = 8, EnhancedMetafilePicture = 14;

    /// <summary>Two by two pixels of 24 bits.</summary>
    private static byte[] Bitmap()
    {
        var dib = new byte[40 + 16];
        BinaryPrimitives.WriteInt32LittleEndian(dib, 40);
        BinaryPrimitives.WriteInt32LittleEndian(dib.AsSpan(4), 2);
        BinaryPrimitives.WriteInt32LittleEndian(dib.AsSpan(8), 2);
        BinaryPrimitives.WriteInt16LittleEndian(dib.AsSpan(12), 1);
        BinaryPrimitives.WriteInt16LittleEndian(dib.AsSpan(14), 24);
        dib.AsSpan(40).Fill(0x7F);
        return dib;
    }

    private static byte[] Wmf(params (ushort Function, byte[] Parameters)[] records)
    {
        using var file = new MemoryStream();
        file.Write((byte[])[1, 0, 9, 0, 0, 3, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0]);
        foreach (var (function, parameters) in records.Append((Function: (ushort)0, Parameters: [])))
        {
            file.Write(BitConverter.GetBytes((6 + parameters.Length) / 2));
            file.Write(BitConverter.GetBytes(function));
            file.Write(parameters);
        }
        return file.ToArray();
    }

    private static byte[] Emf(byte[] dib)
    {
        var header = new byte[88];
        BinaryPrimitives.WriteInt32LittleEndian(header, 1);
        BinaryPrimitives.WriteInt32LittleEndian(header.AsSpan(4), 88);
        " EMF"u8.CopyTo(header.AsSpan(40));
        var record = new byte[80 + dib.Length];
        BinaryPrimitives.WriteInt32LittleEndian(record, 81);
        BinaryPrimitives.WriteInt32LittleEndian(record.AsSpan(4), record.Length);
        foreach (var (at, value) in new[] { (48, 80), (52, 40), (56, 120), (60, dib.Length - 40) })
            BinaryPrimitives.WriteInt32LittleEndian(record.AsSpan(at), value);
        dib.CopyTo(record.AsSpan(80));
        return [.. header, .. record];
    }

    private static byte[] Storage(uint format, byte[] data)
    {
        var root = new CompoundStorage();
        using var stream = new MemoryStream();
        foreach (var number in (uint[])[0xFFFFFFFF, format, 4, 1, uint.MaxValue, 2, 0, 2540, 1270, (uint)data.Length])
            stream.Write(BitConverter.GetBytes(number));
        stream.Write(data);
        root.AddStream("\u0002OlePres000", stream.ToArray());
        return CompoundFileWriter.ToArray(root);
    }

    private static PropertyAttachment Attachment(byte[] storage, string name = "Picture (Metafile)", int position = -1) => new()
    {
        Properties = new PropertyBag(
        [
            PropertyValue.Of(PropertyTags.AttachMethod, 6), PropertyValue.Of(PropertyTags.AttachDataObject, storage), PropertyValue.Of(PropertyTags.DisplayName, name),
            PropertyValue.Of(PropertyTags.RenderingPosition, position),
        ]),
    };

    private static byte[] StretchDib => [.. new byte[22], .. Bitmap()];

    [Fact]
    public void Bitmaps_become_files()
    {
        foreach (var storage in new[] { Storage(DeviceBitmap, Bitmap()), Storage(MetafilePicture, Wmf((0x0103, [8, 0]), (0x0F43, StretchDib))), Storage(EnhancedMetafilePicture, Emf(Bitmap())) })
        {
            var picture = OlePicture.Of(Attachment(storage))!;
            (picture.MimeTag, picture.Extension, picture.IsShown).ShouldBe(("image/bmp", ".bmp", true));
            Encoding.ASCII.GetString(picture.Data, 0, 2).ShouldBe("BM");
            BinaryPrimitives.ReadInt32LittleEndian(picture.Data.AsSpan(2)).ShouldBe(picture.Data.Length);
            BinaryPrimitives.ReadInt32LittleEndian(picture.Data.AsSpan(10)).ShouldBe(54);
            picture.Data[14..].ShouldBe(Bitmap());
        }
    }

    [Fact]
    public void What_is_drawn_stays_a_metafile_that_programs_open()
    {
        var line = Wmf((0x0213, [1, 0, 1, 0]));
        var picture = OlePicture.Of(Attachment(Storage(MetafilePicture, line)))!;
        (picture.MimeTag, picture.Extension, picture.IsShown).ShouldBe(("image/wmf", ".wmf", false));
        picture.Data[22..].ShouldBe(line);
        BinaryPrimitives.ReadUInt32LittleEndian(picture.Data).ShouldBe(0x9AC6CDD7);
        (BinaryPrimitives.ReadInt16LittleEndian(picture.Data.AsSpan(10)), BinaryPrimitives.ReadInt16LittleEndian(picture.Data.AsSpan(12))).ShouldBe(((short)1440, (short)720));
        ushort sum = 0;
        for (var i = 0; i < 20; i += 2)
            sum ^= BinaryPrimitives.ReadUInt16LittleEndian(picture.Data.AsSpan(i));
        BinaryPrimitives.ReadUInt16LittleEndian(picture.Data.AsSpan(20)).ShouldBe(sum);
        // Two bitmaps are a drawing; a bitmap that is none is none.
        OlePicture.Of(Attachment(Storage(MetafilePicture, Wmf((0x0F43, StretchDib), (0x0F43, StretchDib)))))!.Extension.ShouldBe(".wmf");
        OlePicture.Of(Attachment(Storage(MetafilePicture, Wmf((0x0F43, new byte[60])))))!.Extension.ShouldBe(".wmf");
    }

    [Fact]
    public void The_rendering_serves_where_the_object_has_no_picture()
    {
        var bare = new CompoundStorage();
        bare.AddStream("\u0001Ole", new byte[20]);
        var attachment = Attachment(CompoundFileWriter.ToArray(bare));
        OlePicture.Of(attachment).ShouldBeNull();
        attachment.Properties.Set(PropertyValue.Of(PropertyTags.AttachRendering, Wmf((0x0F43, StretchDib))));
        OlePicture.Of(attachment)!.Extension.ShouldBe(".bmp");
        attachment.Properties.Set(PropertyValue.Of(PropertyTags.AttachMethod, 1));
        OlePicture.Of(attachment).ShouldBeNull();
    }

    [Fact]
    public void Pictures_stand_in_the_page_where_the_text_has_them()
    {
        var message = new PropertyMessage
        {
            Properties = new PropertyBag(
            [
                PropertyValue.Of(PropertyTags.Subject, "s"), PropertyValue.Of(PropertyTags.RtfInSync, true),
                PropertyValue.Of(PropertyTags.RtfCompressed, CompressedRtf.Compress("{\\rtf1 first \\objattph  second \\objattph  third\\par}"u8)),
            ]),
        };
        message.Attachments.Add(Attachment(Storage(DeviceBitmap, Bitmap()), "Late", 40));
        message.Attachments.Add(new PropertyAttachment
        {
            Properties = new PropertyBag([PropertyValue.Of(PropertyTags.AttachMethod, 1), PropertyValue.Of(PropertyTags.AttachLongFilename, "a.txt"), PropertyValue.Of(PropertyTags.RenderingPosition, 6), PropertyValue.Of(PropertyTags.AttachDataBinary, "x"u8.ToArray())]),
        });
        var root = MimeMessage.Parse(PropertiesToMime.Convert(message)).Root;
        root.Subtype.ShouldBe("mixed");
        var related = root.Children[0].Children[1];
        related.Subtype.ShouldBe("related");
        var html = MimeText.Decode(related.Children[0]);
        var picture = related.Children[1];
        MimeContent.FileName(picture).ShouldBe("Late.bmp");
        picture.RawValue(MimeHeaderId.ContentDescription).ToArray().ShouldBe("Late.bmp"u8.ToArray());
        html.ShouldContain($"<img src=\"cid:{MimeContent.ContentId(picture)}\">");
        html.IndexOf("second", StringComparison.Ordinal).ShouldBeLessThan(html.IndexOf("<img", StringComparison.Ordinal));
        MimeContent.FileName(root.Children[1]).ShouldBe("a.txt");
        // The same message in another body: an ordinary attachment.
        message.Properties.Remove(PropertyIds.RtfCompressed);
        message.Properties.Set(PropertyValue.Of(PropertyTags.Body, "plain"));
        MimeMessage.Parse(PropertiesToMime.Convert(message)).Root.Children.Select(MimeContent.FileName).ShouldBe(["", "Late.bmp", "a.txt"]);
    }

    [CorpusFact]
    public void Objects_of_the_collection_have_pictures()
    {
        var names = new List<string>();
        foreach (var message in Corpus.Files("msg").Select(f => MsgFile.Read(File.ReadAllBytes(f), out _)?.Message).Concat(Corpus.Files("tnef").Select(f => TnefReader.Read(File.ReadAllBytes(f)).Message)))
        {
            if (message?.Attachments.Exists(OlePicture.IsOle) == true)
                names.AddRange(MimeMessage.Parse(PropertiesToMime.Convert(message)).Root.Children.Where(p => p.Type == "image").Select(MimeContent.FileName));
        }
        names.ShouldBe(["OLE Package.wmf", "Picture.wmf"], ignoreOrder: true);
    }

    [Fact]
    public void Damaged_ones_do_no_harm()
    {
        foreach (var whole in new[] { Storage(DeviceBitmap, Bitmap()), Storage(MetafilePicture, Wmf((0x0F43, StretchDib))), Storage(EnhancedMetafilePicture, Emf(Bitmap())) })
        {
            for (var cut = 0; cut < whole.Length; cut += 7)
                OlePicture.Of(Attachment(whole[..cut]));
            var random = new Random(1);
            for (var i = 0; i < 500; i++)
            {
                var damaged = whole.ToArray();
                damaged[random.Next(damaged.Length)] = (byte)random.Next(256);
                damaged[random.Next(1536, damaged.Length)] = (byte)random.Next(256);
                OlePicture.Of(Attachment(damaged));
            }
        }
    }
}
