using Rialto.Content.CompoundFiles;
using Rialto.Content.Msg;
using Rialto.Model;

namespace Rialto.Fuzz;

internal static class MsgTargets
{
    public static readonly byte[][] Samples = [MsgWriter.ToArray(Message(2))];

    public static void Compound(ReadOnlyMemory<byte> input) => CompoundFile.Read(input, out _);

    public static void Message(ReadOnlyMemory<byte> input)
    {
        if (MsgFile.Read(input, out _) is { } file && input.Length < 64 << 10)
            MsgFile.Read(MsgWriter.ToArray(file.Message), out _);
    }

    private static PropertyMessage Message(int depth) => new()
    {
        Properties = new PropertyBag(
        [
            PropertyValue.Of(PropertyTags.MessageClass, "IPM.Note"), PropertyValue.Of(PropertyTags.Subject, "Subject"), PropertyValue.Of(PropertyTags.Body, new string('b', 5000)),
            PropertyValue.OfArray(new PropertyTag(0x8001, PropertyType.MultipleString), (string[])["a", "b"]),
        ]),
        NamedProperties = { [0x8001] = new PropertyName(PropertySets.PublicStrings, "Keywords") },
        Recipients = { new PropertyRecipient { Properties = new PropertyBag([PropertyValue.Of(PropertyTags.DisplayName, "Bob")]) } },
        Attachments =
        {
            new PropertyAttachment { Properties = new PropertyBag([PropertyValue.Of(PropertyTags.AttachLongFilename, "a.txt"), PropertyValue.Of(PropertyTags.AttachDataBinary, [1, 2, 3])]) },
            new PropertyAttachment { Embedded = depth > 0 ? Message(depth - 1) : null },
        },
    };
}
