using Rialto.Testing;

namespace Rialto.Directory.Tests;

public sealed class AddressResolutionTests
{
    [Theory]
    [InlineData("user1@example.com", AddressStatus.Found, "user1@example.com", null)]
    [InlineData("USER1@Example.COM", AddressStatus.Found, "user1@example.com", null)]
    [InlineData("user1@example.net", AddressStatus.Found, "user1@example.com", null)]
    [InlineData("user1+list@example.com", AddressStatus.Found, "user1@example.com", "list")]
    [InlineData("user1+a+b@example.net", AddressStatus.Found, "user1@example.com", "a+b")]
    [InlineData("one@example.com", AddressStatus.Found, "user1@example.com", null)]
    [InlineData("one+x@example.com", AddressStatus.Found, "user1@example.com", "x")]
    [InlineData("c++@example.com", AddressStatus.Found, "user2@example.com", null)]
    [InlineData("postmaster@example.com", AddressStatus.Found, "admin@example.com", null)]
    [InlineData("nobody@example.com", AddressStatus.UnknownRecipient, null, null)]
    [InlineData("+x@example.com", AddressStatus.UnknownRecipient, null, null)]
    [InlineData("user1@example.org", AddressStatus.NotLocal, null, null)]
    [InlineData("user1", AddressStatus.Malformed, null, null)]
    public async Task Addresses_lead_to_their_recipients(string address, AddressStatus status, string? primary, string? tag)
    {
        await using var directory = await TestDirectory.CreateAsync(2);
        await directory.Service.UpdateAsync<Account>(directory.Account("user1@example.com").Id, a => a with { FurtherAddresses = ["one@example.net"] });
        await directory.Service.UpdateAsync<Account>(directory.Account("user2@example.com").Id, a => a with { FurtherAddresses = ["c++@example.com"] });

        var resolution = directory.Current.ResolveAddress(address);
        resolution.Status.ShouldBe(status);
        resolution.Recipient?.PrimaryAddress.ShouldBe(primary);
        (resolution.Recipient is null).ShouldBe(primary is null);
        resolution.Tag.ShouldBe(tag);
    }

    [Fact]
    public async Task Plus_addressing_can_be_switched_off_for_a_domain()
    {
        await using var directory = await TestDirectory.CreateAsync(1);
        await directory.Service.UpdateAsync<Domain>(directory.Current.DefaultDomain!.Id, d => d with { PlusAddressing = false });
        directory.Current.ResolveAddress("user1+x@example.com").Status.ShouldBe(AddressStatus.UnknownRecipient);
    }

    [Fact]
    public async Task Contacts_are_known_by_their_outside_address()
    {
        await using var directory = await TestDirectory.CreateAsync();
        var contact = await directory.Service.AddAsync(new ExternalContact { DisplayName = "Ben", ExternalAddress = "ben@Example.ORG", FurtherAddresses = ["ben@example.com"] });
        contact.PrimaryAddress.ShouldBe("ben@example.org");
        directory.Current.ResolveAddress("BEN@example.org").ShouldBe(new(AddressStatus.NotLocal, new("BEN", "example.org"), contact, null));
        directory.Current.ResolveAddress("ben@example.com").Recipient.ShouldBe(contact);
    }

    [Fact]
    public async Task Domains_in_other_scripts_are_found_in_both_forms()
    {
        await using var directory = await TestDirectory.CreateAsync();
        await directory.Service.AddAsync(new Domain { Name = "Bücher.example" });
        var account = await directory.Service.AddAsync(new Account { PrimaryAddress = "ann@bücher.example" });
        account.PrimaryAddress.ShouldBe("ann@xn--bcher-kva.example");
        directory.Current.FindByAddress("ann@BÜCHER.example").ShouldBe(account);
        directory.Current.FindDomain("bücher.example").ShouldBe(directory.Current.FindDomain("XN--bcher-kva.example"));
    }
}
