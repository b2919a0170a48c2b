namespace Roost.Bus.Recoverability;

/// <summary>
/// In which handler a message failed, and when. Noted here and not in the exception's data: one exception object may be thrown for many messages
/// at once, and would then tell of each what belongs to another.
/// </summary>
sealed class HandlerFailure
{
    Exception? noted;
    Dictionary<string, string> facts = [];

    public void Note(Exception failure, Dictionary<string, string> known) => (noted, facts) = (failure, known);

    /// <summary>Empty when it was not this that failed in a handler.</summary>
    public Dictionary<string, string> FactsOf(Exception failure) => noted == failure ? facts : [];
}
