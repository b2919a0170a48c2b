using System.Text;
using Roost.Bus.Transport;

namespace Roost.Bus.Tests.Transport;

/// <summary>Messages for tests in which only their way matters.</summary>
static class Letter
{
    public static OutgoingOperation To(string destination, string? id = null) => New(id) with { Destination = destination };

    public static OutgoingOperation About<TEvent>(string? id = null) => New(id) with { EventType = typeof(TEvent) };

    static OutgoingOperation New(string? id)
    {
        id ??= Guid.NewGuid().ToString();
        return new OutgoingOperation(
            id, new Dictionary<string, string> { [Headers.MessageId] = id, [Headers.ContentType] = "application/json" }, Encoding.UTF8.GetBytes("{}"));
    }
}
