using System.Text;
using Rialto.Content.Junk;
using Rialto.Testing;

namespace Rialto.Content.Tests.Junk;

public class PostmarkTests
{
    /// <summary>[MS-OXPSVAL] 3.1, in the spelling of the algorithm that its solutions were found for.</summary>
    private const string Example =
        "BjHi CbbP CsE4 DoWO EhAv FJE7\r\n\tFMx3 FOJO FjsQ HDPJ IFAE IRyJ I5E3 I+BV KBb7 L+gd;1;dQBzAGUAcgAxAEAAZQB4AGEAbQBwAGwAZQAuAGMAbwBtAA==;"
        + "Sosha1_v1;7;{d04b23f4-b443-453a-abc6-3d08b5a9a334};cwBlAG4AZABlAHIAQABlAHgAYQBtAHAAbABlAC4AYwBvAG0A;Tue,\r\n 01 Jan 2008 08:00:00 GMT;SABlAGwAbABvAA==";

    private static readonly PostmarkContext Context = new()
    {
        PuzzleId = "{D04B23F4-B443-453A-ABC6-3D08B5A9A334}",
        DeliveredTo = ["User1@example.com"],
        From = "sender@example.com",
        Subject = "Hello",
    };

    [Fact]
    public void The_example_is_valid()
    {
        var postmark = Postmark.Parse(Example)!;
        postmark.Solutions.Count.ShouldBe(16);
        postmark.Recipients.ShouldBe(["user1@example.com"]);
        postmark.From.ShouldBe("sender@example.com");
        postmark.Subject.ShouldBe("Hello");
        postmark.Degree.ShouldBe(7);
        PostmarkPuzzle.IsSolved(postmark).ShouldBeTrue();
        PostmarkPuzzle.IsSolved(postmark with { Degree = 9 }).ShouldBeFalse();
        PostmarkValidation.Validate(Example, Context).ShouldBe(PostmarkVerdict.Valid);
        Postmark.Parse(postmark.ToString())!.Document.ShouldBe(postmark.Document);
        PostmarkValidation.Validate(postmark.ToString(), Context).ShouldBe(PostmarkVerdict.Valid);
    }

    [Fact]
    public void A_postmark_of_another_message_is_not()
    {
        PostmarkValidation.Validate(Example, Context with { PuzzleId = "{0}" }).ShouldBe(PostmarkVerdict.OtherId);
        PostmarkValidation.Validate(Example, Context with { DeliveredTo = ["user2@example.com"] }).ShouldBe(PostmarkVerdict.OtherRecipient);
        PostmarkValidation.Validate(Example, Context with { From = "other@example.com" }).ShouldBe(PostmarkVerdict.OtherSender);
        PostmarkValidation.Validate(Example, Context with { Subject = "Buy" }).ShouldBe(PostmarkVerdict.OtherSubject);
        PostmarkValidation.Validate(Example, Context with { MinDegree = 8 }).ShouldBe(PostmarkVerdict.TooEasy);
        PostmarkValidation.Validate(Example.Replace("KBb7", "KBb8", StringComparison.Ordinal), Context).ShouldBe(PostmarkVerdict.NotSolved);
        PostmarkValidation.Validate(Example.Replace("KBb7", "L+gd", StringComparison.Ordinal), Context).ShouldBe(PostmarkVerdict.NotSolved);
        PostmarkValidation.Validate(Example.Replace(" KBb7", "", StringComparison.Ordinal), Context).ShouldBe(PostmarkVerdict.NotSolved);
        PostmarkValidation.Validate(Example.Replace("08:00:00", "08:00:01", StringComparison.Ordinal), Context).ShouldBe(PostmarkVerdict.NotSolved);
    }

    [Theory]
    [InlineData("")]
    [InlineData(";;;;;;;;")]
    [InlineData("AAAA;1;!;Sosha1_v1;7;{};AAAA;x;AAAA")]
    [InlineData("AAAA;2;YQBAAGIA;Sosha1_v1;7;{};AAAA;x;AAAA")]
    [InlineData("AAAA;1;YQBAAGIA;Sosha1_v1;161;{};AAAA;x;AAAA")]
    [InlineData("AAAA;1;YQBAAGIA;sha256;7;{};AAAA;x;AAAA")]
    public void Other_text_is_no_postmark(string text) => PostmarkValidation.Validate(text, new PostmarkContext()).ShouldBe(PostmarkVerdict.Malformed);

    [CorpusFact]
    public void A_postmark_of_Outlook_is_valid()
    {
        var header = File.ReadAllText(Path.Combine(Corpus.Root, "eml/Alfresco-alfresco-community-repo/imap/test-tnef-message.eml"), Encoding.Latin1);
        string Field(string name) => header.Split('\n').First(l => l.StartsWith(name + ":", StringComparison.OrdinalIgnoreCase))[(name.Length + 1)..].Trim();
        PostmarkValidation.Validate(Field("x-cr-hashedpuzzle"), new PostmarkContext { PuzzleId = Field("x-cr-puzzleid"), DeliveredTo = ["jdoe@alfresco.com"], From = "jdoe@alfresco.com" })
            .ShouldBe(PostmarkVerdict.Valid);
    }

    [Fact]
    public void A_made_postmark_is_valid_and_making_it_is_bounded()
    {
        var puzzle = Postmark.Puzzle(["ann@example.com", "bob@example.com"], 1, new Guid("01020304-0506-0708-090a-0b0c0d0e0f10"), "eve@example.com", new DateTimeOffset(2026, 1, 2, 3, 4, 5, TimeSpan.Zero), "Žádost");
        puzzle.Date.ShouldBe("Fri, 02 Jan 2026 03:04:05 GMT");
        var solved = PostmarkPuzzle.Solve(puzzle)!;
        PostmarkPuzzle.IsSolved(solved).ShouldBeTrue();
        PostmarkValidation.Validate(solved.ToString(), new PostmarkContext { DeliveredTo = ["bob@example.com"], From = "eve@example.com", Subject = "Žádost", MinDegree = 1, PuzzleId = puzzle.Id })
            .ShouldBe(PostmarkVerdict.Valid);
        PostmarkPuzzle.Solve(puzzle, new PostmarkOptions { MaxAttempts = 1000 }).ShouldBeNull();
        Should.Throw<OperationCanceledException>(() => PostmarkPuzzle.Solve(Postmark.Puzzle(["a@b"], 40, Guid.Empty, "a@b", DateTimeOffset.UnixEpoch, ""), null, new CancellationToken(true)));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(55)]
    [InlineData(56)]
    [InlineData(64)]
    [InlineData(200)]
    public void The_hash_depends_on_every_byte(int length)
    {
        var data = new byte[length];
        Span<byte> one = stackalloc byte[20], two = stackalloc byte[20];
        SonOfSha1.HashData(data, one);
        for (var i = 0; i < length; i++)
        {
            data[i] ^= 1;
            SonOfSha1.HashData(data, two);
            one.SequenceEqual(two).ShouldBeFalse();
            data[i] ^= 1;
        }
        SonOfSha1.HashData(data, two);
        one.SequenceEqual(two).ShouldBeTrue();
    }
}
