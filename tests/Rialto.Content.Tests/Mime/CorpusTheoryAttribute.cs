using Rialto.Testing;

namespace Rialto.Content.Tests.Mime;

public sealed class CorpusTheoryAttribute : TheoryAttribute
{
    public CorpusTheoryAttribute()
    {
        if (!Corpus.Available)
            Skip = "The corpus is not here.";
    }
}
