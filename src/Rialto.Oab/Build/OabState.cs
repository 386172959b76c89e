using System.Text.Json;
using System.Text.Json.Serialization;
using Rialto.Oab.Wire;

namespace Rialto.Oab.Build;

/// <summary>A book's generations, as they are kept in <c>state.json</c> beside the files: what is not named there is not published.</summary>
public sealed record OabState
{
    public const string FileName = "state.json";

    private static readonly JsonSerializerOptions s_json = new(JsonSerializerDefaults.Web) { WriteIndented = true, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull };

    /// <summary>Of this file's form. Never reuse a number.</summary>
    public int Form { get; init; } = 1;

    public Guid Book { get; init; }

    public string Name { get; init; } = "";

    public IReadOnlyList<OabListState> Lists { get; init; } = [];

    /// <summary>Files of earlier generations, and until when they stay.</summary>
    public IReadOnlyList<RetiredFile> Retired { get; init; } = [];

    public byte[] Write() => JsonSerializer.SerializeToUtf8Bytes(this, s_json);

    /// <summary>Null for what is no such file, or of a later form.</summary>
    public static OabState? Read(ReadOnlySpan<byte> bytes)
    {
        try
        {
            return JsonSerializer.Deserialize<OabState>(bytes, s_json) is { Form: 1 } state && state.Lists.All(l => l?.Full is not null) ? state : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    /// <summary>All files that can be downloaded.</summary>
    public IEnumerable<OabFile> Files() =>
        Lists.SelectMany(l => l.Templates.Select(t => t.File).Concat(l.Differences.Select(d => d.File)).Append(l.Full)).Concat(Retired.Select(r => r.File));
}

/// <summary>A list's current generation and the way to it.</summary>
public sealed record OabListState
{
    /// <summary>Identity of the generations, new with the first of them: generations that do not follow each other have different ones. [MS-OXOAB] 2.12.1.</summary>
    public Guid Id { get; init; }

    /// <summary>The list in its book. Empty in states of earlier versions, whose generations have its identity.</summary>
    public Guid List { get; init; }

    public string Dn { get; init; } = "";

    /// <summary>With the backslash that clients want before it.</summary>
    public string Name { get; init; } = "";

    /// <summary>The generation: 1, and one more each time that something changed. [MS-OXOAB] 2.12.4.</summary>
    public int Sequence { get; init; }

    /// <summary>Entries.</summary>
    public uint Count { get; init; }

    /// <summary>Hash of what the generation is made of.</summary>
    public string Contents { get; init; } = "";

    public DateTimeOffset Made { get; init; }

    public OabFile Full { get; init; } = null!;

    public IReadOnlyList<OabTemplateFileEntry> Templates { get; init; } = [];

    /// <summary>From earlier generations to this one, without a gap.</summary>
    public IReadOnlyList<DatedDifference> Differences { get; init; } = [];
}

/// <summary>A difference and when it was made.</summary>
public sealed record DatedDifference(OabFile File, DateTimeOffset Made);

/// <summary>A file of an earlier generation.</summary>
public sealed record RetiredFile(OabFile File, DateTimeOffset Until);
