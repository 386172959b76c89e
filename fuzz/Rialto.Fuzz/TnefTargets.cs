using Rialto.Content.Tnef;
using Rialto.Model;

namespace Rialto.Fuzz;

internal static class TnefTargets
{
    public static readonly byte[] Tokens = [0, 1, 2, 3, 4, 0x0D, 0x1E, 0x1F, 0x40, 0x80, 0x90, 0xFF, 0x05, 0x02];

    public static readonly byte[][] Samples = [TnefWriter.Write(Message(3), new TnefWriterOptions { IncludeRecipients = true })];

    public static void Tnef(ReadOnlyMemory<byte> input)
    {
        var read = TnefReader.Read(input.Span);
        if (input.Length < 16 << 10)
            TnefReader.Read(TnefWriter.Write(read.Message, new TnefWriterOptions { IncludeRecipients = true }));
    }

    private static PropertyMessage Message(int depth) => new()
    {
        Properties = new PropertyBag(
        [
            PropertyValue.Of(PropertyTags.MessageClass, "IPM.Schedule.Meeting.Request"), PropertyValue.Of(PropertyTags.Subject, "Subject"), PropertyValue.Of(PropertyTags.Priority, 1),
            PropertyValue.Of(PropertyTags.StartDate, new FileTime(1L << 56)), PropertyValue.OfArray(new PropertyTag(0x8001, PropertyType.MultipleString), (string[])["a", "b"]),
            PropertyValue.Of(PropertyTags.SentRepresentingName, "Ann"), PropertyValue.Of(PropertyTags.SentRepresentingAddressType, "SMTP"),
            PropertyValue.Of(PropertyTags.SentRepresentingEmailAddress, "a@b"), PropertyValue.OfArray(new PropertyTag(0x6701, PropertyType.MultipleInteger64), (long[])[1, 2]),
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
