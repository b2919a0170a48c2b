using System.Diagnostics;
using System.Runtime.CompilerServices;

namespace Roost.Servers;

/// <summary>Waits for something that is on its way, looking often, until a deadline; then fails with what it saw last.</summary>
public static class Eventually
{
    static readonly TimeSpan LookAgainAfter = TimeSpan.FromMilliseconds(20);
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    public static Task Is(Func<bool> condition, TimeSpan? within = null, Func<string>? describe = null,
        [CallerArgumentExpression(nameof(condition))] string what = "") =>
        Is(() => Task.FromResult(condition()), within, describe, what);

    /// <param name="describe">What to report of the world when the deadline passes.</param>
    public static Task Is(Func<Task<bool>> condition, TimeSpan? within = null, Func<string>? describe = null,
        [CallerArgumentExpression(nameof(condition))] string what = "") =>
        Wait(condition, yes => yes, within, _ => describe?.Invoke() ?? "false", what);

    /// <summary>Looks until what is seen is right, and returns it.</summary>
    /// <param name="every">Less often than usual, where hundreds look at once.</param>
    public static Task<T> Sees<T>(Func<Task<T>> look, Func<T, bool> right, TimeSpan? within = null,
        [CallerArgumentExpression(nameof(look))] string what = "", TimeSpan? every = null) =>
        Wait(look, right, within, seen => seen?.ToString() ?? "null", what, every);

    static async Task<T> Wait<T>(Func<Task<T>> look, Func<T, bool> right, TimeSpan? within, Func<T, string> describe, string what, TimeSpan? every = null)
    {
        var deadline = within ?? Patience;
        var watch = Stopwatch.StartNew();
        while (true)
        {
            string saw;
            try
            {
                var seen = await look();
                if (right(seen)) return seen;
                saw = describe(seen);
            }
            catch (Exception e) when (e is not ResultStateException)
            {
                saw = $"{e.GetType().Name}: {e.Message}";
            }
            if (watch.Elapsed > deadline) throw new AssertionException($"Not within {deadline.TotalSeconds:0.#} s: {what}. Last seen: {saw}");
            await Task.Delay(every ?? LookAgainAfter);
        }
    }
}
