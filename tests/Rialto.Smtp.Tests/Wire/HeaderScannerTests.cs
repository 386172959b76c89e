using Rialto.Smtp.Wire;

namespace Rialto.Smtp.Tests.Wire;

public class HeaderScannerTests
{
    [Fact]
    public void Fields_are_found_however_the_header_is_cut()
    {
        var header = "Received: a\r\n\tDate: folded\r\nreceived: b\r\nX-Date: no\r\nMESSAGE-ID: <x>\r\n\r\nDate: body\r\n"u8.ToArray();
        var end = header.AsSpan().IndexOf("\r\n\r\n"u8) + 2;
        for (var cut = 0; cut < header.Length; cut++)
        {
            // A CRLF is never split: that is the decoder's promise.
            if (cut > 0 && header[cut - 1] == '\r') continue;
            var scanner = new HeaderScanner();
            var at = scanner.Scan(header.AsSpan(0, cut));
            if (at < 0) at = scanner.Scan(header.AsSpan(cut)) + cut;
            at.ShouldBe(end);
            (scanner.Ended, scanner.ReceivedFields, scanner.HasDate, scanner.HasMessageId).ShouldBe((true, 2, false, true));
        }
    }
}
