using Xunit;

namespace Rialto.Testing;

/// <summary>A test that needs programs of the system's; skipped, naming the first that is absent.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class ProgramFactAttribute : FactAttribute
{
    public ProgramFactAttribute(params string[] programs)
    {
        if (Array.Find(programs, p => !CommandResult.Has(p) && !File.Exists(p)) is { } missing)
            Skip = $"{missing} is not installed";
    }
}
