using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;

namespace Roost.Web.Identity;

/// <summary>256 random bits for somebody to bring back. We keep only the hash; a slow one is for what people choose themselves.</summary>
readonly record struct Secret(string Text)
{
    public static Secret New() => new(Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(32)));

    public byte[] Hash => SHA256.HashData(Encoding.UTF8.GetBytes(Text));

    /// <summary>It must not reach a log by being printed.</summary>
    public override string ToString() => "(secret)";
}
