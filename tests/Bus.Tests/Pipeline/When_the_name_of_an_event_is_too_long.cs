using System.Reflection;
using System.Reflection.Emit;
using Roost.Bus.Tests.Running;

namespace Roost.Bus.Tests.Pipeline;

/// <summary>
/// Of everything an event is there is an exchange, whose name may take 255 bytes. Where one does not fit nothing can be published or subscribed to, and the
/// attempt fails in the client, when the event is committed already.
/// </summary>
public sealed class When_the_name_of_an_event_is_too_long
{
    static readonly ModuleBuilder Module =
        AssemblyBuilder.DefineDynamicAssembly(new AssemblyName("Roost.Bus.Tests.LongNames"), AssemblyBuilderAccess.Run).DefineDynamicModule("LongNames");

    static readonly string TooLong = new('é', 128);
    static readonly Type Contract = Define(TooLong + "Contract", TypeAttributes.Public | TypeAttributes.Interface | TypeAttributes.Abstract);
    static readonly Type Basis = Define(TooLong + "Basis", TypeAttributes.Public);

    static readonly Dictionary<string, Type> Named = new()
    {
        ["itself"] = Define(TooLong, TypeAttributes.Public),
        ["its base class"] = Define("Derived", TypeAttributes.Public, basis: Basis),
        ["what its base class derives from"] = Define("DerivedAgain", TypeAttributes.Public, basis: Define("Between", TypeAttributes.Public, basis: Basis)),
        ["its interface"] = Define("Implementing", TypeAttributes.Public, contract: Contract),
    };

    public static IEnumerable<string> WhatIsTooLong => Named.Keys;

    [TestCaseSource(nameof(WhatIsTooLong))]
    public async Task Who_publishes_it_is_told(string what)
    {
        await using var workshop = await Workshop.Open((endpoint, _) => endpoint.Conventions().DefiningEventsAs(IsEvent));

        Assert.That(() => workshop.Session.Publish(Activator.CreateInstance(Named[what])!), Throws.ArgumentException.With.Message.Contains("too long for an exchange"));
        Assert.That(workshop.Sent, Is.Empty);
    }

    [TestCaseSource(nameof(WhatIsTooLong))]
    public void An_endpoint_that_handles_it_does_not_start(string what) => Assert.That(
        () => Workshop.Open((endpoint, _) =>
        {
            endpoint.Conventions().DefiningEventsAs(IsEvent);
            endpoint.Blueprint.AddHandler(typeof(Handles<>).MakeGenericType(Named[what]));
        }),
        Throws.ArgumentException.With.Message.Contains("too long for an exchange"));

    [Test]
    public async Task A_name_that_just_fits_is_published()
    {
        var fits = Define(new string('x', 254), TypeAttributes.Public); // with the colon after its namespace, which is none
        await using var workshop = await Workshop.Open((endpoint, _) => endpoint.Conventions().DefiningEventsAs(IsEvent));

        await workshop.Session.Publish(Activator.CreateInstance(fits)!);

        Assert.That(workshop.Sent, Has.Count.EqualTo(1));
    }

    static bool IsEvent(Type type) => type.Module.ScopeName == Module.ScopeName;

    static Type Define(string name, TypeAttributes kind, Type? basis = null, Type? contract = null)
    {
        var type = Module.DefineType(name, kind, kind.HasFlag(TypeAttributes.Interface) ? null : basis ?? typeof(object));
        if (contract is not null) type.AddInterfaceImplementation(contract);
        return type.CreateType();
    }

    public sealed class Handles<T> : IHandleMessages<T>
    {
        public Task Handle(T message, IMessageHandlerContext context) => Task.CompletedTask;
    }
}
