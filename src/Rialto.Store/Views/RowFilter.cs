using Rialto.Model;
using Rialto.Store.Backend;

namespace Rialto.Store.Views;

/// <summary>A restriction over summary rows.</summary>
internal sealed class RowFilter(Restriction restriction, MailboxHeader mailbox)
{
    public Restriction Restriction { get; } = restriction;

    public bool Matches(MessageRow row) => throw new NotSupportedException($"{mailbox.Id}: {row.Id}");
}
