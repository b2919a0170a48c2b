using Roost.Domain;

namespace Roost.Payment.Calling;

public enum StepKind { Hold, Take, LetGo, GiveBack, Look }

/// <summary>A call to Stripe as it was written down.</summary>
/// <param name="IsOld">Stripe forgets a key after 24 hours; near that a repeat could be a second payment.</param>
public sealed record StripeStep(
    Guid StepId, Guid PaymentId, Guid BookingId, StepKind Kind, string Path, string Form, string? IntentId, Money Amount,
    int KeyNumber, int Attempts, bool MustLook, bool IsOld)
{
    /// <summary>The same through restarts and over days; another one only when it is certain that the last one made nothing.</summary>
    public string Key => KeyNumber == 1 ? $"{StepId}" : $"{StepId}:{KeyNumber}";

    /// <summary>What belongs together at Stripe: all payments of a booking, and later the transfers to its host.</summary>
    public static string GroupOf(Guid bookingId) => $"booking_{bookingId}";
}
