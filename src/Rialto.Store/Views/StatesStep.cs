using Rialto.Store.Backend;

namespace Rialto.Store.Views;

/// <summary>What leads from one snapshot of a folder to the next, where it is nothing but the flags of many messages at once.</summary>
/// <param name="From">The number of the snapshot before. Not the snapshot itself, which would keep all earlier ones.</param>
internal sealed record StatesStep(long From, IReadOnlyList<SetMessageStates> Sets);
