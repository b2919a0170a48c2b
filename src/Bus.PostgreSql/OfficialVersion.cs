namespace Roost.Bus.PostgreSql;

static class OfficialVersion
{
    /// <summary>The file version of the official persistence whose tables and JSON these are. Read by people only.</summary>
    public const string Persistence = "9.0.3.0";

    /// <summary>The official loader parses saga versions and fails on anything else.</summary>
    public static string FourParts(Version version) =>
        $"{version.Major}.{version.Minor}.{Math.Max(version.Build, 0)}.{Math.Max(version.Revision, 0)}";
}
