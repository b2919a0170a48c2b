using System.Text.Json;
using Npgsql;
using Roost.Calendar.Taking;
using Roost.Contracts;

namespace Roost.Calendar.Telling;

/// <summary>
/// What a committed group has to tell the others. Written with it, so that a crash right after the commit loses none of it.
/// </summary>
public sealed record Outgoing(Guid Id, IReadOnlyList<IEvent> Events)
{
    public NpgsqlBatchCommand Insert() => new NpgsqlBatchCommand(
        "insert into calendar.outgoing (id, events) values (@id, @events::json)").With("id", Id).With("events", Json());

    public static Outgoing Parse(Guid id, string json) =>
        new(id, [.. JsonSerializer.Deserialize<List<Envelope>>(json)!.Select(e => e.Open())]);

    string Json() => JsonSerializer.Serialize(Events.Select(Envelope.Of));

    sealed record Envelope(string Type, JsonElement Body)
    {
        static readonly Dictionary<string, Type> Types =
            new[] { typeof(NightsChanged), typeof(NightsOffered), typeof(OfferTaken), typeof(OfferLapsed) }.ToDictionary(t => t.Name);

        public static Envelope Of(IEvent happened) =>
            new(happened.GetType().Name, JsonSerializer.SerializeToElement(happened, happened.GetType()));

        public IEvent Open() => (IEvent)Body.Deserialize(Types[Type])!;
    }
}
