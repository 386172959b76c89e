using System.Collections.Concurrent;
using System.Collections.Immutable;
using Microsoft.Extensions.Logging;

namespace Rialto.Server.Operations;

/// <summary>The least severe lines that are logged, for everything and category by category; changed while the server runs. The longest matching category decides.</summary>
public sealed class LogLevels
{
    private readonly LogLevel _initial;
    private volatile State _state;

    public LogLevels(LogLevel level)
    {
        _initial = level;
        _state = Initial;
    }

    /// <summary>Categories set, the empty one for everything, in order.</summary>
    public IReadOnlyList<(string Category, LogLevel Level)> All => [.. _state.Levels.Select(l => (l.Key, l.Value))];

    private State Initial => new(ImmutableSortedDictionary.Create<string, LogLevel>(StringComparer.OrdinalIgnoreCase).Add("", _initial).Add("Microsoft", LogLevel.Warning));

    /// <summary>Whether a line is to be written.</summary>
    public bool IsEnabled(string? category, LogLevel level)
    {
        var state = _state;
        return level >= state.Known.GetOrAdd(category ?? "", static (name, levels) => Find(levels, name), state.Levels);
    }

    /// <summary>Sets a category's level; null takes it back to what stands above it.</summary>
    public void Set(string category, LogLevel? level)
    {
        var levels = _state.Levels;
        _state = new(level is { } value ? levels.SetItem(category, value) : category.Length == 0 ? levels.SetItem("", _initial) : levels.Remove(category));
    }

    /// <summary>As the configuration says.</summary>
    public void Reset() => _state = Initial;

    private static LogLevel Find(ImmutableSortedDictionary<string, LogLevel> levels, string category)
    {
        for (var name = category; name.Length > 0; name = name.LastIndexOf('.') is > 0 and var dot ? name[..dot] : "")
        {
            if (levels.TryGetValue(name, out var level))
                return level;
        }
        return levels[""];
    }

    private sealed record State(ImmutableSortedDictionary<string, LogLevel> Levels)
    {
        public ConcurrentDictionary<string, LogLevel> Known { get; } = new(StringComparer.Ordinal);
    }
}
