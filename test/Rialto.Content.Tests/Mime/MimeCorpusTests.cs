using Rialto.Content.Mime;
using Rialto.Testing;

namespace Rialto.Content.Tests.Mime;

public class MimeCorpusTests
{
    [CorpusFact]
    public void Every_message_parses_and_its_digest_is_valid_imap()
    {
        var failures = new List<string>();
        var count = 0;
        foreach (var (name, bytes) in CorpusMail.All())
        {
            count++;
            try
            {
                MimeInvariants.Check(bytes);
            }
            catch (Exception e)
            {
                failures.Add($"{name}: {e.Message}");
            }
        }
        failures.ShouldBeEmpty();
        count.ShouldBeGreaterThan(1000);
    }
}
