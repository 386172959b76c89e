using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;

namespace Rialto.MailAccess.Tests;

/// <summary>A log's lines, each with its level.</summary>
internal sealed class LogLines<T> : ILogger<T>
{
    private readonly ConcurrentQueue<(LogLevel Level, string Text)> _lines = new();

    /// <summary>Those that a server writes as it is installed.</summary>
    public IEnumerable<string> Usual => _lines.Where(l => l.Level >= LogLevel.Information).Select(l => $"{l.Level}: {l.Text}");

    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => null;

    public bool IsEnabled(LogLevel logLevel) => true;

    public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) => _lines.Enqueue((logLevel, formatter(state, exception)));
}
