using System.Security.Cryptography;
using System.Text;

namespace Roost.Domain;

/// <summary>
/// An id that follows from another one and a purpose. A step that is done twice, because a message came twice or a process died, makes the same id
/// again, and whoever receives it knows that it is the same thing.
/// </summary>
public static class DerivedId
{
    public static Guid From(Guid origin, string purpose)
    {
        Span<byte> name = stackalloc byte[16 + Encoding.UTF8.GetMaxByteCount(purpose.Length)];
        origin.TryWriteBytes(name, bigEndian: true, out _);
        var length = 16 + Encoding.UTF8.GetBytes(purpose, name[16..]);
        Span<byte> hash = stackalloc byte[32];
        SHA256.HashData(name[..length], hash);
        hash[6] = (byte)((hash[6] & 0x0F) | 0x80); // version 8: made by a rule of our own
        hash[8] = (byte)((hash[8] & 0x3F) | 0x80);
        return new Guid(hash[..16], bigEndian: true);
    }
}
