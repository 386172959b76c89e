// [MS-OXCFXICS] 2.2.4 FastTransfer streams as readable trees: markers, meta-properties, properties; 2.2.2 the structures that some of them hold.
using System.Buffers.Binary;
using System.Globalization;
using System.Text;
using Rialto.Mapi.FastTransfer;
using Rialto.Model;
using Rialto.Wire;

namespace Rialto.Mapi.Transcripts;

/// <summary>One stream, printed as its portions come: each line when all of it is there.</summary>
internal sealed class FxDump
{
    /// <summary>Bytes of one value: a stream of a client's that announces more is malformed for a reader of transcripts.</summary>
    private const int MaximumValue = 256 << 20;

    /// <summary>Bytes or characters of a value that are printed.</summary>
    private const int Shown = 48;

    private const int ToldDepth = 40;

    private readonly FxReader _reader = new(Encoding.Latin1, MaximumValue);
    private int _depth;
    private FxMarker _section;

    /// <summary>Prints what the portion completes.</summary>
    public void Append(StringBuilder text, ReadOnlySpan<byte> portion)
    {
        if (portion.IsEmpty)
            return;
        text.Append(CultureInfo.InvariantCulture, $"  stream, {portion.Length} bytes:\n");
        _reader.Append(portion);
        while (_reader.TryRead(out var element))
            Write(text, element);
        if (_reader.Failed)
            text.Append("    ! the stream is malformed from here on\n");
        else if (_reader.Held > 0)
            text.Append(CultureInfo.InvariantCulture, $"    ({_reader.Held} bytes of the next element)\n");
    }

    /// <summary>The stream is over: nothing may be left of it.</summary>
    public void End(StringBuilder text) => text.Append(_reader.Held == 0 && _depth == 0 ? "    end of the stream\n" : "    ! the stream ends too early\n");

    private void Write(StringBuilder text, in FxElement element)
    {
        if (!element.IsMarker)
        {
            Indent(text).Append(NameOf(element)).Append(CultureInfo.InvariantCulture, $" (0x{element.Tag:X8}) = ").Append(Text(element)).Append('\n');
            return;
        }
        var marker = element.Marker;
        if (IsEnd(marker))
            _depth = Math.Max(0, _depth - 1);
        Indent(text).Append(marker).Append('\n');
        if (IsBegin(marker))
            _depth++;
        _section = marker;
    }

    private StringBuilder Indent(StringBuilder text) => text.Append(' ', 4 + 2 * Math.Min(_depth, ToldDepth));

    private static bool IsBegin(FxMarker marker) => marker is FxMarker.NewAttach or FxMarker.StartEmbed or FxMarker.StartRecip or FxMarker.StartTopFld or FxMarker.StartSubFld
        or FxMarker.StartMessage or FxMarker.StartFAIMsg or FxMarker.IncrSyncStateBegin;

    private static bool IsEnd(FxMarker marker) => marker is FxMarker.EndAttach or FxMarker.EndEmbed or FxMarker.EndToRecip or FxMarker.EndFolder or FxMarker.EndMessage
        or FxMarker.IncrSyncStateEnd;

    private static string NameOf(in FxElement element) => element.Tag switch
    {
        FxTags.DnPrefix => "MetaTagDnPrefix",
        FxTags.EcWarning => "MetaTagEcWarning",
        FxTags.NewFXFolder => "MetaTagNewFXFolder",
        FxTags.FXDelProp => "MetaTagFXDelProp",
        FxTags.IncrementalSyncMessagePartial => "MetaTagIncrementalSyncMessagePartial",
        FxTags.IncrSyncGroupId => "MetaTagIncrSyncGroupId",
        FxTags.IdsetDeleted => "MetaTagIdsetDeleted",
        FxTags.IdsetNoLongerInScope => "MetaTagIdsetNoLongerInScope",
        FxTags.IdsetExpired => "MetaTagIdsetExpired",
        FxTags.IdsetRead => "MetaTagIdsetRead",
        FxTags.IdsetUnread => "MetaTagIdsetUnread",
        StateDump.IdsetGiven => "MetaTagIdsetGiven",
        StateDump.CnsetSeen => "MetaTagCnsetSeen",
        StateDump.CnsetSeenFai => "MetaTagCnsetSeenFAI",
        StateDump.CnsetRead => "MetaTagCnsetRead",
        FxTags.Binary or FxTags.Integer32 or FxTags.Boolean => "value",
        _ when element.Name is { } name => PropertyRegistry.NameOf(name) ?? name.ToString(),
        _ => PropertyRegistry.NameOf(new PropertyTag(element.Tag)) ?? PropertyRegistry.NameOf(element.Value.Tag) ?? "property",
    };

