using System.Net;
using System.Net.Http.Headers;
using System.Text;

namespace Rialto.Autodiscover.Tests;

/// <summary>What those are told who have not logged in: the schemes, and nothing about accounts. That an unknown name takes as long as a known one is the authenticator's.</summary>
public sealed class LogInTests : AutodiscoverTest
{
    [Theory]
    [InlineData("/autodiscover/autodiscover.xml")]
    [InlineData("/autodiscover/autodiscover.svc")]
    [InlineData("/profile/mail.mobileconfig")]
    [InlineData("/EWS/Exchange.asmx")]
    [InlineData("/Microsoft-Server-ActiveSync")]
    public async Task A_wrong_password_and_a_name_that_is_not_there_are_answered_alike(string path)
    {
        var answers = new List<string>();
        foreach (var login in new[] { "user1@example.com:wrong", "nobody@example.com:wrong", "x@other.example:wrong", "no colon", null })
        {
            using var message = new HttpRequestMessage(HttpMethod.Get, path);
            if (login is not null)
                message.Headers.Authorization = new AuthenticationHeaderValue("Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes(login)));
            using var response = await Host.Http.SendAsync(message);
            response.StatusCode.ShouldBe(HttpStatusCode.Unauthorized);
            response.Headers.WwwAuthenticate.ShouldContain(h => h.Scheme == "Basic");
            var headers = response.Headers.Concat(response.Content.Headers).Where(h => h.Key != "Date").Select(h => $"{h.Key}: {string.Join(", ", h.Value)}").Order(StringComparer.Ordinal);
            answers.Add($"{string.Join('\n', headers)}\n\n{await response.Content.ReadAsStringAsync()}");
        }
        answers.Distinct().ShouldHaveSingleItem();
    }
}
