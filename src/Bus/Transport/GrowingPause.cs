namespace Roost.Bus.Transport;

/// <summary>
/// The pauses of a message that is held because it can go nowhere yet. Held and not given back: each time the broker delivers it again
/// counts, and a broker with a delivery limit drops what was delivered too often.
/// </summary>
sealed class GrowingPause(TimeSpan longest, TimeProvider clock)
{
    static readonly TimeSpan First = TimeSpan.FromSeconds(1);

    /// <summary>How long the next one will be.</summary>
    public TimeSpan Length { get; private set; } = First;

    /// <returns>False when there is no use in waiting any longer.</returns>
    public async Task<bool> Wait(CancellationToken withdrawn, CancellationToken ct = default)
    {
        using var over = CancellationTokenSource.CreateLinkedTokenSource(withdrawn, ct);
        try
        {
            await Task.Delay(Length, clock, over.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            return false;
        }
        Length = Length * 2 < longest ? Length * 2 : longest;
        return true;
    }
}
