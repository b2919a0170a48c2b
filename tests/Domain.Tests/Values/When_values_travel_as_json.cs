using System.Text.Json;
using Newtonsoft.Json;
using Roost.Domain.Cancelling;
using Roost.Domain.Pricing;
using Roost.Domain.Quoting;
using Roost.Domain.Tests.Pricing;
using Roost.Domain.Time;
using JsonSerializer = System.Text.Json.JsonSerializer;

namespace Roost.Domain.Tests.Values;

public sealed class When_values_travel_as_json
{
    static readonly JsonSerializerOptions Http = new(JsonSerializerDefaults.Web);

    static readonly object[] Everything =
    [
        new Money(94_500, "USD"), new Money(-1, "JPY"), new Money(long.MaxValue, "BHD"),
        new Stay(new(2028, 2, 28), new(2028, 3, 1)), new GuestCount(2, 1, 1),
    ];

    [Test]
    public void Http_shows_money_as_amount_and_currency_and_nothing_else() =>
        Assert.That(JsonSerializer.Serialize(new Money(94_500, "USD"), Http), Is.EqualTo("""{"amount":94500,"currency":"USD"}"""));

    [Test]
    public void The_bus_shows_records_by_their_own_names()
    {
        Assert.That(JsonSerializer.Serialize(new Money(94_500, "USD")), Is.EqualTo("""{"Amount":94500,"Currency":"USD"}"""));
        Assert.That(JsonSerializer.Serialize(new Stay(new(2027, 3, 15), new(2027, 3, 18))),
            Is.EqualTo("""{"CheckIn":"2027-03-15","CheckOut":"2027-03-18"}"""));
        Assert.That(JsonSerializer.Serialize(new GuestCount(2, 1, 1)), Is.EqualTo("""{"Adults":2,"Children":1,"Infants":1}"""));
    }

    [TestCaseSource(nameof(Everything))]
    public void They_come_back_from_http_the_bus_and_saga_data(object value)
    {
        var type = value.GetType();

        Assert.That(JsonSerializer.Deserialize(JsonSerializer.Serialize(value, Http), type, Http), Is.EqualTo(value));
        Assert.That(JsonSerializer.Deserialize(JsonSerializer.Serialize(value), type), Is.EqualTo(value));
        Assert.That(JsonConvert.DeserializeObject(JsonConvert.SerializeObject(value), type), Is.EqualTo(value));
    }

    [Test]
    public void Saga_data_holds_no_derived_fields() =>
        Assert.That(JsonConvert.SerializeObject(new Stay(new(2027, 3, 15), new(2027, 3, 18))),
            Is.EqualTo("""{"CheckIn":"2027-03-15","CheckOut":"2027-03-18"}"""));

    /// <summary>What a booking keeps of its quote, its policy and its listing's clock. Lists compare by their JSON.</summary>
    static readonly object[] Snapshots =
    [
        Stays.Price(null, Stays.Home(), Stays.Home(quantity: 2)), CancellationPolicies.Strict, new ListingTimes("Asia/Tokyo", new(15, 0), new(10, 30)),
        new Quote(Guid.Empty, Guid.Empty, Guid.Empty, new(2), Stays.Price(), CancellationPolicies.Flexible, DateTimeOffset.UnixEpoch),
        new PricePart(PricePartKind.Tax, new(770, "USD"), "US-CA"),
    ];

    [TestCaseSource(nameof(Snapshots))]
    public void Snapshots_come_back_whole(object snapshot)
    {
        var type = snapshot.GetType();
        var written = JsonSerializer.Serialize(snapshot);

        Assert.That(JsonSerializer.Serialize(JsonSerializer.Deserialize(written, type)), Is.EqualTo(written));
        Assert.That(JsonSerializer.Serialize(JsonSerializer.Deserialize(JsonSerializer.Serialize(snapshot, Http), type, Http)), Is.EqualTo(written));
        Assert.That(JsonSerializer.Serialize(JsonConvert.DeserializeObject(JsonConvert.SerializeObject(snapshot), type)), Is.EqualTo(written));
    }
}
