using System.Reflection;
using Npgsql;
using NServiceBus.Persistence.Sql;
using Roost.Payment.Calling;
using Roost.Payment.Paying;
using Roost.Stripe;

namespace Roost.Sagas.Tests.Paying;

/// <summary>P-42: a handler runs inside a transaction, so nothing that it is made of may be able to reach the network.</summary>
[Property("Pitfall", "P-42")]
public sealed class When_a_handler_wants_to_call_Stripe
{
    static readonly Type[] Network = [typeof(StripeClient), typeof(Lookup), typeof(HttpClient), typeof(IHttpClientFactory)];
    static readonly Type[] Database = [typeof(ISqlStorageSession), typeof(NpgsqlDataSource), typeof(NpgsqlConnection)];
    static readonly Type[] Endpoint = typeof(PaymentSaga).Assembly.GetTypes();

    [Test]
    public void It_finds_no_way_there()
    {
        var handlers = Endpoint.Where(type => type.GetInterfaces().Any(one => one.Name.StartsWith("IHandle", StringComparison.Ordinal))).ToArray();
        Assert.That(handlers, Does.Contain(typeof(WritingDown)).And.Contain(typeof(PaymentSaga)), "something was found to check");

        Assert.That(handlers.Where(handler => Reaches(handler, Network)), Is.Empty);
    }

    [Test]
    public void And_what_calls_Stripe_finds_no_way_to_a_database()
    {
        var callers = Endpoint.Where(type => Needs(type).Any(Network.Contains)).ToArray();
        Assert.That(callers, Is.EqualTo(new[] { typeof(Teller) }), "one class talks to Stripe");

        Assert.That(callers.Where(caller => Reaches(caller, Database)), Is.Empty);
    }

    [Test]
    public void The_one_class_that_has_both_holds_no_transaction_while_it_asks() =>
        Assert.That(Reaches(typeof(StripeCaller), Network) && Reaches(typeof(StripeCaller), Database), Is.True,
            "this test knows how to find both; When_Stripe_stalls looks at the transactions that are really open");

    static bool Reaches(Type type, Type[] goals, HashSet<Type>? visited = null)
    {
        visited ??= [];
        if (!visited.Add(type)) return false;
        return Needs(type).Any(need => goals.Contains(need) || (need.Assembly == typeof(PaymentSaga).Assembly && Reaches(need, goals, visited)));
    }

    static IEnumerable<Type> Needs(Type type) =>
        type.GetConstructors(BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Instance).SelectMany(one => one.GetParameters()).Select(one => one.ParameterType);
}
