using Rialto.Mapi.Rops;
using Rialto.Mapi.Tests.Client;
using Rialto.Mapi.Tests.Fixtures;
using Rialto.Model;
using Rialto.Store;
using static Rialto.Mapi.Rops.RopLogon;

namespace Rialto.Mapi.Tests.Rops;

/// <summary>Logon to public folders. [MS-OXCSTOR] 2.2.1.1.4, 3.2.5.1.2.</summary>
public class PublicLogonTests
{
    [Fact]
    public async Task The_response_names_every_folder_of_the_store()
    {
        await using var server = await MapiServer.StartAsync(o => o.AnswersGivenUp = true);
        await server.AddPublicFoldersAsync();
        var (session, logon, handle) = await server.PublicLogonAsync();
        logon.LogonFlags.ShouldBe((LogonFlag)0);
        logon.PerUserGuid.ShouldBe(Guid.Empty);
        logon.ReplId.ShouldBe((ushort)1);
        using (var store = await server.OpenPublicAsync())
            logon.ReplGuid.ShouldBe(store.Header.ReplicaGuid);
        logon.FolderIds[..10].ShouldAllBe(id => id != 0);
        logon.FolderIds[..10].Distinct().Count().ShouldBe(10);
        logon.FolderIds[10..].ShouldAllBe(id => id == 0);

        var names = new List<string>();
        foreach (var id in logon.FolderIds[1..10])
        {
            var folder = await session.OpenFolderAsync(handle, id);
            names.Add((await session.PropertiesAsync(folder, PropertyTags.DisplayName))[0].AsString());
            await session.ReleaseAsync(folder);
        }
        var site = "EX:" + Rialto.Directory.LegacyDn.Base(server.Directory.Current.Organisation!.Name);
        names.ShouldBe(["IPM_SUBTREE", "NON_IPM_SUBTREE", "EFORMS REGISTRY", "SCHEDULE+ FREE BUSY", "OFFLINE ADDRESS BOOK", "Organization Forms", site, site, "NNTP Article Index"]);
        // Where nothing else is asked for, those that clients since 2013 do without are not told; they are there.
        server.Service.Options.AnswersGivenUp = false;
        var (again, without, _) = await server.PublicLogonAsync();
        Enumerable.Range(0, 10).Where(i => without.FolderIds[i] == 0).ShouldBe([4, 5, 7, 8, 9]);
        Enumerable.Range(0, 10).Where(i => without.FolderIds[i] != 0).ShouldAllBe(i => without.FolderIds[i] == logon.FolderIds[i]);
        again.Http.Dispose();
        session.Http.Dispose();
    }

    [Fact]
    public async Task A_registry_of_forms_in_the_clients_language_stands_for_the_one_of_all()
    {
        await using var server = await MapiServer.StartAsync();
        await server.AddPublicFoldersAsync();
        var bag = new PropertyBag();
        // The test's client connects with US English.
        bag.Set(PropertyValue.Of(new PropertyTag(0x3FE9, PropertyType.Integer32), 0x409));
        Folder made;
        using (var store = await server.OpenPublicAsync())
        {
            made = (await store.CreateFolderAsync(
                SpecialFolders.IdOf(SpecialFolder.EFormsRegistry), new NewFolder("Forms") { Properties = PropertyBagCodec.Write(bag) }, CancellationToken.None)).Value;
        }
        var (session, logon, _) = await server.PublicLogonAsync();
        logon.FolderIds[6].ShouldBe(StoreKeys.Id(made.Id.Value).ToWire());
        session.Http.Dispose();
    }

    [Theory]
    [InlineData(OpenFlag.Public)]
    [InlineData(OpenFlag.Public | OpenFlag.UsePerMdbReplidMapping)]
    [InlineData(OpenFlag.Public | OpenFlag.IgnoreHomeMdb)]
    [InlineData(OpenFlag.Public | OpenFlag.HomeLogon | OpenFlag.NoMail)]
    public async Task Flags_that_choose_among_stores_change_nothing(OpenFlag flags)
    {
        await using var server = await MapiServer.StartAsync();
        await server.AddPublicFoldersAsync();
        var (session, plain, _) = await server.PublicLogonAsync();
        foreach (var logonFlags in new LogonFlag[] { 0, LogonFlag.Ghosted, LogonFlag.Undercover })
        {
            var (other, _) = await session.PublicLogonAsync(flags, logonFlags, essdn: "/o=x/cn=Servers/cn=SUT01");
            other.LogonFlags.ShouldBe(logonFlags);
            other.FolderIds.ShouldBe(plain.FolderIds);
            (other.ReplGuid, other.ReplId, other.PerUserGuid).ShouldBe((plain.ReplGuid, plain.ReplId, plain.PerUserGuid));
        }
        session.Http.Dispose();
    }

