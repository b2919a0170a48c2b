using NServiceBus.Testing;
using Roost.Contracts;
using Roost.Domain;
using Roost.Payment.Paying;

namespace Roost.Sagas.Tests.Paying;

public sealed class When_money_is_to_be_taken
{
    static readonly Guid Id = Guid.NewGuid();
    static readonly Guid BookingId = Guid.NewGuid();
    static readonly Money Price = new(94_500, "USD");
    static readonly DateTimeOffset BankHoldsUntil = new(2027, 6, 8, 12, 0, 0, TimeSpan.Zero);
    static readonly DateTimeOffset CheckIn = BankHoldsUntil.AddDays(-3);

    PaymentSaga saga = null!;
    TestableMessageHandlerContext heard = null!;

    [SetUp]
    public async Task Hold()
    {
        saga = new PaymentSaga { Data = new PaymentSaga.State { PaymentId = Id } };
        await saga.Handle(new AuthorizePayment(Id, BookingId, Guid.NewGuid(), Price, "pm_card_visa"), new TestableMessageHandlerContext());
        await saga.Handle(new PaymentSeen(Id, saga.Data.Step!.Value, Standing.Held, Price, BankHoldsUntil), new TestableMessageHandlerContext());
        heard = new TestableMessageHandlerContext();
    }

    [Property("Pitfall", "P-31, P-32")]
    [TestCase("2027-06-05T15:00Z", "2027-06-05T15:00Z", TestName = "It is taken at check-in when the bank holds it so long")]
    [TestCase("2027-06-07T12:00Z", "2027-06-07T12:00Z", TestName = "It is taken at check-in when that is exactly a day before the bank gives up")]
    [TestCase("2027-06-08T09:00Z", "2027-06-07T12:00Z", TestName = "It is taken a day before the bank gives up when check-in is later")]
    [TestCase("2027-09-01T15:00Z", "2027-06-07T12:00Z", TestName = "It is taken a day before the bank gives up when check-in is months away")]
    public async Task Planned(string checkIn, string expected)
    {
        await saga.Handle(new CapturePayment(Id, Price, DateTimeOffset.Parse(checkIn)), heard);

        Assert.That(heard.SentMessages.Single().Options.GetDeliveryDate(), Is.EqualTo(DateTimeOffset.Parse(expected)));
    }

    [Test]
    public async Task Nothing_is_taken_before_its_time()
    {
        await saga.Handle(new CapturePayment(Id, Price, CheckIn), heard);

        Assert.That(heard.SentMessages.Select(sent => sent.Message), Has.None.InstanceOf<TakeMoney>());
    }

    [TestCase(-2)]
    [TestCase(+1)]
    public async Task It_is_taken_at_the_new_check_in_when_the_stay_has_moved(int days)
    {
        var moved = CheckIn.AddDays(days);
        await saga.Handle(new CapturePayment(Id, Price, CheckIn), new TestableMessageHandlerContext());

        await saga.Handle(new CapturePayment(Id, Price, moved, Version: 1), heard);
        await saga.Handle(new CapturePayment(Id, Price, CheckIn), heard); // a late copy
        if (moved > CheckIn) await saga.Timeout(Due(CheckIn), heard);
        Assert.That(heard.SentMessages.Single().Options.GetDeliveryDate(), Is.EqualTo(moved));

        await saga.Timeout(Due(moved), heard);
        Assert.That(heard.FindSentMessage<TakeMoney>()?.Amount, Is.EqualTo(Price));
    }

    [Test]
    public async Task A_plan_that_was_overtaken_by_the_newer_one_changes_nothing()
    {
        await saga.Handle(new CapturePayment(Id, Price, CheckIn.AddDays(-2), Version: 1), new TestableMessageHandlerContext());

        await saga.Handle(new CapturePayment(Id, Price, CheckIn), heard);

        Assert.That(heard.SentMessages, Is.Empty);
        await saga.Timeout(Due(CheckIn.AddDays(-2)), heard);
        Assert.That(heard.FindSentMessage<TakeMoney>(), Is.Not.Null);
    }

    [Test]
    [Property("Pitfall", "P-59")]
    public async Task No_more_is_taken_than_is_held()
    {
        await saga.Handle(new CapturePayment(Id, Price * 2, CheckIn), new TestableMessageHandlerContext());
        await saga.Timeout(Due(CheckIn), heard);

        Assert.That(((TakeMoney)heard.SentMessages.Single().Message).Amount, Is.EqualTo(Price));
    }

    [Test]
    public async Task What_was_refunded_before_is_not_taken()
    {
        var refund = Guid.NewGuid();
        await saga.Handle(new CapturePayment(Id, Price, CheckIn), new TestableMessageHandlerContext());
        await saga.Handle(new RefundPayment(refund, Id, Price with { Amount = 4_500 }, "plans changed"), heard);
        await saga.Timeout(Due(CheckIn), heard);

        Assert.That(heard.PublishedMessages.Single().Message,
            Is.EqualTo(new PaymentRefunded(refund, Id, BookingId, Price with { Amount = 4_500 }, Price with { Amount = 4_500 })));
        Assert.That(((TakeMoney)heard.SentMessages.Single().Message).Amount.Amount, Is.EqualTo(90_000));
    }

    [Test]
    public async Task A_refund_of_everything_lets_it_go_instead()
    {
        await saga.Handle(new CapturePayment(Id, Price, CheckIn), new TestableMessageHandlerContext());
        await saga.Handle(new RefundPayment(Guid.NewGuid(), Id, Price, "plans changed"), heard);

        Assert.That(heard.SentMessages.Select(sent => sent.Message), Has.One.InstanceOf<LetMoneyGo>().And.None.InstanceOf<TakeMoney>());
    }

    [Test]
    public async Task A_hold_that_lapsed_is_for_staff()
    {
        await saga.Handle(new CapturePayment(Id, Price, CheckIn), new TestableMessageHandlerContext());
        await saga.Timeout(Due(CheckIn), new TestableMessageHandlerContext());
        await saga.Handle(new PaymentSeen(Id, saga.Data.Step!.Value, Standing.LetGo, Price), heard);

        Assert.That(heard.PublishedMessages.Single().Message, Is.EqualTo(new PaymentNeedsStaff(Id, BookingId, "authorization_lapsed")));
    }

    [Test]
    public async Task A_step_that_Stripe_refuses_without_a_reason_in_the_state_is_for_staff_and_not_tried_for_ever()
    {
        await saga.Handle(new CapturePayment(Id, Price, CheckIn), new TestableMessageHandlerContext());
        await saga.Timeout(Due(CheckIn), new TestableMessageHandlerContext());
        await saga.Handle(new PaymentSeen(Id, saga.Data.Step!.Value, Standing.Held, Price, BankHoldsUntil, "capture_unauthorized_payment"), heard);
        await saga.Timeout(Due(CheckIn), heard);

        Assert.That(heard.PublishedMessages.Single().Message, Is.EqualTo(new PaymentNeedsStaff(Id, BookingId, "capture_unauthorized_payment")));
        Assert.That(heard.SentMessages, Is.Empty);

        await saga.Handle(new VoidPayment(Id), heard);
        Assert.That(heard.SentMessages.Single().Message, Is.InstanceOf<LetMoneyGo>(), "it can still be let go");
    }

    static PaymentSaga.CaptureIsDue Due(DateTimeOffset at) => new() { At = at };
}
