using Rialto.Content.Mail;
using Rialto.Content.Mime;
using Rialto.Content.Tests.Mime;
using Rialto.Model;
using Rialto.Testing;

namespace Rialto.Content.Tests.Mail;

public class MailRoundTripTests
{
    /// <summary>Mail that does not come out the same, and why. docs/conversion.md has the kinds.</summary>
    private static readonly Dictionary<string, string> Known = new()
    {
        ["bug519598-encapsulated-message.eml"] = "messages nested deeper than embedded messages go",
        ["bug519599.eml"] = "a character that no domain may have",
        ["qp-utf8-header-recursed.eml"] = "encoded words inside broken encoded words",
    };

    internal static bool IsKnown(string name) => Known.ContainsKey(Path.GetFileName(name));

    [CorpusFact]
    public void Mail_is_the_same_after_it_was_properties()
    {
        var failures = new List<string>();
        var count = 0;
        foreach (var (name, bytes) in CorpusMail.All())
        {
            var before = MimeMessage.Parse(bytes);
            var after = MimeMessage.Parse(PropertiesToMime.Convert(MimeToProperties.Convert(before)));
            var differences = MailEquivalence.Differences(before, after);
            count++;
            if (Known.ContainsKey(Path.GetFileName(name)))
                continue;
            if (differences.Count > 0)
                failures.Add($"{Corpus.NameOf(name)}: {string.Join("; ", differences.Take(4))}");
        }
        count.ShouldBeGreaterThan(1000);
        if (Environment.GetEnvironmentVariable("RIALTO_LIST_DIFFERENCES") is { } list)
            File.WriteAllLines(list, failures);
        failures.Count.ShouldBe(0, string.Join('\n', failures.Take(20)));
    }

    [CorpusFact]
    public void Properties_are_the_same_after_they_were_mail()
    {
        var failures = new List<string>();
        foreach (var (name, bytes) in CorpusMail.All())
        {
            if (MessageFacts.Of(MimeMessage.Parse(bytes)).Tnef is not null || Known.ContainsKey(Path.GetFileName(name)))
                continue;
            // The first conversion gives what the writer can say; from then on nothing may change.
            var first = MimeToProperties.Convert(MimeMessage.Parse(PropertiesToMime.Convert(MimeToProperties.Convert(MimeMessage.Parse(bytes)))));
            var second = MimeToProperties.Convert(MimeMessage.Parse(PropertiesToMime.Convert(first)));
            var differences = new List<string>();
            Compare(first, second, "", differences);
            if (differences.Count > 0)
                failures.Add($"{Corpus.NameOf(name)}: {string.Join("; ", differences.Take(4))}");
        }
        if (Environment.GetEnvironmentVariable("RIALTO_LIST_DIFFERENCES") is { } list)
            File.WriteAllLines(list + ".properties", failures);
        failures.Count.ShouldBe(0, string.Join('\n', failures.Take(20)));
    }

    private static void Compare(PropertyMessage first, PropertyMessage second, string where, List<string> differences)
    {
        Compare(first.Properties, second.Properties, first, second, where, differences);
        if (first.Recipients.Count != second.Recipients.Count || first.Attachments.Count != second.Attachments.Count)
        {
            differences.Add($"{where}{second.Recipients.Count} recipients of {first.Recipients.Count}, {second.Attachments.Count} attachments of {first.Attachments.Count}");
            return;
        }
        for (var i = 0; i < first.Recipients.Count; i++)
            Compare(first.Recipients[i].Properties, second.Recipients[i].Properties, first, second, $"{where}recipient {i} ", differences);
        for (var i = 0; i < first.Attachments.Count; i++)
        {
            Compare(first.Attachments[i].Properties, second.Attachments[i].Properties, first, second, $"{where}attachment {i} ", differences);
            if (first.Attachments[i].Embedded is { } one && second.Attachments[i].Embedded is { } other)
                Compare(one, other, $"{where}attachment {i} ", differences);
        }
    }

    private static void Compare(PropertyBag first, PropertyBag second, PropertyMessage firstMessage, PropertyMessage secondMessage, string where, List<string> differences)
    {
        foreach (var value in first)
        {
            var tag = value.Tag;
            if (tag.IsNamed)
            {
                var name = firstMessage.NamedProperties[tag.Id];
                tag = new PropertyTag(secondMessage.NamedProperties.FirstOrDefault(n => n.Value == name).Key, tag.Type);
            }
            // The header text is that of the message as it is written; sizes of embedded messages follow from it.
            if (tag.Id == PropertyTags.TransportMessageHeaders.Id || tag.Id == PropertyTags.AttachSize.Id)
                continue;
            if (!second.TryGet(tag.Id, out var other) || !other.WithTag(value.Tag).Equals(value))
                differences.Add($"{where}{PropertyRegistry.NameOf(tag) ?? tag.ToString()}: [{Short(value)}] became [{Short(other)}]");
        }
    }

    private static string Short(PropertyValue value)
    {
        var text = value.Reference is byte[] bytes ? Convert.ToHexString(bytes) : value.Reference?.ToString() ?? (value.IsAbsent ? "" : value.AsInt64().ToString(System.Globalization.CultureInfo.InvariantCulture));
        return text.Length > 120 ? text[..120] : text;
    }
}
