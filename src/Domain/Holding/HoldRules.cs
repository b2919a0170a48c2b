namespace Roost.Domain.Holding;

/// <summary>How long nights stay out of sale for somebody who has not finished. Counted by the database's clock.</summary>
public static class HoldRules
{
    /// <summary>A host has this long to answer a request; the nights are held meanwhile.</summary>
    public static readonly TimeSpan HostAnswer = TimeSpan.FromHours(24);

    /// <summary>Somebody on the waitlist has this long to take what is offered.</summary>
    public static readonly TimeSpan WaitlistOffer = TimeSpan.FromMinutes(15);

    static readonly TimeSpan Stay = TimeSpan.FromMinutes(15);

    /// <summary>Shorter, because others queue for the same few hundred.</summary>
    static readonly TimeSpan Ticket = TimeSpan.FromMinutes(10);

    public static TimeSpan Length(UnitKind kind) => kind == UnitKind.Ticket ? Ticket : Stay;

    public static DateTimeOffset Deadline(UnitKind kind, DateTimeOffset heldAt) => heldAt + Length(kind);

    /// <summary>
    /// One extension, by the length of a hold, and only while a payment is in flight: the guest may be at their bank's page.
    /// Null refuses it; without the limit a slow payer could keep nights from everybody else for ever.
    /// </summary>
    public static DateTimeOffset? ExtendedDeadline(UnitKind kind, DateTimeOffset deadline, int extensionsSoFar, bool paymentInFlight) =>
        paymentInFlight && extensionsSoFar == 0 ? deadline + Length(kind) : null;
}
