namespace Roost.Payment.Calling;

static class StepKinds
{
    public static string Name(this StepKind kind) => kind switch
    {
        StepKind.Hold => "hold",
        StepKind.Take => "take",
        StepKind.LetGo => "let_go",
        StepKind.GiveBack => "give_back",
        _ => "look",
    };

    public static StepKind Parse(string name) => Enum.GetValues<StepKind>().Single(kind => kind.Name() == name);
}
