// [MS-OXCDATA] 2.11.1.4 PtypServerId.
using Rialto.Wire;

namespace Rialto.Model;

/// <summary>
/// The content of a PtypServerId value: this server's own (folder, message, instance of a multiple-valued row), or bytes of a client's making.
/// </summary>
public struct ServerId : IWireStructure<ServerId>, IEquatable<ServerId>
{
    /// <summary>Whether the ids below are what follows; otherwise <see cref="ClientData"/> is.</summary>
    public bool Ours;
    public StoreId Folder;

    /// <summary>None for a folder.</summary>
    public StoreId Message;
    public uint Instance;
    public byte[] ClientData;

    public static void Fields<TIo>(ref TIo io, scoped ref ServerId value)
        where TIo : struct, IWireIo, allows ref struct
    {
        io.Bool(ref value.Ours);
        if (value.Ours)
        {
            io.Structure(ref value.Folder);
            io.Structure(ref value.Message);
            io.U32(ref value.Instance);
        }
        else
        {
            io.Rest(ref value.ClientData);
        }
    }

    public readonly bool Equals(ServerId other) =>
        Ours == other.Ours && Folder == other.Folder && Message == other.Message && Instance == other.Instance
        && ClientData.AsSpan().SequenceEqual(other.ClientData);

    public override readonly bool Equals(object? obj) => obj is ServerId other && Equals(other);

    public override readonly int GetHashCode() => HashCode.Combine(Ours, Folder, Message, Instance);

    public static bool operator ==(ServerId left, ServerId right) => left.Equals(right);

    public static bool operator !=(ServerId left, ServerId right) => !left.Equals(right);
}
