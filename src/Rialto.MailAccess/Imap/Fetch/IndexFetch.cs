// RFC 3501 6.4.5 for UID, FLAGS, INTERNALDATE, RFC822.SIZE and MODSEQ: from memory alone.
using Rialto.Store.Views;

namespace Rialto.MailAccess.Imap.Fetch;

/// <summary>Writes rows that need nothing but the folder's index, block by block.</summary>
internal static class IndexFetch
{
    public static async ValueTask RunAsync(ImapSession session, FolderSnapshot snapshot, Selection selection, FetchRow row)
    {
        for (var range = 0; range < selection.Ranges.Length; range++)
        {
            var (position, last) = selection.Ranges[range];
            while (position <= last)
            {
                position = WriteBlock(snapshot, row, position, last, session.Options.FlushSize);
                if (!await session.FlushAsync())
                    return;
            }
        }
    }

    /// <summary>Writes until a flush is due or the range ends; the position to go on from.</summary>
    private static int WriteBlock(FolderSnapshot snapshot, FetchRow row, int position, int last, int flushSize)
    {
        long written = 0;
        while (position <= last && written < flushSize)
        {
            var block = snapshot.BlockAt(position);
            for (var i = 0; i < block.Length && position <= last && written < flushSize; i++)
            {
                row.Write(position++, block[i], default);
                written += row.TakeWritten();
            }
        }
        return position;
    }
}
