using Xunit;

namespace Rialto.Testing;

/// <summary>A fact that needs the corpus and is skipped, saying so, without it.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class CorpusFactAttribute : FactAttribute
{
    public CorpusFactAttribute()
    {
        if (!Corpus.Available)
            Skip = "The corpus is not here (RIALTO_CORPUS, or shared/corpus beside the repository).";
    }
}

/// <summary>A theory that needs the corpus and is skipped, saying so, without it.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class CorpusTheoryAttribute : TheoryAttribute
{
    public CorpusTheoryAttribute()
    {
        if (!Corpus.Available)
            Skip = "The corpus is not here (RIALTO_CORPUS, or shared/corpus beside the repository).";
    }
}
