using Roost.Contracts;
using Roost.Domain;

namespace Roost.Endpoints.Tests.Calendar;

/// <summary>The calendar as a process of its own, on a database and a virtual host of its own, and an outsider who talks to it.</summary>
public sealed class CalendarAtWork : IAsyncDisposable
{
    CalendarAtWork(Postgres.Database database, Rabbit.Vhost vhost) => (Database, Vhost) = (database, vhost);

    public Postgres.Database Database { get; }
    public Rabbit.Vhost Vhost { get; }
    public ChildProcess Process { get; private set; } = null!;
    public Outsider Outsider { get; private set; } = null!;

    /// <summary>Where the process answers for itself.</summary>
    public Uri Address { get; private set; } = null!;

    /// <param name="prepare">What must be on the broker before.</param>
    /// <param name="settings">Besides the servers.</param>
    public static async Task<CalendarAtWork> Start(Func<Rabbit.Vhost, Task>? prepare = null, IReadOnlyDictionary<string, string?>? settings = null)
    {
        var calendar = new CalendarAtWork(await Postgres.NewDatabase("calendar"), await Rabbit.NewVhost("calendar"));
        try
        {
            if (prepare is not null) await prepare(calendar.Vhost);
            await calendar.StartProcess(settings);
            calendar.Outsider = await Outsider.Listening<Ears>(calendar.Vhost, "Roost.Calendar");
            return calendar;
        }
        catch
        {
            await calendar.DisposeAsync();
            throw;
        }
    }

    public async Task StartProcess(IReadOnlyDictionary<string, string?>? settings = null)
    {
        Address = new Uri($"http://127.0.0.1:{Ports.Free()}");
        Process = EndpointProcess.Start("Calendar", new Dictionary<string, string?>(settings ?? new Dictionary<string, string?>())
        {
            ["ROOST__POSTGRES"] = Database.ConnectionString,
            ["ROOST__RABBITMQ"] = Vhost.Amqp,
            ["ROOST__HTTP"] = Address.ToString(),
            ["ROOST__LOGS"] = null,
        });
        using var http = new HttpClient { BaseAddress = Address };
        await Eventually.Is(async () => (await http.GetAsync("/health/ready")).IsSuccessStatusCode, TimeSpan.FromSeconds(90), () => Process.Output);
    }

    public async Task<Guid> Unit(UnitKind kind, int capacity)
    {
        var unit = Guid.CreateVersion7();
        await Outsider.Send(new DefineUnit(
            unit, Guid.CreateVersion7(), Guid.CreateVersion7(), kind, capacity, HardCap: null, "Europe/Berlin", new TimeOnly(15, 0), new TimeOnly(11, 0),
            MinNights: 1, MaxNights: 60, LeadDays: 0, HorizonDays: 730, TicketDate: null, OnSale: true, Version: 1));
        await Outsider.Hears<NightsChanged>(e => e.UnitId == unit, TimeSpan.FromSeconds(60));
        return unit;
    }

    public Task<List<string>> Violations() => Database.Values<string>("select format('%s: %s %s %s', invariant, unit_id, night, detail) from calendar.invariant_violations");

    public async ValueTask DisposeAsync()
    {
        if (Outsider is not null) await Outsider.DisposeAsync();
        if (Process is not null) await Process.DisposeAsync();
        await Vhost.DisposeAsync();
        await Database.DisposeAsync();
    }

    public sealed class Ears(Heard heard) : IHandleMessages<NightsHeld>, IHandleMessages<NightsRefused>, IHandleMessages<NightsConfirmed>,
        IHandleMessages<NightsLost>, IHandleMessages<NightsReleased>, IHandleMessages<NightsMoved>, IHandleMessages<MoveRefused>, IHandleMessages<NightsChanged>,
        IHandleMessages<NightsOffered>
    {
        public Task Handle(NightsHeld message, IMessageHandlerContext context) => Hear(message);
        public Task Handle(NightsRefused message, IMessageHandlerContext context) => Hear(message);
        public Task Handle(NightsConfirmed message, IMessageHandlerContext context) => Hear(message);
        public Task Handle(NightsLost message, IMessageHandlerContext context) => Hear(message);
        public Task Handle(NightsReleased message, IMessageHandlerContext context) => Hear(message);
        public Task Handle(NightsMoved message, IMessageHandlerContext context) => Hear(message);
        public Task Handle(MoveRefused message, IMessageHandlerContext context) => Hear(message);
        public Task Handle(NightsChanged message, IMessageHandlerContext context) => Hear(message);
        public Task Handle(NightsOffered message, IMessageHandlerContext context) => Hear(message);

        Task Hear(object message)
        {
            heard.Enqueue(message);
            return Task.CompletedTask;
        }
    }
}
