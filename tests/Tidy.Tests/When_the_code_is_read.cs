using System.Text.RegularExpressions;

namespace Roost.Tidy.Tests;

public sealed class When_the_code_is_read
{
    const string Declaration = @"^\s*(?:\[[^\]]*\]\s*)*(?:(?:public|private|internal|protected|sealed|static|abstract|partial|readonly|ref|file|unsafe)\s+)*(?:class|record struct|record class|record|struct|interface|enum)\s+(?<name>\w+)";

    // An interface or class that mirrors somebody else's published API keeps the names it has there.
    static bool IsForeignApi(Source file) => file.Path.StartsWith("src/Bus/Api/") || Regex.IsMatch(file.Path, @"^src/Bus\.\w+/Api/") || file.Path.StartsWith("src/Bus.Testing/");

    [Test]
    public void No_name_says_nothing()
    {
        var files = Tree.Product.Concat(Tree.Tests).Where(f => !IsForeignApi(f)).ToList();

        var named = Tree.Lines(files.Where(f => !f.Path.StartsWith("tests/")), Declaration).Where(l => Regex.IsMatch(Regex.Match(l[(l.IndexOf(": ") + 2)..], Declaration).Groups["name"].Value,
            "(Manager|Helpers?|Utils?|Utilities|Common|Base|Impl|Dto)$"));
        var filed = files.Where(f => f.Path.Split('/').Any(part => Regex.IsMatch(part, @"^(\w*(Manager|Helpers?|Utils?|Common|Impl|Dtos?)|Handlers|Services|Models)(\.cs)?$")));

        Assert.That(named, Is.Empty);
        Assert.That(filed.Select(f => f.Path), Is.Empty);
    }

    [Test]
    public void Messages_are_called_by_what_they_mean() =>
        Assert.That(Tree.Lines(Tree.Files("src/Contracts/", ".cs"), @"record \w+(Command|Event|Message|Dto|Request)\b(?!\s*:\s*\w*Event)").Where(l => !l.Contains("interface")), Is.Empty);

    // Where a program is put together, its clock is chosen.
    static readonly string[] ChooseTheClock =
        ["src/Platform/RoostEndpoint.cs", "src/Bus/Hosting/EndpointAssembly.cs", "src/Bus.PostgreSql/StorageSettings.cs", "ops/stripe-simulator/Simulator.cs"];

    [Test]
    public void Time_comes_from_a_clock_that_a_test_can_hold()
    {
        const string OwnClock = @"\.UtcNow\b|\bDateTime(Offset)?\.(Now|Today)\b|\bSystemClock\.Instance\b|\bEnvironment\.TickCount"
            + @"|\busing\s+(static\s|\w+\s*=).*\b(DateTime(Offset)?|SystemClock|Environment|TimeProvider)\s*;";
        var ours = Tree.Product.Concat(Tree.Files("ops/stripe-simulator/", ".cs")).Where(f => !IsForeignApi(f)).ToList();
        Assert.That(ours.Select(f => f.Path), Is.SupersetOf(ChooseTheClock), "nothing is excepted that is not there");

        Assert.That(Tree.Lines(ours, OwnClock), Is.Empty);
        Assert.That(Tree.Lines(ours.Where(f => !ChooseTheClock.Contains(f.Path)), @"\bTimeProvider\.System\b"), Is.Empty);
    }

    [Test]
    public void The_domain_asks_nobody_for_anything() =>
        Assert.That(Tree.Lines(Tree.Files("src/Domain/", ".cs"),
            @"\b(TimeProvider|Guid\.NewGuid|Guid\.CreateVersion7|Random|Task|async|await|ILogger|HttpClient|Environment|File|Console)\b"), Is.Empty);

    // What is counted there is no money: tokens of a rate limit, milliseconds.
    static readonly string[] CountNoMoney =
        ["endpoints/Web/Asking/Buckets.cs", "endpoints/Web/Identity/Attempts.cs", "endpoints/Web/Identity/0003-attempts.sql", "endpoints/Web/Pinging/PingEndpoint.cs"];

    // P-97
    [TestCase("src/Domain/")]
    [TestCase("src/Contracts/")]
    [TestCase("src/Stripe/")]
    [TestCase("endpoints/")]
    [TestCase("ops/")]
    public void Money_is_never_counted_in_floating_point(string folder)
    {
        const string Type = @"\b(double|float|Double|Single)\b(?!\()|\(Half\)|\bHalf\s+\w";
        const string Conversion = @"(Get|To)(Double|Single)\(";
        const string Power = @"^(?!.*\bTimeSpan\b).*\bMath\.(Pow|Exp|Sqrt|Log\w*)\("; // a pause may grow by it
        const string Literal = @"\b\d[\d_]*(\.\d+)?([eE][+-]?\d+)?[dDfF]\b|(\b\d[\d_]*|[^\w.\])])\.\d+(?![\dmM])|\b\d[\d_]*[eE][+-]?\d+\b(?![mM])";
        var counted = Tree.Files(folder, ".cs").Where(f => !CountNoMoney.Contains(f.Path));

        Assert.That(Tree.Lines(counted, $"{Type}|{Conversion}|{Power}|{Literal}"), Is.Empty);
    }

