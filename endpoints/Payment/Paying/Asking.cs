using Roost.Domain;

namespace Roost.Payment.Paying;

// What the saga asks for and what it is told. Each step has an id of its own that follows from the payment's, so that
// a step that is asked for twice is done once and answered with its first answer.

public sealed record HoldMoney(Guid StepId, Guid PaymentId, Guid BookingId, Guid GuestId, Money Amount, string PaymentMethodId) : ICommand;

public sealed record TakeMoney(Guid StepId, Guid PaymentId, Money Amount) : ICommand;

/// <summary>Cancel at Stripe what is held there, or what the guest has not finished.</summary>
public sealed record LetMoneyGo(Guid StepId, Guid PaymentId) : ICommand;

public sealed record GiveMoneyBack(Guid StepId, Guid PaymentId, Money Amount) : ICommand;

/// <summary>See how it stands: the guest acts at the bank, not with us.</summary>
public sealed record LookAtPayment(Guid StepId, Guid PaymentId) : ICommand;

/// <summary>How a payment can stand at Stripe.</summary>
public enum Standing
{
    GuestMustAct = 1,
    Held = 2,
    Declined = 3,
    Taken = 4,
    LetGo = 5,
}

/// <summary>How the payment stands after the step.</summary>
/// <param name="Amount">What is held, or what was taken.</param>
/// <param name="Code">Why it was declined, or why the step could not be done.</param>
public sealed record PaymentSeen(
    Guid PaymentId, Guid StepId, Standing Standing, Money Amount, DateTimeOffset? CaptureBefore = null, string? Code = null) : IMessage;

public sealed record MoneyGivenBack(Guid PaymentId, Guid StepId, Money Amount) : IMessage;

public sealed record MoneyNotGivenBack(Guid PaymentId, Guid StepId, string Code) : IMessage;
