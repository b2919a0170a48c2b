using System.Reflection;
using System.Reflection.Emit;

namespace Roost.Domain.Tests.Pricing;

/// <summary>P-97: not a field, parameter, local or instruction of the rules works with binary floating point.</summary>
public sealed class When_the_rules_are_searched_for_floating_point
{
    const BindingFlags Everything = BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Static | BindingFlags.Instance | BindingFlags.DeclaredOnly;

    static readonly Type[] Floating = [typeof(float), typeof(double), typeof(Half)];

    static readonly Dictionary<short, OpCode> OpCodesByValue = typeof(OpCodes).GetFields()
        .Select(field => (OpCode)field.GetValue(null)!)
        .ToDictionary(code => code.Value);

    [Test]
    public void None_is_found()
    {
        var methods = typeof(Money).Assembly.GetTypes().SelectMany(Methods).ToList();
        Assert.That(methods, Has.Count.GreaterThan(300));
        Assert.That(methods.SelectMany(Findings), Is.Empty);

        var fields = typeof(Money).Assembly.GetTypes().SelectMany(type => type.GetFields(Everything));
        Assert.That(fields.Where(field => Floating.Contains(field.FieldType)), Is.Empty);
    }

    [Test]
    public void It_would_be_found() => Assert.That(Findings(typeof(Guilty).GetMethod("Fee")!), Is.Not.Empty);

    [Test]
    public void The_rules_see_nothing_but_the_platform_and_noda_time() =>
        Assert.That(typeof(Money).Assembly.GetReferencedAssemblies().Select(reference => reference.Name!).Where(name => name != "NodaTime"),
            Is.Not.Empty.And.All.StartsWith("System."));

    static IEnumerable<MethodBase> Methods(Type type) => type.GetMethods(Everything).Concat<MethodBase>(type.GetConstructors(Everything));

    static IEnumerable<string> Findings(MethodBase method)
    {
        var body = method.GetMethodBody();
        var types = method.GetParameters().Select(parameter => parameter.ParameterType)
            .Concat(method is MethodInfo { ReturnType: var returned } ? [returned] : [])
            .Concat(body?.LocalVariables.Select(local => local.LocalType) ?? []);
        if (types.Any(Floating.Contains)) yield return $"{method.DeclaringType}.{method.Name} has a floating-point variable";
        foreach (var found in Instructions(method, body?.GetILAsByteArray() ?? [])) yield return $"{method.DeclaringType}.{method.Name}: {found}";
    }

    static IEnumerable<string> Instructions(MethodBase method, byte[] il)
    {
        for (var at = 0; at < il.Length;)
        {
            short value = il[at++];
            if (value == 0xFE) value = unchecked((short)(0xFE00 | il[at++]));
            var code = OpCodesByValue[value];

            if (code.Name!.Contains(".r4") || code.Name.Contains(".r8") || code.Name.Contains(".r.")) yield return code.Name;
            if (code.OperandType == OperandType.InlineMethod && Called(method, BitConverter.ToInt32(il, at)) is MethodInfo called)
                if (Floating.Contains(called.ReturnType)) yield return $"calls {called.DeclaringType}.{called.Name}";

            at += code.OperandType switch
            {
                OperandType.InlineNone => 0,
                OperandType.ShortInlineBrTarget or OperandType.ShortInlineI or OperandType.ShortInlineVar => 1,
                OperandType.InlineVar => 2,
                OperandType.InlineI8 or OperandType.InlineR => 8,
                OperandType.InlineSwitch => 4 + 4 * BitConverter.ToInt32(il, at),
                _ => 4,
            };
        }
    }

    static MethodBase? Called(MethodBase caller, int token) => caller.Module.ResolveMethod(token,
        caller.DeclaringType is { IsGenericType: true } type ? type.GetGenericArguments() : null,
        caller.IsGenericMethod ? caller.GetGenericArguments() : null);

    static class Guilty
    {
        public static long Fee(long cents, TimeSpan soon) => (long)(cents * 0.14) + (long)soon.TotalHours;
    }
}
