using FsCheck;

namespace Roost.Domain.Tests;

/// <summary>Runs an assertion over random cases; a failure prints the smallest case found and the seed that repeats it.</summary>
static class Always
{
    public static void Holds<T>(Gen<T> cases, Action<T> assertion, int times = 300) =>
        Check.One(Config.QuickThrowOnFailure.WithMaxTest(times), Prop.ForAll(cases.ToArbitrary(), assertion));
}
