using Rialto.Content.Msg;
using Rialto.Content.Tnef;
using Rialto.Model;
using Rialto.Testing;

namespace Rialto.Content.Tests.Tnef;

/// <summary>Messages of Outlook, saved as .msg, through a TNEF stream.</summary>
public class TnefOfMsgTests
{
    [CorpusFact]
    public void Every_message_comes_through_the_same()
    {
        var differences = new List<string>();
        var compared = 0;
        foreach (var file in Corpus.Files("msg", "msg"))
        {
            // Two files are damaged on purpose: named properties without names, and no message at all in some places.
            if (Path.GetFileName(file).StartsWith("clusterfuzz", StringComparison.Ordinal) || MsgFile.Read(File.ReadAllBytes(file), out _) is not { } msg)
                continue;
            var read = TnefReader.Read(TnefWriter.Write(msg.Message, new TnefWriterOptions { IncludeRecipients = true }));
            read.Warnings.ShouldBeEmpty(Corpus.NameOf(file));
            Expect(msg.Message);
            differences.AddRange(PropertyMessageComparison.Differences(msg.Message, read.Message).Select(d => $"{Corpus.NameOf(file)}: {d}"));
            compared++;
        }
        differences.ShouldBeEmpty();
        compared.ShouldBeGreaterThan(180);
    }

    /// <summary>What TNEF changes: strings of a code page become Unicode, and a property whose name the file does not tell is not there.</summary>
    private static void Expect(PropertyMessage message)
    {
        Expect(message.Properties, message);
        foreach (var recipient in message.Recipients)
            Expect(recipient.Properties, message);
        foreach (var attachment in message.Attachments)
        {
            Expect(attachment.Properties, message);
            if (attachment.Embedded is { } embedded)
                Expect(embedded);
        }
    }

    private static void Expect(PropertyBag bag, PropertyMessage names)
    {
        foreach (var value in bag.ToList())
        {
            if (value.Tag.Id >= 0x8000 && !names.NamedProperties.ContainsKey(value.Tag.Id))
                bag.Remove(value.Tag.Id);
            else if (value.Type is PropertyType.String8 or PropertyType.MultipleString8)
                bag.Set(value.WithTag(value.Tag.WithType(value.Type + 1)));
        }
    }
}
