namespace Rialto.Directory.Tests;

public sealed class PasswordHashTests
{
    [Fact]
    public void A_hash_verifies_its_password_after_the_text_form()
    {
        var hash = PasswordHash.Create("pässword", 10);
        PasswordHash.TryParse(hash.Encode(), out var back).ShouldBeTrue();
        back!.Verify("pässword").ShouldBeTrue();
        back.Verify("pa\u0308ssword").ShouldBeTrue();
        back.Verify("passwort").ShouldBeFalse();
        back.Iterations.ShouldBe(10);
        hash.ToString().ShouldNotContain("$");
        PasswordHash.Create("pässword", 10).Encode().ShouldNotBe(hash.Encode());
    }

    [Fact]
    public void The_function_is_the_standard_one()
    {
        // PBKDF2-HMAC-SHA512 of "password", "saltSALTsaltSALT", as Python's hashlib computes it.
        const string text = "$pbkdf2-sha512$1$1000$c2FsdFNBTFRzYWx0U0FMVA==$L+vjhfY5mqKiCpkm0YIuL0mdqnbOXhYw/v74SUJEEwd4SPdh7srb8v5uXaGkjMc/LwzXWI4VCj9tRfIFZqlllw==";
        PasswordHash.TryParse(text, out var hash).ShouldBeTrue();
        hash!.Verify("password").ShouldBeTrue();
    }

    [Fact]
    public void Every_prefix_and_other_text_is_refused()
    {
        var text = PasswordHash.Create("x", 10).Encode();
        for (var i = 0; i < text.Length; i++) PasswordHash.TryParse(text.AsSpan(0, i), out _).ShouldBeFalse();
        foreach (var bad in (string[])["", "$", "x" + text, text + "$", text.Replace("$10$", "$0$", StringComparison.Ordinal), text.Replace("$10$", "$99999999$", StringComparison.Ordinal), text.Replace("$1$", "$2$", StringComparison.Ordinal)])
            PasswordHash.TryParse(bad, out _).ShouldBeFalse(bad);
    }
}
