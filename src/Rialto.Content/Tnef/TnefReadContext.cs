using System.Text;
using Rialto.Content.Mime;
using Rialto.Model;

namespace Rialto.Content.Tnef;

/// <summary>What the reading of a stream and of the streams in it share: limits and what is left of them, warnings, and one table of names.</summary>
internal sealed class TnefReadContext(TnefLimits limits)
{
    private static readonly Guid PublicStringsOfMapi = PropertySets.Mapi;

    private readonly List<TnefWarning> _warnings = [];
    private readonly Dictionary<PropertyName, ushort> _ids = [];
    private int _attachments = limits.MaxAttachments;
    private int _recipients = limits.MaxRecipients;
    private int _properties = limits.MaxProperties;
    private int _nextId = 0x8000;

    public Dictionary<ushort, PropertyName> Names { get; } = [];

    public IReadOnlyList<TnefWarning> Warnings => _warnings;

    public int Depth { get; set; }

    public bool IsTooDeep => Depth >= limits.MaxDepth;

    public bool TakeAttachment() => _attachments-- > 0;

    public bool TakeRecipient() => _recipients-- > 0;

    public bool TakeProperty() => _properties-- > 0;

    public void Warn(TnefWarningKind kind, int offset)
    {
        if (_warnings.Count < limits.MaxWarnings)
            _warnings.Add(new TnefWarning(kind, offset));
    }

    public Encoding EncodingOf(int codePage, int offset)
    {
        if (codePage is 0)
            return MailCharset.Windows1252;
        // Only code pages of single and double bytes make sense here, but readers of UTF-8 exist, and so do writers.
        if (MailCharset.Find(codePage) is { } encoding && codePage is not (1200 or 1201 or 12000 or 12001))
            return encoding;
        Warn(TnefWarningKind.UnknownCodePage, offset);
        return MailCharset.Windows1252;
    }

    /// <summary>
    /// The id under which a named property is held: the stream's own where that is free, since embedded streams have tables of their own. 0 when all ids are taken.
    /// A name of PS_MAPI that is a number stands for the property of that id. [MS-OXCPRPT] 3.2.5.9.
    /// </summary>
    public ushort IdOf(ushort streamId, PropertyName name)
    {
        if (name.PropertySet == PublicStringsOfMapi && !name.IsString && name.Lid is > 0 and < 0x8000)
            return (ushort)name.Lid;
        if (_ids.TryGetValue(name, out var known))
            return known;
        var id = streamId;
        if (id == 0xFFFF || Names.ContainsKey(id))
        {
            while (_nextId < 0xFFFF && Names.ContainsKey((ushort)_nextId))
                _nextId++;
            if (_nextId >= 0xFFFF)
                return 0;
            id = (ushort)_nextId++;
        }
        Names[id] = name;
        _ids[name] = id;
        return id;
    }
}
