using Roost.Demo;

// Fills a running Roost with a catalogue, and makes one booking from end to end. Everything goes over HTTP, as a frontend would do it.
var web = new Uri(args is [var address, ..] ? address : "http://127.0.0.1:8080");
try
{
    using var api = new Api(web);
    await Catalogue.Load(api);
    await FirstBooking.Make(api);
    return 0;
}
catch (Exception e) when (e is HttpRequestException or RefusedException or TaskCanceledException)
{
    Console.Error.WriteLine($"The demo could not go on: {e.Message}");
    return 1;
}
