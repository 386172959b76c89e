using Microsoft.Extensions.Logging.Abstractions;
using Rialto.Delivery.Trace;
using Rialto.Testing;

namespace Rialto.Smtp.Tests;

/// <summary>What the trace knows of a message from its arrival on, wherever it goes.</summary>
public class TraceTests
{
    [Theory]
    [InlineData("smtp", "Message-ID: <1@b.test>\r\nSubject: =?utf-8?Q?Gr=C3=B6=C3=9Fe?=\r\n of it\r\n\r\nx\r\n", "<1@b.test>", "Größe of it")]
    [InlineData("smtp", "Subject: no id\r\n\r\nMessage-ID: <no@b.test>\r\n", "", "no id")]
    [InlineData("submission", "Subject: given one\r\n\r\nx\r\n", "@example.com>", "given one")]
    [InlineData("smtp", "X: y\r\n", "", "")]
    public async Task A_message_is_known_by_its_id_and_subject(string listener, string content, string messageId, string subject)
    {
        using var folder = new TempDirectory();
        await using (var trace = new MessageTrace(folder.Path, new TraceOptions(), TimeProvider.System, NullLogger<MessageTrace>.Instance))
        {
            await using var server = await SmtpServer.StartAsync(trace: trace);
            await using var client = await server.ConnectAsync(listener);
            if (listener == "submission") await client.LogInAsync();
            else await client.HelloAsync();
            (await client.SendMessageAsync(listener == "submission" ? "user1@example.com" : "a@b.test", "user2@example.com", content + ".\r\n")).ShouldStartWith("250");
        }

        var found = (await new TraceSearch(folder.Path).FindAsync(new() { Since = DateTimeOffset.UtcNow.AddHours(-1) }, default)).ShouldHaveSingleItem();
        found.MessageId.ShouldEndWith(messageId);
        found.MessageId.Length.ShouldBe(messageId.Length == 0 ? 0 : messageId[0] == '@' ? 33 + messageId.Length : messageId.Length);
        found.Subject.ShouldBe(subject);
    }
}
