namespace Roost.Servers;

/// <summary>
/// Is there an order of the operations, one after the other and consistent with real time, in which no night is taken beyond its capacity
/// and every refusal is true? Searches for one, unit by unit, trying what ended first first and remembering where it has been in vain.
/// </summary>
public static class HistoryChecker
{
    const int MostSteps = 2_000_000;

    /// <summary>Null when it is legal; otherwise which unit is not, and how far the search came.</summary>
    public static string? Problem(IEnumerable<History.Operation> history, IReadOnlyDictionary<string, int> capacities) => history
        .GroupBy(o => o.Unit)
        .Select(unit => new Search([.. unit.OrderBy(o => o.Return ?? long.MaxValue)], capacities.GetValueOrDefault(unit.Key, 1)).Problem())
        .FirstOrDefault(problem => problem is not null);

    sealed class Search
    {
        readonly History.Operation[] operations;
        readonly int capacity;
        readonly int[][] nights;
        readonly int[] taken;
        readonly bool[] done;
        readonly HashSet<(string Done, string Taken)> inVain = [];
        int steps, furthest;

        public Search(History.Operation[] operations, int capacity)
        {
            (this.operations, this.capacity) = (operations, capacity);
            var names = operations.SelectMany(o => o.Nights).Distinct().Order().ToList();
            nights = [.. operations.Select(o => o.Nights.Select(n => names.IndexOf(n)).ToArray())];
            taken = new int[names.Count];
            done = new bool[operations.Length];
        }

        public string? Problem()
        {
            if (Order(0)) return null;
            return $"unit {operations[0].Unit} (capacity {capacity}): no legal order of {operations.Length} operations, at most {furthest} fit"
                + (steps >= MostSteps ? "; undecided, the search was given up" : "");
        }

        bool Order(int count)
        {
            furthest = Math.Max(furthest, count);
            if (Enumerable.Range(0, operations.Length).All(i => done[i] || operations[i].Result == "unknown")) return true;
            if (++steps >= MostSteps || !inVain.Add((Pack(done), string.Join(',', taken)))) return false;

            // Only what was asked before anything undone had answered can be next.
            var horizon = operations.Where((o, i) => !done[i] && o.Return is not null).Min(o => o.Return) ?? long.MaxValue;
            for (var i = 0; i < operations.Length; i++)
            {
                if (done[i] || operations[i].Call > horizon || !IsTrueNow(i)) continue;
                Apply(i, +1);
                if (Order(count + 1)) return true;
                Apply(i, -1);
            }
            return false;
        }

        bool IsTrueNow(int i)
        {
            var fits = nights[i].All(n => taken[n] + operations[i].Quantity <= capacity);
            return operations[i] switch
            {
                { What: "take", Result: "full" } => !fits,
                { What: "take" } => fits,
                _ => nights[i].All(n => taken[n] >= operations[i].Quantity),
            };
        }

        void Apply(int i, int sign)
        {
            done[i] = sign > 0;
            if (operations[i].Result == "full") return;
            foreach (var night in nights[i]) taken[night] += sign * operations[i].Quantity * (operations[i].What == "take" ? 1 : -1);
        }

        static string Pack(bool[] flags) => string.Create(flags.Length, flags, (text, f) => { for (var i = 0; i < f.Length; i++) text[i] = f[i] ? '1' : '0'; });
    }
}
