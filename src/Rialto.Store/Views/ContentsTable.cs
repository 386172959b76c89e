using Rialto.Model;

namespace Rialto.Store.Views;

/// <summary>
/// A table over a folder's messages in one order: what MAPI contents tables, EWS FindItem and DAV SEARCH page through.
/// The order is computed once and shared by all who look at the folder in the same way; every commit updates it by one delta.
/// </summary>
public sealed class ContentsTable : IDisposable
{
    internal ContentsTable()
    {
    }

    public FolderId Folder => throw new NotImplementedException();

    /// <summary>The rows now: an immutable list of ids in order. May wait for the load; the first rows by delivery time can be had before through <see cref="ReadFirstAsync"/>.</summary>
    public ValueTask<TableSnapshot> CurrentAsync(CancellationToken cancel) => throw new NotImplementedException();

    /// <summary>The first rows without waiting for the whole order where storage can give them from an index; otherwise as <see cref="CurrentAsync"/>.</summary>
    public ValueTask<IReadOnlyList<MessageId>> ReadFirstAsync(int count, CancellationToken cancel) => throw new NotImplementedException();

    /// <summary>Called back after <see cref="CurrentAsync"/> has something newer. Must return quickly and never wait.</summary>
    public IDisposable Subscribe(Action onChanged) => throw new NotImplementedException();

    public void Dispose() => throw new NotImplementedException();
}

/// <summary>The rows of a table at one moment, in its order.</summary>
public sealed class TableSnapshot
{
    public int Count => throw new NotImplementedException();

    public MessageId this[int position] => throw new NotImplementedException();

    /// <summary>Where the message stands, or -1.</summary>
    public int PositionOf(MessageId message) => throw new NotImplementedException();

    public void CopyTo(int position, Span<MessageId> destination) => throw new NotImplementedException();
}
