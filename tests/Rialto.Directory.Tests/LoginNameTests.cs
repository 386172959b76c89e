using Rialto.Testing;

namespace Rialto.Directory.Tests;

public sealed class LoginNameTests
{
    [Theory]
    [InlineData("user1@example.com")]
    [InlineData("USER1@EXAMPLE.COM")]
    [InlineData("user1@example.net")]
    [InlineData("further@example.com")]
    [InlineData("EXAMPLE\\user1")]
    [InlineData("example\\USER1")]
    [InlineData("example.com\\user1")]
    [InlineData("example.net\\user1")]
    [InlineData("EXAMPLE\\user1@example.com")]
    [InlineData("\\user1")]
    [InlineData("user1")]
    [InlineData(" user1 ")]
    [InlineData("jdoe")]
    [InlineData("jdoe@example.com")]
    [InlineData("EXAMPLE\\jdoe")]
    [InlineData("EXAMPLE\\further")]
    public async Task Every_form_leads_to_the_account(string login)
    {
        await using var directory = await TestDirectory.CreateAsync(2);
        var account = await directory.Service.UpdateAsync<Account>(
            directory.Account("user1@example.com").Id, a => a with { LogonName = "jdoe", FurtherAddresses = ["further@example.com"] });
        directory.Current.FindByLogin(login).ShouldBe(account);
    }

    [Theory]
    [InlineData("")]
    [InlineData("nobody")]
    [InlineData("OTHER\\user1")]
    [InlineData("example.org\\user1")]
    [InlineData("user1@example.org")]
    [InlineData("user1+tag@example.com")]
    [InlineData("postmaster@example.com")]
    [InlineData("EXAMPLE\\")]
    [InlineData("EXAMPLE\\a\\user1")]
    [InlineData("EXAMPLE\\user1@")]
    [InlineData("room@example.com")]
    [InlineData("room")]
    public async Task Other_names_lead_nowhere(string login)
    {
        await using var directory = await TestDirectory.CreateAsync(1);
        await directory.Service.AddAsync(new Room { PrimaryAddress = "room@example.com" });
        directory.Current.FindByLogin(login).ShouldBeNull();
    }

    [Fact]
    public async Task A_domain_can_have_another_name_before_the_backslash()
    {
        await using var directory = await TestDirectory.CreateAsync(1);
        await directory.Service.AddAsync(new Domain { Name = "example.org", NetbiosName = "PARTNER" });
        var ann = await directory.Service.AddAsync(new Account { PrimaryAddress = "ann@example.org" });
        directory.Current.FindByLogin("partner\\ann").ShouldBe(ann);
        directory.Current.FindByLogin("EXAMPLE\\ann").ShouldBeNull();
        directory.Current.FindByLogin("EXAMPLE\\user1").ShouldNotBeNull();
    }

    [Fact]
    public async Task Failures_of_a_missing_name_are_counted_together_in_every_form()
    {
        await using var directory = await TestDirectory.CreateAsync();
        foreach (var form in (string[])["ghost", "GHOST@example.com", "ghost@example.net", "EXAMPLE\\ghost", "example.com\\ghost", "\\ghost", "EXAMPLE\\ghost@example.com"])
            LoginName.CountingKey(directory.Current, form).ShouldBe("ghost@example.com", form);
        LoginName.CountingKey(directory.Current, "ghost@example.org").ShouldBe("ghost@example.org");
    }
}
