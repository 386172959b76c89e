using Rialto.Model;

namespace Rialto.Oab.Build;

/// <summary>What a list's file is made of.</summary>
/// <param name="ListId">Identity of the list in its book.</param>
/// <param name="Name">The list's name, without a backslash.</param>
/// <param name="Dn">Its distinguished name.</param>
/// <param name="Rows">The entries in order. A row may be the same object each time: use it before asking for the next.</param>
/// <param name="RootDepartment">The distinguished name of the group that all departments are in; empty for none.</param>
public sealed record OabContents(Guid ListId, string Name, string Dn, Func<CancellationToken, IAsyncEnumerable<OabRow>> Rows, string RootDepartment = "");

/// <summary>An entry: values in the order of <see cref="Wire.OabSchema.Objects"/>.</summary>
public sealed class OabRow
{
    public PropertyValue[] Values { get; } = new PropertyValue[Wire.OabSchema.Objects.Length];

    /// <summary>Properties that the entry has and the file leaves out.</summary>
    public List<PropertyTag> Elsewhere { get; } = [];
}
