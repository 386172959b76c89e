namespace Rialto.Content.CompoundFiles;

/// <summary>Warnings up to a limit.</summary>
internal sealed class CompoundFileWarnings(int most)
{
    public List<CompoundFileWarning> List { get; } = [];

    public void Add(CompoundFileWarningKind kind, uint location)
    {
        if (List.Count < most)
            List.Add(new CompoundFileWarning(kind, location));
    }
}
