using Rialto.Mapi.Rops;
using Rialto.Model;
using Rialto.Wire;

namespace Rialto.Mapi.Tests.Rops;

/// <summary>Every declared layout: what is written is what is read, a cut one is refused, any bytes are read or refused.</summary>
public class RopLayoutTests
{
    private static readonly PropertyTag[] s_columns = [PropertyTags.Subject, PropertyTags.MessageSize, PropertyTags.EntryId, PropertyTags.MessageDeliveryTime];

    public static TheoryData<RopId> Ids => [.. RopTable.Rows.Select(r => r.Id)];

    [Fact]
    public void Every_operation_with_a_request_has_one_row()
    {
        // All ids but those that only the server sends.
        var sent = Enum.GetValues<RopId>().Except([RopId.Notify, RopId.Pending, RopId.BufferTooSmall, RopId.Backoff]).Order().ToArray();
        RopTable.Rows.Select(r => r.Id).Order().ShouldBe(sent);
        Enum.GetValues<RopId>().Length.ShouldBe(132);
    }

    [Theory, MemberData(nameof(Ids))]
    public void Requests_survive_the_round_trip(RopId id)
    {
        foreach (var (definition, bytes) in Requests(id, 30))
        {
            var request = definition.NewRequest();
            var reader = new WireReader(bytes);
            definition.ReadRequest(ref reader, request);
            reader.Failed.ShouldBeFalse(definition.Dump(bytes));
            reader.Remaining.ShouldBe(0);
            Convert.ToHexString(Write(definition, request)).ShouldBe(Convert.ToHexString(bytes));
        }
    }

    [Theory, MemberData(nameof(Ids))]
    public void A_cut_request_is_refused(RopId id)
    {
        foreach (var (definition, bytes) in Requests(id, 5))
        {
            for (var length = 0; length < bytes.Length; length++)
            {
                var reader = new WireReader(bytes.AsSpan(0, length));
                definition.ReadRequest(ref reader, definition.NewRequest());
                reader.Failed.ShouldBeTrue($"{length} of {bytes.Length} bytes were taken for a whole request:\n{definition.Dump(bytes)}");
            }
        }
    }

    [Theory, MemberData(nameof(Ids))]
    public void Any_bytes_are_read_or_refused(RopId id)
    {
        var random = new Random(7);
        foreach (var (definition, bytes) in Requests(id, 5))
        {
            for (var round = 0; round < 100; round++)
            {
                var mutated = (byte[])bytes.Clone();
                for (var i = random.Next(1, 5); i > 0 && mutated.Length > 0; i--)
                    mutated[random.Next(mutated.Length)] = (byte)random.Next(256);
                var request = definition.NewRequest();
                var reader = new WireReader(mutated);
                definition.ReadRequest(ref reader, request);
                if (!reader.Failed)
                    Write(definition, request);
            }
        }
    }

    [Theory, MemberData(nameof(Ids))]
    public void Responses_survive_the_round_trip(RopId id)
    {
        var definition = RopTable.Find(id)!;
        var done = 0;
        for (var seed = 0; seed < 3_000 && done < 20; seed++)
        {
            var response = NewResponse(definition);
            var fill = new RandomFill(new Random(seed));
            definition.ResponseFields(ref fill, response);
            if (fill.Failed)
                continue;
            if (seed % 2 == 0)
                response.ReturnValue = ErrorCode.Success;
            var bytes = Write(definition, response);
            if (bytes is null)
                continue;
            done++;
            var read = NewResponse(definition);
            var reader = new WireReader(bytes);
            definition.ReadResponse(ref reader, read);
            reader.Failed.ShouldBeFalse($"{id} seed {seed}");
            reader.Remaining.ShouldBe(0);
            Convert.ToHexString(Write(definition, read)!).ShouldBe(Convert.ToHexString(bytes));
            definition.SizeOf(response).ShouldBe(bytes.Length + 1);
        }
        done.ShouldBeGreaterThan(5);
    }

    [Theory, MemberData(nameof(Ids))]
    public void A_failure_has_the_failure_form(RopId id)
    {
        var definition = RopTable.Find(id)!;
        var response = NewResponse(definition);
        response.HandleIndex = 3;
        response.ReturnValue = ErrorCode.NotImplemented;
        var bytes = Write(definition, response)!;
        Convert.ToHexString(bytes.AsSpan(0, 5)).ShouldBe("03FF0F0480");
        // [MS-OXCROPS]: what follows a failure, where a single response form serves both.
        var extra = id switch
        {
            RopId.DeleteFolder or RopId.MoveCopyMessages or RopId.MoveFolder or RopId.CopyFolder or RopId.EmptyFolder or RopId.HardDeleteMessagesAndSubfolders
                or RopId.DeleteMessages or RopId.HardDeleteMessages or RopId.SetReadFlags => 1,
            RopId.ReadStream or RopId.WriteStream or RopId.WriteAndCommitStream => 2,
            RopId.WriteStreamExtended => 4,
            RopId.CopyToStream => 16,
            RopId.FastTransferDestinationPutBuffer => 9,
            RopId.FastTransferDestinationPutBufferExtended => 13,
            RopId.FastTransferSourceGetBuffer => 9,
            _ => 0,
        };
        bytes.Length.ShouldBe(5 + extra);
    }

    private static IEnumerable<(RopDefinition Definition, byte[] Bytes)> Requests(RopId id, int count)
    {
        var definition = RopTable.Find(id)!;
        var done = 0;
        for (var seed = 0; seed < 5_000 && done < count; seed++)
        {
            var request = definition.NewRequest();
            var fill = new RandomFill(new Random(seed));
            definition.RequestFields(ref fill, request);
            if (fill.Failed)
                continue;
            done++;
            yield return (definition, Write(definition, request));
        }
        done.ShouldBe(count);
    }

    private static RopResponse NewResponse(RopDefinition definition)
    {
        var response = definition.NewResponse();
        if (response is RowsResponse rows)
            rows.Columns = s_columns;
        return response;
    }

    private static byte[] Write(RopDefinition definition, RopRequest request)
    {
        var writer = new WireWriter(256);
        definition.WriteRequest(ref writer, request);
        writer.Failed.ShouldBeFalse();
        var bytes = writer.ToArray();
        writer.Dispose();
        return bytes;
    }

    private static byte[]? Write(RopDefinition definition, RopResponse response)
    {
        var writer = new WireWriter(256);
        definition.WriteResponse(ref writer, response);
        var bytes = writer.Failed ? null : writer.ToArray();
        writer.Dispose();
        return bytes;
    }
}