    private string Text(in FxElement element)
    {
        var value = element.Value;
        if (element.Tag == FxTags.FXDelProp)
            return PropertyRegistry.Describe(new PropertyTag((uint)value.AsInt32()));
        if (element.Tag == FxTags.EcWarning)
            return ((ErrorCode)value.AsInt32()).ToString();
        if (value.Reference is byte[] bytes)
        {
            var structure = element.Tag switch
            {
                StateDump.IdsetGiven or StateDump.CnsetSeen or StateDump.CnsetSeenFai or StateDump.CnsetRead => StateDump.Describe(bytes),
                FxTags.IdsetDeleted or FxTags.IdsetNoLongerInScope or FxTags.IdsetExpired or FxTags.IdsetRead or FxTags.IdsetUnread => StateDump.DescribeShort(bytes),
                FxTags.Binary => Structure(bytes),
                _ when element.Tag == PropertyTags.SourceKey.Value || element.Tag == PropertyTags.ParentSourceKey.Value || element.Tag == PropertyTags.ChangeKey.Value => Key(bytes),
                _ when element.Tag == PropertyTags.PredecessorChangeList.Value => Predecessors(bytes),
                _ => null,
            };
            return structure ?? Hex(bytes);
        }
        return value.Type switch
        {
            PropertyType.Boolean => value.AsBoolean() ? "true" : "false",
            PropertyType.Integer16 => value.AsInt16().ToString(CultureInfo.InvariantCulture),
            PropertyType.Integer32 => string.Create(CultureInfo.InvariantCulture, $"{value.AsInt32()} (0x{value.AsInt32():X})"),
            PropertyType.Integer64 when element.Tag == PropertyTags.Mid.Value || element.Tag == PropertyTags.FolderId.Value
                || element.Tag == PropertyTags.ParentFolderId.Value || element.Tag == PropertyTags.ChangeNumber.Value => Id(value.AsInt64()),
            PropertyType.Integer64 or PropertyType.Currency => string.Create(CultureInfo.InvariantCulture, $"0x{value.AsInt64():X}"),
            PropertyType.Time => value.AsTime().ToString(),
            PropertyType.Guid => value.AsGuid().ToString(),
            PropertyType.String => Quoted(value.AsString()),
            _ when value.Reference is string[] texts => string.Create(CultureInfo.InvariantCulture, $"[{texts.Length}] ") + string.Join(", ", texts.Take(8).Select(Quoted)),
            _ when value.Reference is byte[][] binaries => string.Create(CultureInfo.InvariantCulture, $"[{binaries.Length}] ") + string.Join(", ", binaries.Take(8).Select(Hex)),
            _ when value.Reference is Array array => string.Create(CultureInfo.InvariantCulture, $"[{array.Length}]"),
            _ => string.Create(CultureInfo.InvariantCulture, $"0x{value.AsInt64():X}"),
        };
    }

    /// <summary>The value of an element that has no tag of its own, by the marker before it.</summary>
    private string? Structure(byte[] bytes) => _section switch
    {
        // 2.2.2.7 ProgressInformation.
        FxMarker.IncrSyncProgressMode when bytes.Length == 32 => string.Create(CultureInfo.InvariantCulture,
            $"{BinaryPrimitives.ReadUInt32LittleEndian(bytes.AsSpan(4))} associated messages of {BinaryPrimitives.ReadInt64LittleEndian(bytes.AsSpan(8))} bytes, {BinaryPrimitives.ReadUInt32LittleEndian(bytes.AsSpan(16))} ordinary ones of {BinaryPrimitives.ReadInt64LittleEndian(bytes.AsSpan(24))}"),
        // 2.2.2.10 ExtendedErrorInfo.
        FxMarker.FXErrorInfo when bytes.Length >= 56 => string.Create(CultureInfo.InvariantCulture,
            $"{(ErrorCode)BinaryPrimitives.ReadUInt32LittleEndian(bytes.AsSpan(4))}, folder {Key(bytes[8..30])}, message {Key(bytes[32..54])}"),
        FxMarker.IncrSyncGroupInfo => Groups(bytes),
        _ => null,
    };

