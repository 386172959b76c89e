// RFC 5256 3: what messages are threaded by.
using Rialto.Store;
using Rialto.Store.Views;

namespace Rialto.MailAccess.Imap.Search;

/// <summary>A message on its way into a thread.</summary>
/// <param name="Position">In the snapshot.</param>
/// <param name="Date">When it was sent, in ticks; its arrival where it does not say.</param>
/// <param name="Subject">Number of its base subject; 0: empty.</param>
/// <param name="IsReply">Whether the subject says that it is a reply or a forward.</param>
internal readonly record struct ThreadedMessage(int Position, long Date, int Subject, bool IsReply)
{
    /// <summary>Hash of its id; 0: none.</summary>
    public ulong Id { get; init; }

    /// <summary>Where its references stand among those of all.</summary>
    public int FirstReference { get; init; }

    public int References { get; init; }
}

/// <summary>Dates, base subjects and references of messages, out of the folder's columns.</summary>
internal sealed class ThreadScan
{
    private ReferencesColumn? _references;

    /// <summary>In the order of the mailbox.</summary>
    public ThreadedMessage[] Messages { get; private set; } = [];

    /// <summary>How many references there are in all.</summary>
    public int References { get; private set; }

    public ReadOnlySpan<ulong> ReferencesOf(in ThreadedMessage message) => _references!.References.AsSpan(message.FirstReference, message.References);

    public async ValueTask<StoreError> RunAsync(ImapSession session, SelectedFolder folder, FolderSnapshot snapshot, PositionSet found, CancellationToken cancel)
    {
        if (found.IsEmpty)
            return StoreError.None;
        var (error, rows) = await folder.View.Shared(static () => new FolderColumns())
            .ReadAsync(session, folder, snapshot, [ColumnKind.Date, ColumnKind.Subject, ColumnKind.References], ranked: true, cancel);
        if (error != StoreError.None)
            return error;
        Gather(found, rows);
        return StoreError.None;
    }

    private void Gather(PositionSet found, ColumnRows[] rows)
    {
        var dates = ((DateColumn)rows[0].Column).Ticks;
        var subjects = (TextKeyColumn)rows[1].Column;
        var (isReply, ranks) = (subjects.IsReply, rows[1].Ranking!.Ranks);
        // The empty subject, if there is one, comes first of all.
        var hasEmpty = rows[1].HasEmpty;
        _references = (ReferencesColumn)rows[2].Column;
        var (own, ends) = (_references.Own, _references.Ends);
        Messages = new ThreadedMessage[found.Count()];
        var at = 0;
        for (var position = found.Next(0); position >= 0; position = found.Next(position + 1))
        {
            var subject = rows[1][position];
            var reference = rows[2][position];
            var first = reference == 0 ? 0 : ends[reference - 1];
            References += ends[reference] - first;
            Messages[at++] = new ThreadedMessage(position, dates[rows[0][position]], ranks[subject] + (hasEmpty ? 0 : 1), isReply[subject])
            {
                Id = own[reference], FirstReference = first, References = ends[reference] - first,
            };
        }
    }
}
