using FsCheck;
using FsCheck.Fluent;
using Rialto.Wire;

namespace Rialto.Model.Tests;

/// <summary>[MS-OXCDATA] 2.12: what restrictions mean.</summary>
public class RestrictionEvaluatorTests
{
    private static readonly PropertyTag Keywords = new(0x8001, PropertyType.MultipleString);

    private static readonly PropertyBag Bag = new(
    [
        PropertyValue.Of(PropertyTags.Subject, "Crème Brûlée for Lunch"),
        PropertyValue.Of(PropertyTags.Importance, 1),
        PropertyValue.Of(PropertyTags.MessageFlags, 0x11),
        PropertyValue.Of(PropertyTags.MessageDeliveryTime, new FileTime(1000)),
        PropertyValue.Of(PropertyTags.SearchKey, [1, 2, 3, 4]),
        PropertyValue.Of(PropertyTags.HasAttachments, true),
        PropertyValue.OfError(PropertyTags.Body, ErrorCode.NotEnoughMemory),
        PropertyValue.OfArray(Keywords, new[] { "Red", "Blue" }),
    ]);

    [Theory]
    [InlineData("Crème Brûlée for Lunch", FuzzyLevel.FullString, true)]
    [InlineData("crème brûlée for lunch", FuzzyLevel.FullString, false)]
    [InlineData("crème brûlée for lunch", FuzzyLevel.FullString | FuzzyLevel.IgnoreCase, true)]
    [InlineData("Brûlée", FuzzyLevel.Substring, true)]
    [InlineData("BRÛLÉE", FuzzyLevel.Substring, false)]
    [InlineData("BRÛLÉE", FuzzyLevel.Substring | FuzzyLevel.IgnoreCase, true)]
    [InlineData("Brulee", FuzzyLevel.Substring | FuzzyLevel.IgnoreCase, false)]
    [InlineData("Brulee", FuzzyLevel.Substring | FuzzyLevel.IgnoreNonSpace, true)]
    [InlineData("brulee", FuzzyLevel.Substring | FuzzyLevel.IgnoreNonSpace, false)]
    [InlineData("brulee", FuzzyLevel.Substring | FuzzyLevel.Loose, true)]
    [InlineData("creme", FuzzyLevel.Prefix | FuzzyLevel.Loose, true)]
    [InlineData("lunch", FuzzyLevel.Prefix | FuzzyLevel.IgnoreCase, false)]
    [InlineData("", FuzzyLevel.Substring, true)]
    [InlineData("\uFFFE", FuzzyLevel.Substring | FuzzyLevel.Loose, false)]
    [InlineData("\uD800\uFFFEé", FuzzyLevel.Substring | FuzzyLevel.IgnoreNonSpace, false)]
    public void Content_by_fuzzy_level(string wanted, FuzzyLevel fuzzy, bool matches) =>
        Eval(new ContentRestriction(fuzzy, PropertyTags.Subject, PropertyValue.Of(PropertyTags.Subject, wanted))).ShouldBe(matches);

    [Theory]
    [InlineData("Überraschung", "uberraschung", true)]
    [InlineData("plain text", "plàin", true)]
    [InlineData("plain text", "pläin\ud800", false)]
    public void Loose_ignores_marks_on_either_side(string text, string wanted, bool matches) =>
        ContentMatch.Matches(text, wanted, FuzzyLevel.Substring | FuzzyLevel.Loose).ShouldBe(matches);

    [Theory]
    [InlineData(new byte[] { 1, 2, 3, 4 }, FuzzyLevel.FullString, true)]
    [InlineData(new byte[] { 2, 3 }, FuzzyLevel.Substring, true)]
    [InlineData(new byte[] { 2, 3 }, FuzzyLevel.Prefix, false)]
    [InlineData(new byte[] { 1, 2 }, FuzzyLevel.Prefix, true)]
    public void Content_of_binaries(byte[] wanted, FuzzyLevel fuzzy, bool matches) =>
        Eval(new ContentRestriction(fuzzy, PropertyTags.SearchKey, PropertyValue.Of(PropertyTags.SearchKey, wanted))).ShouldBe(matches);

