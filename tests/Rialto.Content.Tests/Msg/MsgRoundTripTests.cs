using Rialto.Content.Dump;
using Rialto.Content.Msg;
using Rialto.Model;
using Rialto.Testing;

namespace Rialto.Content.Tests.Msg;

public class MsgRoundTripTests
{
    internal static IEnumerable<string> Files => Corpus.Files("msg").Where(f => f.EndsWith(".msg", StringComparison.OrdinalIgnoreCase) || f.EndsWith(".oft", StringComparison.OrdinalIgnoreCase));

    [CorpusFact]
    public void Every_file_is_read_or_told_to_be_none()
    {
        var refused = new List<string>();
        foreach (var path in Files)
        {
            if (MsgFile.Read(File.ReadAllBytes(path), out var error) is null)
                refused.Add($"{Corpus.NameOf(path)}: {error}");
        }
        refused.ShouldBe([]);
    }

    [CorpusFact]
    public void Properties_come_back_from_a_file_written_with_them()
    {
        var differing = new List<string>();
        foreach (var path in Files)
        {
            var file = MsgFile.Read(File.ReadAllBytes(path), out _)!;
            var written = MsgWriter.ToArray(file.Message, new MsgWriterOptions { ClassId = file.ClassId });
            var again = MsgFile.Read(written, out var error);
            error.ShouldBe(MsgError.None);
            again!.ClassId.ShouldBe(file.ClassId);
            again.CodePage.ShouldBe(file.CodePage);
            again.Warnings.Where(w => w.Kind != MsgWarningKind.UnnamedProperty).ShouldBeEmpty(Corpus.NameOf(path));
            // The writer says that strings are Unicode where the file left it out.
            string[] except = file.Message.Properties.TryGet(PropertyTags.StoreSupportMask.Id, out _) ? [] : ["PidTagStoreSupportMask"];
            differing.AddRange(PropertyMessageComparison.Differences(file.Message, again.Message, except).Select(d => $"{Corpus.NameOf(path)}: {d}"));
            MsgWriter.ToArray(again.Message, new MsgWriterOptions { ClassId = file.ClassId }).AsSpan().SequenceEqual(written).ShouldBeTrue(Corpus.NameOf(path));
        }
        differing.ShouldBe([]);
    }

    [CorpusFact]
    public void Properties_come_back_from_a_dump()
    {
        foreach (var path in Files)
        {
            var file = MsgFile.Read(File.ReadAllBytes(path), out _)!;
            PropertyMessageJson.TryRead(PropertyMessageJson.Write(file.Message), out var read, out var error).ShouldBeTrue(error);
            PropertyMessageComparison.Differences(file.Message, read).ShouldBeEmpty(Corpus.NameOf(path));
        }
    }
}
