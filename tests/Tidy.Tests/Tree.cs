using System.Text.RegularExpressions;
using Roost.Servers;

namespace Roost.Tidy.Tests;

/// <summary>The files of the repository, named by their path from its root.</summary>
public static class Tree
{
    static readonly string[] NotOurs = ["bin", "obj", ".local", "artifacts", ".git", "node_modules", "TestResults"];
    static readonly Lazy<List<Source>> everything = new(() => [.. Walk(new DirectoryInfo(Repository.Root)).Select(f => new Source(f))]);

    /// <summary>What is delivered: not tests, not tools.</summary>
    public static List<Source> Product => Files("src/", ".cs").Concat(Files("endpoints/", ".cs")).ToList();

    public static List<Source> Tests => Files("tests/", ".cs");

    public static List<Source> Files(string under, params string[] extensions)
    {
        var found = everything.Value.Where(f => f.Path.StartsWith(under, StringComparison.Ordinal) && extensions.Contains(Path.GetExtension(f.Path))).ToList();
        // A rule over nothing would always hold.
        Assert.That(found, Is.Not.Empty, $"no {string.Join(", ", extensions)} under {under}: the rule has nothing to look at");
        return found;
    }

    /// <summary>Every line of code that the pattern finds, as path:line: text.</summary>
    public static List<string> Lines(IEnumerable<Source> files, string pattern, bool inCode = true)
    {
        var regex = new Regex(pattern);
        return [.. files.SelectMany(file => (inCode ? file.CodeLines : file.Lines)
            .Select((line, index) => (Line: line, Index: index))
            .Where(l => regex.IsMatch(l.Line))
            .Select(l => $"{file.Path}:{l.Index + 1}: {l.Line.Trim()}"))];
    }

    static IEnumerable<FileInfo> Walk(DirectoryInfo folder) => folder.EnumerateFiles()
        .Concat(folder.EnumerateDirectories().Where(d => !NotOurs.Contains(d.Name)).SelectMany(Walk));
}

public sealed class Source(FileInfo file)
{
    string? text;
    string[]? code;

    public string Path { get; } = System.IO.Path.GetRelativePath(Repository.Root, file.FullName).Replace('\\', '/');
    public string Name => file.Name;
    public string Text => text ??= File.ReadAllText(file.FullName);
    public string[] Lines => Text.Split('\n');
    public string[] CodeLines => code ??= Code.Only(Text).Split('\n');

    public override string ToString() => Path;
}
