using System.Net;
using System.Text.Json;

namespace Rialto.Autodiscover.Tests;

/// <summary>autodiscover.json.</summary>
public sealed class JsonTests : AutodiscoverTest
{
    [Theory]
    [InlineData("/autodiscover/autodiscover.json?Email=user1%40example.com&Protocol=AutodiscoverV1&RedirectCount=1", "AutodiscoverV1", "/autodiscover/autodiscover.xml")]
    [InlineData("/Autodiscover/Autodiscover.json?email=nobody@elsewhere.example&protocol=activesync", "ActiveSync", "/Microsoft-Server-ActiveSync")]
    [InlineData("/autodiscover/autodiscover.json/v1.0/user1@example.com?Protocol=EWS", "Ews", "/EWS/Exchange.asmx")]
    [InlineData("/AutoDiscover/autodiscover.json/V1.0/nobody%40example.com?PROTOCOL=ews", "Ews", "/EWS/Exchange.asmx")]
    public async Task A_protocol_is_told_to_whoever_asks(string path, string protocol, string url)
    {
        using var response = await Host.GetAsync(path);
        response.StatusCode.ShouldBe(HttpStatusCode.OK);
        response.Content.Headers.ContentType!.MediaType.ShouldBe("application/json");
        var json = await ReadAsync(response);
        json.EnumerateObject().Select(p => p.Name).ShouldBe(["Protocol", "Url"]);
        json.GetProperty("Protocol").GetString().ShouldBe(protocol);
        json.GetProperty("Url").GetString().ShouldBe($"https://mail.example.com:{Host.SecurePort}{url}");
    }

    [Fact]
    public async Task Any_address_is_answered_alike()
    {
        var texts = new List<string>();
        foreach (var address in new[] { "user1@example.com", "nobody@example.com", "x@other.example" })
        {
            using var response = await Host.GetAsync($"/autodiscover/autodiscover.json/v1.0/{address}?Protocol=ActiveSync");
            texts.Add(await response.Content.ReadAsStringAsync());
        }
        texts.Distinct().Count().ShouldBe(1);
    }

    [Theory]
    [InlineData("?Email=user1@example.com&Protocol=Rest", "InvalidProtocol")]
    [InlineData("?Email=user1@example.com&Protocol=%3Cscript%3E", "InvalidProtocol")]
    [InlineData("?Email=user1@example.com", "MandatoryParameterMissing")]
    [InlineData("?Protocol=Ews", "MandatoryParameterMissing")]
    [InlineData("?Email=&Protocol=Ews", "MandatoryParameterMissing")]
    [InlineData("?@evil/autodiscover.xml", "MandatoryParameterMissing")]
    [InlineData("?Email=no-address&Protocol=Ews", "InvalidUserId")]
    public async Task What_is_not_supported_is_told_so(string query, string code)
    {
        using var response = await Host.GetAsync("/autodiscover/autodiscover.json" + query);
        response.StatusCode.ShouldBe(HttpStatusCode.BadRequest);
        var json = await ReadAsync(response);
        json.EnumerateObject().Select(p => p.Name).ShouldBe(["ErrorCode", "ErrorMessage"]);
        json.GetProperty("ErrorCode").GetString().ShouldBe(code);
    }

    [Fact]
    public async Task Only_reading_is_allowed()
    {
        using var response = await Host.Http.PostAsync(new Uri("/autodiscover/autodiscover.json", UriKind.Relative), null);
        response.StatusCode.ShouldBe(HttpStatusCode.MethodNotAllowed);
    }

    private static async Task<JsonElement> ReadAsync(HttpResponseMessage response) => JsonDocument.Parse(await response.Content.ReadAsStringAsync()).RootElement;
}
