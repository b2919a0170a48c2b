using System.Text.Json;
using Roost.Payment.Paying;

namespace Roost.Payment.Calling;

/// <summary>What the saga was told after a step, kept so that it can be told again.</summary>
sealed record Answers(PaymentSeen? Payment = null, MoneyGivenBack? GivenBack = null, MoneyNotGivenBack? NotGivenBack = null)
{
    public static string Write(IMessage answer) => JsonSerializer.Serialize(answer switch
    {
        PaymentSeen seen => new Answers(Payment: seen),
        MoneyGivenBack given => new Answers(GivenBack: given),
        MoneyNotGivenBack notGiven => new Answers(NotGivenBack: notGiven),
        _ => throw new ArgumentException($"{answer.GetType().Name} is no answer to a step.", nameof(answer)),
    });

    public static IMessage Read(string json)
    {
        var answers = JsonSerializer.Deserialize<Answers>(json)!;
        return (IMessage?)answers.Payment ?? (IMessage?)answers.GivenBack ?? answers.NotGivenBack!;
    }
}
