using RabbitMQ.Client.Exceptions;

namespace Roost.Bus.RabbitMQ.Connecting;

/// <summary>Tells a broker that is away from one that answered and said no: a wrong password or a missing queue will not come right by waiting.</summary>
static class Refusal
{
    public static bool IsFinal(Exception e) => e switch
    {
        OperationInterruptedException { ShutdownReason.ReplyCode: 403 or 404 or 405 or 406 or 530 } => true,
        AuthenticationFailureException or PossibleAuthenticationFailureException => true,
        BrokerUnreachableException { InnerException: { } inner } => IsFinal(inner),
        AggregateException many => many.InnerExceptions.All(IsFinal),
        _ => false,
    };
}
