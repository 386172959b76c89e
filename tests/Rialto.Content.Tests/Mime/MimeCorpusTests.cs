using Rialto.Content.Mime;
using Rialto.Testing;

namespace Rialto.Content.Tests.Mime;

public class MimeCorpusTests
{
    [CorpusFact]
    public void Every_message_parses_converts_and_has_a_valid_digest()
    {
        var failures = new List<string>();
        var count = 0;
        foreach (var (name, bytes) in CorpusMail.All())
        {
            count++;
            try
            {
                MimeInvariants.CheckAll(bytes);
            }
            catch (Exception e)
            {
                failures.Add($"{name}: {e.Message}");
            }
        }
        string.Join('\n', failures).ShouldBeEmpty();
        count.ShouldBeGreaterThan(1000);
    }
}
