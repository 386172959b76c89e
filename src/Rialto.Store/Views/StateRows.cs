using Rialto.Store.Backend;

namespace Rialto.Store.Views;

/// <summary>The rows of a page.</summary>
internal sealed class StateRows(int expected) : List<StateRow>(expected), IStateSink
{
    public void Add(in StateRow row) => base.Add(row);
}
