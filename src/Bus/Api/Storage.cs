namespace NServiceBus;

/// <summary>The transaction that the message in progress is part of.</summary>
public interface ISynchronizedStorageSession;
