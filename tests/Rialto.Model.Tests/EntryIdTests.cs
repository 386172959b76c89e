using Rialto.Testing;

namespace Rialto.Model.Tests;

/// <summary>[MS-OXCDATA] 2.2.3-2.2.5.</summary>
public class EntryIdTests
{
    private static readonly Guid Mailbox = new("00112233-4455-6677-8899-aabbccddeeff");
    private const string MailboxBytes = "33221100 5544 7766 8899AABBCCDDEEFF";

    public static TheoryData<EntryId, string> Kinds => new()
    {
        { new FolderEntryId(Mailbox, StoreObjectType.PrivateFolder, new GlobalId(Mailbox, 5)), $"00000000 {MailboxBytes} 0100 {MailboxBytes} 000000000005 0000" },
        {
            new MessageEntryId(Mailbox, StoreObjectType.PrivateMessage, new GlobalId(Mailbox, 5), new GlobalId(Mailbox, 6)),
            $"00000000 {MailboxBytes} 0700 {MailboxBytes} 000000000005 0000 {MailboxBytes} 000000000006 0000"
        },
        {
            StoreEntryId.OfMailbox("SRV", "/o=E/cn=a"),
            "00000000 38A1BB1005E5101AA1BB08002B2A56C2 00 00 454D534D44422E444C4C00000000 00000000 1B55FA20AA6611CD9BC800AA002FC45A 0C000000 53525600 2F6F3D452F636E3D6100"
        },
        {
            new StoreEntryId(EntryIdProviders.PublicStore, StoreEntryId.PublicType, "SRV", null, []),
            "00000000 38A1BB1005E5101AA1BB08002B2A56C2 00 00 454D534D44422E444C4C00000000 00000000 1C830210AA6611CD9BC800AA002FC45A 06000000 53525600"
        },
        { new AddressBookEntryId(AddressBookEntryType.DistributionList, "/o=E"), "00000000 DCA740C8C042101AB4B908002B2FE182 01000000 01000000 2F6F3D4500" },
        {
            new OneOffEntryId("A", "SMTP", "a@b", OneOffFlags.Unicode | OneOffFlags.NoRichText),
            "00000000 812B1FA4BEA310199D6E00DD010F5402 0000 0180 4100 0000 5300 4D00 5400 5000 0000 6100 4000 6200 0000"
        },
        { new OneOffEntryId("É", "SMTP", "a@b", OneOffFlags.None), "00000000 812B1FA4BEA310199D6E00DD010F5402 0000 0000 C900 534D545000 61406200" },
        { new ContactAddressEntryId(1, [1, 2]), "00000000 FE42AA0A18C71A10E8850B651C240000 03000000 04000000 01000000 02000000 0102" },
        { new PersonalDistributionListEntryId([1, 2]), "00000000 FE42AA0A18C71A10E8850B651C240000 03000000 05000000 FF000000 02000000 0102" },
        { new GeneralEntryId(1, Mailbox, [7]), $"01000000 {MailboxBytes} 07" },
    };

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Each_kind_has_its_bytes(EntryId id, string text)
    {
        var bytes = Hex.Bytes(text);
        Convert.ToHexString(id.ToArray()).ShouldBe(Convert.ToHexString(bytes));
        EntryId.Parse(bytes).ShouldBe(id);
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void What_is_cut_short_or_changed_is_kept_as_it_is(EntryId id, string text)
    {
        id.ShouldNotBeNull();
        var bytes = Hex.Bytes(text);
        for (var length = 0; length < bytes.Length; length++)
        {
            if (EntryId.Parse(bytes.AsSpan(0, length)) is GeneralEntryId general)
                general.ToArray().ShouldBe(bytes[..length]);
        }
        EntryId.Parse(bytes.AsSpan(0, 19)).ShouldBeNull();
        var random = new Random(5);
        for (var round = 0; round < 500; round++)
        {
            var changed = (byte[])bytes.Clone();
            changed[random.Next(changed.Length)] = (byte)random.Next(256);
            EntryId.Parse(changed)?.ToArray();
        }
    }

    [Fact]
    public void Bytes_of_no_meaning_after_a_contact_address_are_ignored() =>
        EntryId.Parse(Hex.Bytes("00000000 FE42AA0A18C71A10E8850B651C240000 03000000 04000000 01000000 02000000 0102 AABBCC")).ShouldBe(new ContactAddressEntryId(1, [1, 2]));
}
