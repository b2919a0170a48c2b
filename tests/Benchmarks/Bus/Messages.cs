namespace Roost.Benchmarks.Bus;

public sealed class Nothing : ICommand
{
    public long SentAt { get; set; }
}

public sealed class Insert : ICommand
{
    public Guid Id { get; set; }
    public long SentAt { get; set; }
}

public sealed class BeginOrder : ICommand
{
    public Guid OrderId { get; set; }
    public long SentAt { get; set; }
}

public sealed class FinishOrder : ICommand
{
    public Guid OrderId { get; set; }
}

public sealed class Happened : IEvent
{
    public long SentAt { get; set; }
}
