using System.Buffers.Binary;

namespace Roost.Bus.Pipeline.Messages;

/// <summary>
/// Ids of messages, conversations and sagas: random, but ending in the time, so that rows written one after the other lie side by side
/// in an index.
/// </summary>
sealed class CombGuids(TimeProvider clock, Func<Guid> random)
{
    static readonly DateTime Beginning = new(1900, 1, 1, 0, 0, 0, DateTimeKind.Utc);

    public Guid New()
    {
        var now = clock.GetUtcNow().UtcDateTime;
        Span<byte> bytes = stackalloc byte[16];
        random().TryWriteBytes(bytes);
        BinaryPrimitives.WriteUInt16BigEndian(bytes[10..], (ushort)(now - Beginning).Days);
        // The clock of old database servers ticks every 3⅓ ms; readers that sort by this suffix expect that unit.
        BinaryPrimitives.WriteUInt32BigEndian(bytes[12..], (uint)(now.TimeOfDay.TotalMilliseconds / 3.333333));
        return new Guid(bytes);
    }
}
