using Microsoft.Extensions.Logging.Abstractions;
using Rialto.Directory.AddressBook;
using Rialto.Oab.Build;
using Rialto.Oab.Wire;
using Rialto.Testing;

namespace Rialto.Oab.Tests;

/// <summary>Generations of a book: made, published, kept, swept.</summary>
public sealed class OabLibraryTests : IDisposable
{
    private static readonly OabBook s_book = new(new Guid("aaaaaaaa-0000-4000-8000-000000000001"), "Book", [AddressBookList.Global]);
    private static readonly Guid s_list = new("bbbbbbbb-0000-4000-8000-000000000001");

    private readonly TempDirectory directory = new();
    private readonly ManualTimeProvider time = new();
    private readonly OabOptions options = new();

    public void Dispose() => directory.Dispose();

    [Fact]
    public async Task The_first_generation_is_one_whole_file()
    {
        var library = Open();
        library.Find(s_book.Id).ShouldBeNull();
        var result = (await BuildAsync(library, 0..500)).ShouldHaveSingleItem();
        (result.IsNew, result.State.Sequence, result.State.Count, result.State.Differences.Count).ShouldBe((true, 1, 500u, 0));
        var raw = Whole(library);
        DetailsReader.TryOpen(new MemoryStream(raw), out var reader).ShouldBe(OabFileError.None);
        (reader.Count, raw.LongLength).ShouldBe((500u, result.State.Full.UncompressedSize));
    }

    [Fact]
    public async Task Nothing_changed_gives_nothing_new_and_a_change_one_difference()
    {
        var library = Open();
        await BuildAsync(library, 0..500);
        var manifest = library.Find(s_book.Id)!.Manifest;
        (await BuildAsync(library, 0..500)).ShouldHaveSingleItem().IsNew.ShouldBeFalse();
        library.Find(s_book.Id)!.Manifest.ShouldBe(manifest);
        var first = Whole(library);

        (await BuildAsync(library, 0..501)).ShouldHaveSingleItem().State.Sequence.ShouldBe(2);
        (await BuildAsync(library, 1..502)).ShouldHaveSingleItem().State.Sequence.ShouldBe(3);
        var state = library.Find(s_book.Id)!.State.Lists.ShouldHaveSingleItem();
        state.Differences.Select(d => d.File.Sequence).ShouldBe([2, 3]);
        // Somebody with the first generation gets to the third by the differences alone.
        var now = first;
        foreach (var difference in state.Differences)
        {
            using var target = new MemoryStream();
            PatchFile.Apply(new MemoryStream(now), new MemoryStream(Download(library, difference.File.Name)), target).ShouldBe(OabFileError.None);
            now = target.ToArray();
        }
        now.ShouldBe(Whole(library));
    }

    [Fact]
    public async Task Generations_count_on_after_a_restart()
    {
        await BuildAsync(Open(), 0..100);
        var again = Open();
        again.Find(s_book.Id).ShouldNotBeNull().State.Lists[0].Sequence.ShouldBe(1);
        (await BuildAsync(again, 0..100))[0].IsNew.ShouldBeFalse();
        (await BuildAsync(again, 0..101))[0].State.Sequence.ShouldBe(2);
        Open().Find(s_book.Id)!.Manifest.ShouldBe(again.Find(s_book.Id)!.Manifest);
    }

    [Fact]
    public async Task Force_makes_a_generation_of_the_same_contents()
    {
        var library = Open();
        await BuildAsync(library, 0..100);
        (await BuildAsync(library, 0..100, force: true))[0].State.Sequence.ShouldBe(2);
    }

    [Fact]
    public async Task A_download_that_runs_keeps_its_file()
    {
        var library = Open();
        await BuildAsync(library, 0..100);
        var name = library.Find(s_book.Id)!.State.Lists[0].Full.Name;
        var (file, stream) = library.Find(s_book.Id)!.Open(name)!.Value;
        await using var _ = stream;
        time.Advance(TimeSpan.FromDays(100));
        await BuildAsync(library, 0..101);
        time.Advance(TimeSpan.FromDays(100));
        await BuildAsync(library, 0..102);
        File.Exists(Path.Combine(BookDirectory, name)).ShouldBeFalse();
        using var copy = new MemoryStream();
        await stream.CopyToAsync(copy);
        copy.Length.ShouldBe(file.Size);
    }

    [Fact]
    public async Task Earlier_files_stay_for_their_time_and_go_then()
    {
        var library = Open();
        await BuildAsync(library, 0..100);
        var first = library.Find(s_book.Id)!.State.Lists[0].Full.Name;
        await BuildAsync(library, 0..101);
        Download(library, first).Length.ShouldBeGreaterThan(0);
        time.Advance(options.KeepEarlier + TimeSpan.FromMinutes(1));
        await BuildAsync(library, 0..102);
        library.Find(s_book.Id)!.Open(first).ShouldBeNull();
        File.Exists(Path.Combine(BookDirectory, first)).ShouldBeFalse();
    }

