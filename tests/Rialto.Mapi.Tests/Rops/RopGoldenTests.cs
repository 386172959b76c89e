using Rialto.Mapi.Rops;
using Rialto.Mapi.Sessions;
using Rialto.Model;
using SortDirection = Rialto.Model.SortDirection;
using Rialto.Testing;

namespace Rialto.Mapi.Tests.Rops;

/// <summary>Requests written out by hand from their sections: what the bytes are, and that conditional fields follow their conditions.</summary>
public class RopGoldenTests : RopGolden
{
    [Fact]
    public void RopOpenFolder() => Check(RopId.OpenFolder, "02 00 00 01 0100 00000000000D 04", new RopOpenFolder.Request
    {
        OutputHandleIndex = 1, FolderId = StoreIdOf(0x0D), OpenModeFlags = 4,
    });

    [Fact]
    public void RopLogon() => Check(RopId.Logon, "FE 00 00 01 00000001 00000000 0500 2F6F3D4100", new RopLogon.Request
    {
        LogonFlags = Mapi.Rops.RopLogon.LogonFlag.Private, OpenFlags = Mapi.Rops.RopLogon.OpenFlag.UsePerMdbReplidMapping, Essdn = "/o=A",
    });

    [Fact]
    public void RopLogon_without_a_name() => Check(RopId.Logon, "FE 00 00 00 02000000 00000000 0000", new RopLogon.Request
    {
        OpenFlags = Mapi.Rops.RopLogon.OpenFlag.Public,
    });

    [Fact]
    public void RopReadStream_with_a_large_count() => Check(RopId.ReadStream, "2C 00 00 BEBA 00700000", new RopReadStream.Request { ByteCount = 0xBABE, MaximumByteCount = 0x7000 });

    [Fact]
    public void RopReadStream_with_a_small_count() => Check(RopId.ReadStream, "2C 00 00 0010", new RopReadStream.Request { ByteCount = 0x1000 });

    [Fact]
    public void RopQueryRows() => Check(RopId.QueryRows, "15 00 00 01 01 3200", new RopQueryRows.Request { QueryRowsFlags = 1, ForwardRead = true, RowCount = 50 });

    [Fact]
    public void RopSetColumns() => Check(RopId.SetColumns, "12 00 00 00 0200 1F003700 4000060E", new RopSetColumns.Request
    {
        PropertyTags = [PropertyTags.Subject, PropertyTags.MessageDeliveryTime],
    });

    [Fact]
    public void RopSortTable() => Check(RopId.SortTable, "13 00 00 00 0100 0000 0000 4000060E 01", new RopSortTable.Request
    {
        SortOrders = new SortOrderSet([new SortKey(PropertyTags.MessageDeliveryTime, SortDirection.Descending)]),
    });

    [Fact]
    public void RopRestrict_with_none() => Check(RopId.Restrict, "14 00 00 00 0000", new RopRestrict.Request());

    [Fact]
    public void RopRestrict_exist() => Check(RopId.Restrict, "14 00 00 00 0500 08 1F003700", new RopRestrict.Request { RestrictionData = new ExistRestriction(PropertyTags.Subject) });

    [Fact]
    public void RopRegisterNotification_of_a_folder() => Check(RopId.RegisterNotification, "29 00 00 01 1000 00 0100 00000000000D 0000000000000000",
        new RopRegisterNotification.Request { OutputHandleIndex = 1, NotificationTypes = 0x10, FolderId = StoreIdOf(0x0D) });

    [Fact]
    public void RopRegisterNotification_of_the_store() => Check(RopId.RegisterNotification, "29 00 00 01 1000 01",
        new RopRegisterNotification.Request { OutputHandleIndex = 1, NotificationTypes = 0x10, WantWholeStore = true });

    [Fact]
    public void RopRegisterNotification_extended() => Check(RopId.RegisterNotification, "29 00 00 01 1004 00 01",
        new RopRegisterNotification.Request { OutputHandleIndex = 1, NotificationTypes = 0x0410, WantWholeStore = true });

    [Fact]
    public void RopSetMessageReadFlag_private() => Check(RopId.SetMessageReadFlag, "11 00 01 02 0A", new RopSetMessageReadFlag.Request { ResponseIndex = 1, InputHandleIndex = 2, ReadFlags = 10 });

    [Fact]
    public void RopSetMessageReadFlag_in_a_public_store() => Check(RopId.SetMessageReadFlag, "11 00 01 02 0A" + new string('0', 48),
        new RopSetMessageReadFlag.Request { ResponseIndex = 1, InputHandleIndex = 2, ReadFlags = 10 }, isPrivate: false);

    [Fact]
    public void RopGetPropertyIdsFromNames() => Check(RopId.GetPropertyIdsFromNames,
        "56 00 00 02 0200 00 0820060000000000C000000000000046 03850000 01 2903020000000000C000000000000046 0A 4B00650079007300 0000",
        new RopGetPropertyIdsFromNames.Request
        {
            Flags = 2,
            PropertyNames = [new PropertyName(new Guid("00062008-0000-0000-c000-000000000046"), 0x8503), new PropertyName(new Guid("00020329-0000-0000-c000-000000000046"), "Keys")],
        });

    [Fact]
    public void A_reserved_id_fails_the_whole_buffer()
    {
        foreach (var reserved in new byte[] { 0x00, 0x28, 0x3C, 0x62, 0x65, 0x6A, 0x71, 0x7C, 0x83, 0x94, 0xA0, 0xC8, 0xFA, 0x2A, 0x6E, 0xF9, 0xFF })
            RopBatch.TryParse(Hex.Bytes("0800 01 0000 " + reserved.ToString("X2") + " 0000 01000000"), ValueForm.Rop, _ => true, out _).ShouldBeFalse();
    }

    [Fact]
    public void A_logon_in_the_same_buffer_decides_conditional_fields()
    {
        // RopLogon without Private on logon 5, then RopSetMessageReadFlag there: 24 bytes of ClientData are due.
        var logon = "FE 05 00 00 02000000 00000000 0000";
        var flag = "11 05 00 00 0A";
        Parse(logon + flag + new string('0', 48)).ShouldBeTrue();
        Parse(logon + flag).ShouldBeFalse();
        Parse(logon.Replace("FE 05 00 00", "FE 05 00 01", StringComparison.Ordinal) + flag).ShouldBeTrue();

        static bool Parse(string requests)
        {
            var bytes = Hex.Bytes(requests);
            return RopBatch.TryParse((byte[])[(byte)(bytes.Length + 2), 0, .. bytes], ValueForm.Rop, _ => true, out _);
        }
    }

    private static ulong StoreIdOf(ulong counter) => new StoreId(1, counter).ToWire();
}
