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
        (await BuildAsync(library, 0..100, OabBuild.Always))[0].State.Sequence.ShouldBe(2);
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
        await Should.ThrowAsync<OperationCanceledException>(library.BuildAsync(s_book, [contents], [OabLanguages.Plain], OabBuild.IfChanged, cancel.Token));
        Whole(library);
        await File.WriteAllTextAsync(Path.Combine(BookDirectory, "leftover.lzx.new"), "x");
        (await BuildAsync(Open(), 0..101))[0].State.Sequence.ShouldBe(2);
        System.IO.Directory.EnumerateFiles(BookDirectory, "*.new").ShouldBeEmpty();
    }

    [Fact]
    public async Task A_broken_state_is_a_new_beginning()
    {
        var before = (await BuildAsync(Open(), 0..100))[0].State;
        await File.WriteAllTextAsync(StateFile, "{");
        var library = Open();
        library.Find(s_book.Id).ShouldBeNull();
        var state = (await BuildAsync(library, 0..100))[0].State;
        state.Sequence.ShouldBe(1);
        state.Id.ShouldNotBe(before.Id, "a number that means another file belongs to another row of generations");
    }

    [Fact]
    public async Task Files_of_an_older_copy_begin_anew_when_somebody_says_so()
    {
        var library = Open();
        var first = (await BuildAsync(library, 0..100))[0].State;
        var copy = await File.ReadAllBytesAsync(StateFile);
        (await BuildAsync(library, 0..101))[0].State.Id.ShouldBe(first.Id);
        await File.WriteAllBytesAsync(StateFile, copy);
        var again = Open();
        again.Find(s_book.Id)!.State.Lists[0].Sequence.ShouldBe(1);
        var anew = (await BuildAsync(again, 0..102, OabBuild.Anew))[0].State;
        (anew.Sequence, anew.Differences.Count).ShouldBe((1, 0));
        anew.Id.ShouldNotBe(first.Id);
        (await BuildAsync(again, 0..103))[0].State.Id.ShouldBe(anew.Id);
    }

    /// <summary>Without that, a client's own copy is another than the difference starts from, which the difference says; it takes the whole file then.</summary>
    [Fact]
    public async Task A_difference_of_the_same_number_to_another_file_is_found_out()
    {
        var library = Open();
        await BuildAsync(library, 0..100);
        var copy = await File.ReadAllBytesAsync(StateFile);
        await BuildAsync(library, 0..101);
        var client = Whole(library);
        await File.WriteAllBytesAsync(StateFile, copy);
        var restored = Open();
        await BuildAsync(restored, 5..100);
        var third = (await BuildAsync(restored, 5..110))[0].State;
        third.Sequence.ShouldBe(3);
        PatchFile.Apply(new MemoryStream(client), new MemoryStream(Download(restored, third.Differences[^1].File.Name)), new MemoryStream()).ShouldBe(OabFileError.Checksum);
    }

    [Fact]
    public async Task A_list_that_went_and_came_back_is_another_row_of_generations()
    {
        var library = Open();
        var first = (await BuildAsync(library, 0..100))[0].State;
        await library.BuildAsync(s_book, [People.List(new Guid("bbbbbbbb-0000-4000-8000-000000000002"), Enumerable.Range(0, 10))], [OabLanguages.Plain], OabBuild.IfChanged, default);
        var back = (await BuildAsync(library, 0..100))[0].State;
        (back.Sequence, back.Id == first.Id).ShouldBe((1, false));
    }

    [Fact]
    public async Task States_of_earlier_versions_keep_their_identity()
    {
        await BuildAsync(Open(), 0..100);
        var state = System.Text.Json.Nodes.JsonNode.Parse(await File.ReadAllTextAsync(StateFile))!;
        state["lists"]![0]!.AsObject().Remove("list");
        state["lists"]![0]!["id"] = s_list;
        await File.WriteAllTextAsync(StateFile, state.ToJsonString());
        var next = (await BuildAsync(Open(), 0..101))[0].State;
        (next.Id, next.List, next.Sequence, next.Differences.Count).ShouldBe((s_list, s_list, 2, 1));
    }

    [Fact]
    public async Task Another_server_over_the_same_files_serves_what_one_makes()
    {
        var maker = Open();
        var server = Open();
        await BuildAsync(maker, 0..100);
        server.Find(s_book.Id).ShouldBeNull("it has just looked");
        time.Advance(TimeSpan.FromSeconds(11));
        server.Find(s_book.Id).ShouldNotBeNull().State.Lists[0].Sequence.ShouldBe(1);
        await BuildAsync(maker, 0..101);
        time.Advance(TimeSpan.FromSeconds(11));
        Whole(server).ShouldBe(Whole(maker));
        server.Books.ShouldHaveSingleItem().Manifest.ShouldBe(maker.Find(s_book.Id)!.Manifest);
        System.IO.Directory.Delete(BookDirectory, recursive: true);
        time.Advance(TimeSpan.FromSeconds(11));
        server.Find(s_book.Id).ShouldBeNull();
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
        ((string?)list.Attribute("id"), (string?)list.Attribute("dn"), (string?)list.Attribute("name")).ShouldBe((book.State.Lists[0].Id.ToString("D"), "/", "\\Global Address List"));
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

    private string StateFile => Path.Combine(BookDirectory, OabState.FileName);

    private OabLibrary Open() => OabLibrary.Open(directory.Path, options, time, NullLogger.Instance);

    private static Task<IReadOnlyList<OabListResult>> BuildAsync(OabLibrary library, Range numbers, OabBuild build = OabBuild.IfChanged) =>
        library.BuildAsync(s_book, [People.List(s_list, Enumerable.Range(numbers.Start.Value, numbers.End.Value - numbers.Start.Value))], [OabLanguages.Plain], build, default);

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
