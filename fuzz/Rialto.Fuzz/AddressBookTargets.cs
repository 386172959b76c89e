using Rialto.Directory;
using Rialto.Directory.AddressBook;
using Rialto.Mapi;
using Rialto.Mapi.AddressBook;
using Rialto.Model;
using Rialto.Testing;
using Rialto.Wire;

namespace Rialto.Fuzz;

/// <summary>Requests of the address book over MAPI/HTTP: the first byte says which, the rest is its body. Those that only read are answered, from a small directory.</summary>
internal static class AddressBookTargets
{
    private static readonly Lazy<TestDirectory> s_directory = new(static () => CreateAsync().GetAwaiter().GetResult());
    private static readonly Lazy<AddressBookService> s_book = new(static () => new(s_directory.Value.Service));

    private static readonly Action<ReadOnlyMemory<byte>>[] s_requests =
    [
        Run<NspiBind.Request, NspiBind.Response>(NspiBind.ExecuteAsync), Read<NspiUnbind.Request>, Run<NspiUpdateStat.Request, NspiUpdateStat.Response>(NspiUpdateStat.ExecuteAsync),
        Run<NspiQueryRows.Request, NspiTableRows>(NspiQueryRows.ExecuteAsync), Run<NspiSeekEntries.Request, NspiTableRows>(NspiSeekEntries.ExecuteAsync),
        Run<NspiGetMatches.Request, NspiGetMatches.Response>(NspiGetMatches.ExecuteAsync), Run<NspiResortRestriction.Request, NspiResortRestriction.Response>(NspiResortRestriction.ExecuteAsync),
        Run<NspiDnToMinId.Request, NspiDnToMinId.Response>(NspiDnToMinId.ExecuteAsync), Run<NspiGetPropList.Request, NspiGetPropList.Response>(NspiGetPropList.ExecuteAsync),
        Run<NspiGetProps.Request, NspiGetProps.Response>(NspiGetProps.ExecuteAsync), Run<NspiCompareMinIds.Request, NspiCompareMinIds.Response>(NspiCompareMinIds.ExecuteAsync),
        Read<NspiModProps.Request>, Run<NspiGetSpecialTable.Request, NspiGetSpecialTable.Response>(NspiGetSpecialTable.ExecuteAsync),
        Run<NspiGetTemplateInfo.Request, NspiGetTemplateInfo.Response>(NspiGetTemplateInfo.ExecuteAsync), Read<NspiModLinkAtt.Request>,
        Run<NspiQueryColumns.Request, NspiQueryColumns.Response>(NspiQueryColumns.ExecuteAsync), Run<NspiResolveNames.Request, NspiResolveNames.Response>(NspiResolveNames.ExecuteAsync),
        Run<ServerUrlRequest, ServerUrlResponse>(NspiGetMailboxUrl.ExecuteAsync), Run<ServerUrlRequest, ServerUrlResponse>(NspiGetAddressBookUrl.ExecuteAsync),
    ];

    private static readonly Stat s_stat = new() { CodePage = 1252, TemplateLocale = 0x409, SortLocale = 0x409, CurrentRec = 0x11 };

    public static readonly byte[][] Samples =
    [
        [2, .. WireCodec.ToArray(new NspiUpdateStat.Request { State = s_stat, DeltaRequested = true })],
        [3, .. WireCodec.ToArray(new NspiQueryRows.Request { State = s_stat, ExplicitTable = [17, 7], RowCount = 10, Columns = [PropertyTags.DisplayName, PropertyTags.AddressBookMember] })],
        [4, .. WireCodec.ToArray(new NspiSeekEntries.Request { State = s_stat, Target = PropertyValue.Of(PropertyTags.DisplayName, "b"), ExplicitTable = [16], Columns = [PropertyTags.EntryId] })],
        [5, .. WireCodec.ToArray(new NspiGetMatches.Request
        {
            State = s_stat, RowCount = 50, PropertyName = (Guid.Empty, 3), Columns = [PropertyTags.DisplayName],
            Filter = new AndRestriction([new ExistRestriction(PropertyTags.DisplayName), new ContentRestriction(FuzzyLevel.Prefix, PropertyTags.Title, PropertyValue.Of(PropertyTags.Title, "x"))]),
        })],
        [5, .. WireCodec.ToArray(new NspiGetMatches.Request { State = s_stat with { ContainerId = PropertyTags.AddressBookReports.Value }, RowCount = 50, MinimalIds = [18, 19] })],
        [6, .. WireCodec.ToArray(new NspiResortRestriction.Request { State = s_stat, MinimalIds = [18, 17, 3] })],
        [7, .. WireCodec.ToArray(new NspiDnToMinId.Request { Names = ["/o=x", "/guid=00"] })],
        [8, .. WireCodec.ToArray(new NspiGetPropList.Request { MinimalId = 17, CodePage = 1252 })],
        [9, .. WireCodec.ToArray(new NspiGetProps.Request { State = s_stat, PropertyTags = [PropertyTags.DisplayName, PropertyTags.AddressBookReports, PropertyTags.EntryId] })],
        [10, .. WireCodec.ToArray(new NspiCompareMinIds.Request { State = s_stat, MinimalId1 = 17, MinimalId2 = 18 })],
        [11, .. WireCodec.ToArray(new NspiModProps.Request { State = s_stat, PropertyTags = [PropertyTags.Comment], PropertyValues = [PropertyValue.Of(PropertyTags.Locality, "Bern")] })],
        [12, .. WireCodec.ToArray(new NspiGetSpecialTable.Request { State = s_stat, Flags = NspiFlags.UnicodeStrings, Version = 1 })],
        [13, .. WireCodec.ToArray(new NspiGetTemplateInfo.Request { Flags = 5, CodePage = 1252, LocaleId = 0x409, TemplateDn = "/o=x/cn=addressing/cn=display-templates/cn=409/cn=0" })],
        [14, .. WireCodec.ToArray(new NspiModLinkAtt.Request { PropertyTag = PropertyTags.AddressBookMember, MinimalId = 16, EntryIds = [new byte[40]] })],
        [16, .. WireCodec.ToArray(new NspiResolveNames.Request { State = s_stat, Names = ["a b c", "user"], PropertyTags = [PropertyTags.DisplayName] })],
        [17, .. WireCodec.ToArray(new ServerUrlRequest { Dn = "/o=Example/cn=Servers/cn=x@example.com" })],
    ];

