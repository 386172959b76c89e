namespace Rialto.Model;

/// <summary>The one evaluator of restrictions. [MS-OXCDATA] 2.12.</summary>
public static class RestrictionEvaluator
{
}
