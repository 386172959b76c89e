using System.Collections;
using System.Diagnostics.CodeAnalysis;

namespace Rialto.Directory;

/// <summary>
/// An immutable map that is compact and fast to read and cheap to change a little: a plain dictionary that is never written again,
/// and over it a small one with what changed since (null: removed). The overlay is copied at each change and folded in when it grows.
/// </summary>
internal sealed class LayeredMap<TKey, TValue> : IEnumerable<TValue>
    where TKey : notnull
    where TValue : class
{
    private readonly Dictionary<TKey, TValue> basis;
    private readonly Dictionary<TKey, TValue?>? overlay;

    private LayeredMap(Dictionary<TKey, TValue> basis, Dictionary<TKey, TValue?>? overlay)
    {
        this.basis = basis;
        this.overlay = overlay;
    }

    public static LayeredMap<TKey, TValue> Create(IEqualityComparer<TKey>? comparer = null) => new(new Dictionary<TKey, TValue>(comparer), null);

    public bool TryGetValue(TKey key, [MaybeNullWhen(false)] out TValue value)
    {
        if (overlay is not null && overlay.TryGetValue(key, out var changed))
        {
            value = changed;
            return changed is not null;
        }

        return basis.TryGetValue(key, out value);
    }

    public TValue? Find(TKey key) => TryGetValue(key, out var value) ? value : null;

    /// <summary>Look-up without a string; only for maps whose comparer knows characters.</summary>
    public TValue? Find<TAlternate>(TAlternate key)
        where TAlternate : notnull, allows ref struct
    {
        if (overlay is not null && overlay.GetAlternateLookup<TAlternate>().TryGetValue(key, out var changed)) return changed;
        return basis.GetAlternateLookup<TAlternate>().TryGetValue(key, out var value) ? value : null;
    }

    public IEnumerator<TValue> GetEnumerator()
    {
        foreach (var (key, value) in basis)
        {
            if (overlay is null || !overlay.ContainsKey(key)) yield return value;
        }

        if (overlay is null) yield break;
        foreach (var value in overlay.Values)
        {
            if (value is not null) yield return value;
        }
    }

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    public Builder ToBuilder() => new(this);

    /// <summary>Collects changes; the map it came from stays as it is.</summary>
    public sealed class Builder(LayeredMap<TKey, TValue> source)
    {
        private Dictionary<TKey, TValue?>? changes;

        public TValue? Find(TKey key) => changes is not null && changes.TryGetValue(key, out var changed) ? changed : source.Find(key);

        public void Set(TKey key, TValue? value) => (changes ??= new(source.basis.Comparer))[key] = value;

        public LayeredMap<TKey, TValue> Build()
        {
            if (changes is null) return source;
            var size = changes.Count + (source.overlay?.Count ?? 0);

            // An overlay of a sixteenth costs few misses and makes n single additions O(n log n) copies in all rather than O(n²).
            if (size > Math.Max(256, source.basis.Count / 16))
            {
                var merged = new Dictionary<TKey, TValue>(source.basis.Count + size, source.basis.Comparer);
                foreach (var (key, value) in source.basis) merged.Add(key, value);
                Fold(merged, source.overlay);
                Fold(merged, changes);
                merged.TrimExcess();
                return new(merged, null);
            }

            if (source.overlay is null) return new(source.basis, changes);
            var overlay = new Dictionary<TKey, TValue?>(source.overlay, source.basis.Comparer);
            foreach (var (key, value) in changes) overlay[key] = value;
            return new(source.basis, overlay);
        }

        private static void Fold(Dictionary<TKey, TValue> into, Dictionary<TKey, TValue?>? from)
        {
            if (from is null) return;
            foreach (var (key, value) in from)
            {
                if (value is null) into.Remove(key);
                else into[key] = value;
            }
        }
    }
}
