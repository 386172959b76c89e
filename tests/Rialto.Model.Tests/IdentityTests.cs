using Rialto.Testing;
using Rialto.Wire;

namespace Rialto.Model.Tests;

public class StoreIdTests : WireStructureTests<StoreId>
{
    protected override IEnumerable<(StoreId Value, byte[] Bytes)> Golden => [(new StoreId(1, 0x0000_0000_0102), Hex.Bytes("01 00 00 00 00 00 01 02"))];

    protected override bool SameValue(StoreId expected, StoreId actual) => expected == actual;

    [Theory]
    [InlineData(1, 5UL, 0x0500000000000001UL)]
    [InlineData(0x0203, 0x112233445566UL, 0x6655443322110203UL)]
    public void The_number_form_is_the_same_eight_bytes(int replica, ulong counter, ulong number)
    {
        new StoreId((ushort)replica, counter).ToWire().ShouldBe(number);
        StoreId.FromWire(number).ShouldBe(new StoreId((ushort)replica, counter));
    }
}

public class LongTermIdTests : WireStructureTests<LongTermId>
{
    protected override IEnumerable<(LongTermId Value, byte[] Bytes)> Golden =>
        [(new LongTermId(new GlobalId(new Guid("00112233-4455-6677-8899-aabbccddeeff"), 7)), Hex.Bytes("33221100 5544 7766 8899AABBCCDDEEFF 000000000007 0000"))];

    protected override bool SameValue(LongTermId expected, LongTermId actual) => expected == actual;
}

public class ServerIdTests : WireStructureTests<ServerId>
{
    protected override IEnumerable<(ServerId Value, byte[] Bytes)> Golden =>
    [
        (new ServerId { Ours = true, Folder = new StoreId(1, 2), Message = new StoreId(1, 3), Instance = 4 },
            Hex.Bytes("01  01 00 00 00 00 00 00 02  01 00 00 00 00 00 00 03  04 00 00 00")),
    ];

    protected override bool SameValue(ServerId expected, ServerId actual) => expected == actual;
}

/// <summary>[MS-OXCFXICS] 2.2.2.3.</summary>
public class PredecessorChangeListTests
{
    private static readonly Guid A = new("00000001-0000-0000-0000-000000000000");
    private static readonly Guid B = new("00000000-0000-0000-0000-000000000001");

    [Fact]
    public void Entries_are_sized_and_in_the_byte_order_of_their_namespaces()
    {
        var list = new PredecessorChangeList();
        list.Add(Xid.Of(new GlobalId(A, 1)));
        list.Add(Xid.Of(new GlobalId(B, 2)));
        list.Add(Xid.Of(new GlobalId(A, 3)));
        list.Add(Xid.Of(new GlobalId(A, 2)));
        var bytes = Hex.Bytes("16 00000000000000000000000000000001 000000000002  16 01000000000000000000000000000000 000000000003");
        list.ToArray().ShouldBe(bytes);
        PredecessorChangeList.Parse(bytes).ShouldNotBeNull().ToArray().ShouldBe(bytes);
    }

    [Fact]
    public void Versions_include_one_another_or_conflict()
    {
        var older = List((A, 1), (B, 5));
        var newer = List((A, 2), (B, 5));
        var other = List((A, 1), (B, 6));
        newer.Includes(older).ShouldBeTrue();
        older.Includes(newer).ShouldBeFalse();
        (newer.Includes(other) || other.Includes(newer)).ShouldBeFalse();
        newer.Merge(other);
        newer.Includes(other).ShouldBeTrue();
        newer.Includes(Xid.Of(new GlobalId(B, 6))).ShouldBeTrue();
        newer.Includes(Xid.Of(new GlobalId(B, 7))).ShouldBeFalse();
    }

    [Theory]
    [InlineData("10 00000000000000000000000000000001")]
    [InlineData("16 0000000000000000000000000000000100")]
    [InlineData("00")]
    public void What_is_no_list_is_refused(string bytes) => PredecessorChangeList.Parse(Hex.Bytes(bytes)).ShouldBeNull();

    private static PredecessorChangeList List(params (Guid, ulong)[] changes)
    {
        var list = new PredecessorChangeList();
        foreach (var (replica, counter) in changes)
            list.Add(Xid.Of(new GlobalId(replica, counter)));
        return list;
    }
}

public class PropertyRegistryTests
{
    [Fact]
    public void Tags_and_names_lead_to_one_another()
    {
        PropertyTags.Subject.Value.ShouldBe(0x0037001Fu);
        PropertyRegistry.NameOf(PropertyTags.Subject).ShouldBe("PidTagSubject");
        PropertyRegistry.NameOf(PropertyTags.Subject.WithType(PropertyType.String8)).ShouldBe("PidTagSubject");
        PropertyRegistry.CanonicalType(PropertyIds.AttachDataBinary).ShouldBe(PropertyType.Binary);
        PropertyRegistry.CanonicalType(PropertyIds.Html).ShouldBe(PropertyType.Binary);
        PropertyRegistry.TryFind("subject", out PropertyTag tag).ShouldBeTrue();
        tag.ShouldBe(PropertyTags.Subject);
        PropertyNames.PidLidReminderSet.ShouldBe(new PropertyName(PropertySets.Common, 0x8503));
        PropertyRegistry.NameOf(PropertyNames.PidLidReminderSet).ShouldBe("PidLidReminderSet");
        PropertyRegistry.CanonicalType(PropertyNames.PidLidReminderSet).ShouldBe(PropertyType.Boolean);
        PropertyRegistry.TryFind("PidNameKeywords", out PropertyName keywords).ShouldBeTrue();
        keywords.ShouldBe(new PropertyName(PropertySets.PublicStrings, "Keywords"));
        PropertyRegistry.NameOf(new PropertyTag(0x7ABC0003)).ShouldBeNull();
    }

    [Theory]
    [InlineData(ErrorCode.NotFound, 0x8004010F)]
    [InlineData(ErrorCode.NotImplemented, 0x80040FFF)]
    [InlineData(ErrorCode.RpcFormat, 0x000004B6)]
    [InlineData(ErrorCode.AccessDenied, 0x80070005)]
    [InlineData(ErrorCode.NotEnoughMemory, 0x8007000E)]
    [InlineData(ErrorCode.NullObject, 0x000004B9)]
    public void Error_codes_have_their_numbers(ErrorCode code, uint number) => ((uint)code).ShouldBe(number);
}
