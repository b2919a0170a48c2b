using System.Text;

namespace Roost.Bus.Platform;

/// <summary>The monitoring instance's binary format, little endian: version, base time, tags, then one entry per occurrence.</summary>
static class TaggedLongValues
{
    const long Version = 1;

    public static byte[] Write(IReadOnlyList<Occurrence> occurrences)
    {
        var earliest = occurrences.Min(occurrence => occurrence.At.Ticks);
        var tags = occurrences.Select(occurrence => occurrence.Tag).Distinct().Index().ToDictionary(tag => tag.Item, tag => tag.Index);

        using var stream = new MemoryStream();
        using var writer = new BinaryWriter(stream);
        writer.Write(Version);
        writer.Write(earliest);
        writer.Write(tags.Count);
        foreach (var (tag, key) in tags)
        {
            var text = Encoding.UTF8.GetBytes(tag);
            writer.Write(key);
            writer.Write(text.Length);
            writer.Write(text);
        }
        writer.Write(occurrences.Count);
        foreach (var occurrence in occurrences)
        {
            writer.Write((int)Math.Min(occurrence.At.Ticks - earliest, int.MaxValue));
            writer.Write(tags[occurrence.Tag]);
            writer.Write(occurrence.Value);
        }
        writer.Flush();
        return stream.ToArray();
    }
}
