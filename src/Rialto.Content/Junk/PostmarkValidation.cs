// [MS-OXPSVAL] 2.2.4: validating a postmark.
namespace Rialto.Content.Junk;

/// <summary>What the carrying message says of itself, to be compared with its postmark. Null for what is not known and not to be compared.</summary>
public sealed record PostmarkContext
{
    /// <summary>The value of X-CR-PuzzleID.</summary>
    public string? PuzzleId { get; init; }

    /// <summary>The addresses that the message is being delivered to here; each must stand in the postmark.</summary>
    public IReadOnlyList<string> DeliveredTo { get; init; } = [];

    public string? From { get; init; }

    public string? Subject { get; init; }

    /// <summary>The least degree that counts. Less is no effort worth the name.</summary>
    public int MinDegree { get; init; } = 7;
}

public enum PostmarkVerdict
{
    Valid,

    /// <summary>The header field is no postmark.</summary>
    Malformed,

    /// <summary>The solutions do not solve the puzzle.</summary>
    NotSolved,

    /// <summary>Solved, but too easy.</summary>
    TooEasy,

    /// <summary>The X-CR-PuzzleID of the message is another.</summary>
    OtherId,

    /// <summary>Made for other recipients: a postmark used again.</summary>
    OtherRecipient,

    /// <summary>Made for another sender.</summary>
    OtherSender,

    /// <summary>Made for another subject.</summary>
    OtherSubject,
}

/// <summary>Whether a message's postmark was made for that message.</summary>
public static class PostmarkValidation
{
    /// <summary>The verdict on a value of X-CR-HashedPuzzle. What costs least is looked at first.</summary>
    public static PostmarkVerdict Validate(string hashedPuzzle, PostmarkContext context)
    {
        if (Postmark.Parse(hashedPuzzle) is not { } postmark)
            return PostmarkVerdict.Malformed;
        if (postmark.Degree < context.MinDegree)
            return PostmarkVerdict.TooEasy;
        if (context.PuzzleId is { } id && !id.Trim().Equals(postmark.Id, StringComparison.OrdinalIgnoreCase))
            return PostmarkVerdict.OtherId;
        if (context.From is { } from && !from.Trim().Equals(postmark.From, StringComparison.OrdinalIgnoreCase))
            return PostmarkVerdict.OtherSender;
        if (context.DeliveredTo.Any(address => !postmark.Recipients.Contains(address, StringComparer.OrdinalIgnoreCase)))
            return PostmarkVerdict.OtherRecipient;
        if (context.Subject is { } subject && !subject.Trim().Equals(postmark.Subject.Trim(), StringComparison.Ordinal))
            return PostmarkVerdict.OtherSubject;
        return PostmarkPuzzle.IsSolved(postmark) ? PostmarkVerdict.Valid : PostmarkVerdict.NotSolved;
    }
}
