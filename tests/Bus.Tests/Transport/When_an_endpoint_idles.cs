using System.Diagnostics;
using Roost.Servers;

namespace Roost.Bus.Tests.Transport;

[NonParallelizable]
public sealed class When_an_endpoint_idles
{
    [Test]
    public async Task It_takes_less_than_one_percent_of_a_core()
    {
        await using var vhost = await Rabbit.NewVhost("idle");
        await using var desk = await Mailbox.On(vhost);
        await desk.Open(concurrency: 32);

        // Other fixtures' clean-up may still be running in this process: one quiet window is enough, a busy loop has none.
        await Eventually.Sees(ShareOfACore, share => share < 0.01, within: TimeSpan.FromSeconds(30));
    }

    static async Task<double> ShareOfACore()
    {
        var window = TimeSpan.FromSeconds(4);
        var before = Process.GetCurrentProcess().TotalProcessorTime;
        await Task.Delay(window);
        return (Process.GetCurrentProcess().TotalProcessorTime - before) / window;
    }
}
