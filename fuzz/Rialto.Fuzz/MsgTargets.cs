using Rialto.Content.CompoundFiles;
using Rialto.Content.Dump;
using Rialto.Content.Msg;
using Rialto.Model;

namespace Rialto.Fuzz;

internal static class MsgTargets
{
    public static readonly byte[] Tokens = [0, 1, 2, 3, 4, 5, 6, 0x0D, 0x1E, 0x1F, 0x10, 0x40, 0x80, 0xFA, 0xFE, 0xFF];

    public static readonly byte[][] Samples = [MsgWriter.ToArray(Sample(2)), CompoundFileWriter.ToArray(new CompoundStorage(), new CompoundFileWriterOptions { MajorVersion = 4 })];

    public static readonly byte[][] DumpSamples = [PropertyMessageJson.Write(Sample(2)), PropertyMessageJson.Write(Sample(0), PropertyMessageJsonOptions.Short)];

    public static void Compound(ReadOnlyMemory<byte> input)
    {
        if (CompoundFile.Read(input, out _) is not { } file)
            return;
        if (Total(file.Root) > input.Length)
            throw new InvalidOperationException("Streams hold more than the file.");
        CompoundFile.Read(CompoundFileWriter.ToArray(file.Root), out _);
    }

    public static void Message(ReadOnlyMemory<byte> input)
    {
        if (MsgFile.Read(input, out _) is not { } file || input.Length > 64 << 10)
            return;
        if (MsgFile.Read(MsgWriter.ToArray(file.Message), out _) is null)
            throw new InvalidOperationException("What was written cannot be read.");
        if (!PropertyMessageJson.TryRead(PropertyMessageJson.Write(file.Message), out _, out var error))
            throw new InvalidOperationException(error);
    }

    public static void Dump(ReadOnlyMemory<byte> input)
    {
        if (PropertyMessageJson.TryRead(input, out var message, out _))
            PropertyMessageJson.Write(message);
    }

    private static long Total(CompoundStorage storage) => storage.Streams.Sum(s => s.Length) + storage.Storages.Sum(Total);

    private static PropertyMessage Sample(int depth) => new()
    {
        Properties = new PropertyBag(
        [
            PropertyValue.Of(PropertyTags.MessageClass, "IPM.Note"), PropertyValue.Of(PropertyTags.Subject, "Subject"), PropertyValue.Of(PropertyTags.Importance, 1),
            PropertyValue.Of(PropertyTags.StartDate, new FileTime(1L << 56)), PropertyValue.OfArray(new PropertyTag(0x8001, PropertyType.MultipleString), (string[])["a", "b"]),
            PropertyValue.Of(new PropertyTag(0x8002, PropertyType.Boolean), true), PropertyValue.Of(PropertyTags.Body.WithType(PropertyType.String8), "text"),
            PropertyValue.OfArray(new PropertyTag(0x6701, PropertyType.MultipleInteger64), (long[])[1, 2]),
        ]),
        NamedProperties = { [0x8001] = new PropertyName(PropertySets.PublicStrings, "Keywords"), [0x8002] = PropertyNames.PidLidReminderSet },
        Recipients = { new PropertyRecipient { Properties = new PropertyBag([PropertyValue.Of(PropertyTags.DisplayName, "Bob")]) } },
        Attachments =
        {
            new PropertyAttachment { Properties = new PropertyBag([PropertyValue.Of(PropertyTags.AttachLongFilename, "a.txt"), PropertyValue.Of(PropertyTags.AttachDataBinary, new byte[5000])]) },
            new PropertyAttachment { Properties = new PropertyBag([PropertyValue.Of(PropertyTags.AttachMethod, 5)]), Embedded = depth > 0 ? Sample(depth - 1) : null },
        },
    };
}
