// RFC 4511 4.5.1.7; RFC 4526 (an empty and is true, an empty or is false).
using Rialto.Directory;
using Rialto.Ldap.Schema;
using Rialto.Ldap.Tree;
using Rialto.Ldap.Wire;

namespace Rialto.Ldap.Search;

/// <summary>A filter made ready to be asked many times: attributes looked up, values folded; and what the indexes can say of it.</summary>
internal abstract class Matcher
{
    /// <summary>Makes a filter ready.</summary>
    public static Matcher Compile(LdapFilter filter, LdapView view) => filter.Kind switch
    {
        FilterKind.And => new AndMatcher(Array.ConvertAll(filter.Children, c => Compile(c, view))),
        FilterKind.Or => new OrMatcher(Array.ConvertAll(filter.Children, c => Compile(c, view))),
        FilterKind.Not => new NotMatcher(Compile(filter.Children[0], view)),
        FilterKind.Extensible => ExtensibleMatcher.Make(filter, view),
        _ => LeafMatcher.Make(filter, view),
    };

    public abstract Truth Match(LdapView view, in Candidate candidate);

    /// <summary>
    /// Adds to the set at least everyone who matches, with the help of indexes. False: no index helps, and the set is as it was.
    /// <paramref name="rest"/> is what is left to be asked of those in the set; null: nothing.
    /// </summary>
    public virtual bool TryFind(LdapView view, SearchSet into, out Matcher? rest)
    {
        rest = this;
        return false;
    }

    /// <summary>
    /// The one text that everyone who matches has in one of the fields, where that is the best that is known: those are then found one after the other. Null: another way is better, or
    /// none is known. <paramref name="rest"/> is what is left to be asked of them.
    /// </summary>
    public virtual (SearchFields Fields, SearchMatch Match, string Text)? Piece(out Matcher? rest)
    {
        rest = null;
        return Plain;
    }

    /// <summary>Whether an index helps to find who matches.</summary>
    public virtual bool IsIndexed => Plain is not null;

    /// <summary>The index look-up that answers this exactly, where several with the same text can be made one.</summary>
    public virtual (SearchFields Fields, SearchMatch Match, string Text)? Plain => null;

    private sealed class AndMatcher(Matcher[] terms) : Matcher
    {
        public override Truth Match(LdapView view, in Candidate candidate)
        {
            var result = Truth.True;
            foreach (var term in terms)
            {
                var truth = term.Match(view, candidate);
                if (truth == Truth.False) return Truth.False;
                if (truth < result) result = truth;
            }

            return result;
        }

        public override bool IsIndexed => Array.Exists(terms, t => t.IsIndexed);

        public override (SearchFields Fields, SearchMatch Match, string Text)? Piece(out Matcher? rest)
        {
            rest = null;
            if (Array.FindAll(terms, t => t.IsIndexed) is not [var only] || only.Piece(out var more) is not { } piece) return null;
            var left = terms.Where(t => !ReferenceEquals(t, only)).Concat(more is null ? [] : [more]).ToArray();
            rest = left.Length == 0 ? null : left.Length == 1 ? left[0] : new AndMatcher(left);
            return piece;
        }

        public override bool TryFind(LdapView view, SearchSet into, out Matcher? rest)
        {
            var found = false;
            var left = new List<Matcher>();
            using var own = into.Search.None();
            foreach (var term in terms)
            {
                Matcher? more;
                if (!found)
                {
                    found = term.TryFind(view, own, out more);
                }
                else
                {
                    using var next = into.Search.None();
                    if (term.TryFind(view, next, out more)) own.IntersectWith(next);
                }

                if (more is not null) left.Add(more);
            }

            if (found) into.UnionWith(own);
            rest = left.Count == 0 ? null : left.Count == 1 ? left[0] : new AndMatcher([.. left]);
            return found;
        }
    }

    private sealed class OrMatcher(Matcher[] terms) : Matcher
    {
        public override Truth Match(LdapView view, in Candidate candidate)
        {
            var result = Truth.False;
            foreach (var term in terms)
            {
                var truth = term.Match(view, candidate);
                if (truth == Truth.True) return Truth.True;
                if (truth > result) result = truth;
            }

            return result;
        }

        public override bool IsIndexed => Array.TrueForAll(terms, t => t.IsIndexed);

        public override (SearchFields Fields, SearchMatch Match, string Text)? Piece(out Matcher? rest)
        {
            rest = null;
            if (terms is not [{ Plain: { } first }, ..]) return null;
            foreach (var term in terms)
            {
                if (term.Plain is not { } plain || plain.Match != first.Match || plain.Text != first.Text) return null;
                first.Fields |= plain.Fields;
            }

            return first;
        }

        public override bool TryFind(LdapView view, SearchSet into, out Matcher? rest)
        {
            rest = this;
            var plain = new List<(SearchFields Fields, SearchMatch Match, string Text)>();
            var others = new List<Matcher>();
            foreach (var term in terms)
            {
                if (term.Plain is not { } one)
                {
                    others.Add(term);
                    continue;
                }

                var same = plain.FindIndex(p => p.Match == one.Match && p.Text == one.Text);
                if (same < 0) plain.Add(one);
                else plain[same] = one with { Fields = one.Fields | plain[same].Fields };
            }

            using var own = into.Search.None();
            var exact = true;
            foreach (var term in others)
            {
                if (!term.TryFind(view, own, out var more)) return false;
                exact &= more is null;
            }

            foreach (var (fields, match, text) in plain) own.Add(fields, match, text);
            into.UnionWith(own);
            if (exact) rest = null;
            return true;
        }
    }

    private sealed class NotMatcher(Matcher term) : Matcher
    {
        public override Truth Match(LdapView view, in Candidate candidate) => Truth.True - term.Match(view, candidate) + Truth.False;
    }
}
