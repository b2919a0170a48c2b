using System.Globalization;
using System.Reflection;
using System.Security.Cryptography;
using System.Text;
using System.Text.RegularExpressions;

namespace Roost.Platform.Migrating;

/// <summary>
/// One step of a schema, an .sql file beside the code that uses it: Holding/0003-claims.sql. The number alone gives the order, over all folders of
/// the endpoint; so a file may move to another folder, but its number and its text stay.
/// </summary>
public sealed partial record Migration(int Number, string Name, string Sql)
{
    /// <summary>Line endings do not count: a checkout may change them.</summary>
    public string Checksum =>
        Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(Sql.ReplaceLineEndings("\n").TrimEnd())));

    public static Migration From(string path, string sql)
    {
        var name = FileName.Match(path);
        return name.Success
            ? new Migration(int.Parse(name.Groups["number"].ValueSpan, CultureInfo.InvariantCulture), path, sql)
            : throw new CannotStart($"{path} is not called like 0003-claims.sql: four digits that give its place, and what it is about");
    }

    /// <summary>All embedded .sql files of an assembly, in order. endpoints/Directory.Build.props embeds them under their path.</summary>
    public static IReadOnlyList<Migration> EmbeddedIn(Assembly assembly)
    {
        var migrations = assembly.GetManifestResourceNames()
            .Where(resource => resource.EndsWith(".sql", StringComparison.Ordinal))
            .Select(resource => From(resource, Read(assembly, resource)));
        return InOrder(migrations);
    }

    public static IReadOnlyList<Migration> InOrder(IEnumerable<Migration> migrations)
    {
        Migration[] ordered = [.. migrations.OrderBy(m => m.Number)];
        foreach (var (first, second) in ordered.Zip(ordered.Skip(1)))
        {
            if (first.Number == second.Number) throw new CannotStart($"{first.Name} and {second.Name} have the same number: one of them must come later");
        }
        return ordered;
    }

    static string Read(Assembly assembly, string resource)
    {
        using var reader = new StreamReader(assembly.GetManifestResourceStream(resource)!, Encoding.UTF8);
        return reader.ReadToEnd();
    }

    [GeneratedRegex(@"(^|/)(?<number>[0-9]{4})-[a-z0-9-]+\.sql$")]
    static partial Regex FileName { get; }
}
