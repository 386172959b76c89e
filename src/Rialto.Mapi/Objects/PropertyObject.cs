using Rialto.Mapi.Sessions;
using Rialto.Model;

namespace Rialto.Mapi.Objects;

/// <summary>A server object whose properties can be read.</summary>
internal abstract class PropertyObject(LogonObject? logon) : ServerObject(logon)
{
    /// <summary>Work on the object that goes on behind its request; null when there is none.</summary>
    public LongWork? Work { get; set; }

    public override void Dispose() => Work?.Dispose();

    /// <summary>The value under the tag's id in the type it is held in; absent where there is none.</summary>
    public abstract PropertyValue Find(PropertyTag tag);

    /// <summary>The properties that it has, each in the type it is held in.</summary>
    public abstract IEnumerable<PropertyTag> Tags { get; }
}
