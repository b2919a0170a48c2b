using Roost.StripeSimulator.Cards;
using Roost.StripeSimulator.Protocol;
using Roost.StripeSimulator.State;

namespace Roost.StripeSimulator.Customers;

public static class CustomerRoutes
{
    public static void Map(StripeRoutes routes)
    {
        routes.Post("/v1/customers", Create);
        routes.Get("/v1/customers", List);
        routes.Get("/v1/customers/{id}", call => account => Shown(account.Customers.Get(call.Id)));
        routes.Post("/v1/customers/{id}", Update);
        routes.Delete("/v1/customers/{id}", call => account => Delete(account, call.Id));
    }

    static Func<Account, object> Create(Call call)
    {
        var change = Change.Read(call.Parameters);
        var method = call.Parameters.Text("payment_method");
        return account =>
        {
            var customer = new Customer { Id = account.NewId("cus"), Created = account.Now };
            change.Apply(customer);
            if (method is not null)
            {
                var card = PaymentMethods.Usable(account, method, customer: null, user: customer.Id);
                if (card.Behaviour is { RefusesAttaching: true, Decline: { } decline }) throw PaymentMethods.Refusal(decline, card);
                PaymentMethods.Attach(card, customer.Id);
            }
            account.Customers.Add(customer);
            return customer;
        };
    }

    static Func<Account, object> Update(Call call)
    {
        var change = Change.Read(call.Parameters);
        return account =>
        {
            var customer = account.Customers.Get(call.Id);
            if (customer.Deleted) throw StripeError.NoSuch("customer", call.Id, param: null);
            change.Apply(customer);
            return customer;
        };
    }

    static Func<Account, object> List(Call call)
    {
        var (email, page) = (call.Parameters.Text("email"), Page.Of(call.Parameters));
        return account => page.Take("/v1/customers", account.Customers,
            customer => !customer.Deleted && (email is null || customer.Email == email));
    }

    static object Delete(Account account, string id)
    {
        var customer = account.Customers.Get(id);
        customer.Deleted = true;
        foreach (var method in account.PaymentMethods.All.Where(method => method.Customer == id))
        {
            method.Customer = null;
            method.Detached = true;
        }
        return Shown(customer);
    }

    static object Shown(Customer customer) => customer.Deleted ? new DeletedCustomer(customer.Id) : customer;

    sealed record Change(string? Name, string? Email, string? Phone, string? Description, Dictionary<string, string>? Metadata)
    {
        public static Change Read(Parameters p)
        {
            p.List("preferred_locales");
            return new Change(p.Text("name"), p.Text("email", 512), p.Text("phone"), p.Text("description"), p.Metadata());
        }

        public void Apply(Customer customer)
        {
            customer.Name = Name ?? customer.Name;
            customer.Email = Email ?? customer.Email;
            customer.Phone = Phone ?? customer.Phone;
            customer.Description = Description ?? customer.Description;
            MetadataRules.Merge(customer.Metadata, Metadata);
        }
    }
}
