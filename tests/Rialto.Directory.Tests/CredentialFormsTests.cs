using System.Security.Cryptography;
using Rialto.Testing;

namespace Rialto.Directory.Tests;

/// <summary>The forms that one secret is kept in, and the key that one of them lies under.</summary>
public sealed class CredentialFormsTests : IDisposable
{
    private readonly TempDirectory folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public async Task A_password_from_before_gets_its_other_forms_when_it_is_used()
    {
        await using var directory = await TestDirectory.CreateAsync();
        directory.Service.Key = SecretKey.CreateRandom();
        PasswordHash.TryParse(PasswordHash.Create("old-password", 10).Encode(), out var bare).ShouldBeTrue();
        var account = await directory.Service.AddAsync(new Account { PrimaryAddress = "old@example.com", NtlmEnabled = true }, bare);
        directory.Current.CredentialsOf(account.Id).Scram.ShouldBeNull();
        (await directory.Authenticator.AuthenticateAsync("old", "wrong-password", null, "test")).IsSuccess.ShouldBeFalse();
        directory.Current.CredentialsOf(account.Id).Scram.ShouldBeNull();
        (await directory.Authenticator.AuthenticateAsync("old", "old-password", null, "test")).IsSuccess.ShouldBeTrue();
        directory.Current.CredentialsOf(account.Id).Scram.ShouldNotBeNull().Iterations.ShouldBe(ScramParameters.MinIterations);
        directory.Current.CredentialsOf(account.Id).HasNtHash.ShouldBeTrue();

        // All of it comes back from disk.
        await using var again = await DirectoryService.OpenAsync(directory.Storage);
        again.Current.CredentialsOf(account.Id).Scram.ShouldBe(directory.Current.CredentialsOf(account.Id).Scram);
        again.Current.CredentialsOf(account.Id).HasNtHash.ShouldBeTrue();
    }

    [Fact]
    public async Task Accounts_made_together_share_one_object_in_memory()
    {
        await using var directory = await TestDirectory.CreateAsync(3);
        await using var again = await DirectoryService.OpenAsync(directory.Storage);
        var hashes = Enumerable.Range(1, 3).Select(i => again.Current.CredentialsOf(directory.Account($"user{i}@example.com").Id).All.Single().Hash).ToList();
        hashes.ShouldAllBe(h => ReferenceEquals(h, hashes[0]));
        hashes[0].Scram.ShouldNotBeNull();
    }

    [Fact]
    public void Scram_is_stretched_as_far_as_clients_take()
    {
        PasswordHash.ScramIterationsFor(PasswordHash.DefaultIterations).ShouldBe(65_536);
        PasswordHash.ScramIterationsFor(10_000).ShouldBe(28_571);
        new AuthenticationOptions().EffectiveScramIterations.ShouldBe(65_536);
        new AuthenticationOptions { ScramIterations = 600_000 }.EffectiveScramIterations.ShouldBe(600_000);
        new AuthenticationOptions { ScramIterations = 100 }.EffectiveScramIterations.ShouldBe(4_096);
    }

    [Fact]
    public void The_key_is_made_once_and_readable_by_its_owner_alone()
    {
        var path = folder.File("secret.key");
        var key = SecretKey.OpenOrCreate(path);
        File.GetUnixFileMode(path).ShouldBe(UnixFileMode.UserRead | UnixFileMode.UserWrite);
        var box = key.Seal("purpose", [1, 2, 3]);
        var other = SecretKey.OpenOrCreate(path);
        other.Open("purpose", box).ShouldBe([1, 2, 3]);
        other.Derive("salt", "name", 16).ShouldBe(key.Derive("salt", "name", 16));
        other.Open("another", box).ShouldBeNull();
        SecretKey.CreateRandom().Open("purpose", box).ShouldBeNull();
        for (var i = 0; i < box.Length; i++)
        {
            key.Open("purpose", box.AsSpan(0, i)).ShouldBeNull();
            var bad = (byte[])box.Clone();
            bad[i] ^= 1;
            key.Open("purpose", bad).ShouldBeNull();
        }

        File.WriteAllBytes(path, RandomNumberGenerator.GetBytes(31));
        Should.Throw<InvalidDataException>(() => SecretKey.OpenOrCreate(path));
        key.ToString().ShouldNotContain("=");
    }
}
