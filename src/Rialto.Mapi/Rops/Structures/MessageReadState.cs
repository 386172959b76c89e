// [MS-OXCROPS] 2.2.13.3.1.1 MessageReadState.
using Rialto.Wire;

namespace Rialto.Mapi.Rops;

/// <summary>A message and whether it is read.</summary>
public struct MessageReadState : IWireStructure<MessageReadState>
{
    public byte[] MessageId;
    public bool MarkAsRead;

    public static void Fields<TIo>(ref TIo io, scoped ref MessageReadState value)
        where TIo : struct, IWireIo, allows ref struct
    {
        io.Bytes(ref value.MessageId, CountWidth.UInt16);
        io.Bool(ref value.MarkAsRead);
    }

    /// <summary>MessageReadStatesSize and the states that fill it.</summary>
    public static void Field<TIo>(ref TIo io, scoped ref MessageReadState[] states)
        where TIo : struct, IWireIo, allows ref struct
    {
        var region = io.BeginSized(CountWidth.UInt16, "MessageReadStatesSize");
        if (io.IsReading)
        {
            var read = new List<MessageReadState>();
            while (io.Remaining > 0 && !io.Failed)
            {
                MessageReadState state = default;
                io.Structure(ref state);
                read.Add(state);
            }
            states = [.. read];
        }
        else
        {
            io.ArrayOf(ref states, states.Length);
        }
        io.EndSized(region, CountWidth.UInt16);
    }
}
