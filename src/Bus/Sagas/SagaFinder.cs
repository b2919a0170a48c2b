using System.ComponentModel;
using System.Globalization;

namespace Roost.Bus.Sagas;

/// <summary>Takes from a message the value that its saga is found by.</summary>
abstract class SagaFinder
{
    public abstract object ValueIn(object message, Dictionary<string, string> headers);
}

sealed class FindByMessageProperty<TMessage>(Func<TMessage, object?> property, string sagaName) : SagaFinder
{
    public override object ValueIn(object message, Dictionary<string, string> headers) => property((TMessage)message)
        ?? throw new InvalidOperationException(
            $"Message {message.GetType().FullName} mapped to saga {sagaName} has a null correlation property.");
}

sealed class FindByHeader(string headerName, Type propertyType, string sagaName) : SagaFinder
{
    readonly TypeConverter converter = TypeDescriptor.GetConverter(propertyType);

    public override object ValueIn(object message, Dictionary<string, string> headers)
    {
        if (!headers.TryGetValue(headerName, out var text))
            throw new InvalidOperationException(
                $"Message {message.GetType().FullName} mapped to saga {sagaName} is missing the header '{headerName}'.");
        if (propertyType == typeof(string)) return text;
        try
        {
            return converter.ConvertFromString(context: null, CultureInfo.InvariantCulture, text)!;
        }
        catch (Exception unreadable) when (unreadable is FormatException or ArgumentException or OverflowException or NotSupportedException)
        {
            throw new InvalidOperationException(
                $"The header '{headerName}' of message {message.GetType().FullName}, mapped to saga {sagaName}, is no {propertyType.Name}: '{text}'.",
                unreadable);
        }
    }
}
