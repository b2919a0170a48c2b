using Roost.Contracts;
using Roost.Domain;
using static Roost.Endpoints.Tests.Calendar.TestCalendar;

namespace Roost.Endpoints.Tests.Calendar;

/// <summary>
/// Random commands, in an order that the seed repeats. Every answer is the oracle's, and after every step every invariant holds.
/// </summary>
public sealed class When_anything_happens_in_any_order
{
    const int Steps = 60, Days = 6;

    [Test]
    public async Task The_calendar_answers_as_if_it_added_up_all_claims_each_time([Range(1, 8)] int seed)
    {
        await using var calendar = await TestCalendar.Open();
        Guid[] rooms = [await calendar.Unit(UnitKind.RoomType, capacity: 2), await calendar.Unit(UnitKind.RoomType, capacity: 1)];
        var oracle = new Oracle(new() { [rooms[0]] = 2, [rooms[1]] = 1 });
        var random = new Random(seed);
        List<Guid> ids = [Guid.NewGuid()];
        List<(Guid Booking, Guid Change)> changes = [(ids[0], Guid.NewGuid())];

        for (var step = 0; step < Steps; step++)
        {
            var (what, expected, actual) = await Step();
            Assert.That(actual, Is.EqualTo(expected), $"seed {seed}, step {step}: {what}");
            Assert.That(await calendar.Violations(), Is.Empty, $"seed {seed}, step {step}: {what}");
            for (var day = 1; day <= Days; day++)
            {
                foreach (var room in rooms)
                    Assert.That(await calendar.Free(room, June(day)), Is.EqualTo(oracle.Free(room, June(day))), $"seed {seed}, step {step}: {what}, June {day}");
            }
        }

        async Task<(string, object, object)> Step()
        {
            var (known, (booking, change), line) = (ids[random.Next(ids.Count)], changes[random.Next(changes.Count)], AnyLine());
            switch (random.Next(12))
            {
                case < 4:
                    var (id, lines, lapses) = (random.Next(6) == 0 ? known : New(), AnyLines(), random.Next(3) == 0);
                    var hold = new HoldNights(id, lines, lapses ? TimeSpan.Zero : TimeSpan.FromMinutes(15));
                    return ($"{hold}", oracle.Hold(id, lines, lapses), Word(await calendar.Tell(hold)));
                case 4 or 5:
                    return ($"confirm {known}", oracle.Confirm(known), Word(await calendar.Tell(new ConfirmNights(known))));
                case 6:
                    return ($"release {known}", oracle.Release(known), Word(await calendar.Tell(new ReleaseNights(known))));
                case 7:
                    changes.Add((known, Guid.NewGuid()));
                    var forChange = new HoldNightsForChange(changes[^1].Change, known, [line], TimeSpan.FromMinutes(15));
                    return ($"{forChange}", oracle.HoldForChange(forChange.ChangeId, known, [line]), Word(await calendar.Tell(forChange)));
                case 8:
                    return ($"move {booking} by {change}", oracle.Move(booking, change), Word(await calendar.Tell(new MoveNights(booking, change))));
                case 9:
                    var block = Guid.NewGuid();
                    await calendar.Tell(new BlockNights(block, line.UnitId, line.CheckIn, line.CheckOut, line.Quantity, null));
                    return ($"block {line}", oracle.Block(block, line), await calendar.State(block) == "block live");
                case 10:
                    var resize = new ChangeCapacity(Guid.NewGuid(), rooms[random.Next(2)], random.Next(1, 4));
                    await calendar.Tell(resize);
                    var status = await calendar.Database.Value<string>($"select status from calendar.change_view where change_id = '{resize.ChangeId}'");
                    return ($"{resize}", oracle.Resize(resize.UnitId, resize.Capacity), status == "done");
                default:
                    await calendar.Sweeper.SweepAll(default);
                    return ("sweep", "-", "-");
            }
        }

        Guid New()
        {
            ids.Add(Guid.NewGuid());
            return ids[^1];
        }

        NightsLine AnyLine()
        {
            var first = random.Next(1, Days);
            return new(rooms[random.Next(2)], June(first), June(random.Next(first + 1, Days + 2)), 1);
        }

        NightsLine[] AnyLines() => random.Next(4) == 0 ? [AnyLine(), AnyLine()] : [AnyLine()];
    }

    [Test] // P-75, P-79
    public async Task Nobody_waits_for_nights_that_are_free_and_no_offer_is_more_than_there_is([Range(1, 6)] int seed)
    {
        await using var calendar = await TestCalendar.Open();
        var room = await calendar.Unit(UnitKind.RoomType, capacity: 2);
        var random = new Random(seed);
        List<Guid> claims = [Guid.NewGuid()], entries = [Guid.NewGuid()];

        for (var step = 0; step < Steps; step++)
        {
            var first = random.Next(1, Days);
            var line = new NightsLine(room, June(first), June(random.Next(first + 1, Days + 2)), random.Next(1, 3));
            var duration = random.Next(3) == 0 ? TimeSpan.Zero : TimeSpan.FromMinutes(15);
            switch (random.Next(8))
            {
                case 0 or 1:
                    claims.Add(Guid.NewGuid());
                    await calendar.Tell(new HoldNights(claims[^1], [line], duration));
                    break;
                case 2 or 3:
                    entries.Add(Guid.NewGuid());
                    await calendar.Tell(new WatchNights(entries[^1], line, random.Next(2), DateTimeOffset.UnixEpoch.AddSeconds(step), duration));
                    break;
                case 4:
                    await calendar.Tell(new ReleaseNights(claims[random.Next(claims.Count)]));
                    break;
                case 5 when calendar.Told.OfType<NightsOffered>().ToList() is { Count: > 0 } offers:
                    var offer = offers[random.Next(offers.Count)];
                    claims.Add(Guid.NewGuid());
                    await calendar.Tell(new HoldNights(claims[^1], [offer.Nights], TimeSpan.FromMinutes(15), offer.OfferId));
                    break;
                case 6:
                    await calendar.Tell(new StopWatching(entries[random.Next(entries.Count)]));
                    break;
                default:
                    await calendar.Sweeper.SweepAll(default);
                    break;
            }
            Assert.That(await calendar.Violations(), Is.Empty, $"seed {seed}, step {step}");
            Assert.That(await CouldBeServed(), Is.Empty, $"seed {seed}, step {step}");
        }

        Assert.That(calendar.Told.OfType<NightsOffered>().Select(o => o.EntryId), Is.Unique);

        Task<List<Guid>> CouldBeServed() => calendar.Database.Values<Guid>(
            """
            select entry_id from calendar.watchers w
            where state = 'waiting' and not exists (
                select from calendar.nights n
                where n.unit_id = w.unit_id and n.night <@ w.stay and n.capacity - n.held - n.booked - n.blocked < w.quantity)
            """);
    }

    static string Word(IMessage? answer) => answer switch
    {
        NightsHeld => "held",
        NightsRefused or MoveRefused => "refused",
        NightsConfirmed => "confirmed",
        NightsLost => "lost",
        NightsReleased => "released",
        NightsMoved => "moved",
        _ => $"{answer}",
    };
}
