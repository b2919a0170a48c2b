using System.Text.RegularExpressions;
using System.Xml.Linq;

namespace Roost.Tidy.Tests;

public sealed class When_projects_refer_to_each_other
{
    static readonly string[] WhatEndpointsMayUse =
        ["src/Contracts/Contracts.csproj", "src/Domain/Domain.csproj", "src/Platform/Platform.csproj", "src/Stripe/Stripe.csproj", "src/Search/Search.csproj"];

    [Test]
    public void The_domain_knows_dates_and_nothing_else()
    {
        var domain = One("src/Domain/");

        Assert.That(domain.Packages, Is.EqualTo(new[] { "NodaTime" }));
        Assert.That(domain.Projects, Is.Empty);
        Assert.That(domain.UsesBus, Is.Null);
    }

    [Test]
    public void Contracts_know_the_values_of_the_domain_and_the_markers_of_the_bus()
    {
        var contracts = One("src/Contracts/");

        Assert.That(contracts.Packages, Is.Empty);
        Assert.That(contracts.Projects, Is.EqualTo(new[] { "src/Domain/Domain.csproj" }));
        Assert.That(contracts.UsesBus, Is.EqualTo("Messages"));
    }

    [Test]
    public void Endpoints_never_see_each_other()
    {
        foreach (var endpoint in Project.Under("endpoints/"))
            Assert.That(endpoint.Projects, Is.SubsetOf(WhatEndpointsMayUse), endpoint.Path);
    }

    [Test]
    public void The_client_for_Stripe_knows_money_and_nobody_else() =>
        Assert.That(One("src/Stripe/").Projects, Is.EqualTo(new[] { "src/Domain/Domain.csproj" }));

    /// <summary>A file of another project, or another name for a type, would get past every rule here.</summary>
    [Test]
    public void Projects_hold_what_is_in_their_folder_under_its_own_name() =>
        Assert.That(Tree.Lines(Tree.Files("", ".csproj").Concat(Tree.Files("", ".props")), @"<Compile\s+Include=""[^""]*\.\.|<Using\b[^>]*\bAlias=", inCode: false), Is.Empty);

    [Test]
    public void Endpoints_speak_the_api_of_the_bus_and_never_to_its_inside()
    {
        Assert.That(Tree.Lines(Tree.Files("endpoints/", ".cs"), @"\bRoost\.Bus\b"), Is.Empty);
        Assert.That(Tree.Lines(Tree.Files("src/Platform/", ".cs"), @"\bRoost\.Bus\b"), Is.Empty);
    }

    [Test]
    public void The_bus_has_never_heard_of_bookings()
    {
        foreach (var bus in Project.Under("src/Bus"))
            Assert.That(bus.Projects, Is.All.StartsWith("src/Bus"), bus.Path);
        Assert.That(Tree.Lines(Tree.Files("src/Bus", ".cs"),
            @"\bRoost\.(Domain|Contracts|Platform|Stripe|Search|Web|Reservation|Calendar|Payment|Notification)\b"), Is.Empty);
    }

    [Test]
    public void The_platform_has_never_heard_of_bookings_either()
    {
        Assert.That(One("src/Platform/").Projects, Is.Empty);
        Assert.That(Tree.Lines(Tree.Files("src/Platform/", ".cs"), @"\bRoost\.(Domain|Contracts|Web|Reservation|Calendar|Payment)\b"), Is.Empty);
    }

    [Test]
    public void The_product_does_not_need_its_tests()
    {
        foreach (var project in Project.Under("src/").Concat(Project.Under("endpoints/")))
        {
            Assert.That(project.Projects, Has.None.StartsWith("tests/"), project.Path);
            Assert.That(project.Packages, Has.None.Match("NUnit|Test|FsCheck|Mock|NSubstitute"), project.Path);
        }
    }

    [Test]
    public void Every_project_is_in_the_solution()
    {
        var solution = Tree.Files("", ".sln").Single(s => s.Path == "Messaging.sln").Text.Replace('\\', '/');

        var missing = Tree.Files("", ".csproj").Where(project => !solution.Contains($"\"{project.Path}\""));

        Assert.That(missing, Is.Empty);
    }

    [Test]
    public void Versions_of_packages_stand_in_one_place_and_are_exact()
    {
        var central = XDocument.Parse(Tree.Files("", ".props").Single(p => p.Path == "Directory.Packages.props").Text)
            .Descendants("PackageVersion").ToDictionary(p => p.Attribute("Include")!.Value, p => p.Attribute("Version")!.Value);
        Assert.That(central, Is.Not.Empty);

        Assert.That(central.Where(p => !Regex.IsMatch(p.Value, @"^\d+(\.\d+){1,3}$")), Is.Empty, "no ranges, no wildcards");
        Assert.That(Tree.Lines(Tree.Files("", ".csproj"), @"<PackageReference[^>]*(Version|VersionOverride)=", inCode: false), Is.Empty);
        Assert.That(Project.Under("").SelectMany(p => p.Packages).Distinct().Where(p => !central.ContainsKey(p)), Is.Empty);
    }

    static Project One(string folder) => Project.Under(folder).Single();
}