    // P-97
    [Test]
    public void Money_is_never_stored_in_floating_point()
    {
        var sql = Tree.Files("endpoints/", ".sql").Concat(Tree.Files("src/", ".sql")).Where(f => !CountNoMoney.Contains(f.Path));

        Assert.That(Tree.Lines(sql, @"(?i)^(?!\s*--).*\b(double precision|real|float[48]?)\b", inCode: false), Is.Empty);
        // And where it stands in a string beside its C#.
        var code = Tree.Files("endpoints/", ".cs").Concat(Tree.Files("src/", ".cs")).Where(f => !CountNoMoney.Contains(f.Path));
        Assert.That(Tree.Lines(code, @"(?i)::\s*(double precision|real|float[48]?)\b|\bcast\s*\(.*\bas\s+(double|real|float)", inCode: false), Is.Empty);
    }

    // P-42: a handler that holds the transaction of its message must not talk to anybody outside while it is open.
    [Test]
    public void Nobody_holds_a_transaction_and_a_network_client_at_once()
    {
        var handlers = Tree.Files("endpoints/", ".cs").Where(f => f.CodeLines.Any(l => l.Contains("IHandleMessages<"))).ToList();
        Assert.That(handlers, Is.Not.Empty);
        const string Transaction = @"\b(ISqlStorageSession|BeginTransaction(Async)?|NpgsqlTransaction|SqlPersistenceSession)\b";
        const string Network = @"\b(HttpClient|IHttpClientFactory|\w*StripeClient|SmtpClient|TcpClient)\b";

        var both = Tree.Product.Where(f => !f.Path.StartsWith("src/Bus"))
            .Where(f => f.CodeLines.Any(l => Regex.IsMatch(l, Transaction)) && f.CodeLines.Any(l => Regex.IsMatch(l, Network)));

        Assert.That(both.Select(f => f.Path), Is.Empty);
    }

    [Test]
    public void Every_file_of_the_bus_can_be_read_in_one_go()
    {
        var bus = Tree.Files("src/Bus", ".cs");

        Assert.That(bus.Where(f => f.Lines.Length > 300).Select(f => $"{f.Path}: {f.Lines.Length} lines"), Is.Empty);
    }

    [Test]
    public void There_is_one_code_for_both_runtimes()
    {
        Assert.That(Tree.Lines(Tree.Product, @"^\s*#\s*(if|elif)\b"), Is.Empty);
        Assert.That(Tree.Lines(Tree.Product.Concat(Tree.Files("src/", ".csproj")).Concat(Tree.Files("endpoints/", ".csproj")), "BusRuntime", inCode: false), Is.Empty);
    }

    [Test]
    public void Nothing_blocks_a_thread_that_could_wait()
    {
        // Dispose is the one place where an interface of somebody else leaves no choice.
        Assert.That(Tree.Lines(Tree.Product, @"\.GetAwaiter\(\)\.GetResult\(\)|\bThread\.Sleep\(").Where(l => !l.Contains("void Dispose()")), Is.Empty);
    }

    [Test]
    public void Tests_wait_for_what_they_expect_and_never_just_some_time()
    {
        var tests = Tree.Tests.Where(f => f.Path.Split('/')[1].EndsWith(".Tests"));

        Assert.That(Tree.Lines(tests, @"\bThread\.Sleep\("), Is.Empty);
    }

    [Test]
    public void What_is_not_made_to_be_derived_from_is_sealed()
    {
        var ours = Tree.Product.Where(f => !f.Path.StartsWith("src/Bus"));

        Assert.That(Tree.Lines(ours, @"^\s*(public\s+|internal\s+|file\s+)?(partial\s+)?(class|record)\s+(?!struct)\w+"), Is.Empty);
    }

    [Test]
    public void Nothing_is_put_off_in_a_comment() =>
        Assert.That(Tree.Lines(Tree.Product.Concat(Tree.Tests.Where(f => !f.Path.Contains("Tidy"))), @"\b(TODO|FIXME|HACK|XXX)\b", inCode: false), Is.Empty);

    [Test]
    public void Extensions_of_the_database_are_shared_by_all_schemas()
    {
        var created = Tree.Lines(Tree.Files("endpoints/", ".sql"), @"create extension\b", inCode: false);

        Assert.That(created.Where(l => !l.Contains("schema public")), Is.Empty, "it would land in the schema of whoever starts first");
    }

    [Test]
    public void Migrations_have_one_order_per_endpoint()
    {
        foreach (var endpoint in Tree.Files("endpoints/", ".sql").GroupBy(f => f.Path.Split('/')[1]))
        {
            Assert.That(endpoint.Where(f => !Regex.IsMatch(f.Name, @"^\d{4}-[a-z0-9-]+\.sql$")).Select(f => f.Path), Is.Empty);
            Assert.That(endpoint.GroupBy(f => f.Name[..4]).Where(n => n.Count() > 1).Select(n => string.Join(" and ", n)), Is.Empty, "one number twice");
        }
    }
}
