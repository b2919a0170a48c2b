using NServiceBus;

namespace Roost.Bus.Hosting;

/// <summary>How the platform tools tell this running process from others.</summary>
sealed class HostIdentity
{
    public HostIdentity(HostInfoSettings settings)
    {
        Machine = settings.HostName ?? Environment.MachineName;
        Id = settings.HostId ?? HostInfoSettings.DeterministicGuid(PathOfExecutable(), Machine);
        IdText = Id.ToString("N");
        DisplayName = settings.DisplayName ?? Machine;
    }

    public Guid Id { get; }
    public string IdText { get; }
    public string DisplayName { get; }
    public string Machine { get; }

    public Dictionary<string, string> Properties { get; } = new()
    {
        ["Machine"] = Environment.MachineName,
        ["ProcessID"] = Environment.ProcessId.ToString(System.Globalization.CultureInfo.InvariantCulture),
        ["UserName"] = Environment.UserName,
        ["PathToExecutable"] = PathOfExecutable(),
    };

    static string PathOfExecutable()
    {
        var line = Environment.CommandLine;
        return line.StartsWith('"') ? line[1..line.IndexOf('"', 1)] : line.Split(' ', 2)[0];
    }
}
