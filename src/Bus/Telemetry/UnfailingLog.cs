using Microsoft.Extensions.Logging;

namespace Roost.Bus.Telemetry;

/// <summary>
/// What becomes of a message is not for its log to decide: neither a log that cannot write nor an exception that throws when asked for its text.
/// </summary>
sealed class UnfailingLog(ILogger log) : ILogger
{
    public IDisposable? BeginScope<TState>(TState state) where TState : notnull => log.BeginScope(state);

    public bool IsEnabled(LogLevel logLevel) => log.IsEnabled(logLevel);

    public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
    {
        try
        {
            log.Log(logLevel, eventId, state, exception, formatter);
        }
        catch (Exception failure) when (exception is not null)
        {
            Log(logLevel, eventId, state, $"{exception.GetType().FullName}, which could not be logged: {failure.GetType().FullName}", formatter);
        }
        catch (Exception)
        {
            // There is nobody left to tell.
        }
    }

    void Log<TState>(LogLevel logLevel, EventId eventId, TState state, string reason, Func<TState, Exception?, string> formatter)
    {
        try
        {
            log.Log(logLevel, eventId, state, null, (said, _) => $"{formatter(said, null)} {reason}");
        }
        catch (Exception)
        {
            // As above.
        }
    }
}