    [Theory]
    [InlineData(RelationalOperator.LessThan, 2, true)]
    [InlineData(RelationalOperator.LessThan, 1, false)]
    [InlineData(RelationalOperator.LessThanOrEqual, 1, true)]
    [InlineData(RelationalOperator.GreaterThan, 0, true)]
    [InlineData(RelationalOperator.GreaterThanOrEqual, 2, false)]
    [InlineData(RelationalOperator.Equal, 1, true)]
    [InlineData(RelationalOperator.NotEqual, 1, false)]
    [InlineData(RelationalOperator.MatchesRegularExpression, 1, false)]
    public void Property_by_operator(RelationalOperator relation, int operand, bool matches)
    {
        Eval(new PropertyRestriction(relation, PropertyTags.Importance, PropertyValue.Of(PropertyTags.Importance, operand))).ShouldBe(matches);
        // The same across integer widths.
        Eval(new PropertyRestriction(relation, PropertyTags.Importance, PropertyValue.Of(PropertyTags.Importance.WithType(PropertyType.Integer64), (long)operand))).ShouldBe(matches);
    }

    [Fact]
    public void Text_compares_without_case_and_times_by_time()
    {
        Eval(Property(RelationalOperator.Equal, PropertyValue.Of(PropertyTags.Subject, "CRÈME BRÛLÉE FOR LUNCH"))).ShouldBeTrue();
        Eval(Property(RelationalOperator.LessThan, PropertyValue.Of(PropertyTags.Subject, "d"))).ShouldBeTrue();
        Eval(Property(RelationalOperator.GreaterThan, PropertyValue.Of(PropertyTags.MessageDeliveryTime, new FileTime(999)))).ShouldBeTrue();
        Eval(Property(RelationalOperator.Equal, PropertyValue.Of(PropertyTags.HasAttachments, true))).ShouldBeTrue();
    }

    [Fact]
    public void An_absent_property_is_only_not_equal()
    {
        Eval(Property(RelationalOperator.Equal, PropertyValue.Of(PropertyTags.Sensitivity, 0))).ShouldBeFalse();
        Eval(Property(RelationalOperator.LessThan, PropertyValue.Of(PropertyTags.Sensitivity, 5))).ShouldBeFalse();
        Eval(Property(RelationalOperator.NotEqual, PropertyValue.Of(PropertyTags.Sensitivity, 5))).ShouldBeTrue();
        Eval(new ExistRestriction(PropertyTags.Sensitivity)).ShouldBeFalse();
        Eval(new ExistRestriction(PropertyTags.Body)).ShouldBeFalse();
        Eval(new ExistRestriction(PropertyTags.Subject)).ShouldBeTrue();
    }

    [Fact]
    public void Any_of_several_values_will_do()
    {
        Eval(new ContentRestriction(FuzzyLevel.Prefix, Keywords, PropertyValue.Of(Keywords.WithType(PropertyType.String), "Bl"))).ShouldBeTrue();
        Eval(new PropertyRestriction(RelationalOperator.Equal, Keywords, PropertyValue.Of(Keywords.WithType(PropertyType.String), "red"))).ShouldBeTrue();
        Eval(new PropertyRestriction(RelationalOperator.NotEqual, Keywords, PropertyValue.Of(Keywords.WithType(PropertyType.String), "red"))).ShouldBeFalse();
        Eval(new PropertyRestriction(RelationalOperator.NotEqual, Keywords, PropertyValue.Of(Keywords.WithType(PropertyType.String), "green"))).ShouldBeTrue();
        Eval(new PropertyRestriction(RelationalOperator.Equal, Keywords, PropertyValue.OfArray(Keywords, new[] { "Red", "Blue" }))).ShouldBeTrue();
    }

    [Fact]
    public void Bits_sizes_and_comparisons()
    {
        Eval(new BitmaskRestriction(true, PropertyTags.MessageFlags, 0x10)).ShouldBeTrue();
        Eval(new BitmaskRestriction(false, PropertyTags.MessageFlags, 0x10)).ShouldBeFalse();
        Eval(new BitmaskRestriction(false, PropertyTags.MessageFlags, 0x02)).ShouldBeTrue();
        Eval(new SizeRestriction(RelationalOperator.Equal, PropertyTags.SearchKey, 4)).ShouldBeTrue();
        Eval(new SizeRestriction(RelationalOperator.GreaterThan, PropertyTags.Subject, 43)).ShouldBeTrue();
        Eval(new ComparePropertiesRestriction(RelationalOperator.LessThan, PropertyTags.Importance, PropertyTags.MessageFlags)).ShouldBeTrue();
        Eval(new ComparePropertiesRestriction(RelationalOperator.Equal, PropertyTags.Importance, PropertyTags.Sensitivity)).ShouldBeFalse();
    }

