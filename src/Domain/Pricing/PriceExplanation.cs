using System.Globalization;

namespace Roost.Domain.Pricing;

/// <summary>One line that a guest can check with a pencil.</summary>
public sealed record ExplainedLine(string Code, string Text, Money Amount);

/// <summary>A breakdown told line by line. The amounts add up to the total.</summary>
public static class PriceExplanation
{
    public static IReadOnlyList<ExplainedLine> Of(PriceBreakdown price) =>
    [
        .. price.Units.SelectMany(Unit),
        ServiceFee(price),
        .. price.Taxes.Select(Tax),
        .. price.KeptFromChanges.IsZero() ? [] : new[] { Kept(price) },
    ];

    static IEnumerable<ExplainedLine> Unit(UnitPrice unit)
    {
        foreach (var night in unit.Nights)
        {
            var reasons = string.Join(", ", night.Reasons);
            yield return new("night", $"{Day(night.Date)}: {reasons} (price rules version {unit.RulesVersion}){Times(unit)}",
                night.Price * unit.Quantity);
        }
        if (!unit.CleaningFee.IsZero()) yield return new("cleaning_fee", $"cleaning, once per stay{Times(unit)}", unit.CleaningFee);
    }

    static ExplainedLine ServiceFee(PriceBreakdown price) => new("service_fee",
        $"service fee {Percent.Text(price.ServiceFee.BasisPoints)} of {price.Accommodation}, "
        + $"{Rounded(price.Currency)} (version {price.ServiceFee.RuleVersion})",
        price.ServiceFee.Amount);

    static ExplainedLine Tax(TaxLine tax) => new("tax",
        $"tax {tax.Jurisdiction} {Percent.Text(tax.BasisPoints)} of {tax.Base} ({Taxed(tax.On)}), "
        + $"{Rounded(tax.Amount.Currency)} (version {tax.RuleVersion})",
        tax.Amount);

    static ExplainedLine Kept(PriceBreakdown price) =>
        new("kept_from_changes", "kept under the cancellation policy when the booking was changed", price.KeptFromChanges);

    static string Day(DateOnly night) => night.ToString("ddd yyyy-MM-dd", CultureInfo.InvariantCulture);

    static string Times(UnitPrice unit) => unit.Quantity == 1 ? "" : $" × {unit.Quantity}";

    static string Rounded(string currency) => $"rounded half to even to {new Money(Currencies.Step(currency), currency)}";

    static string Taxed(TaxedParts on) => on.ToString() switch
    {
        "None" => "nothing",
        var parts => parts.Replace("CleaningFee", "cleaning").Replace("ServiceFee", "service fee").ToLowerInvariant(),
    };
}