    [Fact]
    public async Task What_a_logon_lacks_is_told()
    {
        await using var server = await MapiServer.StartAsync();
        var (session, _, _) = await server.LogonAsync();
        (await FailsAsync(session, OpenFlag.Public, 0)).ReturnValue.ShouldBe(ErrorCode.LogonFailed, "no public folders yet");
        await server.AddPublicFoldersAsync();
        (await FailsAsync(session, 0, 0)).ReturnValue.ShouldBe(ErrorCode.LogonFailed);
        (await FailsAsync(session, OpenFlag.Public | (OpenFlag)0x40000000, 0)).ReturnValue.ShouldBe(ErrorCode.GeneralFailure);
        (await FailsAsync(session, OpenFlag.Public, (LogonFlag)0x40)).ReturnValue.ShouldBe(ErrorCode.GeneralFailure);
        var store = server.Directory.Current.PublicStore!;
        (await FailsAsync(session, OpenFlag.UsePerMdbReplidMapping, LogonFlag.Private, store.LegacyExchangeDn)).ReturnValue.ShouldBe(ErrorCode.UnknownUser, "it is nobody's mailbox");

        (await FailsAsync(session, OpenFlag.Public | OpenFlag.AlternateServer, 0)).ReturnValue.ShouldBe(ErrorCode.LogonFailed, "there is one server");
        const string elsewhere = "/o=x/ou=y/cn=Configuration/cn=Servers/cn=OTHER";
        using (var opened = await server.OpenPublicAsync())
            await opened.SetReplicasAsync(SpecialFolders.IdOf(SpecialFolder.PublicIpmSubtree), new FolderReplicas { Others = [new(elsewhere, 10, true)] }, CancellationToken.None);
        var redirect = await FailsAsync(session, OpenFlag.Public | OpenFlag.AlternateServer, LogonFlag.Ghosted);
        (redirect.ReturnValue, redirect.ServerName).ShouldBe((ErrorCode.WrongServer, elsewhere));

        // Only who has a mailbox may look.
        await server.Directory.Service.UpdateAsync<Rialto.Directory.Account>(server.User(1).Id, a => a with { MailboxEnabled = false });
        (await FailsAsync(session, OpenFlag.Public, 0)).ReturnValue.ShouldBe(ErrorCode.LogonFailed);
        session.Http.Dispose();
    }

    [Fact]
    public async Task A_private_and_a_public_logon_stand_side_by_side()
    {
        await using var server = await MapiServer.StartAsync();
        await server.AddPublicFoldersAsync();
        var (session, logon, handle) = await server.LogonAsync();
        var (open, _) = await session.PublicLogonAsync(logonId: 1);
        open.ReplGuid.ShouldNotBe(logon.ReplGuid);
        var inbox = await session.OpenFolderAsync(handle, logon.FolderIds[4]);
        (await session.PropertiesAsync(inbox, PropertyTags.DisplayName))[0].AsString().ShouldBe("Inbox");
        session.Http.Dispose();
    }

    [Theory]
    [InlineData(RopId.GetReceiveFolderTable)]
    [InlineData(RopId.GetStoreState)]
    [InlineData(RopId.GetPerUserLongTermIds)]
    [InlineData(RopId.GetPerUserGuid)]
    [InlineData(RopId.SetSpooler)]
    [InlineData(RopId.GetTransportFolder)]
    [InlineData(RopId.GetReceiveFolder)]
    [InlineData(RopId.SetReceiveFolder)]
    public async Task What_mailboxes_alone_have_is_not_supported(RopId id)
    {
        await using var server = await MapiServer.StartAsync();
        await server.AddPublicFoldersAsync();
        var (session, _, handle) = await server.PublicLogonAsync();
        (await session.TryAsync(id, RopTable.Find(id)!.NewRequest(), handle)).ShouldBe(ErrorCode.NotSupported);
        session.Http.Dispose();
    }

    private static async Task<Response> FailsAsync(RopSession session, OpenFlag flags, LogonFlag logonFlags, string essdn = "")
    {
        var reply = await session.ExecuteAsync([(RopId.Logon, new Request { LogonId = 9, LogonFlags = logonFlags, OpenFlags = flags, Essdn = essdn })], [RopSession.NoHandle]);
        return reply.Get<Response>();
    }
}
