using Rialto.Content.Tnef;
using Rialto.Model;
using Rialto.Testing;

namespace Rialto.Content.Tests.Tnef;

/// <summary>Streams made here, opened by programs of other people.</summary>
public class TnefProgramTests
{
    private static readonly byte[] Picture = [.. Enumerable.Range(0, 70_001).Select(i => (byte)(i * 7))];

    [ProgramFact("tnef")]
    public async Task The_tnef_program_lists_and_extracts_what_is_written()
    {
        using var folder = new TempDirectory();
        await File.WriteAllBytesAsync(folder.File("winmail.dat"), TnefWriter.Write(Message(), new TnefWriterOptions { IncludeRecipients = true }));
        var list = await CommandResult.RunAsync("tnef", null, ["-t", "-f", folder.File("winmail.dat")]);
        list.ExitCode.ShouldBe(0, list.Error);
        list.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries).Select(l => l.Split('|')[0].Trim()).ShouldBe(["picture of a long name.png", "empty.txt"]);

        System.IO.Directory.CreateDirectory(folder.File("out"));
        var extract = await CommandResult.RunAsync("tnef", null, ["-C", folder.File("out"), "-f", folder.File("winmail.dat"), "--save-body", "--body-pref=HT"]);
        extract.ExitCode.ShouldBe(0, extract.Error);
        (await File.ReadAllBytesAsync(folder.File("out/picture of a long name.png"))).AsSpan().SequenceEqual(Picture).ShouldBeTrue();
        new FileInfo(folder.File("out/empty.txt")).Length.ShouldBe(0);
    }

    [ProgramFact("tnef")]
    public async Task The_tnef_program_extracts_the_same_from_streams_written_anew()
    {
        if (!Corpus.Available)
            return;
        var compared = 0;
        foreach (var file in TnefCorpus.Files.Where(f => Path.GetFileName(f) is not ("oom.tnef" or "panic.tnef")))
        {
            using var folder = new TempDirectory();
            var read = TnefReader.Read(await File.ReadAllBytesAsync(file)).Message;
            await File.WriteAllBytesAsync(folder.File("new.dat"), TnefWriter.Write(read));
            System.IO.Directory.CreateDirectory(folder.File("out"));
            var extract = await CommandResult.RunAsync("tnef", null, ["-C", folder.File("out"), "--number-backups", "-f", folder.File("new.dat")]);
            extract.ExitCode.ShouldBe(0, $"{Corpus.NameOf(file)}: {extract.Error}");
            var extracted = System.IO.Directory.GetFiles(folder.File("out")).Select(f => Convert.ToHexString(System.Security.Cryptography.SHA256.HashData(File.ReadAllBytes(f)))).ToHashSet();
            foreach (var data in read.Attachments.Where(a => a.Embedded is null).Select(a => a.Properties.Get(PropertyTags.AttachDataBinary)).Where(v => v.Type == PropertyType.Binary))
            {
                extracted.ShouldContain(Convert.ToHexString(System.Security.Cryptography.SHA256.HashData(data.AsBinary())), Corpus.NameOf(file));
                compared++;
            }
        }
        compared.ShouldBeGreaterThan(25);
    }

    [ProgramFact("ytnef")]
    public async Task Ytnef_extracts_what_is_written()
    {
        using var folder = new TempDirectory();
        var message = Message();
        // It reads no property of several values.
        message.Properties.Remove(0x8005);
        await File.WriteAllBytesAsync(folder.File("winmail.dat"), TnefWriter.Write(message));
        System.IO.Directory.CreateDirectory(folder.File("out"));
        var extract = await CommandResult.RunAsync("ytnef", null, ["-f", folder.File("out"), folder.File("winmail.dat")]);
        extract.ExitCode.ShouldBe(0, extract.Error);
        System.IO.Directory.GetFiles(folder.File("out")).Any(f => File.ReadAllBytes(f).AsSpan().SequenceEqual(Picture)).ShouldBeTrue(extract.Output + extract.Error);
    }

    private static PropertyMessage Message()
    {
        var message = new PropertyMessage
        {
            Properties = new PropertyBag(
            [
                PropertyValue.Of(PropertyTags.MessageClass, "IPM.Note"),
                PropertyValue.Of(PropertyTags.Subject, "Pictures – Bilder"),
                PropertyValue.Of(PropertyTags.Body, "Here they are."),
                PropertyValue.Of(PropertyTags.Html, [.. "<html><body>Here they are.</body></html>"u8]),
                PropertyValue.Of(PropertyTags.ClientSubmitTime, FileTime.From(new DateTimeOffset(2026, 1, 2, 3, 4, 5, TimeSpan.Zero))),
                PropertyValue.OfArray(new PropertyTag(0x8005, PropertyType.MultipleString), (string[])["Work", "Holidays"]),
            ]),
            NamedProperties = { [0x8005] = new PropertyName(PropertySets.PublicStrings, "Keywords") },
            Recipients = { new PropertyRecipient { Properties = new PropertyBag([PropertyValue.Of(PropertyTags.DisplayName, "Ann"), PropertyValue.Of(PropertyTags.RecipientType, 1)]) } },
        };
        message.Attachments.Add(new PropertyAttachment
        {
            Properties = new PropertyBag(
            [
                PropertyValue.Of(PropertyTags.AttachMethod, 1),
                PropertyValue.Of(PropertyTags.AttachFilename, "PICTUR~1.PNG"),
                PropertyValue.Of(PropertyTags.AttachLongFilename, "picture of a long name.png"),
                PropertyValue.Of(PropertyTags.AttachDataBinary, Picture),
            ]),
        });
        message.Attachments.Add(new PropertyAttachment
        {
            Properties = new PropertyBag(
            [
                PropertyValue.Of(PropertyTags.AttachMethod, 1), PropertyValue.Of(PropertyTags.AttachLongFilename, "empty.txt"), PropertyValue.Of(PropertyTags.AttachDataBinary, (byte[])[]),
            ]),
        });
        return message;
    }
}
