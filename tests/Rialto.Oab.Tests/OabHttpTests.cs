using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Xml.Linq;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Server.Kestrel.Https;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Rialto.Directory;
using Rialto.Directory.AddressBook;
using Rialto.Net;
using Rialto.Oab.Build;
using Rialto.Oab.Http;
using Rialto.Oab.Wire;
using Rialto.Testing;

namespace Rialto.Oab.Tests;

/// <summary>/OAB/ over TLS: what a client does, and what it does not get.</summary>
public sealed class OabHttpTests : IAsyncLifetime
{
    private readonly TempDirectory files = new();
    private TestDirectory directory = null!;
    private AddressBookService addressBook = null!;
    private OabService service = null!;
    private WebApplication application = null!;
    private HttpClient http = null!;
    private Guid book;

    public async Task InitializeAsync()
    {
        directory = await TestDirectory.CreateAsync(200);
        addressBook = new(directory.Service);
        var options = new OabOptions();
        service = new(files.Path, directory.Service, addressBook, options, TimeProvider.System, NullLogger<OabService>.Instance);
        foreach (var made in service.Books())
            await service.BuildAsync(made, OabBuild.IfChanged, default);
        book = service.DefaultBook.ShouldNotBeNull();
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        using var certificates = TlsCertificates.Open(new TlsOptions { Names = ["localhost"] }, files.Path, TimeProvider.System, NullLoggerFactory.Instance);
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0, o => certificates.Secure(o)));
        application = builder.Build();
        application.MapOab(service.Library, directory.Authenticator, options);
        await application.StartAsync();
        http = Client("user1@example.com", TestDirectory.Password);
    }

    public async Task DisposeAsync()
    {
        http.Dispose();
        await application.DisposeAsync();
        await service.DisposeAsync();
        addressBook.Dispose();
        await directory.DisposeAsync();
        files.Dispose();
    }

    [Fact]
    public async Task A_client_downloads_the_book_by_its_manifest()
    {
        var full = (await ManifestAsync()).Element("OAL")!.Element("Full")!;
        var response = await http.GetAsync(Url(full.Value));
        response.Content.Headers.ContentType!.MediaType.ShouldBe("application/octet-stream");
        var bytes = await response.Content.ReadAsByteArrayAsync();
        bytes.Length.ShouldBe((int)full.Attribute("size")!);
        using var raw = new MemoryStream();
        LzxFile.Unpack(new MemoryStream(bytes), raw).ShouldBe(OabFileError.None);
        raw.Position = 0;
        DetailsReader.TryOpen(raw, out var reader).ShouldBe(OabFileError.None);
        var addresses = new List<string>();
        while (reader.TryRead(out var row, out _))
            addresses.Add(row.Get(Model.PropertyTags.SmtpAddress).AsString());
        addresses.Count.ShouldBe(201);
        addresses.ShouldContain("user200@example.com");
    }

    [Fact]
    public async Task A_download_goes_on_where_it_was_cut()
    {
        var full = (await ManifestAsync()).Element("OAL")!.Element("Full")!;
        var whole = await http.GetAsync(Url(full.Value));
        var bytes = await whole.Content.ReadAsByteArrayAsync();
        whole.Headers.AcceptRanges.ShouldContain("bytes");

        using var rest = new HttpRequestMessage(HttpMethod.Get, Url(full.Value));
        rest.Headers.Range = new RangeHeaderValue(1_000, null);
        rest.Headers.IfRange = new RangeConditionHeaderValue(whole.Headers.ETag!);
        var part = await http.SendAsync(rest);
        part.StatusCode.ShouldBe(HttpStatusCode.PartialContent);
        (await part.Content.ReadAsByteArrayAsync()).ShouldBe(bytes[1_000..]);

        // What was begun of another file is not gone on with.
        using var other = new HttpRequestMessage(HttpMethod.Get, Url(full.Value));
        other.Headers.Range = new RangeHeaderValue(1_000, null);
        other.Headers.IfRange = new RangeConditionHeaderValue(new EntityTagHeaderValue("\"0\""));
        var all = await http.SendAsync(other);
        (all.StatusCode, (await all.Content.ReadAsByteArrayAsync()).Length).ShouldBe((HttpStatusCode.OK, bytes.Length));

        using var beyond = new HttpRequestMessage(HttpMethod.Get, Url(full.Value));
        beyond.Headers.Range = new RangeHeaderValue(bytes.Length + 1, null);
        (await http.SendAsync(beyond)).StatusCode.ShouldBe(HttpStatusCode.RequestedRangeNotSatisfiable);
    }

    [Fact]
    public async Task Who_has_the_manifest_is_told_so_until_something_changes()
    {
        var first = await http.GetAsync(Url(OabManifest.FileName));
        (await ConditionalAsync(first.Headers.ETag!)).StatusCode.ShouldBe(HttpStatusCode.NotModified);
        await directory.Service.AddAsync(new ExternalContact { DisplayName = "Somebody", ExternalAddress = "somebody@example.org" }, null, default);
        await service.BuildAsync(service.Books()[0], OabBuild.IfChanged, default);
        var second = await ConditionalAsync(first.Headers.ETag!);
        second.StatusCode.ShouldBe(HttpStatusCode.OK);
        XDocument.Parse(await second.Content.ReadAsStringAsync()).Root!.Element("OAL")!.Elements("Diff").ShouldHaveSingleItem();
    }

    [Fact]
    public async Task Hidden_entries_are_not_in_it()
    {
        await directory.Service.UpdateAsync<Account>(directory.Account("user7@example.com").Id, a => a with { HiddenFromAddressLists = true }, default);
        var result = (await service.BuildAsync(service.Books()[0], OabBuild.IfChanged, default)).ShouldHaveSingleItem();
        (result.IsNew, result.State.Count).ShouldBe((true, 200u));
    }

    [Theory]
    [InlineData("oab.xml")]
    [InlineData("nothing.lzx")]
    [InlineData("../../../etc/passwd")]
    [InlineData("..%2f..%2fstate.json")]
    public async Task Without_a_password_everything_is_401(string file)
    {
        using var nobody = Client(null, null);
        var response = await nobody.GetAsync(new Uri($"{http.BaseAddress}OAB/{book:D}/{file}"));
        response.StatusCode.ShouldBe(file.StartsWith("../", StringComparison.Ordinal) ? HttpStatusCode.NotFound : HttpStatusCode.Unauthorized);
        using var wrong = Client("user1@example.com", "wrong");
        (await wrong.GetAsync(Url(OabManifest.FileName))).StatusCode.ShouldBe(HttpStatusCode.Unauthorized);
        (await nobody.GetAsync(new Uri($"{http.BaseAddress}OAB/{Guid.NewGuid():D}/oab.xml"))).StatusCode.ShouldBe(HttpStatusCode.Unauthorized);
    }

    [Theory]
    [InlineData("state.json")]
    [InlineData("lock")]
    [InlineData("nothing.lzx")]
    [InlineData("..%2fstate.json")]
    [InlineData("%2e%2e%2f%2e%2e%2fetc%2fpasswd")]
    [InlineData("oab.xml/more")]
    public async Task Nothing_but_the_published_files_can_be_had(string file) =>
        (await http.GetAsync(new Uri($"{http.BaseAddress}OAB/{book:D}/{file}"))).StatusCode.ShouldBe(HttpStatusCode.NotFound);

    [Fact]
    public async Task Paths_match_in_any_case_and_other_methods_do_not()
    {
        (await http.GetAsync(new Uri($"{http.BaseAddress}oab/{book.ToString("D").ToUpperInvariant()}/OAB.XML"))).StatusCode.ShouldBe(HttpStatusCode.OK);
        using var head = new HttpRequestMessage(HttpMethod.Head, Url(OabManifest.FileName));
        (await http.SendAsync(head)).Content.Headers.ContentLength.ShouldBe(service.Library.Find(book)!.Manifest.Length);
        (await http.PostAsync(Url(OabManifest.FileName), null)).StatusCode.ShouldBe(HttpStatusCode.MethodNotAllowed);
        (await http.GetAsync(new Uri($"{http.BaseAddress}OAB/{Guid.NewGuid():D}/oab.xml"))).StatusCode.ShouldBe(HttpStatusCode.NotFound);
        (await http.GetAsync(new Uri($"{http.BaseAddress}OAB/"))).StatusCode.ShouldBe(HttpStatusCode.NotFound);
    }

    private async Task<XElement> ManifestAsync() => XDocument.Parse(await http.GetStringAsync(Url(OabManifest.FileName))).Root!;

    private async Task<HttpResponseMessage> ConditionalAsync(EntityTagHeaderValue tag)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, Url(OabManifest.FileName));
        request.Headers.IfNoneMatch.Add(tag);
        return await http.SendAsync(request);
    }

    private Uri Url(string file) => new($"{http.BaseAddress}OAB/{book:D}/{file}");

    private HttpClient Client(string? user, string? password)
    {
        var client = new HttpClient(new HttpClientHandler { ServerCertificateCustomValidationCallback = HttpClientHandler.DangerousAcceptAnyServerCertificateValidator })
        {
            BaseAddress = new Uri(application.Urls.Single()),
        };
        if (user is not null)
            client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes($"{user}:{password}")));
        return client;
    }
}