    [Fact]
    public async Task Differences_go_after_their_time_the_oldest_first()
    {
        var library = Open();
        await BuildAsync(library, 0..100);
        for (var i = 1; i <= 4; i++)
        {
            time.Advance(TimeSpan.FromDays(12));
            await BuildAsync(library, 0..(100 + i));
        }
        library.Find(s_book.Id)!.State.Lists[0].Differences.Select(d => d.File.Sequence).ShouldBe([3, 4, 5]);
    }

    [Fact]
    public async Task A_build_cut_short_leaves_what_was_published()
    {
        var library = Open();
        await BuildAsync(library, 0..100);
        using var cancel = new CancellationTokenSource();
        var contents = new OabContents(s_list, "Global Address List", "/", _ => Endless(cancel));
        await Should.ThrowAsync<OperationCanceledException>(library.BuildAsync(s_book, [contents], [OabLanguages.Plain], false, cancel.Token));
        Whole(library);
        await File.WriteAllTextAsync(Path.Combine(BookDirectory, "leftover.lzx.new"), "x");
        (await BuildAsync(Open(), 0..101))[0].State.Sequence.ShouldBe(2);
        System.IO.Directory.EnumerateFiles(BookDirectory, "*.new").ShouldBeEmpty();
    }

    [Fact]
    public async Task A_broken_state_is_a_new_beginning()
    {
        await BuildAsync(Open(), 0..100);
        await File.WriteAllTextAsync(Path.Combine(BookDirectory, OabState.FileName), "{");
        var library = Open();
        library.Find(s_book.Id).ShouldBeNull();
        (await BuildAsync(library, 0..100))[0].State.Sequence.ShouldBe(1);
    }

    [Fact]
    public async Task A_lost_file_costs_the_difference_and_nothing_else()
    {
        var library = Open();
        await BuildAsync(library, 0..100);
        var path = Path.Combine(BookDirectory, library.Find(s_book.Id)!.State.Lists[0].Full.Name);
        var bytes = await File.ReadAllBytesAsync(path);
        bytes[100] ^= 1;
        await File.WriteAllBytesAsync(path, bytes);
        var result = (await BuildAsync(library, 0..101))[0];
        (result.State.Sequence, result.State.Differences.Count).ShouldBe((2, 0));
        Whole(library);
    }

    [Fact]
    public async Task The_manifest_says_what_can_be_downloaded()
    {
        var library = Open();
        await BuildAsync(library, 0..100);
        await BuildAsync(library, 0..101);
        var book = library.Find(s_book.Id)!;
        var list = System.Xml.Linq.XDocument.Load(new MemoryStream(book.Manifest)).Root!.Elements("OAL").ShouldHaveSingleItem();
        ((string?)list.Attribute("id"), (string?)list.Attribute("dn"), (string?)list.Attribute("name")).ShouldBe((s_list.ToString("D"), "/", "\\Global Address List"));
        list.Elements().Select(e => e.Name.LocalName).ShouldBe(["Full", "Template", "Template", "Diff"]);
        foreach (var element in list.Elements())
        {
            var bytes = Download(library, element.Value);
            ((int)element.Attribute("seq")!, (int)element.Attribute("size")!).ShouldBe((2, bytes.Length));
            ((string?)element.Attribute("SHA")).ShouldBe(Convert.ToHexStringLower(System.Security.Cryptography.SHA1.HashData(bytes)));
            ((int)element.Attribute("ver")!).ShouldBe(element.Name == "Template" ? 7 : 32);
        }
        list.Elements("Template").Select(t => ((string?)t.Attribute("langid"), (string?)t.Attribute("type"))).ShouldBe([("0409", "windows"), ("0409", "mac")]);
    }

    private string BookDirectory => Path.Combine(directory.Path, s_book.Id.ToString("D"));

    private OabLibrary Open() => OabLibrary.Open(directory.Path, options, time, NullLogger.Instance);

    private static Task<IReadOnlyList<OabListResult>> BuildAsync(OabLibrary library, Range numbers, bool force = false) =>
        library.BuildAsync(s_book, [People.List(s_list, Enumerable.Range(numbers.Start.Value, numbers.End.Value - numbers.Start.Value))], [OabLanguages.Plain], force, default);

    private static byte[] Download(OabLibrary library, string name)
    {
        using var stream = library.Find(s_book.Id)!.Open(name).ShouldNotBeNull().Stream;
        using var copy = new MemoryStream();
        stream.CopyTo(copy);
        return copy.ToArray();
    }

    private static byte[] Whole(OabLibrary library)
    {
        using var raw = new MemoryStream();
        LzxFile.Unpack(new MemoryStream(Download(library, library.Find(s_book.Id)!.State.Lists[0].Full.Name)), raw).ShouldBe(OabFileError.None);
        return raw.ToArray();
    }

    private static async IAsyncEnumerable<OabRow> Endless(CancellationTokenSource cancel)
    {
        var row = new OabRow();
        People.Row(1).CopyTo(row.Values, 0);
        for (var i = 0; i < 50; i++)
            yield return row;
        await cancel.CancelAsync();
        throw new OperationCanceledException(cancel.Token);
    }
}
