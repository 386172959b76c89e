using Rialto.Testing;

namespace Rialto.Directory.Tests;

/// <summary>RFC 9051 11.7: well-known passwords.</summary>
public sealed class WellKnownPasswordTests : IDisposable
{
    private readonly TempDirectory folder = new();

    public void Dispose() => folder.Dispose();

    [Theory]
    [InlineData("password")]
    [InlineData("Password1!")]
    [InlineData("P@ssw0rd")]
    [InlineData("$ecret2024")]
    [InlineData("12345678")]
    [InlineData("87654321")]
    [InlineData("1234567890")]
    [InlineData("abcdefghij")]
    [InlineData("aaaaaaaa")]
    [InlineData("abcabcabca")]
    [InlineData("qwertyuiop")]
    [InlineData("poiuytrewq")]
    [InlineData("1qaz2wsx")]
    [InlineData("Summer2024!")]
    [InlineData("!!iloveyou!!")]
    [InlineData("WELCOME123")]
    [InlineData("\uff50\uff41\uff53\uff53word")]
    public void These_are(string password) => WellKnownPasswords.Contains(password).ShouldBeTrue();

    [Theory]
    [InlineData("demo-password")]
    [InlineData("correct horse battery")]
    [InlineData("wrong-password")]
    [InlineData("master of 39 ships")]
    [InlineData("x7Rk-20q!Lm")]
    [InlineData("19840417-2931")]
    [InlineData("alice.archer")]
    public void These_are_not(string password) => WellKnownPasswords.Contains(password).ShouldBeFalse();

    [Theory]
    [InlineData("alice.archer", true)]
    [InlineData("Alice.Archer7", true)]
    [InlineData("alice.archer@example.com", true)]
    [InlineData("AliceArcher!", true)]
    [InlineData("archer2024", true)]
    [InlineData("example.com", true)]
    [InlineData("archery club", false)]
    public void Names_of_the_account_are_too(string password, bool is_known) => WellKnownPasswords.Contains(
        password, new Account { PrimaryAddress = "alice.archer@example.com", DisplayName = "Alice Archer" }).ShouldBe(is_known);

    [Fact]
    public async Task They_are_not_taken_unless_that_is_configured()
    {
        await using var directory = await TestDirectory.CreateAsync(1);
        var id = directory.Account("user1@example.com").Id;
        foreach (var password in (string[])["Password1", "user1@example.com"])
        {
            var refused = await Should.ThrowAsync<DirectoryException>(() => directory.Passwords.SetAsync(id, password));
            refused.Error.ShouldBe(DirectoryError.InvalidPassword);
            refused.Message.ShouldContain("guessed first");
        }

        directory.Service.Options.RefuseWellKnownPasswords = false;
        await directory.Passwords.SetAsync(id, "Password1");
        (await directory.Authenticator.AuthenticateAsync("user1", "Password1", null, "test")).IsSuccess.ShouldBeTrue();

        // Set before anybody looked: kept out where that is configured.
        using var strict = new Authenticator(directory.Service, new AuthenticationOptions { Iterations = 10, BlockWellKnownPasswords = true });
        (await strict.AuthenticateAsync("user1", "Password1", null, "test")).Outcome.ShouldBe(AuthenticationOutcome.InvalidCredentials);
        (await strict.AuthenticateAsync("user1", "Password1", null, "test")).Outcome.ShouldBe(AuthenticationOutcome.InvalidCredentials);
    }

    [Fact]
    public async Task A_list_of_ones_own_is_looked_through()
    {
        var file = folder.File("list");
        await File.WriteAllBytesAsync(file, [.. "short\r\n"u8, 0xFF, 0xFE, .. "\nTr0ub4dor-And-3\nstra\u00dfenbahn-neun"u8]);
        (await WellKnownPasswords.ContainsAsync(file, "tr0ub4dor-and-3", default)).ShouldBeTrue();
        (await WellKnownPasswords.ContainsAsync(file, "Stra\u00dfenbahn-Neun", default)).ShouldBeTrue();
        (await WellKnownPasswords.ContainsAsync(file, "tr0ub4dor-and-4", default)).ShouldBeFalse();

        await using var directory = await TestDirectory.CreateAsync(1);
        var id = directory.Account("user1@example.com").Id;
        directory.Service.Options.WellKnownPasswords = file;
        (await Should.ThrowAsync<DirectoryException>(() => directory.Passwords.SetAsync(id, "Tr0ub4dor-and-3"))).Message.ShouldContain("guessed first");
        directory.Service.Options.WellKnownPasswords = folder.File("none");
        (await Should.ThrowAsync<DirectoryException>(() => directory.Passwords.SetAsync(id, "Tr0ub4dor-and-3"))).Message.ShouldContain("directory.wellKnownPasswords");
    }
}
