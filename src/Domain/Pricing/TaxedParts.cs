namespace Roost.Domain.Pricing;

[Flags]
public enum TaxedParts
{
    None = 0,
    Accommodation = 1,
    CleaningFee = 2,
    ServiceFee = 4,
}

static class TaxedAmounts
{
    /// <summary>What a tax is on, of these amounts: charging it and giving it back add up the same parts.</summary>
    public static Money Of(this TaxedParts on, Money accommodation, Money cleaning, Money serviceFee)
    {
        var taxed = Money.Zero(accommodation.Currency);
        if (on.HasFlag(TaxedParts.Accommodation)) taxed += accommodation;
        if (on.HasFlag(TaxedParts.CleaningFee)) taxed += cleaning;
        if (on.HasFlag(TaxedParts.ServiceFee)) taxed += serviceFee;
        return taxed;
    }
}
