namespace Rialto.Directory.Tests;

public sealed class AttributeFilterTests
{
    private static readonly Account Ann = new()
    {
        Alias = "ann",
        PrimaryAddress = "ann@example.com",
        DisplayName = "Ann (Sales) Müller",
        Details = new() { GivenName = "Ann", Surname = "Müller", Department = "Sales", Title = "Team lead" },
        CustomAttributes = NamedTexts.Empty.Add("floor", "12"),
    };

    [Theory]
    [InlineData("(department=sales)", true)]
    [InlineData(" ( department=Legal)", false)]
    [InlineData("(&(department=Sales)(sn=Müller))", true)]
    [InlineData("(&(department=Sales)(sn=Meier))", false)]
    [InlineData("(|(department=Legal)(sn=Müller))", true)]
    [InlineData("(!(department=Legal))", true)]
    [InlineData("(&)", true)]
    [InlineData("(|)", false)]
    [InlineData("(title=*)", true)]
    [InlineData("(company=*)", false)]
    [InlineData("(title=Team*)", true)]
    [InlineData("(title=*lead)", true)]
    [InlineData("(title=t*m*d)", true)]
    [InlineData("(title=Team lead*lead)", false)]
    [InlineData("(displayName=*\\28Sales\\29*)", true)]
    [InlineData("(sn=M\\c3\\bcller)", true)]
    [InlineData("(kind=account)", true)]
    [InlineData("(custom.floor>=7)", true)]
    [InlineData("(custom.floor<=7)", false)]
    [InlineData("(mail~=ann@example.com)", true)]
    [InlineData("(capacity>=1)", false)]
    public void Filters_match(string text, bool matches)
    {
        AttributeFilter.TryParse(text, out var filter, out var error).ShouldBeTrue(error);
        filter!.Matches(Ann).ShouldBe(matches);
    }

    [Theory]
    [InlineData("", "'(' expected")]
    [InlineData("(", "too early")]
    [InlineData("(department)", "attribute=value")]
    [InlineData("(nonsense=1)", "unknown attribute \"nonsense\"")]
    [InlineData("(sn=a", "')' expected")]
    [InlineData("(sn=a)(sn=b)", "text after")]
    [InlineData("(sn=\\2)", "hexadecimal")]
    [InlineData("(sn=a(b)", "\\28")]
    [InlineData("(&(sn=a)", "')' expected")]
    public void Errors_say_what_is_wrong(string text, string says)
    {
        AttributeFilter.TryParse(text, out _, out var error).ShouldBeFalse();
        error.ShouldContain(says);
    }

    [Fact]
    public void Nesting_is_bounded()
    {
        AttributeFilter.TryParse(string.Concat(Enumerable.Repeat("(!", 4000)), out _, out var error).ShouldBeFalse();
        error.ShouldContain("nested");
    }

    [Fact]
    public void Every_settable_attribute_reads_back()
    {
        foreach (var name in DirectoryAttributes.Names.Except(["kind", "id", "proxyAddresses", "legacyExchangeDN", "capacity", "filter", "externalAddress", "seniority", "isDepartment"]))
        {
            var value = name is "hidden" or "administrator" or "loginEnabled" or "mailboxEnabled" ? "true" : "v-" + name;
            DirectoryAttributes.Get(DirectoryAttributes.With(new Account(), name, value), name).ShouldBe([value]);
        }

        DirectoryAttributes.Get(DirectoryAttributes.With(new Room(), "capacity", "12"), "capacity").ShouldBe(["12"]);
        DirectoryAttributes.Get(DirectoryAttributes.With(new Account(), "seniority", "-3"), "seniority").ShouldBe(["-3"]);
        Should.Throw<DirectoryException>(() => DirectoryAttributes.With(new Account(), "seniority", "high")).Message.ShouldContain("high");
        DirectoryAttributes.Get(DirectoryAttributes.With(new Group(), "isDepartment", "true"), "isDepartment").ShouldBe(["true"]);
        DirectoryAttributes.Get(DirectoryAttributes.With(new Group { IsDepartment = true }, "isDepartment", null), "isDepartment").ShouldBeEmpty();
        Should.Throw<DirectoryException>(() => DirectoryAttributes.With(new Account(), "capacity", "12")).Error.ShouldBe(DirectoryError.UnknownAttribute);
        Should.Throw<DirectoryException>(() => DirectoryAttributes.With(new Account(), "hidden", "perhaps")).Message.ShouldContain("perhaps");
    }
}
