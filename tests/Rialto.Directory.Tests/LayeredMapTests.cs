namespace Rialto.Directory.Tests;

public sealed class LayeredMapTests
{
    [Fact]
    public void It_behaves_as_a_dictionary_and_older_maps_stay_as_they_were()
    {
        var random = new Random(7);
        var map = LayeredMap<string, string>.Create(StringComparer.OrdinalIgnoreCase);
        var model = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);
        var history = new List<(LayeredMap<string, string> Map, Dictionary<string, string> Model)>();
        for (var round = 0; round < 400; round++)
        {
            var builder = map.ToBuilder();
            for (var i = random.Next(1, round % 50 == 0 ? 400 : 6); i > 0; i--)
            {
                var key = "k" + random.Next(1_000);
                if (random.Next(3) == 0)
                {
                    builder.Set(key, null);
                    model.Remove(key);
                }
                else
                {
                    builder.Set(key.ToUpperInvariant(), key + round);
                    model[key] = key + round;
                }

                builder.Find(key).ShouldBe(model.GetValueOrDefault(key));
            }

            map = builder.Build();
            if (round % 40 == 0) history.Add((map, new(model, StringComparer.OrdinalIgnoreCase)));
        }

        history.Add((map, model));
        foreach (var (old, expected) in history)
        {
            old.Order(StringComparer.Ordinal).ShouldBe(expected.Values.Order(StringComparer.Ordinal));
            for (var i = 0; i < 1_000; i++) old.Find($"K{i}".AsSpan()).ShouldBe(expected.GetValueOrDefault($"k{i}"));
        }
    }
}
