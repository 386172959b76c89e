using Rialto.Mapi.Rops;
using Rialto.Mapi.Tests.Client;
using Rialto.Model;
using Rialto.Store;

namespace Rialto.Mapi.Tests.Rops;

/// <summary>[MS-OXOSFLD] 2.2.3-2.2.6 where special folders are; [MS-OXORMDR] 2.2.2 the Reminders folder, over HTTPS.</summary>
public sealed class SpecialFolderTests : IAsyncLifetime
{
    private RuleScene _scene = null!;

    private RuleParty Owner => _scene.Owner;

    public async Task InitializeAsync() => _scene = await RuleScene.StartAsync();

    public async Task DisposeAsync() => await _scene.DisposeAsync();

    public static TheoryData<uint, string, string> Single => new()
    {
        { PropertyTags.IpmAppointmentEntryId.Value, "Calendar", "IPF.Appointment" },
        { PropertyTags.IpmContactEntryId.Value, "Contacts", "IPF.Contact" },
        { PropertyTags.IpmJournalEntryId.Value, "Journal", "IPF.Journal" },
        { PropertyTags.IpmNoteEntryId.Value, "Notes", "IPF.StickyNote" },
        { PropertyTags.IpmTaskEntryId.Value, "Tasks", "IPF.Task" },
        { PropertyTags.RemindersOnlineEntryId.Value, "Reminders", "Outlook.Reminder" },
        { PropertyTags.IpmDraftsEntryId.Value, "Drafts", "IPF.Note" },
    };

    [Theory]
    [MemberData(nameof(Single))]
    public async Task A_property_of_root_and_inbox_leads_to_the_folder(uint tag, string name, string containerClass)
    {
        foreach (var place in new[] { 0, RuleScene.Inbox })
        {
            var entry = (await Owner.Session.PropertiesAsync(await Owner.FolderAsync(place), new PropertyTag(tag)))[0].AsBinary();
            await ShouldBeAsync(entry, name, containerClass);
        }
    }

    [Fact]
    public async Task The_arrays_lead_to_the_others()
    {
        foreach (var place in new[] { 0, RuleScene.Inbox })
        {
            var values = await Owner.Session.PropertiesAsync(await Owner.FolderAsync(place), PropertyTags.AdditionalRenEntryIds, PropertyTags.FreeBusyEntryIds, PropertyTags.AdditionalRenEntryIdsEx);
            var entries = values[0].AsArray<byte[]>();
            string[] names = ["Conflicts", "Sync Issues", "Local Failures", "Server Failures", "Junk E-mail"];
            for (var i = 0; i < names.Length; i++)
                await ShouldBeAsync(entries[i], names[i], "IPF.Note");
            await ShouldBeAsync(values[1].AsArray<byte[]>()[3], "Freebusy Data", null);
            // PersistData blocks: id, size, elements of id, size and data.
            var persisted = new Dictionary<ushort, byte[]>();
            var blocks = values[2].AsBinary();
            for (var at = 0; at + 4 <= blocks.Length && BitConverter.ToUInt16(blocks, at) is not 0 and var id;)
            {
                int size = BitConverter.ToUInt16(blocks, at + 2);
                BitConverter.ToUInt16(blocks, at + 4).ShouldBe((ushort)1);
                persisted[id] = blocks[(at + 8)..(at + 8 + BitConverter.ToUInt16(blocks, at + 6))];
                at += 4 + size;
            }
            await ShouldBeAsync(persisted[0x8001], "RSS Feeds", "IPF.Note.OutlookHomepage");
            await ShouldBeAsync(persisted[0x8004], "To-Do Search", "IPF.Task");
            await ShouldBeAsync(persisted[0x8006], "Conversation Action Settings", "IPF.Configuration");
        }
    }

    [Fact]
    public async Task A_folder_that_a_client_names_instead_is_named_on_both()
    {
        var (_, handle) = await Owner.NewFolderAsync("Another calendar");
        var entry = (await Owner.Session.PropertiesAsync(handle, PropertyTags.EntryId))[0];
        var inbox = await Owner.FolderAsync();
        await Owner.Session.CallAsync<ProblemsResponse>(
            RopId.SetProperties, new RopSetProperties.Request { PropertyValues = [PropertyValue.Of(PropertyTags.IpmAppointmentEntryId, entry.AsBinary())] }, inbox);
        foreach (var place in new[] { 0, RuleScene.Inbox })
            (await Owner.Session.PropertiesAsync(await Owner.FolderAsync(place), PropertyTags.IpmAppointmentEntryId))[0].AsBinary().ShouldBe(entry.AsBinary());
    }

    [Fact]
    public async Task Reminders_shows_what_reminds_whoever_set_it()
    {
        var sender = _scene.Sender;
        var ids = await sender.Session.NamesAsync(sender.Handle, PropertyNames.PidLidReminderSet, PropertyNames.PidLidReminderSignalTime);
        await _scene.SendAsync("with a recipient's reminder", PropertyValue.Of(new PropertyTag(ids[0], PropertyType.Boolean), true),
            PropertyValue.Of(new PropertyTag(ids[1], PropertyType.Time), FileTime.From(new DateTimeOffset(2031, 1, 1, 0, 0, 0, TimeSpan.Zero))));
        await _scene.SendAsync("without");
        var own = new PropertyTag((await Owner.Session.NamesAsync(Owner.Handle, PropertyNames.PidLidReminderSet))[0], PropertyType.Boolean);
        var task = await Owner.Session.CreateMessageAsync(Owner.Handle, Ids.Of(SpecialFolders.IdOf(SpecialFolder.Tasks)));
        await Owner.Session.SetAsync(task, PropertyValue.Of(PropertyTags.MessageClass, "IPM.Task"), PropertyValue.Of(PropertyTags.Subject, "task"), PropertyValue.Of(own, true));
        await Owner.Session.SaveAsync(task);
        var reminders = Ids.Of(SpecialFolders.IdOf(SpecialFolder.Reminders));
        IReadOnlyList<string> subjects = [];
        for (var i = 0; i < 200 && subjects.Count < 2; i++)
        {
            subjects = await Owner.SubjectsAsync(reminders);
            if (subjects.Count < 2)
                await Task.Delay(25);
        }
        subjects.ShouldBe(["with a recipient's reminder", "task"], ignoreOrder: true);

        // Dismissed.
        await Owner.Session.SetAsync(task, PropertyValue.Of(own, false));
        await Owner.Session.SaveAsync(task);
        for (var i = 0; i < 200 && subjects.Count > 1; i++)
        {
            subjects = await Owner.SubjectsAsync(reminders);
            if (subjects.Count > 1)
                await Task.Delay(25);
        }
        subjects.ShouldBe(["with a recipient's reminder"]);
    }

    private async Task ShouldBeAsync(byte[] entry, string name, string? containerClass)
    {
        var id = EntryId.Parse(entry).ShouldBeOfType<FolderEntryId>();
        var folder = await Owner.Session.OpenFolderAsync(Owner.Handle, Ids.OfCounter((long)id.Folder.Counter));
        var read = await Owner.Session.PropertiesAsync(folder, PropertyTags.DisplayName, PropertyTags.ContainerClass, PropertyTags.EntryId);
        read[0].AsString().ShouldBe(name);
        if (containerClass is not null)
            read[1].AsString().ShouldBe(containerClass);
        read[2].AsBinary().ShouldBe(entry);
    }
}
