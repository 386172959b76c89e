using Microsoft.Extensions.Logging;
using Rialto.Server.Operations;

namespace Rialto.Server.Tests;

public class LogLevelsTests
{
    [Fact]
    public void The_longest_category_decides_and_a_change_can_be_taken_back()
    {
        var levels = new LogLevels(LogLevel.Information);
        levels.IsEnabled("Rialto.Smtp", LogLevel.Debug).ShouldBeFalse();
        levels.IsEnabled("Microsoft.AspNetCore", LogLevel.Information).ShouldBeFalse();
        levels.Set("rialto.smtp", LogLevel.Debug);
        levels.Set("Rialto.Smtp.Receiving", LogLevel.Error);
        levels.IsEnabled("Rialto.Smtp", LogLevel.Debug).ShouldBeTrue();
        levels.IsEnabled("Rialto.Smtp.Commands", LogLevel.Debug).ShouldBeTrue();
        levels.IsEnabled("Rialto.Smtp.Receiving", LogLevel.Warning).ShouldBeFalse();
        levels.IsEnabled("Rialto.Smtpd", LogLevel.Debug).ShouldBeFalse();
        levels.Set("Rialto.Smtp", null);
        levels.IsEnabled("Rialto.Smtp", LogLevel.Debug).ShouldBeFalse();
        levels.Set("", LogLevel.Warning);
        levels.IsEnabled("Rialto.Imap", LogLevel.Information).ShouldBeFalse();
        levels.Set("", null);
        levels.IsEnabled("Rialto.Imap", LogLevel.Information).ShouldBeTrue();
    }
}
