using System.Text.Json;
using Rialto.Content.Mail;
using Rialto.Content.Msg;
using Rialto.Content.Mime;
using Rialto.Model;
using Rialto.Testing;

namespace Rialto.Content.Tests.Msg;

/// <summary>Every .msg and .oft file of the corpus.</summary>
public class MsgCorpusTests
{
    [CorpusFact]
    public void Every_file_is_read_and_comes_back_from_what_is_written_of_it()
    {
        var failures = new List<string>();
        var read = 0;
        foreach (var path in Files())
        {
            var name = Corpus.NameOf(path);
            var bytes = File.ReadAllBytes(path);
            if (MsgFile.Read(bytes, out var error) is not { } file)
            {
                // What is no compound file, or none that holds a message, is told so; the corpus has some on purpose.
                if (error == MsgError.None)
                    failures.Add($"{name}: neither read nor refused");
                continue;
            }
            read++;
            var written = MsgWriter.ToArray(file.Message, MsgWriterOptions.Default with { ClassId = file.ClassId });
            if (MsgFile.Read(written, out error) is not { } again)
            {
                failures.Add($"{name}: what was written of it cannot be read: {error}");
                continue;
            }
            var differences = PropertyMessageComparison.Differences(file.Message, again.Message);
            // The mask that readers tell Unicode by is added where a file lacks it.
            differences.RemoveAll(d => d.Contains("PidTagStoreSupportMask", StringComparison.Ordinal) && d.Contains("(absent)", StringComparison.Ordinal));
            if (differences.Count > 0)
                failures.Add($"{name}: {string.Join("; ", differences.Take(5))}");
            if (again.Warnings.Any(w => w.Kind is not MsgWarningKind.UnnamedProperty))
                failures.Add($"{name}: what was written of it is read with warnings: {string.Join("; ", again.Warnings.Take(3))}");
            if (!MsgWriter.ToArray(again.Message, MsgWriterOptions.Default with { ClassId = file.ClassId }).AsSpan().SequenceEqual(written))
                failures.Add($"{name}: written twice, it differs");
        }
        failures.ShouldBeEmpty();
        read.ShouldBeGreaterThan(190);
    }

    /// <summary>Subject, sender, bodies and attachments as another reader found them, where its findings lie beside the file.</summary>
    [CorpusFact]
    public void Another_readers_findings_are_the_same()
    {
        var failures = new List<string>();
        var compared = 0;
        foreach (var path in Files().Where(p => File.Exists(Path.ChangeExtension(p, ".json"))))
        {
            using var json = JsonDocument.Parse(File.ReadAllBytes(Path.ChangeExtension(path, ".json")));
            if (json.RootElement.ValueKind != JsonValueKind.Object || MsgFile.Read(File.ReadAllBytes(path), out _) is not { } file)
                continue;
            compared++;
            Compare(Corpus.NameOf(path), json.RootElement, file.Message, failures);
        }
        failures.ShouldBeEmpty();
        compared.ShouldBeGreaterThan(10);
    }

    private static void Compare(string name, JsonElement expected, PropertyMessage message, List<string> failures)
    {
        Text("subject", PropertyTags.Subject);
        Text("senderName", PropertyTags.SenderName);
        Text("messageClass", PropertyTags.MessageClass);
        Text("body", PropertyTags.Body);
        Text("conversationTopic", PropertyTags.ConversationTopic);
        if (expected.TryGetProperty("recipients", out var recipients) && recipients.ValueKind == JsonValueKind.Array && recipients.GetArrayLength() != message.Recipients.Count)
            failures.Add($"{name}: {message.Recipients.Count} recipients, {recipients.GetArrayLength()} expected");
        if (expected.TryGetProperty("attachments", out var attachments) && attachments.ValueKind == JsonValueKind.Array && attachments.GetArrayLength() != message.Attachments.Count)
            failures.Add($"{name}: {message.Attachments.Count} attachments, {attachments.GetArrayLength()} expected");

        void Text(string field, PropertyTag tag)
        {
            // The other reader took Shift_JIS for something else there.
            if (name.EndsWith("contactAnsi.msg", StringComparison.Ordinal))
                return;
            if (expected.TryGetProperty(field, out var value) && value.ValueKind == JsonValueKind.String && value.GetString() is var text && text != message.Properties.GetString(tag))
                failures.Add($"{name}: {field} is \"{message.Properties.GetString(tag)}\", not \"{text}\"");
        }
    }

    /// <summary>The subject, the text and the attachments' names of the mail that another program made of the file.</summary>
    [CorpusFact]
    public void Another_converters_mail_says_the_same()
    {
        var compared = 0;
        foreach (var path in Files().Where(p => File.Exists(Path.ChangeExtension(p, ".eml"))))
        {
            if (MsgFile.Read(File.ReadAllBytes(path), out _) is not { } file)
                continue;
            var expected = MimeToProperties.Convert(MimeMessage.Parse(File.ReadAllBytes(Path.ChangeExtension(path, ".eml"))));
            var name = Corpus.NameOf(path);
            (file.Message.Properties.GetString(PropertyTags.Subject) ?? "").Trim().ShouldBe((expected.Properties.GetString(PropertyTags.Subject) ?? "").Trim(), name);
            // The other program adds the RTF body as an attachment.
            Names(file.Message).ShouldBe(Names(expected).Where(n => !n.EndsWith(".rtf", StringComparison.Ordinal)), ignoreOrder: true, name);
            compared++;
        }
        compared.ShouldBeGreaterThan(1);
    }

    private static List<string> Names(PropertyMessage message) =>
        [.. message.Attachments.Select(a => a.Properties.GetString(PropertyTags.AttachLongFilename) ?? a.Properties.GetString(PropertyTags.AttachFilename) ?? "")];

    private static IEnumerable<string> Files() => Corpus.Files("msg", "msg").Concat(Corpus.Files("msg", "oft"));
}
