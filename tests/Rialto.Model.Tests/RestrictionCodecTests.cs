using Rialto.Testing;
using Rialto.Wire;

namespace Rialto.Model.Tests;

/// <summary>[MS-OXCDATA] 2.12: every kind of restriction.</summary>
public class RestrictionCodecTests
{
    private static readonly Restriction Exist = new ExistRestriction(PropertyTags.Subject);
    private const string ExistBytes = "08 1F 00 37 00";

    [Fact]
    public void And() => Check(new AndRestriction([Exist, Exist]), $"00 02 00 {ExistBytes} {ExistBytes}", $"00 02 00 00 00 {ExistBytes} {ExistBytes}", (a, b) => ((AndRestriction)a).Terms.SequenceEqual(((AndRestriction)b).Terms));

    [Fact]
    public void Or() => Check(new OrRestriction([Exist]), $"01 01 00 {ExistBytes}", $"01 01 00 00 00 {ExistBytes}", (a, b) => ((OrRestriction)a).Terms.SequenceEqual(((OrRestriction)b).Terms));

    [Fact]
    public void Not() => Check(new NotRestriction(Exist), $"02 {ExistBytes}");

    [Fact]
    public void Content() => Check(
        new ContentRestriction(FuzzyLevel.Substring | FuzzyLevel.IgnoreCase, PropertyTags.Subject, PropertyValue.Of(PropertyTags.Subject, "a")),
        "03 01 00 01 00 1F 00 37 00 1F 00 37 00 61 00 00 00");

    [Fact]
    public void Property() => Check(
        new PropertyRestriction(RelationalOperator.GreaterThan, PropertyTags.Importance, PropertyValue.Of(PropertyTags.Importance, 1)),
        "04 02 03 00 17 00 03 00 17 00 01 00 00 00");

    [Fact]
    public void Compare() => Check(new ComparePropertiesRestriction(RelationalOperator.Equal, PropertyTags.Subject, PropertyTags.Body), "05 04 1F 00 37 00 1F 00 00 10");

    [Fact]
    public void Bitmask() => Check(new BitmaskRestriction(true, PropertyTags.MessageFlags, 1), "06 01 03 00 07 0E 01 00 00 00");

    [Fact]
    public void Size() => Check(new SizeRestriction(RelationalOperator.LessThan, PropertyTags.Body, 16), "07 00 1F 00 00 10 10 00 00 00");

    [Fact]
    public void SubObject() => Check(new SubObjectRestriction(PropertyTags.MessageRecipients, Exist), $"09 0D 00 12 0E {ExistBytes}");

    [Fact]
    public void Comment() => Check(new CommentRestriction([PropertyValue.Of(PropertyTags.Importance, 1)], Exist), $"0A 01 03 00 17 00 01 00 00 00 01 {ExistBytes}", null,
        (a, b) => ((CommentRestriction)a).Comment.SequenceEqual(((CommentRestriction)b).Comment) && ((CommentRestriction)a).Term == ((CommentRestriction)b).Term);

    [Fact]
    public void A_comment_may_be_all_there_is() => Check(new CommentRestriction([], null), "0A 00 00", null, (a, b) => ((CommentRestriction)b).Term is null);

    [Fact]
    public void Count() => Check(new CountRestriction(5, Exist), $"0B 05 00 00 00 {ExistBytes}");

    [Fact]
    public void Nesting_is_bounded()
    {
        var deep = new byte[100_000];
        Array.Fill(deep, (byte)0x02);
        var reader = new WireReader(deep);
        Restriction? value = null;
        RestrictionCodec.Restriction(ref reader, ref value, ValueForm.Rop);
        reader.Failed.ShouldBeTrue();
        value.ShouldBeNull();
    }

    [Fact]
    public void A_count_of_terms_alone_buys_no_memory()
    {
        var before = GC.GetAllocatedBytesForCurrentThread();
        var reader = new WireReader([0x00, 0xFF, 0xFF, 0xFF, 0x7F]);
        Restriction? value = null;
        RestrictionCodec.Restriction(ref reader, ref value, ValueForm.Wide);
        reader.Failed.ShouldBeTrue();
        (GC.GetAllocatedBytesForCurrentThread() - before).ShouldBeLessThan(4096);
    }

    private static void Check(Restriction value, string rop, string? wide = null, Func<Restriction, Restriction, bool>? same = null)
    {
        Check(value, rop, ValueForm.Rop, same);
        Check(value, wide ?? rop, ValueForm.Wide, same);
    }

    private static void Check(Restriction value, string bytes, ValueForm form, Func<Restriction, Restriction, bool>? same) => CodecCase.Check<Restriction?>(value, Hex.Bytes(bytes),
        (ref WireReader io, scoped ref Restriction? v) => RestrictionCodec.Restriction(ref io, ref v, form),
        (ref WireWriter io, scoped ref Restriction? v) => RestrictionCodec.Restriction(ref io, ref v, form),
        (ref WireSizer io, scoped ref Restriction? v) => RestrictionCodec.Restriction(ref io, ref v, form),
        (ref WireDumper io, scoped ref Restriction? v) => RestrictionCodec.Restriction(ref io, ref v, form),
        same is null ? null : (a, b) => same(a!, b!));
}
