using System.Text;
using Rialto.Directory.AddressBook;
using Rialto.Mapi.AddressBook;
using Rialto.Mapi.AddressBook.Templates;
using Rialto.Mapi.Tests.Client;
using Rialto.Model;

namespace Rialto.Mapi.Tests.AddressBook;

/// <summary>[MS-OXOABKT] 2.2.1, 2.2.2: dialogs and scripts.</summary>
public sealed class NspiTemplateTests
{
    [Theory]
    [InlineData(DisplayType.MailUser)]
    [InlineData(DisplayType.RemoteMailUser)]
    [InlineData(DisplayType.DistributionList)]
    [InlineData(DisplayType.Agent)]
    [InlineData(DisplayType.Forum)]
    [InlineData(DisplayType.Search)]
    public async Task Each_kind_of_object_has_a_dialog_that_can_be_read_back(DisplayType type)
    {
        await using var scene = await NspiScene.StartAsync();
        using var client = await scene.BindAsync();
        foreach (var locale in new uint[] { 0x409, 0x407, 0x807, 0x40C, 0xC0A, 0x410, 0x413, 0x411 })
        {
            var row = (await InfoAsync(client, NspiFlags.Template | NspiFlags.Script, (uint)type, locale)).Row!;
            row.Select(v => v.Tag).ShouldBe([PropertyTags.TemplateData, PropertyTags.ScriptData]);
            var controls = DialogData.Read(row[0].AsBinary(), NspiFields.EncodingOf(1252))!;
            controls[0].Type.ShouldBe(ControlType.Page);
            controls.Where(c => c.Type is ControlType.Edit or ControlType.ListBox or ControlType.MultipleListBox).ShouldAllBe(c => PropertyMap.Find(c.Property.Id) != null);
            controls.Where(c => c.Type is ControlType.Label or ControlType.Page).ShouldAllBe(c => c.Text!.Length > 1);
            row[1].AsBinary().ShouldBe([1, 0, 0, 0, 0, 0, 0, 0]);
        }
    }

    [Fact]
    public async Task Addresses_are_made_with_the_template_that_the_table_names()
    {
        await using var scene = await NspiScene.StartAsync();
        using var client = await scene.BindAsync();
        client.Stat.TemplateLocale = 0x407;
        var table = await client.CallAsync<NspiGetSpecialTable.Request, NspiGetSpecialTable.Response>("GetSpecialTable", new() { Flags = NspiFlags.AddressCreationTemplates, State = client.Stat });
        var row = new PropertyBag(table.Rows!.Single());
        row.GetString(PropertyTags.AddressType).ShouldBe("SMTP");
        row.GetString(PropertyTags.DisplayName).ShouldBe("Internetadresse");
        var id = EntryId.Parse(row.GetBinary(PropertyTags.EntryId)).ShouldBeOfType<AddressBookEntryId>();
        ((uint)id.Type).ShouldBe((uint)DisplayType.AddressTemplate);
        var info = (await InfoAsync(client, NspiFlags.Template | NspiFlags.Script | NspiFlags.AddressType, 0, 0x409, id.X500Dn)).Row!;
        DialogData.Read(info[0].AsBinary(), Encoding.Latin1)!.Count(c => c.Type == ControlType.Edit).ShouldBe(2);
        // Emits the property of the second control, then halts.
        info[1].AsBinary().ShouldBe([3, 0, 0, 0, 2, 0, 0, 0, 0x1E, 0x00, 0x03, 0x30, 0, 0, 0, 0]);
        info[2].AsString().ShouldBe("SMTP");

        client.Stat.TemplateLocale = 0;
        (await client.CallAsync<NspiGetSpecialTable.Request, NspiGetSpecialTable.Response>("GetSpecialTable", new() { Flags = NspiFlags.AddressCreationTemplates, State = client.Stat }))
            .Rows!.ShouldBeEmpty();
    }

    [Fact]
    public async Task What_is_no_template_has_no_locale()
    {
        await using var scene = await NspiScene.StartAsync();
        using var client = await scene.BindAsync();
        (await InfoAsync(client, NspiFlags.Template, 0, 0)).ErrorCode.ShouldBe(ErrorCode.InvalidLocale);
        (await InfoAsync(client, NspiFlags.Template, 0x77, 0x409)).ErrorCode.ShouldBe(ErrorCode.InvalidLocale);
        (await InfoAsync(client, NspiFlags.Template, 0, 0x409, "/o=x/cn=addressing/cn=address-templates/cn=zz/cn=SMTP")).ErrorCode.ShouldBe(ErrorCode.InvalidLocale);
        (await client.CallAsync<NspiGetTemplateInfo.Request, NspiGetTemplateInfo.Response>("GetTemplateInfo", new() { Flags = 1, LocaleId = 0x409, CodePage = 1200 })).ErrorCode.ShouldBe(ErrorCode.InvalidCodepage);
    }

    [Fact]
    public void A_script_has_its_instructions_first_and_its_strings_behind_them()
    {
        new AddressScript(Encoding.Latin1).Emit("SMTP:").Emit(PropertyTags.EmailAddress).Halt()
            .ShouldBe([5, 0, 0, 0, 2, 0, 0, 0x80, 20, 0, 0, 0, 2, 0, 0, 0, 0x1E, 0, 3, 0x30, 0, 0, 0, 0, (byte)'S', (byte)'M', (byte)'T', (byte)'P', (byte)':', 0]);
    }

    [Fact]
    public void A_dialog_is_rows_of_nine_numbers_and_strings_by_their_offsets()
    {
        DialogData.Write([new(ControlType.Label, 1, 2, 3, 4, Text: "A"), new(ControlType.Edit, 5, 6, 7, 8, ControlFlags.Editable, new PropertyTag(0x3001001E), 9, "*")], Encoding.Latin1)
            .ShouldBe(
            [
                1, 0, 0, 0, 2, 0, 0, 0,
                1, 0, 0, 0, 2, 0, 0, 0, 3, 0, 0, 0, 4, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 80, 0, 0, 0,
                5, 0, 0, 0, 6, 0, 0, 0, 7, 0, 0, 0, 8, 0, 0, 0, 1, 0, 0, 0, 2, 0, 0, 0, 0x1E, 0x00, 0x01, 0x30, 9, 0, 0, 0, 82, 0, 0, 0,
                (byte)'A', 0, (byte)'*', 0,
            ]);
        DialogData.Read([1, 0, 0, 0, 255, 255, 255, 255], Encoding.Latin1).ShouldBeNull();
        DialogData.Read([], Encoding.Latin1).ShouldBeNull();
    }

    private static async Task<NspiGetTemplateInfo.Response> InfoAsync(NspiClient client, uint flags, uint type, uint locale, string? dn = null) =>
        await client.CallAsync<NspiGetTemplateInfo.Request, NspiGetTemplateInfo.Response>("GetTemplateInfo", new() { Flags = flags, DisplayType = type, LocaleId = locale, CodePage = 1252, TemplateDn = dn });
}
