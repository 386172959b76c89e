using Microsoft.Extensions.Logging;

namespace Rialto.Fuzz;

/// <summary>Keeps the first exception that a session logs instead of throwing it.</summary>
internal sealed class SessionLog : ILogger
{
    private (string What, Exception Why)? first;

    public void ThrowIfAny()
    {
        if (first is var (what, why)) throw new InvalidOperationException(what, why);
    }

    public ILogger<T> As<T>() => new Of<T>(this);

    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => null;

    public bool IsEnabled(LogLevel logLevel) => true;

    public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
    {
        if (exception is not null) first ??= (formatter(state, exception), exception);
    }

    private sealed class Of<T>(ILogger inner) : ILogger<T>
    {
        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => inner.BeginScope(state);

        public bool IsEnabled(LogLevel logLevel) => inner.IsEnabled(logLevel);

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) => inner.Log(logLevel, eventId, state, exception, formatter);
    }
}
