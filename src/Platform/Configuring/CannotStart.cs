namespace Roost.Platform;

/// <summary>Why the process cannot start, in one line for the person who started it. Never carries a secret.</summary>
public sealed class CannotStart(string why, Exception? cause = null) : Exception(why, cause);
