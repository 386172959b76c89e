// [MS-OXCDATA] 2.12 restrictions.
using Rialto.Wire;

namespace Rialto.Model;

/// <summary>
/// Restrictions on the wire. Term counts are 16 bits wide in ROP buffers and 32 bits in extended rules and the address book (<see cref="ValueForm.Count"/>).
/// Nesting is bounded by <see cref="WireLimits.Depth"/>; an unknown kind fails.
/// </summary>
public static class RestrictionCodec
{
    private enum Kind : byte
    {
        And = 0x00,
        Or = 0x01,
        Not = 0x02,
        Content = 0x03,
        Property = 0x04,
        CompareProperties = 0x05,
        Bitmask = 0x06,
        Size = 0x07,
        Exist = 0x08,
        SubObject = 0x09,
        Comment = 0x0A,
        Count = 0x0B,
    }

    /// <summary>One restriction with all below it; null after a failed read, and a failure when null is to be written.</summary>
    public static void Restriction<TIo>(ref TIo io, scoped ref Restriction? value, ValueForm form, string name = "Restriction")
        where TIo : struct, IWireIo, allows ref struct
    {
        if (!io.Enter(name))
            return;
        var kind = io.IsReading ? Kind.And : KindOf(value, ref io);
        io.Enum(ref kind, "RestrictType");
        if (!io.Failed)
            Body(ref io, kind, ref value, form);
        if (io.IsReading && io.Failed)
            value = null;
        io.Leave();
    }

    private static void Body<TIo>(ref TIo io, Kind kind, scoped ref Restriction? value, ValueForm form)
        where TIo : struct, IWireIo, allows ref struct
    {
        switch (kind)
        {
            case Kind.And:
            {
                var terms = (value as AndRestriction)?.Terms;
                Terms(ref io, ref terms, form);
                value = io.IsReading ? new AndRestriction(terms!) : value;
                break;
            }
            case Kind.Or:
            {
                var terms = (value as OrRestriction)?.Terms;
                Terms(ref io, ref terms, form);
                value = io.IsReading ? new OrRestriction(terms!) : value;
                break;
            }
            case Kind.Not:
            {
                var term = (value as NotRestriction)?.Term;
                Restriction(ref io, ref term, form);
                value = io.IsReading ? new NotRestriction(term!) : value;
                break;
            }
            case Kind.Content:
            {
                var content = value as ContentRestriction;
                var fuzzy = content?.Fuzzy ?? default;
                var tag = content?.Tag ?? default;
                var match = content?.Value ?? default;
                // FuzzyLevelLow, then FuzzyLevelHigh: one little-endian number.
                io.Enum(ref fuzzy, "FuzzyLevel");
                PropertyValueCodec.Tag(ref io, ref tag);
                Operand(ref io, ref match, form);
                value = io.IsReading ? new ContentRestriction(fuzzy, tag, match) : value;
                break;
            }
            case Kind.Property:
            {
                var property = value as PropertyRestriction;
                var relation = property?.Operator ?? default;
                var tag = property?.Tag ?? default;
                var operand = property?.Value ?? default;
                io.Enum(ref relation, "RelOp");
                PropertyValueCodec.Tag(ref io, ref tag);
                Operand(ref io, ref operand, form);
                value = io.IsReading ? new PropertyRestriction(relation, tag, operand) : value;
                break;
            }
            case Kind.CompareProperties:
            {
                var compare = value as ComparePropertiesRestriction;
                var relation = compare?.Operator ?? default;
                var left = compare?.Left ?? default;
                var right = compare?.Right ?? default;
                io.Enum(ref relation, "RelOp");
                PropertyValueCodec.Tag(ref io, ref left, "PropTag1");
                PropertyValueCodec.Tag(ref io, ref right, "PropTag2");
                value = io.IsReading ? new ComparePropertiesRestriction(relation, left, right) : value;
                break;
            }
            case Kind.Bitmask:
            {
                var bitmask = value as BitmaskRestriction;
                var nonZero = bitmask?.NonZero ?? default;
                var tag = bitmask?.Tag ?? default;
                var mask = bitmask?.Mask ?? default;
                io.Bool(ref nonZero, "BitmapRelOp");
                PropertyValueCodec.Tag(ref io, ref tag);
                io.U32(ref mask, "Mask");
                value = io.IsReading ? new BitmaskRestriction(nonZero, tag, mask) : value;
                break;
            }
            case Kind.Size:
            {
                var size = value as SizeRestriction;
                var relation = size?.Operator ?? default;
                var tag = size?.Tag ?? default;
                var bytes = size?.Size ?? default;
                io.Enum(ref relation, "RelOp");
                PropertyValueCodec.Tag(ref io, ref tag);
                io.U32(ref bytes, "Size");
                value = io.IsReading ? new SizeRestriction(relation, tag, bytes) : value;
                break;
            }
            case Kind.Exist:
            {
                var tag = (value as ExistRestriction)?.Tag ?? default;
                PropertyValueCodec.Tag(ref io, ref tag);
                value = io.IsReading ? new ExistRestriction(tag) : value;
                break;
            }
            case Kind.SubObject:
            {
                var sub = value as SubObjectRestriction;
                var tag = sub?.SubObject ?? default;
                var term = sub?.Term;
                PropertyValueCodec.Tag(ref io, ref tag, "Subobject");
                Restriction(ref io, ref term, form);
                value = io.IsReading ? new SubObjectRestriction(tag, term!) : value;
                break;
            }
            case Kind.Comment:
            {
                var comment = value as CommentRestriction;
                PropertyValue[] values = [.. comment?.Comment ?? []];
                var term = comment?.Term;
                PropertyValueCodec.TaggedArray(ref io, ref values, CountWidth.Byte, form, "TaggedValues");
                var present = term is not null;
                io.Bool(ref present, "RestrictionPresent");
                if (present)
                    Restriction(ref io, ref term, form);
                value = io.IsReading ? new CommentRestriction(values, term) : value;
                break;
            }
            case Kind.Count:
            {
                var counted = value as CountRestriction;
                var count = counted?.Count ?? default;
                var term = counted?.Term;
                io.U32(ref count, "Count");
                Restriction(ref io, ref term, form, "SubRestriction");
                value = io.IsReading ? new CountRestriction(count, term!) : value;
                break;
            }
            default:
                io.Fail();
                break;
        }
    }

