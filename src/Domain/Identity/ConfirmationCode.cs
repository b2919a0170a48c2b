namespace Roost.Domain.Identity;

/// <summary>
/// Six characters that people read out on the phone. Without I, L, O and U: no two look alike and no words appear. It names a
/// booking and proves nothing: whoever gives it must also be somebody.
/// </summary>
public static class ConfirmationCode
{
    public const int Length = 6;

    /// <summary>What <see cref="Of"/> needs.</summary>
    public const int RandomBytes = 4;

    public const string Alphabet = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";

    /// <summary>32 letters take five bits each, so every code is equally likely.</summary>
    public static string Of(ReadOnlySpan<byte> random)
    {
        var bits = System.Buffers.Binary.BinaryPrimitives.ReadUInt32BigEndian(random);
        return string.Create(Length, bits, static (code, rest) =>
        {
            for (var place = 0; place < Length; place++, rest >>= 5) code[place] = Alphabet[(int)(rest & 31)];
        });
    }

    /// <summary>What somebody typed, as the code it stands for: lower case, blanks, hyphens and mistaken letters are forgiven.</summary>
    public static string? Parse(string? typed)
    {
        var code = string.Concat((typed ?? "").Where(letter => letter is not (' ' or '-')).Select(Meant));
        return code.Length == Length && code.All(letter => Alphabet.Contains(letter)) ? code : null;
    }

    static char Meant(char letter) => char.ToUpperInvariant(letter) switch
    {
        'O' => '0',
        'I' or 'L' => '1',
        var other => other,
    };
}
