using Rialto.Store;
using Rialto.Store.Backend;

namespace Rialto.MailAccess;

/// <summary>Where the bytes of some messages of a folder are, by UID: what a download needs of their rows.</summary>
internal sealed class ContentPlaces : ISummarySink
{
    private readonly List<uint> _uids = [];
    private readonly List<BlobRef> _places = [];

    public void Clear()
    {
        _uids.Clear();
        _places.Clear();
    }

    /// <summary>UIDs come in ascending order.</summary>
    public void Add(in SummaryRow row)
    {
        _uids.Add(row.Uid);
        _places.Add(row.Mime);
    }

    /// <summary>False for a message that is gone. <see cref="BlobRef.IsNone"/> where the MIME form has to be made first.</summary>
    public bool TryGet(uint uid, out BlobRef place)
    {
        var at = _uids.BinarySearch(uid);
        place = at < 0 ? default : _places[at];
        return at >= 0;
    }
}
