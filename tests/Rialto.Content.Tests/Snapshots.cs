using System.Globalization;
using System.Runtime.CompilerServices;
using System.Security.Cryptography;
using Rialto.Content.Bodies;
using Rialto.Content.Dump;
using Rialto.Content.Mail;
using Rialto.Content.Mime;
using Rialto.Content.Msg;
using Rialto.Content.Tnef;
using Rialto.Model;
using Rialto.Testing;

namespace Rialto.Content.Tests;

/// <summary>
/// What Outlook's files of the collection become, and mail that has an expected output, a row a file: what a person can check against that output, and a digest of all properties (the files
/// themselves, and whose they are, stay outside). After a change
/// that is meant, RIALTO_WRITE_SNAPSHOTS=1 writes the rows anew; the difference is what is to be looked through.
/// </summary>
public class Snapshots
{
    private const string Heading = "file\tclass\tsubject\tsender\trecipients\tattachments\tembedded\ttext\tbest body\thtml\trtf\tproperties\tnames\tdigest";

    [CorpusFact]
    public void Files_become_what_they_became()
    {
        var rows = Corpus.Files("msg").Concat(Corpus.Files("tnef")).Concat(Corpus.Files("eml")).Where(IsOne).Select(Row).ToList();
        rows.Count.ShouldBeGreaterThan(200);
        var path = Path.Combine(Folder(), "Snapshots", "corpus.tsv");
        if (Environment.GetEnvironmentVariable("RIALTO_WRITE_SNAPSHOTS") == "1")
        {
            System.IO.Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            File.WriteAllLines(path, [Heading, .. rows]);
        }
        File.ReadAllLines(path).Skip(1).ShouldBe(rows);
    }

    private static string Folder([CallerFilePath] string path = "") => Path.GetDirectoryName(path)!;

    private static bool IsOne(string file)
    {
        var folder = Path.GetDirectoryName(file)!;
        return Path.GetExtension(file).ToUpperInvariant() switch
        {
            ".MSG" or ".OFT" or ".TNEF" or ".DAT" => true,
            ".EML" => System.IO.Directory.EnumerateFiles(folder, Path.GetFileNameWithoutExtension(file) + ".*").Any(f => f != file),
            _ => false,
        };
    }

    private static string Row(string file)
    {
        var bytes = File.ReadAllBytes(file);
        var message = Path.GetExtension(file).ToUpperInvariant() switch
        {
            ".MSG" or ".OFT" => MsgFile.Read(bytes, out _)?.Message,
            ".EML" => MimeToProperties.Convert(MimeMessage.Parse(bytes)),
            _ => TnefReader.Read(bytes).Message,
        };
        return message is null ? $"{Corpus.NameOf(file)}\tunreadable" : string.Join('\t', Corpus.NameOf(file), Of(message));
    }

    private static string Of(PropertyMessage message)
    {
        var bag = message.Properties;
        return string.Create(CultureInfo.InvariantCulture,
            $"{bag.GetString(PropertyTags.MessageClass)}\t{bag.GetString(PropertyTags.Subject)?.Length ?? 0}\t{bag.GetString(PropertyTags.SenderAddressType) ?? bag.GetString(PropertyTags.SentRepresentingAddressType)}\t{message.Recipients.Count}\t"
            + $"{message.Attachments.Count}\t{message.Attachments.Count(a => a.Embedded is not null)}\t{bag.GetString(PropertyTags.Body)?.Length ?? 0}\t{BestBody.Of(bag)}\t{Length(bag, PropertyTags.Html)}\t"
            + $"{Length(bag, PropertyTags.RtfCompressed)}\t{bag.Count}\t{message.NamedProperties.Count}\t{Convert.ToHexString(SHA256.HashData(PropertyMessageJson.Write(message)).AsSpan(0, 6))}");
    }

    private static int Length(PropertyBag bag, PropertyTag tag) => bag.GetBinary(tag)?.Length ?? bag.GetString(tag)?.Length ?? 0;
}
