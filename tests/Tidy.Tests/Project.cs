using System.Xml.Linq;

namespace Roost.Tidy.Tests;

/// <summary>What a project says it needs, with what the folder's Directory.Build.props adds to it.</summary>
public sealed record Project(string Path, string? UsesBus, string[] Packages, string[] Projects)
{
    public static List<Project> Under(string folder) => [.. Tree.Files(folder, ".csproj").Select(Read)];

    public static Project Read(Source file)
    {
        var documents = new List<XDocument> { XDocument.Parse(file.Text) };
        var area = file.Path.Split('/')[0];
        documents.AddRange(Tree.Files(area + "/", ".props", ".csproj").Where(p => p.Path == $"{area}/Directory.Build.props").Select(p => XDocument.Parse(p.Text)));
        return new Project(
            file.Path,
            documents.SelectMany(d => d.Descendants("UsesBus")).FirstOrDefault()?.Value,
            All(documents, "PackageReference"),
            [.. All(documents, "ProjectReference").Select(FromRoot)]);

        string FromRoot(string reference) => reference.StartsWith("$(RepositoryRoot)", StringComparison.Ordinal)
            ? reference["$(RepositoryRoot)".Length..]
            : System.IO.Path.GetRelativePath("/", System.IO.Path.GetFullPath(reference.Replace('\\', '/'), "/" + System.IO.Path.GetDirectoryName(file.Path)));
    }

    static string[] All(IEnumerable<XDocument> documents, string element) =>
        [.. documents.SelectMany(d => d.Descendants(element)).Select(e => (string?)e.Attribute("Include")).OfType<string>().Distinct()];

    public override string ToString() => Path;
}
