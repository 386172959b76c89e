using Rialto.Oab.Wire;

namespace Rialto.Oab.Tests;

/// <summary>[MS-OXOAB] 2.2: template files.</summary>
public class TemplateFileTests
{
    private static readonly OabTemplateSet s_set = new()
    {
        User = new() { Dn = "/o=Example/cn=addressing/cn=display-templates/cn=409/cn=0", Controls = new byte[] { 1, 0, 0, 0 }, DisplayName = "User"u8.ToArray() },
        Folder = new() { Controls = new byte[] { 2 } },
        RemoteUser = new() { Controls = new byte[] { 3, 4 }, Script = new byte[] { 5 } },
        AddressCreation = [new() { Dn = "/o=Example/cn=smtp", Controls = new byte[] { 6 }, Script = new byte[] { 7, 8 }, DisplayName = "Internet address"u8.ToArray() }],
    };

    [Fact]
    public void Entries_stand_in_their_places()
    {
        var file = TemplateFile.Write(new() { Agent = new() { Controls = new byte[] { 9, 8, 7 } } });
        file.Length.ShouldBe(12 + 7 * 32 + 16 + 4 + 3);
        // The fourth of the seven; its second pair is the controls.
        BitConverter.ToInt32(file, 12 + 3 * 32 + 8).ShouldBe(256);
        BitConverter.ToInt32(file, 12 + 3 * 32 + 12).ShouldBe(3);
        file[256..].ShouldBe(new byte[] { 9, 8, 7 });
        file.Where((_, i) => i is not 0 and not (>= 116 and < 124) and < 256).ShouldAllBe(b => b == 0);
    }

    [Fact]
    public void What_was_written_is_read()
    {
        TemplateFile.Read(TemplateFile.Write(s_set), out var read).ShouldBe(OabFileError.None);
        (read.User.Dn, read.Group.Dn, read.AddressCreation.Single().Dn).ShouldBe((s_set.User.Dn, "", "/o=Example/cn=smtp"));
        read.User.DisplayName.ToArray().ShouldBe("User"u8.ToArray());
        read.RemoteUser.Script.ToArray().ShouldBe([5]);
        read.AddressCreation[0].Script.ToArray().ShouldBe([7, 8]);
    }

    [Fact]
    public void Cuts_and_offsets_outside_are_errors()
    {
        var file = TemplateFile.Write(s_set);
        for (var length = 0; length < file.Length; length++)
            TemplateFile.Read(file.AsMemory(0, length), out _).ShouldNotBe(OabFileError.None);
        file[12 + 3] = 0x7F;
        TemplateFile.Read(file, out _).ShouldBe(OabFileError.Malformed);
    }
}
