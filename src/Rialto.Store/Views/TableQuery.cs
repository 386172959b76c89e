using Rialto.Model;
using Rialto.Wire;

namespace Rialto.Store.Views;

/// <summary>Which messages of a folder a table shows.</summary>
public enum TableContent : byte
{
    /// <summary>Ordinary messages.</summary>
    Messages,

    /// <summary>Folder-associated items.</summary>
    Associated,

    /// <summary>What was soft-deleted of ordinary messages.</summary>
    SoftDeleted,

    /// <summary>What was soft-deleted of associated items.</summary>
    SoftDeletedAssociated,
}

/// <summary>A way of looking at a folder. Tables that look in the same way share one order.</summary>
public sealed record TableQuery
{
    public TableContent Content { get; init; }

    /// <summary>Null for the order of the UIDs. With categories the table has header rows.</summary>
    public SortOrderSet? Sort { get; init; }

    public Restriction? Restriction { get; init; }

    /// <summary>Name of the culture that text orders by; empty for none.</summary>
    public string Culture { get; init; } = "";

    /// <summary>A multiple-valued property (type with MultipleInstance) whose values each make a row. [MS-OXCTABL] 3.2.5.2.</summary>
    public PropertyTag? Instances { get; init; }

    /// <summary>In a public store: whose read state the rows have. Such an order is shared by that principal's sessions alone. Null where the messages have one of their own.</summary>
    internal Guid? Reader { get; init; }

    public bool Shows(MessageState state) => Content switch
    {
        TableContent.Messages => (state & (MessageState.SoftDeleted | MessageState.Associated)) == 0,
        TableContent.Associated => (state & (MessageState.SoftDeleted | MessageState.Associated)) == MessageState.Associated,
        TableContent.SoftDeleted => (state & (MessageState.SoftDeleted | MessageState.Associated)) == MessageState.SoftDeleted,
        _ => (state & (MessageState.SoftDeleted | MessageState.Associated)) == (MessageState.SoftDeleted | MessageState.Associated),
    };

    /// <summary>Equal for queries that show the same rows in the same order, whatever objects they are made of.</summary>
    internal TableKey Key()
    {
        var bytes = "";
        var restriction = Restriction;
        if (restriction is not null)
        {
            var writer = new WireWriter(256);
            RestrictionCodec.Restriction(ref writer, ref restriction, ValueForm.Wide.WithString8(System.Text.Encoding.UTF8));
            // What has no form on the wire is itself alone.
            bytes = writer.Failed ? Guid.NewGuid().ToString() : Convert.ToBase64String(writer.ToArray());
            writer.Dispose();
        }
        // How many categories start expanded is each table's own matter.
        var sort = Sort is null ? null : new SortOrderSet(Sort.Keys, Sort.CategoryCount);
        return new TableKey(Content, sort, bytes, Culture, Instances, Reader);
    }
}

internal readonly record struct TableKey(TableContent Content, SortOrderSet? Sort, string Restriction, string Culture, PropertyTag? Instances, Guid? Reader);
