using System.Xml.Linq;
using Rialto.Net;
using Rialto.Testing;

namespace Rialto.Autodiscover.Tests;

/// <summary>How clients are told to log in follows what the endpoints offer.</summary>
public sealed class AuthenticationMethodTests
{
    [Theory]
    [InlineData("Basic", null, false, "basic", "basic", "Basic")]
    [InlineData("Negotiate,NTLM,Basic", null, false, "ntlm", "ntlm", "Negotiate, Ntlm, Basic")]
    [InlineData("Negotiate,NTLM,Basic", null, true, "negotiate", "negotiate", "Negotiate, Ntlm, Basic")]
    [InlineData("NTLM,Basic", null, true, "ntlm", "ntlm", "Ntlm, Basic")]
    [InlineData("Basic,NTLM", "NTLM", false, "ntlm", "basic", "Ntlm")]
    [InlineData("Basic", "Negotiate", true, null, "basic", null)]
    [InlineData("Basic", "Bearer", false, null, "basic", null)]
    public async Task What_the_mailbox_endpoint_offers_is_told(string schemes, string? ofMailboxes, bool negotiates, string? mailbox, string web, string? list)
    {
        var options = new SignInOptions { HttpSchemes = [.. schemes.Split(',')], HttpSchemesOf = { ["autodiscover"] = "Basic" } };
        if (ofMailboxes is not null) options.HttpSchemesOf["mapi"] = ofMailboxes;
        await using var host = await AutodiscoverHost.StartAsync(s => s with { Authentication = new AuthenticationService(s.Authenticator, options) });
        var answer = await host.PoxAsync(AutodiscoverTest.Request("user1@example.com"), capability: null, canHandle: negotiates ? "Negotiate, ExHttpInfo" : "ExHttpInfo");
        (Package(answer, "EXCH"), Package(answer, "EXPR"), Package(answer, "EXHTTP")).ShouldBe((mailbox, mailbox, web));
        AuthenticationMethods.List(host.Services.Authentication!).ShouldBe(list);
    }

    [ProgramFact("/usr/lib/x86_64-linux-gnu/libgssapi_krb5.so.2")]
    public async Task Tickets_are_told_too()
    {
        using var files = new TempDirectory();
        await using var directory = await TestDirectory.CreateAsync(1);
        foreach (var (schemes, negotiates, expected) in ((string, bool, string)[])[
            ("Negotiate,Basic", false, "kerb"), ("Negotiate,Basic", true, "negotiate"), ("Negotiate,NTLM", false, "kerbntlm"), ("Basic,Negotiate", false, "basic")])
        {
            var options = new SignInOptions { Keytab = files.File("keytab"), HttpSchemes = [.. schemes.Split(',')] };
            AuthenticationMethods.PackageOf(new AuthenticationService(directory.Authenticator, options), AuthenticationMethods.Mailbox, negotiates).ShouldBe(expected, schemes);
        }
    }

    private static string? Package(XDocument answer, string type) =>
        answer.Descendants(AutodiscoverTest.OutlookNames + "Protocol").First(p => p.Element(AutodiscoverTest.OutlookNames + "Type")?.Value == type && p.Element(AutodiscoverTest.OutlookNames + "EwsUrl") is not null)
            .Element(AutodiscoverTest.OutlookNames + "AuthPackage")?.Value;
}
