using Rialto.Content.Junk;
using Rialto.Model;

namespace Rialto.Content.Tests.Junk;

public class PhishingStampTests
{
    /// <summary>The mailbox's number in the example of [MS-OXPHISH] 4.2.2.</summary>
    private const uint Tag = 0xAE241D99;

    [Fact]
    public void A_stamp_is_the_low_28_bits_and_a_flag()
    {
        PhishingStamp.Make(Tag).ShouldBe(0x0E241D99);
        PhishingStamp.Make(Tag, enabled: true).ShouldBe(0x1E241D99);
    }

    [Fact]
    public void Only_the_mailbox_s_own_stamp_counts()
    {
        PhishingStamp.Check(0x0EAE2103, Tag).ShouldBe(PhishingState.None);
        PhishingStamp.Check(PhishingStamp.Make(Tag), Tag).ShouldBe(PhishingState.Suspicious);
        PhishingStamp.Check(PhishingStamp.Make(Tag, enabled: true), Tag).ShouldBe(PhishingState.EnabledByUser);
        PhishingStamp.Check(unchecked((int)0xEE241D99), Tag).ShouldBe(PhishingState.Suspicious);
    }

    [Fact]
    public void The_number_is_the_fifth_of_the_entry_ids()
    {
        var tag = new PropertyTag(0x36D8, PropertyType.MultipleBinary);
        PhishingStamp.TagOf(PropertyValue.OfArray(tag, (byte[][])[[], [], [], [], [0x99, 0x1D, 0x24, 0xAE]])).ShouldBe(Tag);
        PhishingStamp.TagOf(PropertyValue.OfArray(tag, (byte[][])[[], [], [], []])).ShouldBeNull();
        PhishingStamp.TagOf(default).ShouldBeNull();
    }
}
