using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;

namespace Roost.Bus.Tests.Running;

/// <summary>What an endpoint logged: sometimes the only sign of what it is waiting for.</summary>
sealed class LogBook : ILoggerProvider, ILogger
{
    readonly ConcurrentQueue<string> lines = new();

    public bool Says(string text) => lines.Any(line => line.Contains(text, StringComparison.Ordinal));

    public ILogger CreateLogger(string categoryName) => this;

    public IDisposable? BeginScope<TState>(TState state) where TState : notnull => null;

    public bool IsEnabled(LogLevel logLevel) => true;

    public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
        lines.Enqueue(formatter(state, exception));

    public void Dispose()
    {
    }
}
