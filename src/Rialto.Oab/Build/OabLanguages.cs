using Rialto.Oab.Wire;

namespace Rialto.Oab.Build;

/// <summary>Template files of languages.</summary>
public static class OabLanguages
{
    /// <summary>English without templates: clients show what they show by themselves.</summary>
    public static OabLanguage Plain { get; } = new("0409", TemplateFile.Write(new()), TemplateFile.Write(new()));
}
