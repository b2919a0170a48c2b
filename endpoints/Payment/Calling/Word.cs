using Roost.Payment.Paying;

namespace Roost.Payment.Calling;

/// <summary>What is known after Stripe was asked.</summary>
public abstract record Word
{
    public string? RequestId { get; init; }
}

public sealed record Seen(PaymentSeen Answer, string? IntentId, string? ClientSecret = null) : Word;

public sealed record GivenBack(MoneyGivenBack Answer) : Word;

public sealed record NotGivenBack(MoneyNotGivenBack Answer) : Word;

/// <param name="Unknown">It may have happened.</param>
/// <param name="MustLook">Repeating the call would not tell.</param>
public sealed record NotYet(bool Unknown, bool MustLook) : Word;

/// <summary>It certainly did not happen, and will not under the key that was used.</summary>
public sealed record NothingThere : Word;
