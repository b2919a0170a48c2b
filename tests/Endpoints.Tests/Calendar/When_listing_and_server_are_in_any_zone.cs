using NodaTime;
using Npgsql;
using Roost.Calendar.Taking;
using Roost.Domain.Time;

namespace Roost.Endpoints.Tests.Calendar;

/// <summary>P-02: a date is a date of the listing. It is written by servers as far apart as they can be, for listings in every zone, and read back in every zone.</summary>
public sealed class When_listing_and_server_are_in_any_zone
{
    static readonly string[] writers = ["Pacific/Kiritimati", "Etc/GMT+12", "UTC"];
    static readonly DateOnly checkIn = new(DateTime.UtcNow.Year + 1, 3, 15);

    TestCalendar calendar = null!;
    string[] zones = [];

    [OneTimeSetUp]
    public async Task A_night_is_held_in_a_home_of_every_zone()
    {
        calendar = await TestCalendar.Open();
        var known = await calendar.Database.Values<string>("select name from pg_timezone_names");
        zones = [.. DateTimeZoneProviders.Tzdb.Ids.Where(ListingZones.Knows).Intersect(known)];
        await Task.WhenAll(writers.Select(async (writer, n) =>
        {
            await using var elsewhere = ClerkDatabase.Open(new NpgsqlConnectionStringBuilder(calendar.Database.ConnectionString) { Timezone = writer }.ConnectionString);
            await using var desk = new FrontDesk(new Clerk(elsewhere, _ => { }));
            await Task.WhenAll(zones.Where((_, i) => i % writers.Length == n).Select(async zone =>
            {
                var home = await calendar.Home(unit => unit with { TimeZone = zone });
                var held = await calendar.Tell(new Contracts.HoldNights(Guid.NewGuid(), [new(home, checkIn, checkIn.AddDays(1), 1)], TimeSpan.FromMinutes(15)), desk);
                Assert.That(held, Is.InstanceOf<Contracts.NightsHeld>(), zone);
            }));
        }));
    }

    [OneTimeTearDown]
    public async Task Close() => await calendar.DisposeAsync();

    [Test]
    public void There_are_hundreds_of_them() => Assert.That(zones, Has.Length.GreaterThan(400));

    [Test]
    public async Task The_stored_date_is_that_date_read_from_anywhere()
    {
        await using var connection = await calendar.Database.Open();
        foreach (var reader in zones)
        {
            await using var command = new NpgsqlCommand(
                $"""
                set time zone '{reader}';
                select (select count(*) from calendar.claim_view where check_in = '{checkIn:O}' and check_out = '{checkIn.AddDays(1):O}'),
                       (select count(*) from calendar.nights where night::text = '{checkIn:O}')
                """, connection);
            await using var row = await command.ExecuteReaderAsync();
            await row.ReadAsync();
            Assert.That((row.GetInt64(0), row.GetInt64(1)), Is.EqualTo(((long)zones.Length, (long)zones.Length)), reader);
        }
    }

    [Test]
    public async Task That_night_and_no_other_is_shown_as_taken()
    {
        var wrong = await calendar.Database.Values<string>(
            $"""
            select u.time_zone || ' ' || a.night
            from calendar.unit_view u cross join lateral calendar.availability(u.unit_id, '{checkIn.AddDays(-1):O}', '{checkIn.AddDays(2):O}') a
            where (a.available = 0) <> (a.night = '{checkIn:O}')
            """);
        Assert.That(wrong, Is.Empty);
    }
}