    public static void Request(ReadOnlyMemory<byte> input)
    {
        if (input.Length > 0)
            s_requests[input.Span[0] % s_requests.Length](input[1..]);
    }

    private static void Read<TRequest>(ReadOnlyMemory<byte> body)
        where TRequest : struct, IWireStructure<TRequest> => TryRead<TRequest>(body, out _);

    /// <summary>What was read once is written and read again alike.</summary>
    private static bool TryRead<TRequest>(ReadOnlyMemory<byte> body, out TRequest request)
        where TRequest : struct, IWireStructure<TRequest>
    {
        if (!WireCodec.TryRead(body.Span, out request))
            return false;
        // A value that says it is not there keeps no tag to be written under.
        if (!TryWrite(request, out var first))
            return true;
        if (!WireCodec.TryRead<TRequest>(first, out var again) || !WireCodec.ToArray(again).AsSpan().SequenceEqual(first))
            throw new InvalidDataException($"{typeof(TRequest)} is not read again as it was written.");
        return true;
    }

    private static bool TryWrite<TRequest>(TRequest request, out byte[] bytes)
        where TRequest : struct, IWireStructure<TRequest>
    {
        var writer = new WireWriter(256);
        try
        {
            writer.Structure(ref request);
            bytes = writer.Failed ? [] : writer.ToArray();
            return bytes.Length > 0;
        }
        finally
        {
            writer.Dispose();
        }
    }

    /// <summary>Answers the request; the answer is a body that clients can read.</summary>
    private static Action<ReadOnlyMemory<byte>> Run<TRequest, TResponse>(Func<NspiCall, TRequest, ValueTask<TResponse>> method)
        where TRequest : struct, IWireStructure<TRequest>
        where TResponse : struct, INspiResponse<TResponse> => body =>
    {
        if (!TryRead<TRequest>(body, out var request))
            return;
        var directory = s_directory.Value;
        var call = new NspiCall(s_book.Value.Current, directory.Service, directory.Account("user1@example.com"), new MapiOptions(), "https://localhost", CancellationToken.None);
        var response = method(call, request).AsTask().GetAwaiter().GetResult();
        if (!WireCodec.TryRead<NspiBody<TResponse>>(WireCodec.ToArray(new NspiBody<TResponse> { Response = response }), out _))
            throw new InvalidDataException($"{typeof(TResponse)} cannot be read.");
    };

    private static async Task<TestDirectory> CreateAsync()
    {
        var directory = await TestDirectory.CreateAsync(6);
        var head = directory.Account("user1@example.com");
        await directory.Service.UpdateAsync<Account>(
            directory.Account("user2@example.com").Id, a => a with { DisplayName = "Émile Żola", Details = new() { GivenName = "Émile", ManagerId = head.Id, PhoneticDisplayName = "aemil", Title = "x" } });
        await directory.Service.AddRangeAsync(
        [
            new(new Group { PrimaryAddress = "team@example.com", DisplayName = "Team", Members = [head.Id], Owners = [head.Id] }),
            new(new Group { PrimaryAddress = "all@example.com", DisplayName = "All", Filter = "(kind=account)" }),
            new(new Room { PrimaryAddress = "room@example.com", DisplayName = "Room", Capacity = 3 }),
        ]);
        return directory;
    }
}
