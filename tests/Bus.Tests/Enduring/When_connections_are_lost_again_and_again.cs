using System.Text.Json;
using Npgsql;
using Roost.Bus.Tests.Crashing;
using Roost.Bus.Tests.Running;
using Roost.Servers;

namespace Roost.Bus.Tests.Enduring;

/// <summary>The broker itself is asked what it holds for us: what we forgot to close would still be there.</summary>
[Parallelizable]
public sealed class When_connections_are_lost_again_and_again
{
    const int Storms = 4;

    /// <summary>The management API's lists are seconds behind.</summary>
    static readonly TimeSpan ForTheBrokersLists = TimeSpan.FromSeconds(40);

    [Test]
    public async Task Each_endpoint_has_one_connection_to_receive_and_one_to_send_with_one_channel_each()
    {
        await using var world = await World.Create("storms");
        var database = new NpgsqlConnectionStringBuilder(world.Database.ConnectionString);
        await using var toBroker = Link.To(Rabbit.Broker.Host, Rabbit.Broker.Port);
        await using var toDatabase = Link.To(database.Host!, database.Port);
        await using var trips = await Trips.In(
            world, new(world.Broker.Through(toBroker.Host, toBroker.Port), world.Database.Through(toDatabase.Host, toDatabase.Port) + ";Application Name=storms"));
        await trips.SetOut();

        for (var storm = 0; storm < Storms; storm++)
        {
            toBroker.Cut();
            toDatabase.Cut();
            toBroker.Join();
            toDatabase.Join();
            await trips.Flow();
        }
        await trips.EachHappenedOnce();

        string[] asManyAsEndpointsNeed = ["Victim MessagePump 1", "Victim Publish 1", "Witness MessagePump 1", "Witness Publish 1"];
        await Eventually.Sees(() => ConnectionsWithTheirChannels(world.Broker), seen => seen == string.Join(", ", asManyAsEndpointsNeed), ForTheBrokersLists);
        var toPostgres = await world.Database.Value<long>($"select count(*) from pg_stat_activity where datname = '{world.Database.Name}' and application_name = 'storms'");
        // One for each of 8 messages at a time, and one for the marks: two endpoints share a pool.
        Assert.That(toPostgres, Is.LessThanOrEqualTo(2 * 9 + 2));
    }

    static async Task<string> ConnectionsWithTheirChannels(Rabbit.Vhost broker)
    {
        var channels = (await broker.Get($"api/vhosts/{broker.Name}/channels"))!.Value.EnumerateArray()
            .Select(channel => Text(channel.GetProperty("connection_details"), "name")).ToList();
        return string.Join(", ", (await broker.Get($"api/vhosts/{broker.Name}/connections"))!.Value.EnumerateArray()
            .Select(c => $"{c.GetProperty("client_properties").GetProperty("connection_name").GetString()} {channels.Count(name => name == Text(c, "name"))}")
            .Order());
    }

    static string Text(JsonElement element, string property) => element.GetProperty(property).GetString() ?? "";
}
