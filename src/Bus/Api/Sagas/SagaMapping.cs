using System.Linq.Expressions;

namespace NServiceBus;

/// <summary>Collects what ConfigureHowToFindSaga says.</summary>
public interface IConfigureHowToFindSagaWithMessage
{
    void ConfigureMapping<TSagaEntity, TMessage>(
        Expression<Func<TSagaEntity, object?>> sagaEntityProperty, Expression<Func<TMessage, object?>> messageProperty)
        where TSagaEntity : IContainSagaData;

    void ConfigureHeaderMapping<TSagaEntity, TMessage>(Expression<Func<TSagaEntity, object?>> sagaEntityProperty, string headerName)
        where TSagaEntity : IContainSagaData;

    void ConfigureNotFoundHandler<TNotFoundHandler>() where TNotFoundHandler : ISagaNotFoundHandler;
}

public sealed class SagaPropertyMapper<TSagaData> where TSagaData : class, IContainSagaData
{
    readonly IConfigureHowToFindSagaWithMessage configuration;

    internal SagaPropertyMapper(IConfigureHowToFindSagaWithMessage configuration) => this.configuration = configuration;

    public CorrelatedSagaPropertyMapper<TSagaData> MapSaga(Expression<Func<TSagaData, object?>> sagaProperty) =>
        new(configuration, sagaProperty);

    public void ConfigureNotFoundHandler<TNotFoundHandler>() where TNotFoundHandler : ISagaNotFoundHandler =>
        configuration.ConfigureNotFoundHandler<TNotFoundHandler>();
}

public sealed class CorrelatedSagaPropertyMapper<TSagaData> where TSagaData : class, IContainSagaData
{
    readonly IConfigureHowToFindSagaWithMessage configuration;
    readonly Expression<Func<TSagaData, object?>> sagaProperty;

    internal CorrelatedSagaPropertyMapper(
        IConfigureHowToFindSagaWithMessage configuration, Expression<Func<TSagaData, object?>> sagaProperty)
    {
        this.configuration = configuration;
        this.sagaProperty = sagaProperty;
    }

    public CorrelatedSagaPropertyMapper<TSagaData> ToMessage<TMessage>(Expression<Func<TMessage, object?>> messageProperty)
    {
        configuration.ConfigureMapping(sagaProperty, messageProperty);
        return this;
    }

    public CorrelatedSagaPropertyMapper<TSagaData> ToMessageHeader<TMessage>(string headerName)
    {
        configuration.ConfigureHeaderMapping<TSagaData, TMessage>(sagaProperty, headerName);
        return this;
    }
}
