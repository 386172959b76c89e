namespace Rialto.Store.Searching.Text;

/// <summary>Takes the terms of a text, in order.</summary>
public interface ITermSink
{
    /// <param name="term">UTF-8, valid during the call.</param>
    void Add(ReadOnlySpan<byte> term);
}
