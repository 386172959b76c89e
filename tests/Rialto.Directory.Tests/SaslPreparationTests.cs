using Rialto.Testing;
using System.Globalization;
using System.Text;

namespace Rialto.Directory.Tests;

/// <summary>RFC 4013, with its examples (3) and the tables of RFC 3454 as Python's stringprep has them.</summary>
public sealed class SaslPreparationTests
{
    [Theory]
    [InlineData("I\u00adX", "IX")]
    [InlineData("user", "user")]
    [InlineData("USER", "USER")]
    [InlineData("\u00aa", "a")]
    [InlineData("\u2168", "IX")]
    [InlineData("a\u00a0b\u3000c", "a b c")]
    [InlineData("cafe\u0301", "caf\u00e9")]
    [InlineData("\u200b\ufeffx", "x")]
    public void Texts_are_prepared(string text, string prepared) => SaslPreparation.Prepare(text).ShouldBe(prepared);

    [Fact]
    public void What_is_prohibited_is_what_the_tables_say()
    {
        const string tables = "0-1F 7F-A0 340-341 6DD-6DD 70F-70F 1680-1680 180E-180E 2000-200F 2028-202F 205F-2063 206A-206F 2FF0-2FFB 3000-3000 D800-F8FF FDD0-FDEF FEFF-FEFF FFF9-FFFF 1D173-1D17A " +
            "1FFFE-1FFFF 2FFFE-2FFFF 3FFFE-3FFFF 4FFFE-4FFFF 5FFFE-5FFFF 6FFFE-6FFFF 7FFFE-7FFFF 8FFFE-8FFFF 9FFFE-9FFFF AFFFE-AFFFF BFFFE-BFFFF CFFFE-CFFFF DFFFE-DFFFF E0001-E0001 E0020-E007F EFFFE-10FFFF";
        var prohibited = new HashSet<int>();
        foreach (var range in tables.Split(' '))
        {
            var ends = Array.ConvertAll(range.Split('-'), t => int.Parse(t, NumberStyles.HexNumber, CultureInfo.InvariantCulture));
            for (var c = ends[0]; c <= ends[1]; c++) prohibited.Add(c);
        }

        for (var c = 0; c <= 0x10FFFF; c++)
        {
            if (!Rune.IsValid(c)) continue;
            var prepared = SaslPreparation.Prepare(char.ConvertFromUtf32(c));
            var expected = prepared.EnumerateRunes().Any(r => prohibited.Contains(r.Value));
            if (SaslPreparation.IsProhibited(char.ConvertFromUtf32(c)) != expected) Assert.Fail($"U+{c:X4}");
        }

        SaslPreparation.IsProhibited("a\ud800b").ShouldBeTrue();
        SaslPreparation.IsProhibited("\ud83d\ude00 \u05e9\u05dc\u05d5\u05dd1").ShouldBeFalse();
    }

    [Fact]
    public async Task Passwords_and_names_are_the_same_however_they_were_typed()
    {
        await using var directory = await TestDirectory.CreateAsync(1);
        var account = directory.Account("user1@example.com");
        await directory.Passwords.SetAsync(account.Id, "IX caf\u00e9 correct");
        foreach (var (login, password) in ((string, string)[])[("user1", "IX caf\u00e9 correct"), ("\uff55ser1@example.com", "\u2168\u00a0cafe\u0301 correct"), ("user\u00ad1", "I\u00adX caf\u00e9 correct")])
            (await directory.Authenticator.AuthenticateAsync(login, password, null, "test")).IsSuccess.ShouldBeTrue(login);
        foreach (var (login, password) in ((string, string)[])[("user1", "IX cafe correct"), ("user1\u202e", "IX caf\u00e9 correct"), ("user1", "IX caf\u00e9 correct\ue000")])
            (await directory.Authenticator.AuthenticateAsync(login, password, null, "test")).Outcome.ShouldBe(AuthenticationOutcome.InvalidCredentials, login);
        var refused = await Should.ThrowAsync<DirectoryException>(() => directory.Passwords.SetAsync(account.Id, "tab\tin the middle"));
        refused.Error.ShouldBe(DirectoryError.InvalidPassword);
    }

    /// <summary>Hashes were made of the NFC form before: "Ⅸ façade-password" hashed by Python.</summary>
    [Fact]
    public void Passwords_from_before_are_still_right()
    {
        PasswordHash.TryParse("$pbkdf2-sha512$1$1000$c2FsdFNBTFRzYWx0U0FMVA==$xkiW32Zk5xV250l47YxMxLJntNvMu0lezO3P0VjvDhna1ZT0blyyNQufjKZrD67TMwV8/oFXXyvkE8yVdrLDYw==", out var hash).ShouldBeTrue();
        hash!.Verify("\u2168 fa\u00e7ade-password").ShouldBeTrue();
        hash.Verify("\u2168 fac\u0327ade-password").ShouldBeTrue();
        hash.Verify("IX fa\u00e7ade-password").ShouldBeFalse();
        PasswordHash.Create("\u2168 fa\u00e7ade-password", 10).Verify("IX fa\u00e7ade-password").ShouldBeTrue();
    }
}
