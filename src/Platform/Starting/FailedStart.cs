using System.Net;
using System.Net.Sockets;
using Microsoft.AspNetCore.Connections;

namespace Roost.Platform.Starting;

/// <summary>A start that fails for a reason outside the code ends with one line on standard error, and no stack trace.</summary>
static class FailedStart
{
    static int watching;

    /// <summary>Also for what is thrown before the host runs: settings are read while Program.cs still builds.</summary>
    public static void EndsWithOneLine(string endpoint)
    {
        if (Interlocked.Exchange(ref watching, 1) == 1) return;
        AppDomain.CurrentDomain.UnhandledException += (_, unhandled) =>
        {
            if (unhandled.ExceptionObject is not Exception e || Explain(e) is not { } why) return;
            Tell(endpoint, why);
            Environment.Exit(1);
        };
    }

    public static string? Explain(Exception e) => e switch
    {
        CannotStart => e.Message,
        IOException { InnerException: { } inner } when IsAddressProblem(inner) => e.Message,
        _ when IsAddressProblem(e) => e.Message,
        _ => null,
    };

    static bool IsAddressProblem(Exception e) => e is AddressInUseException or SocketException
    {
        SocketErrorCode: SocketError.AddressAlreadyInUse or SocketError.AddressNotAvailable or SocketError.AccessDenied,
    };

    /// <summary>Names the setting, which the web server's own words would not.</summary>
    public static Task UnlessFree(IEnumerable<(Uri Address, string Setting)> addresses)
    {
        var listeners = new List<TcpListener>(); // all at once: two settings may name one address
        try
        {
            foreach (var (uri, setting) in addresses.Where(each => each.Address.Port != 0)) listeners.Add(Listen(uri, setting));
            return Task.CompletedTask;
        }
        finally
        {
            foreach (var listener in listeners) listener.Dispose();
        }
    }

    static TcpListener Listen(Uri uri, string setting)
    {
        var listener = new TcpListener(IPAddress.TryParse(uri.Host, out var address) ? address : IPAddress.Loopback, uri.Port);
        try
        {
            listener.Start();
            return listener;
        }
        catch (SocketException e)
        {
            listener.Dispose();
            throw new CannotStart($"{uri.Authority} cannot be listened on: {e.Message} ({setting})", e);
        }
    }

    public static void Tell(string endpoint, string why)
    {
        Console.Error.WriteLine($"{endpoint} cannot start: {why}");
        Environment.ExitCode = 1;
    }
}
