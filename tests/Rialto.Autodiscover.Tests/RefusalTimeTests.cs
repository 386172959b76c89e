using Rialto.Testing;

namespace Rialto.Autodiscover.Tests;

/// <summary>By a clock of the test's: how long a refusal takes says nothing about its reason.</summary>
public sealed class RefusalTimeTests : AutodiscoverTest
{
    private static readonly TimeSpan s_lookUp = TimeSpan.FromMilliseconds(7);

    private readonly ManualTimeProvider _time = new();

    protected override AutodiscoverServices Configure(AutodiscoverServices services) => services with
    {
        Time = _time,
        Shares = (_, _, _) =>
        {
            // Whose folders are shared takes a while to find out.
            _time.Advance(s_lookUp);
            return new(false);
        },
    };

    [Theory]
    [InlineData("user2@example.com")]
    [InlineData("nobody@example.com")]
    [InlineData("nobody@other.example")]
    public async Task It_is_the_same_for_all(string address)
    {
        foreach (var ask in new Func<Task>[] { () => Host.PoxAsync(Request(address)), () => Host.PoxAsync(MobileRequest(address)), () => Host.SoapAsync(SoapTests.UserSettings([address], "UserDN")) })
        {
            var began = _time.GetUtcNow();
            var asked = ask();
            while (_time.WaitingTimers == 0 && !asked.IsCompleted)
                await Task.Delay(5);
            asked.IsCompleted.ShouldBeFalse();
            _time.Advance(began + Host.Services.Options.RefusalTime - TimeSpan.FromTicks(1) - _time.GetUtcNow());
            _time.WaitingTimers.ShouldBe(1, "it is not due yet");
            _time.Advance(TimeSpan.FromTicks(1));
            await asked;
        }
    }

    [Fact]
    public async Task What_is_told_is_told_at_once()
    {
        await Host.PoxAsync(Request("user1@example.com"));
        _time.WaitingTimers.ShouldBe(0);
    }
}
