namespace NServiceBus;

public interface IContainSagaData
{
    Guid Id { get; set; }
    string? Originator { get; set; }
    string? OriginalMessageId { get; set; }
}