    [Fact]
    public void Connectives_comments_and_counts()
    {
        Restriction yes = new ExistRestriction(PropertyTags.Subject), no = new NotRestriction(yes);
        Eval(new AndRestriction([yes, yes])).ShouldBeTrue();
        Eval(new AndRestriction([yes, no])).ShouldBeFalse();
        Eval(new AndRestriction([])).ShouldBeTrue();
        Eval(new OrRestriction([no, yes])).ShouldBeTrue();
        Eval(new OrRestriction([])).ShouldBeFalse();
        Eval(new CommentRestriction([], no)).ShouldBeFalse();
        Eval(new CommentRestriction([], null)).ShouldBeTrue();
        Eval(new CountRestriction(1, yes)).ShouldBeTrue();
        RestrictionEvaluator.Matches(null, Bag).ShouldBeTrue();
    }

    [Fact]
    public void Sub_objects_are_asked_one_by_one()
    {
        var message = new PropertyMessage();
        foreach (var (name, type) in new[] { ("Ana", 1), ("Bo", 2) })
        {
            var recipient = new PropertyRecipient();
            recipient.Properties.Set(PropertyValue.Of(PropertyTags.DisplayName, name));
            recipient.Properties.Set(PropertyValue.Of(PropertyTags.RecipientType, type));
            message.Recipients.Add(recipient);
        }
        var source = new PropertyMessageSource(message);
        Restriction Recipient(string name, int type) => new SubObjectRestriction(PropertyTags.MessageRecipients, new AndRestriction(
            [Property(RelationalOperator.Equal, PropertyValue.Of(PropertyTags.DisplayName, name)), Property(RelationalOperator.Equal, PropertyValue.Of(PropertyTags.RecipientType, type))]));
        RestrictionEvaluator.Matches(Recipient("Bo", 2), source).ShouldBeTrue();
        RestrictionEvaluator.Matches(Recipient("Bo", 1), source).ShouldBeFalse();
        RestrictionEvaluator.Matches(new SubObjectRestriction(PropertyTags.MessageAttachments, new AndRestriction([])), source).ShouldBeFalse();
    }

    [Fact]
    public void Analysis_names_what_is_needed()
    {
        var analysis = RestrictionAnalysis.Of(new AndRestriction(
        [
            Property(RelationalOperator.Equal, PropertyValue.Of(PropertyTags.Subject, "")),
            new NotRestriction(new ComparePropertiesRestriction(RelationalOperator.Equal, PropertyTags.Body, PropertyTags.Subject)),
            new SubObjectRestriction(PropertyTags.MessageRecipients, new ExistRestriction(PropertyTags.DisplayName)),
        ]));
        analysis.Tags.ShouldBe([PropertyTags.Subject, PropertyTags.Body], ignoreOrder: true);
        analysis.SubObjects[PropertyTags.MessageRecipients].ShouldBe([PropertyTags.DisplayName]);
        analysis.Terms.ShouldBe(6);
        analysis.Depth.ShouldBe(3);
        analysis.NeedsOnly(_ => true).ShouldBeFalse();
    }

    [Fact]
    public void Nesting_without_end_matches_nothing_and_ends()
    {
        Restriction deep = new AndRestriction([]);
        for (var i = 0; i < 100_000; i++)
            deep = new OrRestriction([deep]);
        Eval(deep).ShouldBeFalse();
        RestrictionAnalysis.Of(deep).Depth.ShouldBe(RestrictionEvaluator.MaxDepth + 1);
    }

    /// <summary>Whatever restriction can be read from bytes has an answer.</summary>
    [Fact]
    public void Any_restriction_has_an_answer() =>
        Prop.ForAll<byte[]>(bytes =>
        {
            var reader = new WireReader(bytes);
            Restriction? restriction = null;
            RestrictionCodec.Restriction(ref reader, ref restriction, ValueForm.Rop);
            if (restriction is not null)
                Eval(restriction);
            return true;
        }).QuickCheckThrowOnFailure();

    [Fact]
    public void Evaluation_of_common_terms_does_not_allocate()
    {
        var source = new PropertyBagSource(Bag);
        Restriction restriction = new AndRestriction(
        [
            new ContentRestriction(FuzzyLevel.Substring | FuzzyLevel.IgnoreCase, PropertyTags.Subject, PropertyValue.Of(PropertyTags.Subject, "lunch")),
            new BitmaskRestriction(true, PropertyTags.MessageFlags, 1),
            Property(RelationalOperator.Equal, PropertyValue.Of(PropertyTags.Importance, 1)),
        ]);
        RestrictionEvaluator.Matches(restriction, source).ShouldBeTrue();
        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < 100; i++)
            RestrictionEvaluator.Matches(restriction, source);
        (GC.GetAllocatedBytesForCurrentThread() - before).ShouldBe(0);
    }

    private static PropertyRestriction Property(RelationalOperator relation, PropertyValue value) => new(relation, value.Tag, value);

    private static bool Eval(Restriction restriction) => RestrictionEvaluator.Matches(restriction, Bag);
}
