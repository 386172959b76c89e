// [MS-OXCPRPT] 3.2.5.4, 3.2.5.5, 3.2.5.13: changes are seen through the handle that made them at once, by others when they are saved.
using Rialto.Mapi.Sessions;
using Rialto.Model;

namespace Rialto.Mapi.Objects;

/// <summary>A message or an attachment: what is changed stays with the handle until it is saved.</summary>
internal abstract class DraftObject(LogonObject logon, ValueForm form) : PropertyObject(logon)
{
    private readonly HashSet<ushort> _changed = [];
    private List<StreamData>? _streams;

    /// <summary>The form of its values: the code page that the message was opened with. [MS-OXCROPS] 3.1.5.4.</summary>
    public ValueForm Form { get; } = form;

    /// <summary>Whether it was opened for writing and is not read-only since its last saving.</summary>
    public bool IsWritable { get; set; }

    // [MS-OXCMSG] 2.2.3.1.1 ReadOnly, [MS-OXCPRPT] 3.2.5.4.
    public override bool CanWrite => IsWritable;

    /// <summary>Whether the client tried to set what is not its own, so that saving fails. [MS-OXCPRPT] 3.2.5.4.</summary>
    public bool WasReadOnlySet { get; set; }

    /// <summary>Ids of properties set or deleted since it was opened or saved.</summary>
    public IReadOnlyCollection<ushort> Changed => _changed;

    protected abstract PropertyBag Bag { get; }

    /// <summary>Has the value of a stream opened for writing follow what is written into it.</summary>
    public void Follow(StreamData stream) => (_streams ??= []).Add(stream);

    /// <summary>Takes over what was written into streams since.</summary>
    public void Settle()
    {
        if (_streams is null)
            return;
        foreach (var stream in _streams)
        {
            if (stream.TryTake(out var value))
                Put(value);
        }
        _streams.RemoveAll(s => s.IsClosed);
    }

    public bool IsChanged(ushort id) => _changed.Contains(id);

    public override ValueTask<ErrorCode> ChangeAsync(RopCall call, PropertyChanges changes)
    {
        Settle();
        foreach (var (_, value) in changes.Set)
            Put(value);
        foreach (var (_, tag) in changes.Delete)
            Drop(tag.Id);
        return new(ErrorCode.Success);
    }

    /// <summary>Sets a property that the server decides on: no change of the client's.</summary>
    public void Initialise(PropertyValue value) => Bag.Set(value);

    /// <summary>
    /// Those of the read-only properties whose setting is told when the object is saved, as Exchange 2010 and later do ([MS-OXCMSG] 2.2.3.3, 2.2.3.15);
    /// the others are told at once.
    /// </summary>
    public abstract bool FailsSaving(ushort id);

    protected virtual void Put(PropertyValue value)
    {
        Bag.Set(value);
        _changed.Add(value.Tag.Id);
    }

    protected virtual void Drop(ushort id)
    {
        if (Bag.Remove(id))
            _changed.Add(id);
    }

    protected void ForgetChanges() => _changed.Clear();
}
