using Roost.Contracts;
using Roost.Domain;

namespace Roost.Endpoints.Tests.Paying;

/// <summary>The payment endpoint as a process, on a database, a virtual host and a Stripe of its own.</summary>
public sealed class PaymentAtWork : IAsyncDisposable
{
    public static readonly Money Price = new(10_000, "USD");

    PaymentAtWork(Postgres.Database database, Rabbit.Vhost vhost, StripeServer stripe) => (Database, Vhost, Stripe) = (database, vhost, stripe);

    public Postgres.Database Database { get; }
    public StripeServer Stripe { get; }
    public Outsider Outsider { get; private set; } = null!;
    public ChildProcess Process { get; private set; } = null!;
    Rabbit.Vhost Vhost { get; }

    /// <param name="timeoutSeconds">How long the endpoint waits for Stripe.</param>
    public static async Task<PaymentAtWork> Start(int timeoutSeconds = 20)
    {
        var payment = new PaymentAtWork(await Postgres.NewDatabase("payment"), await Rabbit.NewVhost("payment"), await StripeServer.Start());
        try
        {
            await payment.StartProcess(timeoutSeconds);
            payment.Outsider = await Outsider.Listening<Ears>(payment.Vhost, "Roost.Payment");
            return payment;
        }
        catch
        {
            await payment.DisposeAsync();
            throw;
        }
    }

    public async Task StartProcess(int timeoutSeconds = 20)
    {
        var port = Ports.Free();
        Process = EndpointProcess.Start("Payment", new Dictionary<string, string?>
        {
            ["ROOST__POSTGRES"] = Database.ConnectionString,
            ["ROOST__RABBITMQ"] = Vhost.Amqp,
            ["ROOST__HTTP"] = $"http://127.0.0.1:{port}",
            ["ROOST__STRIPE__URL"] = Stripe.Url.ToString(),
            ["ROOST__STRIPE__KEY"] = StripeServer.Key,
            ["ROOST__STRIPE__TIMEOUT"] = $"{timeoutSeconds}",
            ["ROOST__STRIPE__BREAKEROPENFOR"] = "1",
            ["ROOST__LOGS"] = null,
        });
        using var http = new HttpClient { BaseAddress = new Uri($"http://127.0.0.1:{port}") };
        await Eventually.Is(async () => (await http.GetAsync("/health/ready")).IsSuccessStatusCode, TimeSpan.FromSeconds(90), () => Process.Output);
    }

    public Task Send(object command) => Outsider.Send(command);

    public async Task<Guid> Authorize(string card = "pm_card_visa", Money? amount = null)
    {
        var payment = Guid.CreateVersion7();
        await Send(new AuthorizePayment(payment, payment, Guid.NewGuid(), amount ?? Price, card));
        return payment;
    }

    public async Task<Guid> Authorized(Money? amount = null)
    {
        var payment = await Authorize(amount: amount);
        await Outsider.Hears<PaymentAuthorized>(it => it.PaymentId == payment);
        return payment;
    }

    public async Task<Guid> Captured()
    {
        var payment = await Authorized();
        await Send(new CapturePayment(payment, Price, DateTimeOffset.UnixEpoch));
        await Outsider.Hears<PaymentCaptured>(it => it.PaymentId == payment);
        return payment;
    }

    /// <summary>How many objects Stripe has for this payment: intents, charges that worked, refunds.</summary>
    public (int Intents, int Charges, int Refunds) At(Guid payment) => Stripe.Look(stripe =>
    {
        var intents = stripe.PaymentIntents.All.Where(intent => intent.Metadata.GetValueOrDefault("payment_id") == $"{payment}").Select(intent => intent.Id).ToHashSet();
        return (intents.Count,
            stripe.Charges.All.Count(charge => charge.Paid && intents.Contains(charge.PaymentIntent)),
            stripe.Refunds.All.Count(refund => intents.Contains(refund.PaymentIntent)));
    });

    public Task<T?> View<T>(string column, Guid payment) => Database.Value<T>($"select {column} from payment.payment_view where payment_id = '{payment}'");

    public async ValueTask DisposeAsync()
    {
        if (Outsider is not null) await Outsider.DisposeAsync();
        if (Process is not null) await Process.DisposeAsync();
        await Stripe.DisposeAsync();
        await Vhost.DisposeAsync();
        await Database.DisposeAsync();
    }

    public sealed class Ears(Heard heard) : IHandleMessages<PaymentAuthorized>, IHandleMessages<PaymentDeclined>, IHandleMessages<PaymentRequiresAction>,
        IHandleMessages<PaymentCaptured>, IHandleMessages<PaymentVoided>, IHandleMessages<PaymentRefunded>, IHandleMessages<RefundFailed>,
        IHandleMessages<PaymentNeedsStaff>
    {
        public Task Handle(PaymentAuthorized message, IMessageHandlerContext context) => Hear(message);
        public Task Handle(PaymentDeclined message, IMessageHandlerContext context) => Hear(message);
        public Task Handle(PaymentRequiresAction message, IMessageHandlerContext context) => Hear(message);
        public Task Handle(PaymentCaptured message, IMessageHandlerContext context) => Hear(message);
        public Task Handle(PaymentVoided message, IMessageHandlerContext context) => Hear(message);
        public Task Handle(PaymentRefunded message, IMessageHandlerContext context) => Hear(message);
        public Task Handle(RefundFailed message, IMessageHandlerContext context) => Hear(message);
        public Task Handle(PaymentNeedsStaff message, IMessageHandlerContext context) => Hear(message);

        Task Hear(object message)
        {
            heard.Enqueue(message);
            return Task.CompletedTask;
        }
    }
}
