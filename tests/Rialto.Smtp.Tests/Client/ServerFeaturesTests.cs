using Rialto.Smtp.Client;

namespace Rialto.Smtp.Tests.Client;

public class ServerFeaturesTests
{
    [Fact]
    public void What_a_server_says_of_itself_is_read()
    {
        var features = ServerFeatures.Read(new ClientReply(250, ["mx.test at your service", "PIPELINING", "size 1000", "LIMITS RCPTMAX=20 MAILMAX=5 RCPTDOMAINMAX=3 OTHER=x", "AUTH plain LOGIN", "", "DSN", "DELIVERBY 240,more"]));
        (features.Pipelining, features.Dsn, features.Chunking, features.SmtpUtf8).ShouldBe((true, true, false, false));
        (features.Size, features.MaximumSize, features.MaximumRecipients, features.MaximumTransactions, features.MaximumDomains).ShouldBe((true, 1000L, 20, 5, 3));
        (features.DeliverBy, features.MinimumByTime).ShouldBe((true, 240L));
        features.Mechanisms.ShouldBe(["PLAIN", "LOGIN"]);
    }

    [Theory]
    [InlineData("SIZE")]
    [InlineData("SIZE -1")]
    [InlineData("SIZE 99999999999999999999")]
    [InlineData("LIMITS RCPTMAX=")]
    [InlineData("LIMITS RCPTMAX=-5")]
    [InlineData("LIMITS RCPTMAX=0")]
    [InlineData("LIMITS RCPTMAX=05")]
    [InlineData("LIMITS RCPTMAX=1000000")]
    [InlineData("LIMITS RCPTMAX=20;MAILMAX=5")]
    [InlineData("LIMITS RCPTMAX=20 =5")]
    [InlineData("DELIVERBY -3")]
    public void What_makes_no_sense_is_no_limit(string line)
    {
        var features = ServerFeatures.Read(new ClientReply(250, ["mx.test", line]));
        (features.MaximumSize, features.MaximumRecipients).ShouldBe((0L, 0));
        features.MinimumByTime.ShouldBe(0);
    }

    [Theory]
    [InlineData(550, "5.1.1 No such person", "550 5.1.1 No such person")]
    [InlineData(550, "No such person", "550 5.0.0 No such person")]
    [InlineData(450, "5.1.1 contradicts", "450 4.0.0 contradicts")]
    [InlineData(550, "5.1", "550 5.0.0 5.1")]
    [InlineData(550, "", "550 5.0.0 (no text)")]
    public void A_reply_becomes_a_status(int code, string text, string status) => new ClientReply(code, [text]).ToStatus().ToString().ShouldBe(status);
}
