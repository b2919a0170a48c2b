using Roost.Domain;

namespace Roost.Payment.Paying;

public sealed partial class PaymentSaga
{
    public enum Stage
    {
        Undecided = 0,
        AwaitingGuest = 1,
        Held = 2,
        Taken = 3,
        Declined = 4,
        LetGo = 5,
        /// <summary>It was held, and the bank took it back before we took it.</summary>
        Lapsed = 6,
    }

    public sealed class State : ContainSagaData
    {
        public Guid PaymentId { get; set; }

        /// <summary>Empty until the authorization was asked for: other wishes can overtake it.</summary>
        public Guid BookingId { get; set; }
        public Money Price { get; set; } = null!; // set by AuthorizePayment

        public Stage Stage { get; set; }

        /// <summary>The step that was asked for and not answered.</summary>
        public Guid? Step { get; set; }

        public Money? Held { get; set; }
        public DateTimeOffset? CaptureBefore { get; set; }
        public Money? Taken { get; set; }
        public Money? GivenBack { get; set; }

        /// <summary>Refunds of money that was only held: so much less will be taken.</summary>
        public Money? NotTaken { get; set; }

        /// <summary>Why it ended.</summary>
        public string? Code { get; set; }

        public bool Abandoned { get; set; }
        public bool VoidAsked { get; set; }
        public Money? CaptureAsked { get; set; }
        public DateTimeOffset CaptureAt { get; set; }
        public int CaptureVersion { get; set; }
        public bool CaptureIsDue { get; set; }
        public List<Refund> Refunds { get; set; } = [];

        public int Looks { get; set; }
        public bool Taking { get; set; }
        public bool LettingGo { get; set; }
        public bool AuthorizedTold { get; set; }
        public bool VoidTold { get; set; }
        public bool Forgetting { get; set; }

        // Methods, not properties: they are no part of what is stored.
        public bool AuthorizationIsDecided() => Stage is not (Stage.Undecided or Stage.AwaitingGuest);
        public bool NobodyWaits() => VoidAsked || Abandoned;

        /// <summary>What is to be taken of the held money, or can still be.</summary>
        public Money Keep() => (CaptureAsked ?? Held!) - (NotTaken ?? Nothing());
        public Money Left() => Taken! - (GivenBack ?? Nothing());
        public Money RefundedInTotal() => (NotTaken ?? Nothing()) + (GivenBack ?? Nothing());
        public Money Nothing() => Money.Zero(Price.Currency);
    }

    public sealed class Refund
    {
        public Guid RefundId { get; set; }
        public Money Amount { get; set; } = null!;
        public RefundStatus Status { get; set; }
        public string? Code { get; set; }
    }

    public enum RefundStatus { Waiting = 0, Done = 1, Failed = 2 }
}
