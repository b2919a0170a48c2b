using Roost.StripeSimulator.Protocol;
using Roost.StripeSimulator.State;

namespace Roost.StripeSimulator.Customers;

public sealed record InvoiceSettings(string? DefaultPaymentMethod)
{
    public object? CustomFields => null;
    public string? Footer => null;
    public object? RenderingOptions => null;
}

public sealed class Customer : IStripeObject
{
    public required string Id { get; init; }
    public string Object => "customer";
    public required long Created { get; init; }
    public bool Livemode => false;
    public long Balance => 0;
    public string? Currency => null;
    public string? DefaultSource => null;
    public bool? Delinquent => false;
    public string? Description { get; set; }
    public string? Email { get; set; }
    public InvoiceSettings InvoiceSettings => new(DefaultPaymentMethod: null);
    public string? Name { get; set; }
    public string? Phone { get; set; }
    public Dictionary<string, string> Metadata { get; set; } = [];

    [Hidden] public bool Deleted { get; set; }
}

/// <summary>All that is left of a customer that was erased.</summary>
public sealed record DeletedCustomer(string Id)
{
    public string Object => "customer";
    public bool Deleted => true;
}