    /// <summary>2.2.2.8 PropertyGroupInfo, as far as it is one.</summary>
    private static string? Groups(byte[] bytes)
    {
        const int mostGroups = 64, mostTags = 1024, nameByLid = 0;
        var reader = new WireReader(bytes);
        var text = new StringBuilder();
        text.Append(CultureInfo.InvariantCulture, $"mapping {reader.ReadUInt32()}");
        reader.Skip(4);
        var groups = reader.ReadUInt32();
        for (var group = 0; group < Math.Min(groups, mostGroups) && !reader.Failed; group++)
        {
            text.Append(CultureInfo.InvariantCulture, $"; {group}:");
            var count = reader.ReadUInt32();
            for (var i = 0; i < Math.Min(count, mostTags) && !reader.Failed; i++)
            {
                var tag = new PropertyTag(reader.ReadUInt32());
                if (!tag.IsNamed)
                {
                    text.Append(' ').Append(PropertyRegistry.NameOf(tag) ?? tag.ToString());
                    continue;
                }
                var set = reader.ReadGuid();
                var name = reader.ReadUInt32() == nameByLid
                    ? new PropertyName(set, reader.ReadUInt32())
                    : new PropertyName(set, Encoding.Unicode.GetString(reader.ReadCounted(CountWidth.UInt32)));
                text.Append(' ').Append(PropertyRegistry.NameOf(name) ?? name.ToString());
            }
        }
        return reader.Failed ? null : text.ToString();
    }

    private static string Key(byte[] bytes) => Xid.Parse(bytes) is { } key
        ? string.Create(CultureInfo.InvariantCulture, $"{key.Namespace}:{Convert.ToHexString(key.LocalId).TrimStart('0')}")
        : bytes.Length == 0 ? "empty" : Hex(bytes);

    private static string? Predecessors(byte[] bytes) =>
        PredecessorChangeList.Parse(bytes) is { } list ? string.Join(", ", list.Entries.Select(e => Key(e.ToArray()))) : null;

    private static string Id(long value)
    {
        var id = StoreId.FromWire((ulong)value);
        return string.Create(CultureInfo.InvariantCulture, $"{id.ReplicaId}-{id.Counter:X}");
    }

    private static string Quoted(string text) => text.Length <= Shown
        ? $"\"{Plain(text)}\""
        : string.Create(CultureInfo.InvariantCulture, $"\"{Plain(text[..Shown])}\"... ({text.Length} characters)");

    private static string Plain(string text) => string.Concat(text.Select(c => char.IsControl(c) ? ' ' : c));

    internal static string Hex(byte[] bytes) => bytes.Length <= Shown
        ? Convert.ToHexString(bytes)
        : string.Create(CultureInfo.InvariantCulture, $"{Convert.ToHexString(bytes.AsSpan(0, Shown))}... ({bytes.Length} bytes)");
}

/// <summary>The sets of ids and change numbers of a state. [MS-OXCFXICS] 2.2.2.4, 2.2.2.5.</summary>
internal static class StateDump
{
    public const uint IdsetGiven = 0x40170003;
    public const uint CnsetSeen = 0x67960102;
    public const uint CnsetSeenFai = 0x67DA0102;
    public const uint CnsetRead = 0x67D20102;

    /// <summary>Ranges of a set that are printed.</summary>
    private const int Shown = 12;

    /// <summary>Replicas by their GUIDs; null for what is no set.</summary>
    public static string? Describe(ReadOnlySpan<byte> bytes) => ReplicaIdSet.ParseReplGuids(bytes) is { } set ? Describe(set, r => r.ToString()) : null;

    /// <summary>Replicas by their short ids.</summary>
    public static string? DescribeShort(ReadOnlySpan<byte> bytes) =>
        ReplicaIdSet.ParseReplIds(bytes, id => new Guid(id, 0, 0, new byte[8])) is { } set
            ? Describe(set, r => BinaryPrimitives.ReadUInt16LittleEndian(r.ToByteArray()).ToString(CultureInfo.InvariantCulture))
            : null;

    private static string Describe(ReplicaIdSet set, Func<Guid, string> name) => set.IsEmpty
        ? "nothing"
        : string.Join("; ", set.Replicas.Where(r => !r.Value.IsEmpty).Select(r => $"{name(r.Key)}: {Ranges(r.Value)}"));

    private static string Ranges(IdSet set)
    {
        var text = new StringBuilder();
        var ranges = set.Ranges;
        for (var i = 0; i < Math.Min(ranges.Length, Shown); i++)
        {
            if (i > 0)
                text.Append(", ");
            text.Append(CultureInfo.InvariantCulture, $"{ranges[i].Low:X}");
            if (ranges[i].High > ranges[i].Low)
                text.Append(CultureInfo.InvariantCulture, $"-{ranges[i].High:X}");
        }
        if (ranges.Length > Shown)
            text.Append(CultureInfo.InvariantCulture, $" and {ranges.Length - Shown} ranges more");
        return text.ToString();
    }
}
