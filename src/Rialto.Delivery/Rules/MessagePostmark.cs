// [MS-OXPSVAL] 2.2.4: a postmark is looked at where spam confidence is.
using Rialto.Content.Junk;
using Rialto.Content.Mime;
using Rialto.Directory;

namespace Rialto.Delivery;

/// <summary>The postmark of a message that is being delivered.</summary>
internal static class MessagePostmark
{
    /// <summary>Whether the message has a postmark that was made for it, by its sender, for this recipient.</summary>
    public static bool IsValid(MimePart header, MailboxRecipient recipient, DirectorySnapshot directory)
    {
        if (!header.TryFindHeader("X-CR-HashedPuzzle"u8, out var field) || !header.TryFindHeader("X-CR-PuzzleID"u8, out var id)) return false;
        var value = HeaderText.Decode(header.RawValue(field));
        if (Postmark.Parse(value) is not { } postmark) return false;
        // Senders write the address that they know; it has to be one of this recipient's.
        var own = postmark.Recipients.FirstOrDefault(address => directory.FindByAddress(address)?.Id == recipient.Id);
        return own is not null && PostmarkValidation.Validate(value, new PostmarkContext
        {
            PuzzleId = HeaderText.Decode(header.RawValue(id)),
            From = MailAddress.ParseAll(header, MimeHeaderId.From, 1) is [var from] ? from.Address : "",
            Subject = HeaderText.Decode(header.RawValue(MimeHeaderId.Subject)),
            DeliveredTo = [own],
        }) == PostmarkVerdict.Valid;
    }
}
