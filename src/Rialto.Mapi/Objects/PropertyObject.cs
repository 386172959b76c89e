using Rialto.Mapi.Sessions;
using Rialto.Mapi.Rops;
using Rialto.Model;

namespace Rialto.Mapi.Objects;

/// <summary>A server object with properties.</summary>
internal abstract class PropertyObject(LogonObject? logon) : ServerObject(logon)
{
    /// <summary>Work on the object that goes on behind its request; null when there is none.</summary>
    public LongWork? Work { get; set; }

    public override void Dispose() => Work?.Dispose();

    /// <summary>The value under the tag's id in the type it is held in; absent where there is none.</summary>
    public abstract PropertyValue Find(PropertyTag tag);

    /// <summary>The properties that it has, each in the type it is held in.</summary>
    public abstract IEnumerable<PropertyTag> Tags { get; }

    /// <summary>Whether its properties may be changed through this handle.</summary>
    public abstract bool CanWrite { get; }

    /// <summary>Whether the property follows from others, or is the server's: clients may not set it.</summary>
    public abstract bool IsReadOnly(ushort id);

    /// <summary>Brings up to date what <see cref="Find"/> reads, where that is kept elsewhere.</summary>
    public virtual ValueTask LoadAsync(CancellationToken cancel) => default;

    /// <summary>The same where it is known what will be read.</summary>
    public virtual ValueTask LoadAsync(PropertyTag[] asked, CancellationToken cancel) => LoadAsync(cancel);

    /// <summary>Sets and deletes what was checked before; what fails by itself is added to the problems.</summary>
    public abstract ValueTask<ErrorCode> ChangeAsync(RopCall call, PropertyChanges changes);
}

/// <summary>What one operation sets and deletes, and what of that could not be done. Places are those in the request.</summary>
internal sealed class PropertyChanges
{
    public List<(ushort Index, PropertyValue Value)> Set { get; } = [];

    public List<(ushort Index, PropertyTag Tag)> Delete { get; } = [];

    public List<PropertyProblem> Problems { get; } = [];

    public void Fail(ushort index, PropertyTag tag, ErrorCode error) => Problems.Add(new PropertyProblem { Index = index, PropertyTag = tag, ErrorCode = error });
}
