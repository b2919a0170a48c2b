using System.Text;

namespace Roost.Bus.Transport;

/// <summary>How much a broker takes of headers: all of a message's headers travel in one frame.</summary>
static class HeaderSpace
{
    /// <summary>The usual frame of 128 KiB less room for the properties beside the headers.</summary>
    public const int Most = 128 * 1024 - 4 * 1024;

    const int PerHeader = 6;

    public static int Of(Dictionary<string, string> headers)
    {
        var bytes = 0;
        foreach (var (name, value) in headers) bytes += PerHeader + Encoding.UTF8.GetByteCount(name) + Encoding.UTF8.GetByteCount(value);
        return bytes;
    }
}
