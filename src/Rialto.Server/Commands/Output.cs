using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using Spectre.Console;

namespace Rialto.Server.Commands;

/// <summary>Results as a table for people or as JSON for programs.</summary>
internal static class Output
{
    private static readonly JsonSerializerOptions s_json = new() { WriteIndented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public static async Task WriteAsync<T>(CommandEnvironment environment, bool json, IReadOnlyList<T> rows, Func<T, JsonNode> toJson, IReadOnlyList<(string Header, Func<T, string> Cell)> columns)
    {
        if (json)
            await WriteJsonAsync(environment, new JsonArray([.. rows.Select(toJson)]));
        else
            await WriteTableAsync(environment, rows, columns);
    }

    /// <summary>A table, where there is no JSON form: what a command did on its way.</summary>
    public static async Task WriteTableAsync<T>(CommandEnvironment environment, IReadOnlyList<T> rows, IReadOnlyList<(string Header, Func<T, string> Cell)> columns)
    {
        if (rows.Count == 0)
        {
            await environment.Console.Out.WriteLineAsync("(none)");
            return;
        }
        var table = new Table().Border(TableBorder.Simple);
        foreach (var (header, _) in columns)
            table.AddColumn(new TableColumn(new Text(header)));
        foreach (var row in rows)
            table.AddRow(columns.Select(c => new Text(c.Cell(row))));
        environment.Ansi.Write(table);
    }

    public static async Task WriteOneAsync(CommandEnvironment environment, bool json, JsonObject value)
    {
        if (json)
        {
            await WriteJsonAsync(environment, value);
            return;
        }
        var grid = new Grid().AddColumn(new GridColumn().NoWrap().PadRight(2)).AddColumn();
        foreach (var (name, node) in value)
            grid.AddRow(new Text(name), new Text(node switch
            {
                null => "",
                JsonArray list => string.Join("\n", list.Select(i => i is JsonValue v ? v.ToString() : i?.ToJsonString() ?? "")),
                _ => node.ToString(),
            }));
        environment.Ansi.Write(grid);
    }

    public static async Task WriteJsonAsync(CommandEnvironment environment, JsonNode value) => await environment.Console.Out.WriteLineAsync(value.ToJsonString(s_json));

    public static string Size(long bytes) => bytes switch
    {
        < 1024 => string.Create(System.Globalization.CultureInfo.InvariantCulture, $"{bytes} B"),
        < 1024 * 1024 => string.Create(System.Globalization.CultureInfo.InvariantCulture, $"{bytes / 1024.0:0.#} KB"),
        < 1024L * 1024 * 1024 => string.Create(System.Globalization.CultureInfo.InvariantCulture, $"{bytes / (1024.0 * 1024):0.#} MB"),
        _ => string.Create(System.Globalization.CultureInfo.InvariantCulture, $"{bytes / (1024.0 * 1024 * 1024):0.##} GB"),
    };
}