    /// <summary>The value compared with. Outlook puts a HasValue byte before it in the address book's form, besides the one that strings and binaries have.</summary>
    private static void Operand<TIo>(ref TIo io, scoped ref PropertyValue value, ValueForm form)
        where TIo : struct, IWireIo, allows ref struct
    {
        var present = true;
        if (form.HasPresence)
        {
            present = !value.IsAbsent;
            PropertyValueCodec.Presence(ref io, ref present);
        }
        if (present)
            PropertyValueCodec.Tagged(ref io, ref value, form);
    }

    private static void Terms<TIo>(ref TIo io, scoped ref IReadOnlyList<Restriction>? terms, ValueForm form)
        where TIo : struct, IWireIo, allows ref struct
    {
        var count = terms?.Count ?? 0;
        WireCount.Of(ref io, ref count, form.Count, "RestrictCount");
        var read = Growing<Restriction>.Start(ref io, count, 1);
        for (var i = 0; i < count && !io.Failed; i++)
        {
            var term = io.IsReading ? null : terms![i];
            Restriction(ref io, ref term, form);
            if (io.IsReading && term is not null)
                read.Add(term);
        }
        if (io.IsReading)
            terms = read.ToArray();
    }

    private static Kind KindOf<TIo>(Restriction? value, ref TIo io)
        where TIo : struct, IWireIo, allows ref struct
    {
        switch (value)
        {
            case AndRestriction: return Kind.And;
            case OrRestriction: return Kind.Or;
            case NotRestriction: return Kind.Not;
            case ContentRestriction: return Kind.Content;
            case PropertyRestriction: return Kind.Property;
            case ComparePropertiesRestriction: return Kind.CompareProperties;
            case BitmaskRestriction: return Kind.Bitmask;
            case SizeRestriction: return Kind.Size;
            case ExistRestriction: return Kind.Exist;
            case SubObjectRestriction: return Kind.SubObject;
            case CommentRestriction: return Kind.Comment;
            case CountRestriction: return Kind.Count;
            default:
                io.Fail();
                return default;
        }
    }
}
