namespace Roost.Bus.Pipeline.Messages;

/// <summary>
/// Which names may be given to the runtime's type loader. It takes whatever a sender wrote for a compiler's work: thousands of arrays or generics in one
/// another overflow its stack, which no catch survives.
/// </summary>
static class TypeNames
{
    const int Longest = 2000;
    const int DeepestGeneric = 4;

    /// <summary>A class, or a generic one of classes, with or without its assembly: "Acme.Outer+Inner`1[[Acme.Other, Acme]], Acme, Version=1.0.0.0".</summary>
    public static bool IsPlain(string name)
    {
        if (name.Length > Longest) return false;
        var depth = 0;
        for (var i = 0; i < name.Length; i++)
        {
            if (name[i] == '[' && (++depth > 2 * DeepestGeneric || IsArray(name, i)) || name[i] == ']' && --depth < 0) return false;
            if (!IsAllowed(name[i])) return false;
        }
        return depth == 0;
    }

    static bool IsArray(string name, int bracket) => bracket + 1 == name.Length || name[bracket + 1] is not '[' and var next && !IsOfAnIdentifier(next);

    static bool IsAllowed(char letter) => IsOfAnIdentifier(letter) || letter is '.' or '+' or '`' or '[' or ']' or ',' or ' ' or '=' or '-';

    static bool IsOfAnIdentifier(char letter) => char.IsLetterOrDigit(letter) || letter == '_';
}
