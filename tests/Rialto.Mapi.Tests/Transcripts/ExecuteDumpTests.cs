using System.Text.RegularExpressions;
using Rialto.Mapi.Rops;
using Rialto.Mapi.Tests.Client;
using Rialto.Mapi.Transcripts;
using Rialto.Mapi.Wire;
using Rialto.Model;
using Rialto.Testing;

namespace Rialto.Mapi.Tests.Transcripts;

public class ExecuteDumpTests
{
    [CorpusFact]
    public void Captured_requests_and_responses_are_read_to_the_end()
    {
        var dump = new ExecuteDump();
        var files = Corpus.Files("mapi/toteph42-syncgw", "bin")
            .Select(f => (File: f, Name: Regex.Match(Path.GetFileName(f), "^execute_(req|resp)([0-9]+)")))
            .Where(f => f.Name.Success)
            .OrderBy(f => int.Parse(f.Name.Groups[2].ValueSpan)).ThenBy(f => f.Name.Groups[1].Value.Length)
            .ToList();
        files.Count.ShouldBeGreaterThan(10);
        foreach (var (file, _) in files)
        {
            var text = dump.Dump(File.ReadAllBytes(file)).ShouldNotBeNull(file);
            text.ShouldNotContain("!", Case.Sensitive, file);
            text.ShouldNotContain("cannot be read", Case.Sensitive, file);
        }
    }

    [Fact]
    public void Rows_are_shown_under_the_columns_that_were_set_before()
    {
        var dump = new ExecuteDump();
        PropertyTag[] columns = [PropertyTags.Subject];
        dump.Dump(Request((RopId.SetColumns, new RopSetColumns.Request { PropertyTags = columns })))!.ShouldContain("PidTagSubject");
        dump.Dump(Request((RopId.QueryRows, new RopQueryRows.Request { RowCount = 1, ForwardRead = true })))!.ShouldContain("RopQueryRows (0x15)");
        var writer = new Rialto.Wire.WireWriter(100);
        writer.WriteUInt16(0);
        writer.WriteByte((byte)RopId.QueryRows);
        RopTable.Find(RopId.QueryRows)!.WriteResponse(ref writer, new RopQueryRows.Response { Origin = 2, Columns = columns, Rows = [[PropertyValue.Of(PropertyTags.Subject, "the subject")]] });
        var size = writer.Position;
        writer.WriteUInt32(7);
        var payload = writer.ToArray();
        writer.Dispose();
        payload[0] = (byte)size;
        var text = dump.Dump(RopSession.Extended(payload), ExecuteDirection.Response)!;
        text.ShouldContain("the subject");
        text.ShouldContain("PidTagSubject");
    }

    [Theory]
    [InlineData("")]
    [InlineData("00")]
    [InlineData("FFFF0000")]
    [InlineData("0000000000000000")]
    public void What_is_no_capture_is_told_apart(string hex) => new ExecuteDump().Dump(Convert.FromHexString(hex)).ShouldBeNull();

    [Fact]
    public void Any_bytes_are_survived()
    {
        var random = new Random(7);
        for (var i = 0; i < 3_000; i++)
        {
            var payload = new byte[random.Next(2, 200)];
            random.NextBytes(payload);
            payload[0] = (byte)random.Next(2, payload.Length + 2);
            payload[1] = 0;
            var dump = new ExecuteDump();
            dump.Dump(RopSession.Extended(payload), ExecuteDirection.Request);
            dump.Dump(RopSession.Extended(payload), ExecuteDirection.Response);
        }
    }

    private static byte[] Request((RopId, RopRequest) request) => RopSession.Extended(RopSession.Payload([request], [7]));
}
