using System.Text;
using Npgsql;
using Rialto.Store.Backend;

namespace Rialto.Store.Postgres;

/// <summary>The narrow rows of messages: many written at once as arrays, one array a column; read back one by one.</summary>
internal sealed class StateColumns
{
    private readonly List<long> _folder = [], _uid = [], _id = [], _mid = [], _sequence = [], _cn = [], _readCn = [], _size = [], _received = [];
    private readonly List<int> _flags = [], _status = [];
    private readonly List<byte[]?> _keywords = [];

    private const string Values = """
        unnest($2::bigint[], $3::bigint[], $4::bigint[], $5::bigint[], $6::bigint[], $7::bigint[], $8::bigint[], $9::integer[], $10::integer[], $11::bigint[], $12::bigint[], $13::bytea[])
            AS v(folder, uid, id, mid, sequence, cn, read_cn, flags, status, size, received, keywords)
        """;

    public const string Insert = $"""
        INSERT INTO message_state(mailbox, folder, uid, id, mid, sequence, cn, read_cn, flags, status, size, received, keywords)
        SELECT $1, v.folder, v.uid, v.id, v.mid, v.sequence, v.cn, v.read_cn, v.flags, v.status, v.size, v.received, v.keywords FROM {Values}
        """;

    public const string Replace = $"""
        UPDATE message_state s SET folder = v.folder, uid = v.uid, mid = v.mid, sequence = v.sequence, cn = v.cn, read_cn = v.read_cn, flags = v.flags, status = v.status,
            size = v.size, received = v.received, keywords = v.keywords
        FROM {Values} WHERE s.mailbox = $1 AND s.id = v.id
        """;

    public const string Read = "s.uid, s.id, s.mid, s.sequence, s.cn, s.read_cn, s.flags, s.status, s.size, s.received, s.keywords";

    public const int Count = 11;

    public void Add(MessageRow row)
    {
        _folder.Add(row.Folder.Value);
        _uid.Add(row.Uid);
        _id.Add(row.Id.Value);
        _mid.Add(row.Mid);
        _sequence.Add(row.Sequence);
        _cn.Add(row.Cn);
        _readCn.Add(row.ReadCn);
        _flags.Add((int)row.State);
        _status.Add(row.Status);
        _size.Add(row.MimeSize);
        _received.Add(row.Received.Ticks);
        _keywords.Add(Join(row.Keywords));
    }

    public void Bind(Guid mailbox, NpgsqlParameterCollection to) =>
        to.With(mailbox).With(_folder).With(_uid).With(_id).With(_mid).With(_sequence).With(_cn).With(_readCn).With(_flags).With(_status).With(_size).With(_received).With(_keywords);

    public static StateRow ReadState(NpgsqlDataReader r) => new(new MessageId(r.Int64(1)), (uint)r.Int64(0), r.Int64(2), r.Int64(3), r.Int64(4), r.Int64(5), (MessageState)r.GetInt32(6), r.GetInt32(7),
        r.Int64(8), r.Int64(9), r.IsDBNull(10) ? null : r.Utf8(10));

    public static byte[]? Join(IReadOnlyList<string> keywords) => keywords.Count == 0 ? null : Encoding.UTF8.GetBytes(string.Join('\n', keywords));
}
